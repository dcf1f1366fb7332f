// Lists of places in files: what was found for a question, and what its answer used. All of it is text, never HTML.

import type { Place, Source } from '../messages';
import { element, icon, wordButton } from './dom';

/** Rows shown before "more": the best ones, and they fit a narrow side bar. */
const SHOWN = 4;

/** What was found, each with its signature and the first sentence of its documentation. */
export function placesFound(places: Place[]): HTMLElement {
  const rows = places.map((place) => {
    const signature = place.signature ? element('code.signature', {}, place.signature) : undefined;
    const doc = place.doc ? element('span.doc', {}, place.doc) : undefined;
    return element('li', {}, link('a.cite.place', place, element('span.where', {}, ...where(place)), signature, doc));
  });
  return list('places', 'Found', rows);
}

/** What an answer used. */
export function sources(used: Source[]): HTMLElement {
  const rows = used.map((source) => element('li', {}, link('a.cite.source', source, icon('file'), ...where(source))));
  return list('sources', 'Sources', rows);
}

/** What was found for an answer that names none of it: folded, for it may have nothing to do with it. */
export function foldedPlaces(places: Place[]): HTMLElement {
  const found = placesFound(places);
  found.querySelector('h2')?.remove();
  const count = places.length === 1 ? '1 place was found' : `${places.length} places were found`;
  return element('details.folded', {}, element('summary', {}, count), found);
}

export function link(selector: 'a' | `a.${string}`, source: Source, ...children: (Node | undefined)[]): HTMLElement {
  const label = `Open ${source.path}, ${source.endLine > source.startLine ? 'lines' : 'line'} ${lines(source)}`;
  const made = element(selector, { href: '#', title: label, 'aria-label': label }, ...children);
  const { uri, path, startLine, endLine } = source;
  Object.assign(made.dataset, { uri, path, start: String(startLine), end: String(endLine) });
  return made;
}

/** `pool.py`, `:12-30`, and the folder. */
export function where(source: Source): HTMLElement[] {
  const slash = source.path.lastIndexOf('/') + 1;
  const folder = source.path.slice(0, slash).replace(/\/$/, '');
  return [
    element('span.name', {}, source.path.slice(slash)),
    element('span.lines', {}, `:${lines(source)}`),
    ...(folder ? [element('span.folder', {}, folder)] : []),
  ];
}

function lines({ startLine, endLine }: Source): string {
  return endLine > startLine ? `${startLine}-${endLine}` : `${startLine}`;
}

function list(kind: string, heading: string, rows: HTMLElement[]): HTMLElement {
  const rest = rows.length - SHOWN;
  const more = rest > 0 ? wordButton('more', 'more', `${rest} more`) : undefined;
  return element(`div.list.${kind}`, {}, element('h2', {}, heading), element('ul', {}, ...rows), more);
}
