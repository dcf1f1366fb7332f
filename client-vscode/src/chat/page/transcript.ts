// Draws the conversation. Knows turns; knows nothing of the extension but the messages it sends.

import type { FromPage, Source, Turn } from '../messages';
import { button, element, icon } from './dom';
import { createRenderer } from './markdown';

const EXAMPLES = [
  'What does this project do?',
  'Where does the program start?',
  'How is the configuration read?',
];
/** Sources shown before "more": the best ones, and they fit a narrow side bar. */
const SHOWN_SOURCES = 4;
/** Within this many pixels of the end, the transcript follows what arrives. */
const FOLLOW_PX = 40;
const COPIED_MS = 1500;

export class Transcript {
  readonly root = element('section.transcript', { role: 'log', 'aria-label': 'Conversation', tabindex: '-1' });
  private readonly render = createRenderer();
  private pending: { turn: Turn; body: HTMLElement } | undefined;
  private frame = 0;

  constructor(
    private readonly send: (message: FromPage) => void,
    private readonly ask: (question: string) => void,
  ) {
    this.root.addEventListener('click', (event) => {
      this.clicked(event);
    });
  }

  get busy(): boolean {
    return this.pending !== undefined;
  }

  show(turns: Turn[]): void {
    this.pending = undefined;
    this.root.replaceChildren(...(turns.length ? [] : [this.welcome()]));
    this.add(turns);
  }

  add(turns: Turn[]): void {
    if (!turns.length) return;
    this.root.querySelector('.welcome')?.remove();
    this.root.append(...turns.map((turn) => this.draw(turn)));
    this.root.scrollTop = this.root.scrollHeight;
  }

  delta(text: string): void {
    if (!this.pending) return;
    this.pending.turn.text += text;
    // At most one drawing per frame, however fast the pieces come.
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      if (this.pending) this.fill(this.pending.body, this.pending.turn);
    });
  }

  end(turn: Turn): void {
    if (!this.pending) return;
    const old = this.pending.body.closest('article');
    this.pending = undefined;
    this.following(() => old?.replaceWith(this.draw(turn)));
  }

  private draw(turn: Turn): HTMLElement {
    const who = turn.role === 'user' ? 'You' : 'Inglenook';
    const body = element('div.body');
    const article = element(`article.turn.${turn.role}`, { 'aria-label': who }, body);
    if (turn.role === 'user') {
      body.textContent = turn.text;
      return article;
    }
    if (turn.state === 'pending') {
      article.setAttribute('aria-busy', 'true');
      this.pending = { turn, body };
    }
    this.fill(body, turn);
    if (turn.state === 'failed') article.append(failure(turn.note));
    else {
      if (turn.remark) article.append(element('p.remark', {}, turn.remark));
      if (turn.sources.length) article.append(sources(turn.sources));
      if (turn.note) article.append(element('p.note', {}, turn.note));
    }
    return article;
  }

  private fill(body: HTMLElement, turn: Turn): void {
    this.following(() => {
      if (!turn.text && turn.state === 'pending') {
        body.replaceChildren(element('p.waiting', {}, 'Reading the workspace'));
        return;
      }
      body.innerHTML = this.render(turn.text);
      for (const block of body.querySelectorAll<HTMLElement>('.code')) block.prepend(toolbar(block));
    });
  }

  /** Stay at the end if the reader is there; leave the reader alone otherwise. */
  private following(change: () => void): void {
    const { scrollHeight, scrollTop, clientHeight } = this.root;
    const follow = scrollHeight - scrollTop - clientHeight < FOLLOW_PX;
    change();
    if (follow) this.root.scrollTop = this.root.scrollHeight;
  }

  private welcome(): HTMLElement {
    const examples = EXAMPLES.map((question) => {
      const example = element('button.example', { type: 'button' }, question);
      example.addEventListener('click', () => {
        this.ask(question);
      });
      return element('li', {}, example);
    });
    return element(
      'div.welcome',
      {},
      icon('hearth'),
      element('h1', {}, 'Ask about this workspace'),
      element('p', {}, 'A model on this machine reads the code and answers. Nothing leaves it.'),
      element('ul', { 'aria-label': 'Examples' }, ...examples),
    );
  }

  private clicked(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-do], .cite') : null;
    if (!target) return;
    if (target.matches('.cite')) {
      event.preventDefault();
      const { path = '', start, end, uri } = target.dataset;
      this.send({ type: 'open', path, startLine: Number(start), endLine: Number(end), uri });
      return;
    }
    const code = target.closest('.code')?.querySelector('pre')?.textContent ?? '';
    switch (target.dataset.do) {
      case 'copy':
        this.send({ type: 'copy', text: code });
        confirm(target);
        break;
      case 'insert':
        this.send({ type: 'insert', text: code });
        break;
      case 'more':
        target.closest('.sources')?.classList.add('all');
        break;
      case 'logs':
        this.send({ type: 'logs' });
        break;
      case 'restart':
        this.send({ type: 'restart' });
        break;
    }
  }
}

function doing(made: HTMLButtonElement, what: string): HTMLButtonElement {
  made.dataset.do = what;
  return made;
}

function toolbar(block: HTMLElement): HTMLElement {
  return element(
    'div.toolbar',
    {},
    element('span.language', {}, block.dataset.language ?? ''),
    doing(button('Copy', 'tool', icon('copy')), 'copy'),
    doing(button('Insert at cursor', 'tool', icon('insert')), 'insert'),
  );
}

function confirm(copied: HTMLElement): void {
  copied.replaceChildren(icon('done'));
  setTimeout(() => {
    copied.replaceChildren(icon('copy'));
  }, COPIED_MS);
}

function sources(all: Source[]): HTMLElement {
  const rows = all.map(({ uri, path, startLine, endLine }) => {
    const lines = endLine > startLine ? `${startLine}-${endLine}` : `${startLine}`;
    const slash = path.lastIndexOf('/') + 1;
    const label = `Open ${path}, line ${lines}`;
    const link = element(
      'a.cite.source',
      { href: '#', title: label, 'aria-label': label },
      icon('file'),
      element('span.name', {}, path.slice(slash)),
      element('span.lines', {}, `:${lines}`),
      element('span.folder', {}, path.slice(0, slash).replace(/\/$/, '')),
    );
    Object.assign(link.dataset, { uri, path, start: String(startLine), end: String(endLine) });
    return element('li', {}, link);
  });
  const rest = all.length - SHOWN_SOURCES;
  const more = rest > 0 ? doing(element('button.more', { type: 'button' }, `${rest} more`), 'more') : undefined;
  return element('div.sources', {}, element('h2', {}, 'Sources'), element('ul', {}, ...rows), more);
}

function failure(sentence: string): HTMLElement {
  return element(
    'div.failure',
    { role: 'alert' },
    element('p', {}, sentence),
    doing(element('button.secondary', { type: 'button' }, 'Show Logs'), 'logs'),
    doing(element('button.secondary', { type: 'button' }, 'Restart Server'), 'restart'),
  );
}
