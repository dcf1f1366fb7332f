// Next edits: asks the server after a pause, draws the offer, and makes it. Tab jumps there, Tab again applies, Esc ends
// it. Knows nothing of what makes an edit likely.

import {
  DecorationRangeBehavior,
  InlineCompletionItem,
  OverviewRulerLane,
  Position,
  Range,
  Selection,
  TextEditorRevealType,
  ThemeColor,
  Uri,
  WorkspaceEdit,
  commands,
  languages,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
  type InlineCompletionItemProvider,
  type TextDocument,
  type TextDocumentChangeEvent,
  type TextEditor,
} from 'vscode';
import { messageOf, type Logger } from './logger';
import type { Server } from './server';
import { SECTION } from './settings';
import * as wire from './wire';

/** Time after the last key: who types on wants no offer. The server waits as long, whatever a client does. */
const QUIET_MS = 500;
/** Characters of new text that are drawn; the rest is seen when it is applied. */
const DRAWN = 80;
const OFFERED = 'inglenook.nextEditOffered';

interface Offer {
  edit: wire.NextEdit;
  /** The other places of the same change. */
  others: wire.NextEdit[];
  /** The document whose versions the offer was made for. */
  version: number;
}

export class NextEdits implements Disposable, InlineCompletionItemProvider {
  private offer: Offer | undefined;
  private timer: NodeJS.Timeout | undefined;
  private asked = 0;
  private applying = false;
  private readonly parts: { dispose(): unknown }[];
  private readonly struck;
  private readonly added;
  private readonly hint;

  constructor(
    context: ExtensionContext,
    private readonly server: Server,
    private readonly logger: Logger,
  ) {
    this.struck = window.createTextEditorDecorationType({
      textDecoration: 'line-through',
      opacity: '0.6',
      backgroundColor: new ThemeColor('diffEditor.removedTextBackground'),
      overviewRulerColor: new ThemeColor('editorInfo.foreground'),
      overviewRulerLane: OverviewRulerLane.Right,
      rangeBehavior: DecorationRangeBehavior.ClosedClosed,
    });
    this.added = window.createTextEditorDecorationType({
      gutterIconPath: context.asAbsolutePath('media/next-edit.svg'),
      gutterIconSize: '70%',
      overviewRulerColor: new ThemeColor('editorInfo.foreground'),
      overviewRulerLane: OverviewRulerLane.Right,
    });
    this.hint = window.createTextEditorDecorationType({});
    this.parts = [
      this.struck,
      this.added,
      this.hint,
      workspace.onDidChangeTextDocument((event) => {
        this.changed(event);
      }),
      window.onDidChangeActiveTextEditor(() => {
        this.draw();
      }),
      window.onDidChangeTextEditorSelection((event) => {
        if (event.selections.some((one) => !one.isEmpty)) this.end();
        else this.draw();
      }),
      server.onDidStop(() => {
        this.end();
      }),
      languages.registerInlineCompletionItemProvider({ scheme: 'file' }, this),
      commands.registerCommand('inglenook.nextEdit', () => this.go()),
      commands.registerCommand('inglenook.rejectNextEdit', () => {
        this.reject();
      }),
      commands.registerCommand('inglenook.applyNextEditEverywhere', () => this.everywhere()),
      commands.registerCommand('inglenook.nextEditAccepted', (id: string) => this.accepted(id)),
    ];
  }

  dispose(): void {
    this.end();
    for (const part of this.parts) part.dispose();
  }

  /** The offer as ghost text, where it only adds at the cursor. */
  provideInlineCompletionItems(document: TextDocument, position: Position): InlineCompletionItem[] {
    const ghost = this.offer && this.ghost(this.offer, document, position);
    if (!ghost) return [];
    const command = { command: 'inglenook.nextEditAccepted', title: 'Accepted', arguments: [this.offer?.edit.id] };
    return [new InlineCompletionItem(ghost, new Range(position, position), command)];
  }

  private changed({ document, contentChanges }: TextDocumentChangeEvent): void {
    if (document !== window.activeTextEditor?.document || !contentChanges.length) return;
    if (this.applying || document.uri.scheme !== 'file') return;
    this.end();
    if (!workspace.getConfiguration(SECTION, document).get<boolean>('nextEdit.enabled', false)) return;
    this.timer = setTimeout(() => void this.ask(), QUIET_MS);
  }

  /** Ask for the next edit of the active document; whether there is one. */
  private async ask(): Promise<boolean> {
    const editor = window.activeTextEditor;
    const connection = this.server.connection;
    if (!editor || !connection || editor.document.uri.scheme !== 'file') return false;
    const { document } = editor;
    const { version } = document;
    const turn = ++this.asked;
    const busy = editor.selections.length > 1 || editor.selections.some((one) => !one.isEmpty);
    try {
      const uri = connection.code2ProtocolConverter.asUri(document.uri);
      const { edits } = await connection.sendRequest(wire.nextEdit, { uri, busy });
      const [edit, ...others] = edits;
      if (turn !== this.asked || document.version !== version || window.activeTextEditor !== editor || !edit) return false;
      this.offer = { edit, others, version };
    } catch (error) {
      this.logger.debug(`No next edit: ${messageOf(error)}`);
      return false;
    }
    void commands.executeCommand('setContext', OFFERED, true);
    this.draw();
    this.tell('shown');
    if (this.ghost(this.offer, document, editor.selection.active)) {
      await commands.executeCommand('editor.action.inlineSuggest.trigger');
    }
    return true;
  }

  /** Tab: jump to the place; apply when the cursor is there. */
  private async go(): Promise<void> {
    const { offer } = this;
    if (!offer) return;
    const editor = window.activeTextEditor;
    if (!editor || !isIn(editor, offer.edit) || !isAt(editor, offer.edit)) {
      await this.jump(offer.edit);
      return;
    }
    const range = rangeOf(offer.edit);
    if (plain(editor.document.getText(range)) !== plain(offer.edit.oldText)) {
      this.end();
      return;
    }
    this.applying = true;
    try {
      await editor.edit(
        (builder) => {
          builder.replace(range, offer.edit.newText);
        },
        { undoStopBefore: true, undoStopAfter: true },
      );
    } finally {
      this.applying = false;
    }
    await this.accepted(offer.edit.id);
  }

  /** An offer was applied: the next one is offered at once, and the cursor goes there. */
  private async accepted(id: string): Promise<void> {
    await this.server.connection?.sendNotification(wire.nextEditEvent, { id, kind: 'accepted' });
    this.end();
    if ((await this.ask()) && this.offer) await this.jump(this.offer.edit);
  }

  private async jump(edit: wire.NextEdit): Promise<void> {
    const document = await workspace.openTextDocument(Uri.parse(edit.uri));
    const editor = await window.showTextDocument(document);
    const place = changed(edit).range.end;
    editor.selection = new Selection(place, place);
    editor.revealRange(new Range(place, place), TextEditorRevealType.InCenterIfOutsideViewport);
    this.draw();
  }

  /** Esc: not this one, and not again. */
  private reject(): void {
    this.tell('rejected');
    this.end();
  }

  /** All places of the change, as one step. */
  private async everywhere(): Promise<void> {
    const { offer } = this;
    if (!offer) return;
    const change = new WorkspaceEdit();
    for (const one of [offer.edit, ...offer.others]) change.replace(Uri.parse(one.uri), rangeOf(one), one.newText);
    this.end();
    if (await workspace.applyEdit(change, { isRefactoring: true })) {
      await this.server.connection?.sendNotification(wire.nextEditEvent, { id: offer.edit.id, kind: 'accepted' });
    }
  }

  private tell(kind: 'shown' | 'rejected'): void {
    const id = this.offer?.edit.id;
    if (id) void this.server.connection?.sendNotification(wire.nextEditEvent, { id, kind });
  }

  /** Take the offer off the screen. */
  private end(): void {
    clearTimeout(this.timer);
    this.asked += 1;
    if (!this.offer) return;
    this.offer = undefined;
    void commands.executeCommand('setContext', OFFERED, false);
    this.draw();
  }

  /** The text to show at the cursor, where an offer does nothing but add it there. */
  private ghost({ edit }: Offer, document: TextDocument, position: Position): string | undefined {
    if (document.uri.toString() !== Uri.parse(edit.uri).toString()) return undefined;
    const { range, text } = changed(edit);
    return range.isEmpty && range.start.isEqual(position) && text ? text : undefined;
  }

  private draw(): void {
    const { offer } = this;
    for (const editor of window.visibleTextEditors) {
      const here = offer && isIn(editor, offer.edit) ? offer.edit : undefined;
      const ghost = offer && here && this.ghost(offer, editor.document, editor.selection.active);
      const { range, text } = here && !ghost ? changed(here) : { range: undefined, text: '' };
      editor.setDecorations(this.struck, range && !range.isEmpty ? [range] : []);
      editor.setDecorations(this.added, range ? [{ range: new Range(range.end, range.end), renderOptions: after(text) }] : []);
      editor.setDecorations(this.hint, this.hintIn(editor, offer?.edit));
    }
  }

  /** Where the place is out of sight, a word at the end of the cursor's line that says where. */
  private hintIn(editor: TextEditor, edit: wire.NextEdit | undefined) {
    if (!edit || editor !== window.activeTextEditor) return [];
    const there = changed(edit).range;
    if (isIn(editor, edit) && editor.visibleRanges.some((one) => one.intersection(there))) return [];
    const line = editor.document.lineAt(editor.selection.active.line);
    const where = `${isIn(editor, edit) ? 'line ' : `${edit.path}:`}${there.start.line + 1}`;
    const contentText = ` ⇥ next edit: ${visible(where)}`;
    const style = { contentText, color: new ThemeColor('editorGhostText.foreground'), margin: '0 0 0 2em' };
    return [{ range: new Range(line.range.end, line.range.end), renderOptions: { after: style } }];
  }
}

function rangeOf({ range }: wire.NextEdit): Range {
  return new Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

/** The part of an edit that differs: its range, and what comes there. Only where it begins and ends in one line. */
function changed(edit: wire.NextEdit): { range: Range; text: string } {
  const { oldText, newText } = edit;
  const range = rangeOf(edit);
  if (oldText.includes('\n')) return { range, text: newText };
  const word = /\w/;
  let low = 0;
  while (low < Math.min(oldText.length, newText.length) && oldText[low] === newText[low]) low += 1;
  while (low > 0 && word.test(oldText[low - 1] ?? '') && word.test((oldText[low] ?? '') + (newText[low] ?? ''))) low -= 1;
  let high = 0;
  const most = Math.min(oldText.length, newText.length) - low;
  while (high < most && oldText.at(-1 - high) === newText.at(-1 - high)) high += 1;
  while (high > 0 && word.test(oldText.at(-high) ?? '') && word.test((oldText.at(-1 - high) ?? '') + (newText.at(-1 - high) ?? '')))
    high -= 1;
  const start = range.start.translate(0, low);
  return {
    range: new Range(start, range.start.translate(0, oldText.length - high)),
    text: newText.slice(low, newText.length - high),
  };
}

function after(text: string) {
  const [first = '', ...more] = text.split('\n').filter((line, index, all) => line.trim() || all.length === 1 || index);
  const contentText = `${visible(first.slice(0, DRAWN))}${first.length > DRAWN || more.length ? ' …' : ''}`;
  return {
    after: {
      contentText,
      color: new ThemeColor('editorGhostText.foreground'),
      backgroundColor: new ThemeColor('diffEditor.insertedTextBackground'),
      margin: '0 0 0 0.3em',
    },
  };
}

/** With the line ends that are compared. */
function plain(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** Without control characters and marks of direction, which could make a line look like another one. */
function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}]/gu, ' ');
}

function isIn(editor: TextEditor, edit: wire.NextEdit): boolean {
  return editor.document.uri.toString() === Uri.parse(edit.uri).toString();
}

/** Whether the cursor is on the lines of the change. */
function isAt(editor: TextEditor, edit: wire.NextEdit): boolean {
  const { range } = changed(edit);
  const { line } = editor.selection.active;
  return range.start.line <= line && line <= range.end.line;
}
