// "Explain Last Completion": a suggestion, why it is what it is, and what the model was shown, as a rendered page.

import { EventEmitter, Uri, commands, window, workspace, type Disposable } from 'vscode';
import { fenced, literal } from './text';
import type { Explanation } from './wire';

const SCHEME = 'inglenook-explain';
const PAGE = Uri.parse(`${SCHEME}:/Last Completion.md`);

export class ExplainDocument implements Disposable {
  private text = '';
  private shown = 0;
  private readonly changed = new EventEmitter<Uri>();
  private readonly registration = workspace.registerTextDocumentContentProvider(SCHEME, {
    onDidChange: this.changed.event,
    provideTextDocumentContent: () => this.text,
  });

  async show(explanation: Explanation): Promise<void> {
    this.text = describe(explanation);
    // A page of its own each time: the preview would not notice that the same one has another text.
    const page = PAGE.with({ query: String(++this.shown) });
    try {
      await commands.executeCommand('markdown.showPreview', page);
    } catch {
      // The editor's own Markdown extension is switched off.
      await window.showTextDocument(await workspace.openTextDocument(page), { preview: true });
    }
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }
}

function describe({ text, prompt, hits, timings, usage, reason, gate, confidence, late }: Explanation): string {
  const spans = hits.map(({ path, range, score, parts }) => [
    `${path}:${range.start.line + 1}-${Math.max(range.end.line, range.start.line + 1)}`,
    Object.keys(parts).join(', '),
    score.toFixed(3),
  ]);
  const stages = Object.entries(timings).map(([stage, ms]) => [stage, ms.toFixed(1)]);
  const missed = Object.entries(late).map(([what, ms]) => `${what}: too late (${Math.round(ms)} ms)`);
  return [
    '# The last completion',
    '',
    ...(text ? fenced(text) : [`Nothing was suggested: ${literal(reason || 'the model had nothing to add')}.`]),
    '',
    '## Why',
    '',
    ...(text ? [`It is right with an estimated chance of ${Math.round(confidence * 100)} %.`, ''] : []),
    ...(gate ? [`Other files: ${literal(gate)}.`, ''] : []),
    ...(missed.length ? [`Not waited for: ${literal(missed.join('; '))}.`, ''] : []),
    '## Code from other files in the prompt',
    '',
    ...(spans.length ? table([['where', 'found by', 'score'], ...spans]) : ['None.']),
    '',
    '## Time and tokens',
    '',
    ...table([['stage', 'ms'], ...stages]),
    '',
    `${usage.promptTokens} tokens in the prompt, ${usage.generatedTokens} generated, ` +
      `the first after ${Math.round(usage.firstTokenMs)} ms.`,
    '',
    '## The prompt, as the model saw it',
    '',
    ...fenced(prompt),
    '',
  ].join('\n');
}

function table([head = [], ...body]: string[][]): string[] {
  const line = (cells: string[]) => `| ${cells.map(literal).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...body.map(line)];
}
