// Reads the user's settings and puts them into the shape the server knows. Knows no default of the server's.

import { commands, env, workspace } from 'vscode';

export const SECTION = 'inglenook';

/** Setting in the editor -> place in the server's settings. Only what the user has set is sent. */
const SERVER_SETTINGS: Record<string, string> = {
  profile: 'generation.profile',
  'generation.model': 'generation.model',
  'generation.engine': 'generation.engine',
  'generation.threads': 'generation.threads',
  'generation.idleMinutes': 'generation.idleMinutes',
  'completion.enabled': 'completion.enabled',
  'completion.multiLine': 'completion.multiLine',
  'completion.crossFile': 'completion.crossFile',
  'completion.debounceMs': 'completion.debounceMs',
  'completion.minConfidence': 'completion.minConfidence',
  'completion.languagesOff': 'completion.languagesOff',
  'nextEdit.enabled': 'nextEdit.enabled',
  'nextEdit.languagesOff': 'nextEdit.languagesOff',
  'chat.maxTokens': 'chat.maxTokens',
  'index.background': 'index.background',
  'index.watch': 'index.watch',
};

export type ServerSettings = Record<string, Record<string, unknown>>;

/** What the user set, so that the settings file of the server stays in force for everything else. */
export function serverSettings(): ServerSettings {
  const configuration = workspace.getConfiguration(SECTION);
  const settings: ServerSettings = {};
  for (const [key, place] of Object.entries(SERVER_SETTINGS)) {
    const found = configuration.inspect(key);
    // What a folder sets counts where it is trusted; the editor itself holds that to the restricted settings alone.
    const ofFolder = workspace.isTrusted ? (found?.workspaceFolderValue ?? found?.workspaceValue) : undefined;
    const value = ofFolder ?? found?.globalValue;
    if (value === undefined) continue;
    const [table = '', name = ''] = place.split('.');
    (settings[table] ??= {})[name] = value;
  }
  return settings;
}

/** The settings page, at all of this extension's settings. */
export async function openSettings(): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', '@ext:inglenook.inglenook');
}

/** The settings page at the interpreter; in a remote window it is one of the remote machine's settings. */
export async function openInterpreterSetting(): Promise<void> {
  const page = env.remoteName ? 'openRemoteSettings' : 'openSettings';
  await commands.executeCommand(`workbench.action.${page}`, { query: `${SECTION}.interpreter` });
}
