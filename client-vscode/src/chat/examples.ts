// What could be asked, from what the editor shows. Claims nothing of the code.

import { SymbolKind, commands, type DocumentSymbol, type Position, type TextEditor } from 'vscode';
import { fileEditor } from './editorContext';

const GENERAL = ['What does this project do?', 'Where does the program start?', 'How is the configuration read?'];
const CALLABLE = new Set([SymbolKind.Function, SymbolKind.Method, SymbolKind.Constructor]);
/** A line that begins a definition, in most languages. */
const DEFINITION = /^[ \t]{0,40}(?:(?:export|default|public|private|static|async|pub) ){0,4}(?:def|function|func|fn) (\w{2,60})/;
/** Lines above the cursor that are looked through for one. */
const LOOKED_AT = 300;

/** Three questions; about the open file where there is one. */
export async function examples(): Promise<string[]> {
  const editor = fileEditor();
  if (!editor) return GENERAL;
  const file = editor.document.uri.path.slice(editor.document.uri.path.lastIndexOf('/') + 1);
  const name = (await enclosing(editor)) ?? definitionAbove(editor);
  return [`What is in \`${file}\`?`, name ? `Who calls \`${name}\`?` : `Who imports \`${file}\`?`, 'What has changed?'];
}

/** The innermost function around the cursor, as a language extension tells it. */
async function enclosing({ document, selection }: TextEditor): Promise<string | undefined> {
  const found = await commands.executeCommand<DocumentSymbol[] | undefined>(
    'vscode.executeDocumentSymbolProvider',
    document.uri,
  );
  return innermost(found ?? [], selection.active)?.name;
}

function innermost(symbols: DocumentSymbol[], at: Position): DocumentSymbol | undefined {
  for (const symbol of symbols) {
    // Some extensions answer in the older, flat form, which has no `range`.
    if (!(symbol.range as DocumentSymbol['range'] | undefined)?.contains(at)) continue;
    return innermost(symbol.children, at) ?? (CALLABLE.has(symbol.kind) ? symbol : undefined);
  }
  return undefined;
}

function definitionAbove({ document, selection }: TextEditor): string | undefined {
  const from = selection.active.line;
  for (let line = from; line >= Math.max(0, from - LOOKED_AT); line--) {
    const [, name] = DEFINITION.exec(document.lineAt(line).text.slice(0, 200)) ?? [];
    if (name) return name;
  }
  return undefined;
}
