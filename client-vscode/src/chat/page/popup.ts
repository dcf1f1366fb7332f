// The list that completes a command or a name as it is typed. The server says what is in it.

import type { Suggestion } from '../messages';
import { element } from './dom';

export interface PopupEvents {
  complete(request: number, text: string, offset: number): void;
}

/** Keys come fast; the list follows when they pause. */
const PAUSE_MS = 60;
/** Characters before the cursor in which a command or a name may begin. */
const LOOKED_AT = 200;

export class Popup {
  readonly root = element('ul.popup', { role: 'listbox', id: 'suggestions', 'aria-label': 'Suggestions', hidden: '' });
  private items: Suggestion[] = [];
  private from = 0;
  private to = 0;
  private chosen = 0;
  private request = 0;
  private timer = 0;
  private dismissed = -1;

  constructor(
    private readonly text: HTMLTextAreaElement,
    private readonly events: PopupEvents,
  ) {
    for (const [name, value] of Object.entries({ autocomplete: 'list', controls: 'suggestions', haspopup: 'listbox' })) {
      text.setAttribute(`aria-${name}`, value);
    }
    text.addEventListener('blur', () => {
      this.close();
    });
    this.root.addEventListener('pointerdown', (event) => {
      event.preventDefault(); // the text keeps the focus
      const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
      if (row) this.accept(Number(row.dataset.at));
    });
  }

  get open(): boolean {
    return !this.root.hidden;
  }

  /** The text or the cursor has changed: ask anew, or close. */
  follow(): void {
    clearTimeout(this.timer);
    const offset = this.text.selectionStart;
    const begins = wordStart(this.text.value, offset);
    if (begins < 0 || this.text.selectionEnd !== offset || begins === this.dismissed) {
      if (begins < 0) this.dismissed = -1;
      this.close();
      return;
    }
    this.timer = setTimeout(() => {
      this.events.complete(++this.request, this.text.value, offset);
    }, PAUSE_MS);
  }

  show(request: number, start: number, end: number, items: Suggestion[]): void {
    if (request !== this.request || document.activeElement !== this.text) return; // of an earlier key
    [this.items, this.from, this.to] = [items, start, end];
    this.root.replaceChildren(
      ...items.map(({ label, detail }, at) =>
        element(
          'li.suggestion',
          { role: 'option', id: `suggestion-${at}`, 'data-at': String(at) },
          element('span.label', {}, label),
          detail ? element('span.detail', {}, detail) : undefined,
        ),
      ),
    );
    this.root.hidden = !items.length;
    this.choose(0);
  }

  /** Whether the key was the list's. */
  pressed(event: KeyboardEvent): boolean {
    if (!this.open || event.isComposing) return false;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      this.choose((this.chosen + (event.key === 'ArrowDown' ? 1 : -1) + this.items.length) % this.items.length);
    } else if ((event.key === 'Enter' && !event.shiftKey) || (event.key === 'Tab' && !event.shiftKey)) {
      this.accept(this.chosen);
    } else if (event.key === 'Escape') {
      this.dismissed = wordStart(this.text.value, this.text.selectionStart);
      this.close();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  close(): void {
    clearTimeout(this.timer);
    this.request += 1;
    this.root.hidden = true;
    this.text.removeAttribute('aria-activedescendant');
  }

  private choose(at: number): void {
    this.chosen = at;
    for (const [place, row] of [...this.root.children].entries()) {
      row.setAttribute('aria-selected', String(place === at));
      if (place === at) row.scrollIntoView({ block: 'nearest' });
    }
    if (this.open) this.text.setAttribute('aria-activedescendant', `suggestion-${at}`);
    else this.text.removeAttribute('aria-activedescendant');
  }

  private accept(at: number): void {
    const item = this.items[at];
    if (!item) return;
    // What is inserted is a whole word; a folder's name goes on.
    const goesOn = item.insert.endsWith('/') && item.insert.length > 1;
    const spaced = goesOn || /\s$/.test(item.insert) || /^\s/.test(this.text.value.slice(this.to, this.to + 1));
    this.close();
    this.text.setRangeText(item.insert + (spaced ? '' : ' '), this.from, this.to, 'end');
    this.text.dispatchEvent(new Event('input'));
  }
}

/** Where a name with its "@" begins, or a command with its "/" at the very start, that the cursor stands in; else -1. */
function wordStart(text: string, offset: number): number {
  const from = Math.max(0, offset - LOOKED_AT);
  const before = text.slice(from, offset);
  const command = /^\s*(?=\/\w*$)/.exec(before);
  if (command && !from) return command[0].length;
  const at = before.lastIndexOf('@');
  const name = before.slice(at + 1);
  // A name in quotes may hold spaces, until they are closed.
  const inside = /^(?:\w+:)?"[^"\n]*$/.test(name) || /^\S*$/.test(name);
  return at >= 0 && inside && !/\w$/.test(before.slice(0, at)) ? from + at : -1;
}
