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

function describe({ prompt, hits, timings, usage }: Explanation): string {
  const number = (value: number) => (Number.isInteger(value) ? String(value) : value.toFixed(1));
  const rows = (values: Record<string, number>) =>
    Object.entries(values).map(([name, value]) => `| ${name} | ${number(value)} |`);
  const spans = hits.map(
    ({ path, range, score, symbol }) =>
      `| ${path}:${range.start.line + 1} | ${symbol ?? ''} | ${score.toFixed(3)} |`,
  );
  // A fence longer than any run of backquotes inside keeps the prompt whole.
  const fence = '`'.repeat(Math.max(3, ...[...prompt.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return [
    '# The last completion',
    '',
    '## Code from other files',
    '',
    ...(spans.length ? ['| where | symbol | score |', '|---|---|---|', ...spans] : ['None was used.']),
    '',
    '## Time and tokens',
    '',
    '| stage | ms |',
    '|---|---|',
    ...rows(timings),
    '',
    '| usage | |',
    '|---|---|',
    ...rows(usage),
    '',
    '## The prompt, exactly as the model saw it',
    '',
    fence,
    prompt,
    fence,
    '',
  ].join('\n');
}
