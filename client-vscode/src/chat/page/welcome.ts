// What an empty conversation shows: questions that could be asked, and conversations that could be gone on with.

import type { Kept, Obstacle } from '../messages';
import { element, icon, wordButton } from './dom';

export function welcome(examples: string[], kept: Kept[], obstacle?: Obstacle): HTMLElement {
  const questions = examples.map((question) => element('li', {}, wordButton('example', 'example', question)));
  const earlier = kept.map(({ id, title, when }) => {
    const open = wordButton('earlier', 'load', '');
    open.dataset.conversation = id;
    open.title = title;
    open.append(icon('chat'), element('span.title', {}, title), element('span.when', {}, when));
    return element('li', {}, open);
  });
  const before = earlier.length
    ? [
        element('h2', {}, 'Earlier'),
        element('ul', { 'aria-label': 'Earlier conversations' }, ...earlier),
        wordButton('more', 'history', 'All conversations'),
      ]
    : [];
  return element(
    'div.welcome',
    {},
    icon('hearth'),
    element('h1', {}, 'Ask about this workspace'),
    element('p', {}, 'Answers come from its index, and from a model on this machine. Nothing leaves it.'),
    obstacle && obstacleCard(obstacle),
    element('ul', { 'aria-label': 'Examples' }, ...questions),
    ...before,
  );
}

/** What is in the way, and the button that mends it. */
function obstacleCard(obstacle: Obstacle): HTMLElement {
  return element('div.obstacle', { role: 'status' }, element('p', {}, obstacle.text), mendButton(obstacle));
}

/** The button that mends an obstacle, where there is something to do. */
export function mendButton({ button, mend }: Obstacle): HTMLElement | undefined {
  if (!mend) return undefined;
  const made = wordButton('primary', 'mend', button);
  made.dataset.mend = mend;
  return made;
}
