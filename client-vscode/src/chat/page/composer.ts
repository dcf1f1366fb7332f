// The box a question is typed into. Enter sends, Shift+Enter breaks the line, Escape stops the answer.

import type { Chip, FromPage, Suggestion, Turn } from '../messages';
import { Chips } from './chips';
import { button, element, icon } from './dom';
import { Popup } from './popup';

const BUSY = 'An answer is being written. Esc stops it.';

export interface ComposerEvents {
  send(message: FromPage): void;
  /** The text that is to be there when the page comes back. */
  keep(draft: string): void;
  /** The questions asked so far, the first one first. */
  questions(): string[];
}

export class Composer {
  readonly root: HTMLElement;
  private readonly text = element('textarea', {
    rows: '1',
    placeholder: 'Ask, or type / or @',
    'aria-label': 'Question. Enter sends, Shift+Enter starts a new line, / lists commands, @ lists names.',
  });
  private readonly submitButton = button('Send (Enter)', 'send', icon('send'));
  private readonly stopButton = button('Stop (Escape)', 'stop', icon('stop'));
  private readonly hint = element('p.hint', { role: 'status' });
  private readonly spoken = element('p.spoken', { role: 'status' });
  private readonly banner: HTMLElement;
  private readonly chips: Chips;
  private readonly popup: Popup;
  private busy = false;
  /** The question that the next one replaces. */
  private instead: number | undefined;
  /** How far back the arrow keys have gone; 0 is what was typed. */
  private back = 0;

  constructor(
    private readonly events: ComposerEvents,
    draft: string,
  ) {
    const send = (message: FromPage) => {
      events.send(message);
    };
    this.chips = new Chips({
      attach: () => {
        send({ type: 'attach' });
      },
      detach: (key) => {
        send({ type: 'detach', key });
      },
    });
    this.popup = new Popup(this.text, {
      complete: (request, text, offset) => {
        send({ type: 'complete', request, text, offset });
      },
    });
    const cancel = button('Cancel (Escape)', 'tool', icon('close'));
    const what = element('span', {}, 'Asking anew: what follows the question is replaced.');
    this.banner = element('div.banner', { hidden: '' }, what, cancel);
    const line = element('div.line', {}, this.text, this.submitButton, this.stopButton);
    const box = element('form.composer', {}, this.popup.root, this.banner, this.chips.root, line);
    this.root = element('div.foot', {}, this.hint, this.spoken, box);
    this.text.value = draft;
    cancel.addEventListener('click', () => {
      this.cancelEdit();
    });
    this.text.addEventListener('input', () => {
      this.back = 0;
      this.typed();
    });
    this.text.addEventListener('keydown', (event) => {
      this.pressed(event);
    });
    this.text.addEventListener('click', () => {
      this.popup.follow();
    });
    this.submitButton.addEventListener('click', () => {
      this.submit();
    });
    this.stopButton.addEventListener('click', () => {
      send({ type: 'stop' });
      this.focus();
    });
    this.update();
    if (draft) send({ type: 'draft', text: draft });
  }

  focus(): void {
    this.text.focus();
  }

  setBusy(busy: boolean): void {
    this.busy = busy;
    this.root.classList.toggle('busy', busy);
    if (!busy) this.hint.textContent = '';
    this.update();
  }

  showChips(chips: Chip[]): void {
    this.chips.show(chips);
  }

  suggest(request: number, start: number, end: number, items: Suggestion[]): void {
    this.popup.show(request, start, end, items);
  }

  /** Text at the cursor, as if it were typed. */
  type(text: string): void {
    this.focus();
    const before = this.text.value.slice(0, this.text.selectionStart);
    const apart = before && !/\s$/.test(before) ? ' ' : '';
    this.text.setRangeText(apart + text, this.text.selectionStart, this.text.selectionEnd, 'end');
    this.typed();
  }

  /** A question to be worded anew. */
  edit(turn: Turn): void {
    this.instead = turn.id;
    this.banner.hidden = false;
    this.events.send({ type: 'edit', turn: turn.id });
    this.put(turn.text);
    this.focus();
  }

  /** The conversation is another one, or its turns are. */
  forget(): void {
    this.back = 0;
    this.instead = undefined;
    this.banner.hidden = true;
  }

  ask(question: string): void {
    if (this.busy) {
      this.hint.textContent = BUSY;
      return;
    }
    this.events.send({ type: 'ask', text: question, instead: this.instead });
    this.forget();
  }

  /** For a screen reader alone. */
  say(sentence: string): void {
    this.spoken.textContent = sentence;
  }

  /** Whether Escape had something to close here. */
  escape(): boolean {
    if (this.instead === undefined) return false;
    this.cancelEdit();
    return true;
  }

  private pressed(event: KeyboardEvent): void {
    if (this.popup.pressed(event)) return;
    if (event.key === 'ArrowUp' || event.key === 'ArrowDown') this.recall(event);
    // An input method uses Enter to accept what it composes.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.submit();
  }

  /** Earlier questions, as a shell brings back commands: only from an empty box, or from one that it filled itself. */
  private recall(event: KeyboardEvent): void {
    const questions = this.events.questions();
    const back = this.back + (event.key === 'ArrowUp' ? 1 : -1);
    if ((this.text.value && !this.back) || back < 0 || back > questions.length) return;
    event.preventDefault();
    this.back = back;
    this.put(back ? (questions.at(-back) ?? '') : '');
  }

  private put(text: string): void {
    this.text.value = text;
    this.text.setSelectionRange(text.length, text.length);
    this.changed();
    this.popup.close();
  }

  private typed(): void {
    this.changed();
    this.popup.follow();
  }

  private changed(): void {
    this.events.keep(this.text.value);
    this.events.send({ type: 'draft', text: this.text.value });
    this.update();
  }

  private cancelEdit(): void {
    this.forget();
    this.put('');
    this.focus();
  }

  private update(): void {
    this.submitButton.disabled = !this.text.value.trim();
  }

  private submit(): void {
    const question = this.text.value.trim();
    if (!question) return;
    if (!this.busy) this.put('');
    this.ask(question);
  }
}
