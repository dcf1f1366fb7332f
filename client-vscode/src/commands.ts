// The commands of the palette and of the status-bar menu. Each is a line or two over the server.

import { ConfigurationTarget, ProgressLocation, commands, window, workspace, type Disposable } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { ChatView } from './chat/view';
import type { ExplainDocument } from './explain';
import { givenInterpreter } from './interpreter';
import { messageOf, type Logger } from './logger';
import type { Models } from './models';
import { inform, warn } from './notify';
import type { Server } from './server';
import { SECTION, openSettings } from './settings';
import type { SetUp } from './setup/setUp';
import type { StatusItem } from './status';
import { getStarted } from './walkthrough';
import * as wire from './wire';

export interface Parts {
  server: Server;
  chat: ChatView;
  explanation: ExplainDocument;
  logger: Logger;
  status: StatusItem;
  setUp: SetUp;
  models: Models;
}

export function registerCommands(parts: Parts): Disposable[] {
  const handlers: Record<string, () => Promise<void> | void> = {
    getStarted,
    setUp: async () => {
      if (givenInterpreter()) void inform('The setting inglenook.interpreter names a Python, so there is nothing to set up.');
      else if (await parts.setUp.begin()) await parts.server.restart();
    },
    restartServer: () => parts.server.restart(),
    reindexWorkspace: () => withServer(parts, reindex),
    showLogs: () => {
      parts.logger.show();
    },
    openSettings: () => openSettings(),
    toggleCompletions: () => toggleCompletions(parts.status),
    endSnooze,
    chooseModel: () => withServer(parts, () => parts.models.choose()),
    downloadModel: () =>
      withServer(parts, async () => {
        await parts.models.download();
      }),
    newChat: async () => {
      await parts.chat.newChat();
      await commands.executeCommand('inglenook.chat.focus');
    },
    showHistory: () => withServer(parts, () => parts.chat.showHistory()),
    exportChat: () => withServer(parts, () => parts.chat.exportChat()),
    explainLastCompletion: () => withServer(parts, (client) => explain(client, parts)),
    menu: () => showMenu(parts.status, parts.setUp),
  };
  return Object.entries(handlers).map(([name, handler]) => commands.registerCommand(`${SECTION}.${name}`, handler));
}

/** Run `action` on a running server; what goes wrong becomes the server's own sentence. */
async function withServer({ server, logger }: Parts, action: (client: LanguageClient) => Promise<void>): Promise<void> {
  const client = server.connection;
  try {
    if (!client) throw new Error('The Inglenook server is not running.');
    await action(client);
  } catch (error) {
    const choice = await warn(messageOf(error), ...(client ? [] : ['Restart Server']), 'Show Logs');
    if (choice === 'Show Logs') logger.show();
    if (choice === 'Restart Server') await server.restart();
  }
}

async function reindex(client: LanguageClient): Promise<void> {
  const progress = { location: ProgressLocation.Window, title: 'Inglenook: indexing the workspace' };
  const { files, chunks, seconds } = await window.withProgress(progress, () =>
    client.sendRequest(wire.index, { action: 'rebuild' }),
  );
  void inform(
    `Indexed ${files.toLocaleString()} files, ${chunks.toLocaleString()} chunks in ${seconds.toFixed(1)} s.`,
  );
}

async function explain(client: LanguageClient, { server, explanation }: Parts): Promise<void> {
  const found = await client.sendRequest(wire.explain, { id: server.suggested });
  if (found) await explanation.show(found);
  else void inform('Nothing has been suggested yet, so there is nothing to explain.');
}

async function endSnooze(): Promise<void> {
  await commands.executeCommand(wire.SNOOZE, 0);
}

/** Who switches on what is snoozed wants it now. */
async function toggleCompletions(status: StatusItem): Promise<void> {
  if (status.snoozedUntil) {
    await endSnooze();
    return;
  }
  const configuration = workspace.getConfiguration(SECTION);
  const enabled = !configuration.get<boolean>('completion.enabled', true);
  await configuration.update('completion.enabled', enabled, ConfigurationTarget.Global);
  window.setStatusBarMessage(`Inglenook completions are ${enabled ? 'on' : 'off'}`, 3000);
}

async function showMenu({ snoozedUntil, missingModel }: StatusItem, { python }: SetUp): Promise<void> {
  const on = workspace.getConfiguration(SECTION).get<boolean>('completion.enabled', true);
  const rest = snoozedUntil
    ? { label: `$(bell) End snooze (until ${snoozedUntil})`, command: 'inglenook.endSnooze' }
    : { label: '$(bell-slash) Snooze completions for 30 minutes', command: wire.SNOOZE };
  const needed = [
    ...(!python && !givenInterpreter() ? [{ label: '$(rocket) Set up Inglenook', command: 'inglenook.setUp' }] : []),
    ...(missingModel ? [{ label: `$(cloud-download) Download the model ${missingModel}`, command: 'inglenook.downloadModel' }] : []),
  ];
  const items = [
    ...needed,
    { label: '$(comment-discussion) Ask about this workspace', command: 'inglenook.chat.focus' },
    { label: on ? '$(eye-closed) Turn completions off' : '$(eye) Turn completions on', command: 'inglenook.toggleCompletions' },
    ...(on ? [rest] : []),
    { label: '$(chip) Choose the model', command: 'inglenook.chooseModel' },
    { label: '$(question) Explain the last completion', command: 'inglenook.explainLastCompletion' },
    { label: '$(refresh) Re-index the workspace', command: 'inglenook.reindexWorkspace' },
    { label: '$(debug-restart) Restart the server', command: 'inglenook.restartServer' },
    { label: '$(mortar-board) Get started', command: 'inglenook.getStarted' },
    { label: '$(output) Show the logs', command: 'inglenook.showLogs' },
    { label: '$(settings-gear) Open the settings', command: 'inglenook.openSettings' },
  ];
  const choice = await window.showQuickPick(items, { title: 'Inglenook' });
  if (choice) await commands.executeCommand(choice.command);
}
