// What goes along with the next question: what the editor shows, and what was picked. The server counts its tokens.

import { EventEmitter, Uri, window, type Disposable, type Memento } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { Attachment } from '../wire';
import * as wire from '../wire';
import type { Asked } from './conversation';
import { here } from './editorContext';
import type { Chip } from './messages';
import { attempt } from './requests';
import { lineText, linesOf } from './turns';

/** The cursor moves with every key; what it stands on is asked for when it rests. */
const REST_MS = 200;
const HERE = 'here';
/** Where the kinds that never go along by themselves are kept, in the editor's own store. */
const OFF = 'inglenook.chat.off';

export type OwnKind = 'selection' | 'cursor';

export class Tray implements Disposable {
  private readonly changed = new EventEmitter<Chip[]>();
  /** The chips, whenever one of them changes. */
  readonly onDidChange = this.changed.event;
  private readonly picked = new Map<string, Attachment>();
  private leftOut = false;
  private text = '';
  private made = 0;
  private asked = 0;
  private timer: NodeJS.Timeout | undefined;
  private known: wire.Chip[] = [];
  private readonly listeners = [
    window.onDidChangeTextEditorSelection(() => {
      this.refreshSoon();
    }),
    window.onDidChangeActiveTextEditor(() => {
      this.refreshSoon();
    }),
  ];

  constructor(
    private readonly connection: () => LanguageClient | undefined,
    private readonly store: Memento,
  ) {}

  /** Whether the editor's selection, or its open file, goes along by itself. */
  goesAlong(kind: OwnKind): boolean {
    return !this.store.get<OwnKind[]>(OFF, []).includes(kind);
  }

  async setGoesAlong(kind: OwnKind, wanted: boolean): Promise<void> {
    const others = this.store.get<OwnKind[]>(OFF, []).filter((one) => one !== kind);
    await this.store.update(OFF, wanted ? others : [...others, kind]);
    this.leftOut = false;
    this.refresh();
  }

  add(attachment: Attachment): void {
    this.picked.set(`picked-${++this.made}`, attachment);
    this.refresh();
  }

  /** Leave one out of the next question. */
  remove(key: string): void {
    if (key === HERE) this.leftOut = true;
    else this.picked.delete(key);
    this.refresh();
  }

  /** The question as far as it is typed: it may name more that goes along. */
  typed(text: string): void {
    this.text = text;
    this.refreshSoon();
  }

  /** What was picked for an earlier question, in place of what is picked now. */
  putBack({ picked }: Asked): void {
    this.picked.clear();
    for (const attachment of picked) this.picked.set(`picked-${++this.made}`, attachment);
    this.refresh();
  }

  /** What goes along now, and `more`. The tray is then as it was before anything was picked or left out. */
  take(more: Attachment[] = []): Asked {
    const all = [...this.all().values(), ...more];
    const picked = [...this.picked.values(), ...more];
    this.picked.clear();
    this.leftOut = false;
    this.text = '';
    this.refreshSoon();
    return { attachments: all, picked, labels: all.map(label) };
  }

  /** Tells the chips as they are known, and asks the server for the rest. */
  refresh(): void {
    clearTimeout(this.timer);
    this.tell();
    void this.ask(++this.asked);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.changed.dispose();
    for (const listener of this.listeners) listener.dispose();
  }

  private refreshSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.refresh();
    }, REST_MS);
  }

  private async ask(number: number): Promise<void> {
    const params = { text: this.text, attachments: [...this.all().values()] };
    const found = await attempt(this.connection(), wire.chatContext, params);
    if (number !== this.asked) return; // a later question was asked meanwhile
    this.known = found?.chips ?? [];
    this.tell();
  }

  private tell(): void {
    this.changed.fire(drawn(this.all(), this.known));
  }

  private all(): Map<string, Attachment> {
    const own = this.leftOut ? undefined : here();
    const goes = own && this.goesAlong(own.kind as OwnKind);
    return new Map([...(goes ? [[HERE, own] as const] : []), ...this.picked]);
  }
}

/** Each attachment as its chip, with what the server says of it; then the server's own. */
function drawn(attachments: Map<string, Attachment>, known: wire.Chip[]): Chip[] {
  const rest = [...known];
  const chips = [...attachments].map(([key, attachment]): Chip => {
    const at = rest.findIndex((chip) => isOf(chip, attachment));
    const [said] = at < 0 ? [] : rest.splice(at, 1);
    const name = label(attachment);
    return { key, label: name, title: title(attachment, said?.label ?? name), tokens: said?.tokens ?? -1, problem: said?.problem ?? '' };
  });
  const others = rest.filter(({ kind }) => kind !== 'selection' && kind !== 'cursor'); // those are of an earlier place
  return [...chips, ...others.map(asNamed)];
}

/** A chip of the question's own words, or of the workspace's instructions: the server alone knows it. */
function asNamed({ kind, label, tokens, problem = '' }: wire.Chip): Chip {
  const why = kind === 'instructions' ? "the workspace's own instructions, shown to the model as data" : 'named in the question';
  return { key: '', label, title: `${label}: ${why}`, tokens, problem };
}

function isOf(chip: wire.Chip, attachment: Attachment): boolean {
  if (chip.kind !== attachment.kind) return false;
  if (chip.uri && attachment.uri) return Uri.parse(chip.uri).toString() === Uri.parse(attachment.uri).toString();
  return !attachment.name || chip.label.includes(attachment.name) || attachment.kind === 'diff' || attachment.kind === 'terminal';
}

/** A word for it. */
function label({ kind, uri = '', range, name = '', text = '' }: Attachment): string {
  const file = decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
  switch (kind) {
    case 'selection':
      return range ? `${file}:${lineText(linesOf(range))}` : file;
    case 'problems':
      return text.includes('\n') ? `${text.split('\n').length} problems` : '1 problem';
    case 'terminal':
      return `Terminal: ${name}`;
    case 'diff':
      return name === 'staged' ? 'Staged changes' : 'Changes';
    case 'folder':
      return `${name}/`;
    default:
      return name || file;
  }
}

function title({ kind, range }: Attachment, name: string): string {
  if (kind === 'selection') return `What is selected in the editor goes along: ${name}`;
  if (kind === 'cursor') return `What is around the cursor goes along: ${name}, line ${(range?.start.line ?? 0) + 1}`;
  return `${name} goes along`;
}
