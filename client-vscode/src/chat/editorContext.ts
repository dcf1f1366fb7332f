// What the editor shows now, as something that goes along with a question. Sends nothing, keeps nothing.

import { languages, window, workspace, type TextEditor, type Uri } from 'vscode';
import type { Attachment } from '../wire';

/** Problems that go along at most: the first fifty of a broken build say what is wrong with it. */
const MOST_PROBLEMS = 50;
/** Characters of one problem: some tools write pages. */
const MOST_OF_ONE = 300;

/** The editor that was used last, if it shows a file of a folder that is open. */
export function fileEditor(): TextEditor | undefined {
  const editor = window.activeTextEditor;
  const uri = editor?.document.uri;
  return uri?.scheme === 'file' && workspace.getWorkspaceFolder(uri) ? editor : undefined;
}

/** What is selected, or else where the cursor is. */
export function here(): Attachment | undefined {
  const editor = fileEditor();
  if (!editor) return undefined;
  const { start, end, isEmpty } = editor.selection;
  const range = { start: { line: start.line, character: start.character }, end: { line: end.line, character: end.character } };
  return { kind: isEmpty ? 'cursor' : 'selection', uri: editor.document.uri.toString(), range };
}

/** The problems that the editor lists, the open file's first; undefined where there are none. */
export function problems(): Attachment | undefined {
  const open = fileEditor()?.document.uri;
  const listed = languages.getDiagnostics().sort(([a], [b]) => rank(a, open) - rank(b, open));
  const lines: string[] = [];
  for (const [uri, found] of listed) {
    if (uri.scheme !== 'file' || !workspace.getWorkspaceFolder(uri)) continue;
    for (const { range, message } of found.slice(0, MOST_PROBLEMS - lines.length)) {
      const said = message.replace(/\s+/g, ' ').slice(0, MOST_OF_ONE);
      lines.push(`${workspace.asRelativePath(uri)}:${range.start.line + 1}: ${said}`);
    }
    if (lines.length >= MOST_PROBLEMS) break;
  }
  return lines.length ? { kind: 'problems', uri: open?.toString() ?? '', text: lines.join('\n') } : undefined;
}

function rank(uri: Uri, open: Uri | undefined): number {
  return uri.toString() === open?.toString() ? 0 : 1;
}
