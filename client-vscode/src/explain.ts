// "Explain Last Completion": what the model was shown and why, as a read-only document.

import { EventEmitter, Uri, window, workspace, type Disposable } from 'vscode';
import type { Explanation } from './wire';

const SCHEME = 'inglenook-explain';
const DOCUMENT = Uri.parse(`${SCHEME}:/Last Completion.md`);

export class ExplainDocument implements Disposable {
  private text = '';
  private readonly changed = new EventEmitter<Uri>();
  private readonly registration = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: () => this.text,
  });

  async show(explanation: Explanation): Promise<void> {
    this.text = describe(explanation);
    this.changed.fire(DOCUMENT);
    await window.showTextDocument(await workspace.openTextDocument(DOCUMENT), { preview: true });
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

function describe({ prompt, hits, timings, usage, reason, gate, confidence }: Explanation): string {
  const spans = hits.map(({ path, range, score, parts }) => [
    `${path}:${range.start.line + 1}-${Math.max(range.end.line, range.start.line + 1)}`,
    Object.keys(parts).join(', '),
    score.toFixed(3),
  ]);
  const stages = Object.entries(timings).map(([stage, ms]) => [stage, ms.toFixed(1)]);
  // A fence longer than any run of backquotes inside keeps the prompt whole.
  const fence = '`'.repeat(Math.max(3, ...[...prompt.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    '# The last completion',
    ...(reason ? ['', `Note: ${reason}.`] : []),
    '',
    '## Code from other files in the prompt',
    '',
    ...(spans.length ? table([['where', 'found by', 'score'], ...spans]) : ['None.']),
    ...(gate ? ['', `Decided: ${gate}.`] : []),
    ...(reason ? [] : ['', `The suggestion is right with an estimated chance of ${Math.round(confidence * 100)} %.`]),
    '',
    '## Time and tokens',
    '',
    ...table([['stage', 'ms'], ...stages]),
    '',
    `${usage.promptTokens} tokens in the prompt, ${usage.generatedTokens} generated, ` +
      `the first after ${Math.round(usage.firstTokenMs)} ms.`,
    '',
    '## The prompt, exactly as the model saw it',
    '',
    fence,
    prompt,
    fence,
    '',
  ].join('\n');
}

/** A Markdown table that is also readable as text: its columns line up. */
function table(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)];
}
