// Draws one turn: a question, or an answer with all that stands around its text. Knows no other turn.

import type { Change, Source, Turn } from '../messages';
import { button, doing, element, icon, wordButton } from './dom';
import { foldedPlaces, link, placesFound, sources, where } from './places';
import { mendButton } from './welcome';

export type Render = (markdown: string) => string;

export function drawTurn(turn: Turn, render: Render): HTMLElement {
  return turn.role === 'user' ? question(turn) : answer(turn, render);
}

/** Text of an answer, into its element. Code gets its toolbar. */
export function fillBody(body: HTMLElement, text: string, render: Render): void {
  body.innerHTML = render(text);
  for (const block of body.querySelectorAll<HTMLElement>('.code')) block.prepend(toolbar(block));
}

/** What is going on before the first word. */
export function stateOf(turn: Turn): string {
  if (turn.text) return '';
  if (turn.reading) return `Reading ${turn.reading.toLocaleString()} tokens`;
  return turn.places.length ? 'Reading what was found' : 'Looking through the workspace';
}

function question(turn: Turn): HTMLElement {
  const attached = turn.attached.length
    ? element('p.attached', { title: 'What went along' }, `with ${turn.attached.join(', ')}`)
    : undefined;
  const edit = doing('edit', button('Edit and ask again', 'tool', icon('edit')));
  return article(
    turn,
    'You',
    element('div.asked', {}, edit, element('div.body', {}, turn.text)),
    attached,
  );
}

function answer(turn: Turn, render: Render): HTMLElement {
  const body = element('div.body');
  if (turn.text) fillBody(body, turn.text, render);
  if (turn.state === 'pending') {
    const state = stateOf(turn);
    const waiting = state ? element('p.waiting', {}, state) : undefined;
    const found = turn.places.length ? placesFound(turn.places) : undefined;
    const made = article(turn, 'Inglenook', found, waiting, body);
    made.setAttribute('aria-busy', 'true');
    return made;
  }
  if (turn.state === 'failed') return article(turn, 'Inglenook', body, failure(turn));
  const struck = turn.struck ? element('p.remark', {}, struckSentence(turn.struck)) : undefined;
  const remark = turn.remark ? element('p.remark', {}, turn.remark) : undefined;
  const note = turn.note ? element('p.note', {}, turn.note) : undefined;
  const change = turn.change && changeCard(turn.change);
  return article(turn, 'Inglenook', origin(turn), body, change, struck, remark, note, rests(turn), actions(turn));
}

/** One list: what the answer used; else what was found, folded where the answer is complete without it. */
function rests(turn: Turn): HTMLElement | undefined {
  // What the index answers links all it rests on where it speaks of it.
  const linked = ({ path, startLine }: Source) => turn.origin === 'index' && turn.text.includes(`${path}:${startLine}`);
  const unlinked = turn.sources.filter((source) => !linked(source));
  if (unlinked.length) return sources(unlinked);
  if (turn.sources.length || !turn.places.length) return undefined;
  return turn.state === 'done' ? foldedPlaces(turn.places) : placesFound(turn.places);
}

function origin({ origin: who, model, cost }: Turn): HTMLElement | undefined {
  if (!who || (who === 'model' && !model)) return undefined;
  if (who === 'index') {
    const why = 'Every sentence is read from the index of this workspace. No model was asked.';
    return element('p.origin', { title: [why, cost].filter(Boolean).join('\n') }, 'From the index');
  }
  const why = 'Written by the model from the code that was found. It can be wrong.';
  return element('p.origin', { title: [why, cost].filter(Boolean).join('\n') }, `By the model (${model})`);
}

function struckSentence(struck: number): string {
  return struck === 1
    ? '1 sentence was left out, because what it said of this workspace is not so.'
    : `${struck} sentences were left out, because what they said of this workspace is not so.`;
}

function actions(turn: Turn): HTMLElement {
  return element(
    'div.actions',
    {},
    turn.text ? doing('copy-answer', button('Copy the answer', 'tool', icon('copy'))) : undefined,
    doing('regenerate', button('Answer again', 'tool', icon('retry'))),
  );
}

function changeCard(change: Change): HTMLElement {
  const said = { open: '', applied: 'Applied. Undo takes it back.', dismissed: 'Dismissed.' }[change.state];
  const buttons =
    change.state === 'open'
      ? [
          wordButton('primary', 'change-apply', 'Apply'),
          wordButton('secondary', 'change-show', 'Show change'),
          wordButton('secondary', 'change-dismiss', 'Dismiss'),
        ]
      : [element('p.said', { role: 'status' }, said)];
  return element(
    'section.change',
    { 'aria-label': `Proposed change: ${change.title}` },
    element('h2', {}, change.title),
    link('a.cite.source', change, icon('file'), ...where(change)),
    element('div.buttons', {}, ...buttons),
  );
}

function failure({ note, obstacle }: Turn): HTMLElement {
  const others = obstacle ? [] : [wordButton('secondary', 'restart', 'Restart Server'), wordButton('secondary', 'logs', 'Show Logs')];
  const mend = obstacle && mendButton(obstacle);
  return element(
    obstacle ? 'div.failure.mendable' : 'div.failure',
    { role: 'alert' },
    element('p', {}, obstacle?.text ?? note),
    element('div.buttons', {}, mend, wordButton('secondary', 'regenerate', 'Ask again'), ...others),
  );
}

function toolbar(block: HTMLElement): HTMLElement {
  return element(
    'div.toolbar',
    {},
    element('span.language', {}, block.dataset.language ?? ''),
    doing('copy', button('Copy', 'tool', icon('copy'))),
    doing('insert', button('Insert at cursor', 'tool', icon('insert'))),
  );
}

function article(turn: Turn, who: string, ...children: (Node | undefined)[]): HTMLElement {
  return element(`article.turn.${turn.role}`, { 'aria-label': who, 'data-turn': String(turn.id) }, ...children);
}
