// The box a question is typed into. Enter sends, Shift+Enter breaks the line, Escape stops the answer.

import { button, element, icon } from './dom';

export interface ComposerEvents {
  ask(question: string): void;
  stop(): void;
  draft(text: string): void;
}

export class Composer {
  readonly root: HTMLElement;
  private readonly text = element('textarea', {
    rows: '1',
    placeholder: 'Ask about the code',
    'aria-label': 'Question. Enter sends, Shift+Enter starts a new line.',
  });
  private readonly send = button('Send (Enter)', 'send', icon('send'));
  private readonly stop = button('Stop (Escape)', 'stop', icon('stop'));

  constructor(
    private readonly events: ComposerEvents,
    draft: string,
  ) {
    this.root = element('form.composer', {}, this.text, this.send, this.stop);
    this.text.value = draft;
    this.text.addEventListener('input', () => {
      events.draft(this.text.value);
      this.update();
    });
    this.text.addEventListener('keydown', (event) => {
      // An input method uses Enter to accept what it composes.
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.send.addEventListener('click', () => {
      this.submit();
    });
    this.stop.addEventListener('click', () => {
      events.stop();
      this.focus();
    });
    this.setBusy(false);
  }

  focus(): void {
    this.text.focus();
  }

  setBusy(busy: boolean): void {
    this.root.classList.toggle('busy', busy);
    this.update();
  }

  private update(): void {
    this.send.disabled = !this.text.value.trim();
  }

  private submit(): void {
    const question = this.text.value.trim();
    if (!question || this.root.classList.contains('busy')) return;
    this.text.value = '';
    this.events.draft('');
    this.events.ask(question);
  }
}
