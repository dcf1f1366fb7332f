// The row of what goes along with the next question, with a button for more.

import type { Chip } from '../messages';
import { button, element, icon } from './dom';

export interface ChipEvents {
  attach(): void;
  detach(key: string): void;
}

export class Chips {
  private readonly list = element('ul.chips', { 'aria-label': 'Goes along with the question' });
  readonly root: HTMLElement;

  constructor(private readonly events: ChipEvents) {
    const add = button('Add something that goes along', 'tool', icon('add'));
    add.addEventListener('click', () => {
      events.attach();
    });
    this.root = element('div.tray', {}, add, this.list);
  }

  show(chips: Chip[]): void {
    const focused = [...this.list.querySelectorAll('button')].findIndex((one) => one === document.activeElement);
    this.list.replaceChildren(...chips.map((chip) => this.draw(chip)));
    if (focused < 0) return;
    const buttons = this.list.querySelectorAll('button');
    (buttons[Math.min(focused, buttons.length - 1)] ?? this.root.querySelector('button'))?.focus();
  }

  private draw({ key, label, title, tokens, problem }: Chip): HTMLElement {
    const size = tokens < 0 ? '' : `${tokens.toLocaleString()} tokens`;
    const said = problem ? `${label} does not go along. ${problem}` : [title, size].filter(Boolean).join(', ');
    const remove = button(`Leave out ${label}`, 'remove', icon('close'));
    remove.addEventListener('click', () => {
      this.events.detach(key);
    });
    return element(
      problem ? 'li.chip.refused' : 'li.chip',
      { title: said },
      element('span.label', {}, label),
      problem ? element('span.spoken', {}, `: ${said}`) : undefined,
      tokens < 0 || problem ? undefined : element('span.tokens', {}, tokens.toLocaleString()),
      key ? remove : undefined,
    );
  }
}
