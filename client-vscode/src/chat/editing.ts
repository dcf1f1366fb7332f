// What a click in the chat does to the editor: open a cited span, insert a block of code.

import {
  Range,
  Selection,
  TextEditorRevealType,
  ThemeColor,
  Uri,
  window,
  workspace,
  type TextEditor,
} from 'vscode';
import { inform, warn } from '../notify';

export interface Span {
  path: string;
  startLine: number;
  endLine: number;
  uri?: string;
}

/** How long a span just opened stays tinted. */
const TINT_MS = 2000;

/** Opens the file with the cursor on the span's first line, and tints the span for a moment. */
export async function openSpan(span: Span): Promise<void> {
  const uri = await locate(span);
  if (!uri) {
    void warn(`${span.path} is not in this workspace.`);
    return;
  }
  const document = await workspace.openTextDocument(uri);
  const first = Math.min(Math.max(span.startLine, 1), document.lineCount) - 1;
  const last = Math.min(Math.max(span.endLine - 1, first), document.lineCount - 1);
  const editor = await window.showTextDocument(document, { selection: new Selection(first, 0, first, 0) });
  const range = new Range(first, 0, last, document.lineAt(last).text.length);
  editor.revealRange(range, TextEditorRevealType.InCenterIfOutsideViewport);
  tint(editor, range);
}

/** Puts code where the cursor of the last used editor is, in place of what is selected there. */
export async function insertAtCursor(text: string): Promise<void> {
  const editor = window.activeTextEditor;
  if (!editor) {
    void inform('Open a file and put the cursor where the code should go.');
    return;
  }
  const inserted = text.replace(/\n$/, '');
  await editor.edit((edit) => {
    for (const selection of editor.selections) edit.replace(selection, inserted);
  });
  await window.showTextDocument(editor.document, editor.viewColumn);
}

/** The file of a span that the server cited, or that the text mentions; never one outside the workspace. */
async function locate({ uri, path }: Span): Promise<Uri | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  // Where several folders are open, the server's paths begin with the folder's own name.
  const mentioned = folders.flatMap(({ uri }) => [Uri.joinPath(uri, path), Uri.joinPath(uri, '..', path)]);
  const candidates = uri ? [Uri.parse(uri)] : mentioned;
  for (const candidate of candidates) {
    if (!workspace.getWorkspaceFolder(candidate)) continue;
    try {
      await workspace.fs.stat(candidate);
      return candidate;
    } catch {
      continue; // not in this folder: perhaps in the next
    }
  }
  return undefined;
}

function tint(editor: TextEditor, range: Range): void {
  const decoration = window.createTextEditorDecorationType({
    backgroundColor: new ThemeColor('editor.rangeHighlightBackground'),
    isWholeLine: true,
  });
  editor.setDecorations(decoration, [range]);
  setTimeout(() => {
    decoration.dispose();
  }, TINT_MS);
}
