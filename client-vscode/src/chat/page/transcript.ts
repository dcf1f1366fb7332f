// The list of turns. Knows where each stands and what is under way; how one is drawn is told in `turn`.

import type { FromPage, Kept, Mend, Obstacle, Place, Turn } from '../messages';
import { element, icon } from './dom';
import { createRenderer } from './markdown';
import { drawTurn, fillBody, stateOf } from './turn';
import { welcome } from './welcome';

/** Within this many pixels of the end, the transcript follows what arrives. */
const FOLLOW_PX = 40;
const COPIED_MS = 1500;

export interface TranscriptEvents {
  send(message: FromPage): void;
  ask(question: string): void;
  /** The user wants to word a question anew. */
  edit(turn: Turn): void;
  /** Something that a screen reader should say. */
  say(sentence: string): void;
}

export class Transcript {
  readonly root = element('section.transcript', { role: 'log', 'aria-label': 'Conversation', tabindex: '-1' });
  private readonly render = createRenderer();
  private readonly turns = new Map<number, Turn>();
  private pending: Turn | undefined;
  private frame = 0;

  constructor(private readonly events: TranscriptEvents) {
    this.root.addEventListener('click', (event) => {
      this.clicked(event);
    });
  }

  get busy(): boolean {
    return this.pending !== undefined;
  }

  /** The questions of this conversation, the first one first. */
  get questions(): string[] {
    return [...this.turns.values()].filter(({ role }) => role === 'user').map(({ text }) => text);
  }

  show(turns: Turn[]): void {
    this.pending = undefined;
    this.turns.clear();
    this.root.replaceChildren(...(turns.length ? [] : [welcome([], [])]));
    this.add(turns);
  }

  welcome(examples: string[], kept: Kept[], obstacle?: Obstacle): void {
    if (!this.turns.size) this.root.replaceChildren(welcome(examples, kept, obstacle));
  }

  add(turns: Turn[]): void {
    if (!turns.length) return;
    this.root.querySelector('.welcome')?.remove();
    for (const turn of turns) {
      this.turns.set(turn.id, turn);
      if (turn.state === 'pending') this.pending = turn;
    }
    this.root.append(...turns.map((turn) => drawTurn(turn, this.render)));
    this.root.scrollTop = this.root.scrollHeight;
  }

  delta(text: string): void {
    if (!this.pending) return;
    this.pending.text += text;
    // At most one drawing per frame, however fast the pieces come.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const article = this.pending && this.find(this.pending.id);
      const body = article?.querySelector<HTMLElement>('.body');
      if (!this.pending || !body) return;
      const { text } = this.pending;
      this.following(() => {
        article?.querySelector('.waiting')?.remove();
        fillBody(body, text, this.render);
      });
    });
  }

  places(places: Place[]): void {
    if (!this.pending) return;
    this.pending.places = places;
    this.draw(this.pending);
    const count = places.length === 1 ? '1 place found.' : `${places.length} places found.`;
    this.events.say(count);
  }

  reading(tokens: number): void {
    if (!this.pending) return;
    this.pending.reading = tokens;
    this.draw(this.pending);
    this.events.say(`${stateOf(this.pending)}.`);
  }

  end(turn: Turn): void {
    this.pending = undefined;
    this.draw(turn);
    this.events.say(turn.state === 'done' ? 'The answer is complete.' : turn.note);
  }

  /** A turn as it is now, in the place of what was drawn of it. */
  draw(turn: Turn): void {
    this.turns.set(turn.id, turn);
    const old = this.find(turn.id);
    if (!old) return;
    const within = old.contains(document.activeElement);
    this.following(() => {
      const made = drawTurn(turn, this.render);
      old.replaceWith(made);
      if (within) made.querySelector<HTMLElement>('button, a')?.focus(); // not lost with what had it
    });
  }

  private find(id: number): HTMLElement | null {
    return this.root.querySelector(`[data-turn="${id}"]`);
  }

  /** Stay at the end if the reader is there; leave the reader alone otherwise. */
  private following(change: () => void): void {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    const follow = scrollHeight - scrollTop - clientHeight < FOLLOW_PX;
    change();
    if (follow) this.root.scrollTop = this.root.scrollHeight;
  }

  private clicked(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-do], .cite') : null;
    if (!target) return;
    const send = (message: FromPage) => {
      this.events.send(message);
    };
    if (target.matches('.cite')) {
      event.preventDefault();
      const { path = '', start, end, uri } = target.dataset;
      send({ type: 'open', path, startLine: Number(start), endLine: Number(end), uri });
      return;
    }
    const code = target.closest('.code')?.querySelector('pre')?.textContent ?? '';
    const turn = this.turns.get(Number(target.closest<HTMLElement>('[data-turn]')?.dataset.turn));
    switch (target.dataset.do) {
      case 'example':
        this.events.ask(target.textContent);
        break;
      case 'load':
        send({ type: 'load', conversation: target.dataset.conversation ?? '' });
        break;
      case 'history':
        send({ type: 'history' });
        break;
      case 'copy':
      case 'copy-answer':
        send({ type: 'copy', text: target.dataset.do === 'copy' ? code : (turn?.text ?? '') });
        confirm(target);
        this.events.say('Copied.');
        break;
      case 'insert':
        send({ type: 'insert', text: code });
        break;
      case 'more':
        target.closest('.list')?.classList.add('all');
        target.closest('.list')?.querySelector<HTMLElement>('li:nth-child(5) a')?.focus();
        break;
      case 'edit':
        if (turn) this.events.edit(turn);
        break;
      case 'regenerate':
        send({ type: 'regenerate' });
        break;
      case 'change-show':
      case 'change-apply':
      case 'change-dismiss':
        if (turn) send({ type: 'change', turn: turn.id, what: target.dataset.do.slice(7) as 'show' });
        break;
      case 'logs':
        send({ type: 'logs' });
        break;
      case 'restart':
        send({ type: 'restart' });
        break;
      case 'mend':
        send({ type: 'mend', mend: target.dataset.mend as Mend });
        break;
    }
  }
}

function confirm(copied: HTMLElement): void {
  copied.replaceChildren(icon('done'));
  setTimeout(() => {
    copied.replaceChildren(icon('copy'));
  }, COPIED_MS);
}
