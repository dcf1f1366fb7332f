// Requests that a chat can do without: a server that is away, or of an earlier version, costs nothing but their answer.

import type { LanguageClient, RequestType } from 'vscode-languageclient/node';

/** The answer; undefined where there is none, for whatever reason. */
export async function attempt<Params, Result>(
  client: LanguageClient | undefined,
  type: RequestType<Params, Result, void>,
  params: Params,
): Promise<Result | undefined> {
  try {
    return await client?.sendRequest<Result>(type.method, params);
  } catch {
    return undefined;
  }
}
