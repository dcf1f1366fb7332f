// The "+" of the composer: lists what can go along with a question, and lets one be chosen.

import * as path from 'node:path';
import { FileType, QuickPickItemKind, Uri, window, workspace, type QuickPickItem } from 'vscode';
import { inform } from '../notify';
import type { Attachment } from '../wire';
import { problems } from './editorContext';
import { terminalSelection, type TerminalOutput } from './terminal';
import type { OwnKind, Tray } from './tray';

/** Files that are listed at most: beyond it, typing "@" and a name is the faster way. */
const LISTED = 5000;

interface Choice extends QuickPickItem {
  run(): Promise<Attachment | undefined> | Attachment | undefined;
}

/** Asks what goes along. `type` types into the question: symbols are completed there, from the index. */
export async function pickAttachment(tray: Tray, output: TerminalOutput, type: (text: string) => void): Promise<void> {
  const last = output.lastCommand();
  const found = problems();
  const own = (kind: OwnKind, what: string): Choice => {
    const on = tray.goesAlong(kind);
    const run = async () => {
      await tray.setGoesAlong(kind, !on);
      return undefined;
    };
    return { label: `$(${on ? 'check' : 'circle-slash'}) ${what}`, description: on ? 'always goes along' : 'never goes along', run };
  };
  const choices: (Choice | { label: string; kind: QuickPickItemKind.Separator })[] = [
    { label: '$(file) File…', run: () => pickPath('file') },
    { label: '$(folder) Folder…', run: () => pickPath('folder') },
    {
      label: '$(symbol-method) Symbol…',
      description: 'type @ and its name',
      run: () => {
        type('@');
        return undefined;
      },
    },
    ...(found ? [{ label: '$(warning) Problems', description: 'as the editor lists them', run: () => found }] : []),
    ...(last ? [{ label: '$(terminal) Last command', description: last.name ?? '', run: () => last }] : []),
    ...(window.terminals.length
      ? [{ label: '$(list-selection) Terminal selection', description: 'what is selected in the terminal', run: selected }]
      : []),
    { label: '$(git-compare) Git diff', description: 'what has changed', run: () => ({ kind: 'diff' }) },
    { label: '$(git-commit) Git diff, staged', description: 'what would be committed', run: () => ({ kind: 'diff', name: 'staged' }) },
    { label: 'By itself', kind: QuickPickItemKind.Separator },
    own('selection', 'The selection'),
    own('cursor', 'The open file'),
  ];
  const choice = await window.showQuickPick(choices, { title: 'What goes along with the question' });
  const attachment = choice && 'run' in choice ? await choice.run() : undefined;
  if (attachment) tray.add(attachment);
}

async function selected(): Promise<Attachment | undefined> {
  const found = await terminalSelection();
  if (!found) void inform('Nothing is selected in the terminal.');
  return found;
}

async function pickPath(kind: 'file' | 'folder'): Promise<Attachment | undefined> {
  const files = await workspace.findFiles('**/*', undefined, LISTED);
  const several = (workspace.workspaceFolders?.length ?? 0) > 1;
  const paths = files.map((uri) => workspace.asRelativePath(uri, several));
  const names = kind === 'file' ? paths : [...new Set(paths.flatMap(above))];
  const items = [...names].sort().map((name) => ({ label: path.posix.basename(name), description: name }));
  const choice = await window.showQuickPick(items, { title: `Which ${kind}`, matchOnDescription: true });
  if (!choice) return undefined;
  if (kind === 'folder') return { kind, name: choice.description };
  const uri = files[paths.indexOf(choice.description)];
  return uri && (await isFile(uri)) ? { kind, uri: uri.toString(), name: choice.description } : undefined;
}

/** The folders that a file lies in. */
function above(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, end) => parts.slice(0, end + 1).join('/'));
}

async function isFile(uri: Uri): Promise<boolean> {
  try {
    return ((await workspace.fs.stat(uri)).type & FileType.File) !== 0;
  } catch {
    void inform(`${uri.path.slice(uri.path.lastIndexOf('/') + 1)} is not there any more.`);
    return false;
  }
}
