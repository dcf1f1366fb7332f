// Changes that answers propose: shown as a diff, applied as one undo step, and only where the text is still as it was.

import * as path from 'node:path';
import {
  FileSystemError,
  Range,
  Selection,
  Uri,
  WorkspaceEdit,
  commands,
  window,
  workspace,
  type Disposable,
  type TextDocument,
} from 'vscode';
import { warn } from '../notify';
import type { ProposedEdit } from '../wire';
import type { ChangeAction } from './messages';

const SCHEME = 'inglenook-proposed';

export class ProposedChanges implements Disposable {
  private readonly texts = new Map<string, string>();
  private shown = 0;
  private readonly listeners: Disposable[] = [
    workspace.registerTextDocumentContentProvider(SCHEME, {
      provideTextDocumentContent: (uri) => this.texts.get(uri.toString()),
    }),
    workspace.onDidCloseTextDocument(({ uri }) => this.texts.delete(uri.toString())),
  ];

  /** Does what was chosen; gives how the change was settled, if it was. */
  async act(action: ChangeAction, edit: ProposedEdit): Promise<'applied' | 'dismissed' | undefined> {
    if (action === 'dismiss') return 'dismissed';
    if (action === 'apply') return (await this.apply(edit)) ? 'applied' : undefined;
    await this.show(edit);
    return undefined;
  }

  /** The file beside itself with the change. */
  private async show(edit: ProposedEdit): Promise<void> {
    const uri = place(edit);
    if (!uri) return;
    const title = `${path.basename(uri.path)}: ${edit.title}`;
    if (await isNew(edit, uri)) {
      const [before, after] = [this.text(uri, ''), this.text(uri, edit.newText)];
      await commands.executeCommand('vscode.diff', before, after, title);
      return;
    }
    const document = await target(edit, uri);
    if (!document) return;
    const text = document.getText();
    const range = rangeOf(edit, document);
    const changed = text.slice(0, document.offsetAt(range.start)) + edit.newText + text.slice(document.offsetAt(range.end));
    await commands.executeCommand('vscode.diff', document.uri, this.text(uri, changed), title);
  }

  /** Whether it was applied; if not, the user was told why. */
  private async apply(edit: ProposedEdit): Promise<boolean> {
    const uri = place(edit);
    if (!uri) return false;
    const change = new WorkspaceEdit();
    if (await isNew(edit, uri)) {
      change.createFile(uri, { contents: Buffer.from(edit.newText, 'utf8') });
      if (!(await applied(change, edit))) return false;
      await window.showTextDocument(uri);
      return true;
    }
    const document = await target(edit, uri);
    if (!document) return false;
    const range = rangeOf(edit, document);
    change.replace(document.uri, range, edit.newText);
    if (!(await applied(change, edit))) return false;
    const end = document.positionAt(document.offsetAt(range.start) + edit.newText.length);
    const editor = await window.showTextDocument(document, { selection: new Selection(range.start, range.start) });
    editor.revealRange(new Range(range.start, end));
    return true;
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  /** A text to be shown, under a name of its own: the editor would show an earlier one of the same name. */
  private text(uri: Uri, text: string): Uri {
    const shown = Uri.from({ scheme: SCHEME, path: uri.path, query: String(++this.shown) });
    this.texts.set(shown.toString(), text);
    return shown;
  }
}

/** The place of a change, if it is in the workspace. */
function place(edit: ProposedEdit): Uri | undefined {
  const uri = Uri.parse(edit.uri);
  if (uri.scheme === 'file' && workspace.getWorkspaceFolder(uri)) return uri;
  void warn(`${edit.path} is not in this workspace, so it was not changed.`);
  return undefined;
}

/** Whether a change makes a file, and that file is not there. */
async function isNew(edit: ProposedEdit, uri: Uri): Promise<boolean> {
  if (!makesFile(edit)) return false;
  try {
    await workspace.fs.stat(uri);
    return false;
  } catch (error) {
    return error instanceof FileSystemError && error.code === 'FileNotFound';
  }
}

/** An edit of a file that was there names at least one of its lines. */
function makesFile({ oldText, range: { start, end } }: ProposedEdit): boolean {
  return !oldText && [start.line, start.character, end.line, end.character].every((one) => one === 0);
}

async function applied(change: WorkspaceEdit, edit: ProposedEdit): Promise<boolean> {
  if (await workspace.applyEdit(change)) return true;
  void warn(`The editor did not change ${edit.path}.`);
  return false;
}

/** The file, if it still holds what the change replaces. */
async function target(edit: ProposedEdit, uri: Uri): Promise<TextDocument | undefined> {
  let document: TextDocument;
  try {
    document = await workspace.openTextDocument(uri);
  } catch {
    void warn(`${edit.path} can't be opened, so it was not changed.`);
    return undefined;
  }
  if (makesFile(edit)) {
    if (!document.getText()) return document;
    void warn(`${edit.path} exists by now, so it was not changed. Ask again.`);
    return undefined;
  }
  if (!isCurrent(edit, document)) {
    void warn(`${edit.path} has changed since this was proposed, so it was not changed. Ask again.`);
    return undefined;
  }
  return document;
}

/** Whether the lines that a change replaces are still there; without any, that can't be told. */
function isCurrent(edit: ProposedEdit, document: TextDocument): boolean {
  if (!edit.oldText || edit.range.start.line >= document.lineCount) return false;
  return lines(document.getText(rangeOf(edit, document))) === lines(edit.oldText);
}

function rangeOf({ range: { start, end } }: ProposedEdit, document: TextDocument): Range {
  return document.validateRange(new Range(start.line, start.character, end.line, end.character));
}

/** Line ends are the editor's affair, and so is whether the last line has one. */
function lines(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(/\n$/, '');
}
