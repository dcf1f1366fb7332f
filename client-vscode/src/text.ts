// Text of files, models and servers on its way to the screen: nothing in it hides, is a link, or ends our Markdown.

// What is not drawn: controls, marks of direction, separators, lone surrogates.
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Every hidden character written out, as the server does with what it sends; line ends and tabs stay. */
export function printable(text: string): string {
  return text.replace(HIDDEN, (one) => (one === '\n' || one === '\t' ? one : `<U+${codePoint(one)}>`));
}

/** A notification's text. The editor would make a link of `[x](command:y)` in it, and a click would run the command. */
export function message(text: string): string {
  return printable(text).replaceAll('](', '] (');
}

/** Text that Markdown shows as it stands, in one line: in a table's cell, too. */
export function literal(text: string): string {
  return printable(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_{}[\]()#+\-.!|<>$~&]/g, '\\$&');
}

/** A block of code; its fence is longer than any run of backquotes inside, so that no text ends it. */
export function fenced(text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return [fence, printable(text), fence];
}

function codePoint(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
