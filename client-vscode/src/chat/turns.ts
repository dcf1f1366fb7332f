// From the wire to what the page draws. Pure: knows neither the editor nor a request.

import type * as wire from '../wire';
import type { Place, Source, Turn } from './messages';

/** A turn with nothing in it yet. */
export function blank(id: number, role: Turn['role']): Turn {
  return {
    id,
    role,
    text: '',
    attached: [],
    sources: [],
    places: [],
    reading: 0,
    state: 'done',
    origin: '',
    model: '',
    cost: '',
    struck: 0,
    remark: '',
    note: '',
  };
}

/** A turn of a conversation that was kept. */
export function ofAnotherDay(id: number, { role, content, origin, model, references }: wire.KeptMessage): Turn {
  const sources = (references ?? []).map(sourceOf);
  return { ...blank(id, role), text: content, origin: origin ?? '', model: model ?? '', sources };
}

/** Puts the answer into its turn. */
export function finish(answer: Turn, result: wire.ChatResult): void {
  const { generatedTokens, totalMs } = result.usage;
  answer.text = result.text;
  answer.sources = result.references.map(sourceOf);
  answer.places = result.places.map(placeOf);
  answer.origin = result.origin;
  answer.struck = result.struck;
  answer.remark = result.note;
  answer.state = result.stopReason === 'cancelled' ? 'stopped' : 'done';
  answer.note = { stop: '', length: 'Cut at the length limit', cancelled: 'Stopped' }[result.stopReason];
  answer.model = result.adapter ? `${result.model} + ${result.adapter}` : result.model;
  const facts = [generatedTokens ? `${generatedTokens} tokens` : '', totalMs ? `${(totalMs / 1000).toFixed(1)} s` : ''];
  answer.cost = facts.filter(Boolean).join(', ');
  if (result.edit) answer.change = { ...sourceOf(result.edit), title: result.edit.title, state: 'open' };
}

export function placeOf(place: wire.Place): Place {
  return { ...sourceOf(place), signature: place.signature, doc: place.doc };
}

export function sourceOf({ uri, path, range }: Pick<wire.Reference, 'uri' | 'path' | 'range'>): Source {
  return { uri, path, ...linesOf(range) };
}

/** 1-based and inclusive. A range that ends at column 0 ends with the line before. */
export function linesOf({ start, end }: wire.Reference['range']): { startLine: number; endLine: number } {
  const last = end.character === 0 && end.line > start.line ? end.line - 1 : end.line;
  return { startLine: start.line + 1, endLine: last + 1 };
}

/** "3" or "3-9". */
export function lineText({ startLine, endLine }: { startLine: number; endLine: number }): string {
  return endLine > startLine ? `${startLine}-${endLine}` : `${startLine}`;
}
