// The message box of the Source Control view, through the editor's own git extension. Runs no git.

import { extensions, type Uri } from 'vscode';
import { ask, inform } from '../notify';
import { fileEditor } from './editorContext';

/** What is used of the git extension's API, version 1. */
interface Repository {
  rootUri: Uri;
  inputBox: { value: string };
}
interface GitExtension {
  enabled: boolean;
  getAPI(version: 1): { repositories: Repository[]; getRepository(uri: Uri): Repository | null };
}

/** Puts the message of an answer into the box of the repository at `root`, or of the open file; says an answer without one. */
export async function fillMessageBox(answer: string, root: Uri | undefined): Promise<void> {
  const message = messageIn(answer);
  if (!message) {
    void inform(answer.trim());
    return;
  }
  const repository = await findRepository(root);
  if (!repository) return;
  const { inputBox } = repository;
  if (inputBox.value.trim() && inputBox.value.trim() !== message) {
    const replace = await ask('The Source Control view has a message already. Replace it?', 'Replace');
    if (!replace) return;
  }
  inputBox.value = message;
  void inform('The message is in the Source Control view.');
}

/** The first block of code of an answer: the message itself, without what is said about it. Empty without a block. */
export function messageIn(answer: string): string {
  const lines = answer.split('\n');
  const opened = lines.findIndex((line) => /^`{3,}/.test(line));
  if (opened < 0) return '';
  const fence = /^`+/.exec(lines[opened] ?? '')?.[0] ?? '';
  const closed = lines.findIndex((line, at) => at > opened && line.startsWith(fence));
  return lines.slice(opened + 1, closed < 0 ? undefined : closed).join('\n').trim();
}

async function findRepository(root: Uri | undefined): Promise<Repository | undefined> {
  const extension = extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return undefined;
  const git = await extension.activate();
  if (!git.enabled) return undefined;
  const api = git.getAPI(1);
  if (root) return api.getRepository(root) ?? undefined; // never into another's box
  const wanted = fileEditor()?.document.uri;
  return (wanted && api.getRepository(wanted)) ?? api.repositories[0];
}
