// Models: asks once whether the one that is missing may be downloaded, shows how far that is, and lets the user choose
// another. What there is, where it comes from and what it costs is the server's to say.

import { randomUUID } from 'node:crypto';
import { ConfigurationTarget, ProgressLocation, commands, window, workspace, type Disposable, type QuickPickItem } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { messageOf, type Logger } from './logger';
import { complain, inform } from './notify';
import type { Server } from './server';
import { SECTION } from './settings';
import * as wire from './wire';

export class Models implements Disposable {
  private readonly parts: Disposable;
  /** Asked of in this window. */
  private asked = new Set<string>();
  private pulling: Promise<boolean> | undefined;

  constructor(
    private readonly server: Server,
    private readonly logger: Logger,
  ) {
    this.parts = server.onDidChangeStatus((status) => {
      this.follow(status);
    });
  }

  dispose(): void {
    this.parts.dispose();
  }

  /** Download a model, by default the one that is missing; a second call waits for the first. Gives whether it is here. */
  download(name?: string): Promise<boolean> {
    this.pulling ??= this.attempt(name).finally(() => {
      this.pulling = undefined;
    });
    return this.pulling;
  }

  /** Offer all models; one that is not here yet is downloaded first. */
  async choose(): Promise<void> {
    const client = this.connected();
    const { models } = await client.sendRequest(wire.models, {});
    const choice = await window.showQuickPick(models.map(row), {
      title: 'Inglenook: which model writes',
      placeHolder: 'Larger ones know more and take longer. All of them run on this machine.',
      matchOnDescription: true,
    });
    if (!choice) return;
    const { name, profile, installed, wanted } = choice.model;
    if (!installed && !(await this.download(name))) return;
    if (wanted) return;
    const configuration = workspace.getConfiguration(SECTION);
    if (!profile) await configuration.update('generation.model', name, ConfigurationTarget.Global);
    else await configuration.update('profile', profile, ConfigurationTarget.Global);
  }

  private follow({ kind, missingModel = '' }: wire.Status): void {
    void commands.executeCommand('setContext', 'inglenook.modelMissing', missingModel !== '');
    if (kind === 'Busy') return; // a notification goes after some seconds: it comes when there is nothing else to see
    if (!missingModel || this.asked.has(missingModel) || this.pulling) return;
    this.asked.add(missingModel);
    this.ask(missingModel).catch((error: unknown) => {
      this.logger.error(messageOf(error));
    });
  }

  private async ask(name: string): Promise<void> {
    const { models } = await this.connected().sendRequest(wire.models, {});
    const model = models.find((one) => one.name === name);
    if (!model || model.installed) return;
    const question =
      `Completions and the chat's own words need a model: ${model.title}, ${megabytes(model.bytes)} from ` +
      `${model.source}. It is kept on this machine and runs here. ` +
      'Search and what the index knows work without it.';
    const choice = await inform(question, 'Download', 'Choose Another', 'Not Now');
    if (choice === 'Download') await this.download(name);
    if (choice === 'Choose Another') await this.choose();
  }

  private async attempt(name?: string): Promise<boolean> {
    const problem = await this.pull(name);
    if (!problem) return true;
    this.logger.error(problem);
    // Not waited for: it may stand there for hours, and the chat and the palette offer the same meanwhile.
    if (problem !== STOPPED) void this.explain(problem, name);
    return false;
  }

  private async explain(problem: string, name?: string): Promise<void> {
    const choice = await complain(problem, 'Try Again', 'Show Logs');
    if (choice === 'Try Again') await this.download(name);
    if (choice === 'Show Logs') this.logger.show();
  }

  /** Gives nothing where the model is here, else a sentence. */
  private async pull(name?: string): Promise<string> {
    const progress = { location: ProgressLocation.Notification, title: 'Inglenook’s model', cancellable: true };
    return await window.withProgress(progress, async (report, token) => {
      const partialResultToken = randomUUID();
      try {
        const client = this.connected();
        let shown = 0;
        const heard = client.onProgress(wire.pullProgress, partialResultToken, ({ stage, done, total }) => {
          const percent = stage === 'Downloading' && total ? (100 * done) / total : shown;
          report.report({ message: words(stage, done, total), increment: Math.max(0, percent - shown) });
          shown = Math.max(shown, percent);
        });
        try {
          await client.sendRequest(wire.pullModel, { ...(name ? { name } : {}), partialResultToken }, token);
        } finally {
          heard.dispose();
        }
        return '';
      } catch (error) {
        return token.isCancellationRequested ? STOPPED : messageOf(error);
      }
    });
  }

  private connected(): LanguageClient {
    if (!this.server.connection) throw new Error('The Inglenook server is not running.');
    return this.server.connection;
  }
}

const STOPPED = 'The download was stopped.';

function row(model: wire.ModelInfo): QuickPickItem & { model: wire.ModelInfo } {
  const { title, profile, bytes, memory, installed, wanted, license } = model;
  const state = installed ? 'on this machine' : `${megabytes(bytes)} to download`;
  return {
    model,
    label: `${wanted ? '$(check) ' : installed ? '$(circle-filled) ' : '$(cloud-download) '}${title}`,
    description: `${profile}${wanted ? ', in use' : ''}`,
    detail: `${state}, about ${megabytes(memory)} of memory, ${license || 'licence unknown'}`,
  };
}

function words(stage: string, done: number, total: number): string {
  if (stage === 'Downloading' && total) return `downloading, ${Math.round(done / 1e6)} of ${Math.round(total / 1e6)} MB`;
  return total ? `${stage.toLowerCase()}, ${Math.floor((100 * done) / total)} %` : stage.toLowerCase();
}

function megabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
