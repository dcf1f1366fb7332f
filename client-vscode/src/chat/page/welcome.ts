// What an empty conversation shows: questions that could be asked, and conversations that could be gone on with.

import type { Kept } from '../messages';
import { element, icon, wordButton } from './dom';

export function welcome(examples: string[], kept: Kept[]): HTMLElement {
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
    element('ul', { 'aria-label': 'Examples' }, ...questions),
    ...before,
  );
}
