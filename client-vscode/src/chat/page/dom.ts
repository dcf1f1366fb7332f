// Making elements in one expression, and the page's few icons.

type Child = Node | string | undefined;

/** `element('button.primary', { 'aria-label': 'Send' }, icon('send'))` */
export function element<Name extends keyof HTMLElementTagNameMap>(
  selector: Name | `${Name}.${string}`,
  attributes: Record<string, string> = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const [name, ...classes] = selector.split('.') as [Name, ...string[]];
  const made = document.createElement(name);
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

// 16 x 16, drawn with strokes of the text's colour.
const ICONS = {
  send: '<path d="M2.5 8h10M8.5 3.5 13 8l-4.5 4.5"/>',
  stop: '<rect x="4" y="4" width="8" height="8" rx="1.5" fill="currentColor"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M3.5 10.5a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1"/>',
  insert: '<path d="M13.5 3v5.5a2 2 0 0 1-2 2H3M6 7.5 3 10.5l3 3"/>',
  done: '<path d="m3 8.500 3.500 3.500L13 4.500"/>',
  add: '<path d="M8 3v10M3 8h10"/>',
  close: '<path d="m4.500 4.500 7 7M11.500 4.500l-7 7"/>',
  retry: '<path d="M13 8a5 5 0 1 1-1.500-3.550M13 2.500v3h-3"/>',
  edit: '<path d="m10.500 3.500 2 2-7 7-2.700.7.7-2.700z"/>',
  chat: '<path d="M2.500 3.500h11v7.500H8l-3 2.500V11H2.500z"/>',
  file: '<path d="M4 2.500h5l3.500 3.500v7.500h-8.500zM9 2.500V6h3.500"/>',
  hearth: '<path d="M2 14.500h12M3 14V7.500a5 5 0 0 1 10 0V14"/><path d="M8 13c-1.700 0-2.800-1.100-2.800-2.600C5.200 8.600 7.200 8 7.400 5.700c1.900.9 3.400 2.700 3.400 4.700 0 1.500-1.100 2.600-2.800 2.600z"/>',
};

export function icon(name: keyof typeof ICONS): HTMLElement {
  const holder = element('span.icon', { 'aria-hidden': 'true' });
  holder.innerHTML =
    '<svg viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.2" stroke-linecap="round" ' +
    `stroke-linejoin="round">${ICONS[name]}</svg>`;
  return holder;
}

export function button(label: string, kind: string, ...children: Child[]): HTMLButtonElement {
  return element(`button.${kind}`, { type: 'button', title: label, 'aria-label': label }, ...children);
}

/** A button whose click the transcript hears as `what`. */
export function doing(what: string, made: HTMLButtonElement): HTMLButtonElement {
  made.dataset.do = what;
  return made;
}

/** A button with a word on it. */
export function wordButton(kind: string, what: string, word: string): HTMLButtonElement {
  return doing(what, element(`button.${kind}`, { type: 'button' }, word));
}
