// Activates: makes the parts, hands them to one another, starts the server. Nothing else lives here.

import { window, type ExtensionContext } from 'vscode';
import { registerAsking } from './chat/ask';
import { ChatView } from './chat/view';
import { registerCommands } from './commands';
import { ExplainDocument } from './explain';
import { createLogger } from './logger';
import { registerMcp } from './mcp';
import { Models } from './models';
import { NextEdits } from './nextEdit';
import { Server, followSettings } from './server';
import { SetUp } from './setup/setUp';
import { StatusItem } from './status';
import { followTrust, sayLimits } from './trust';
import { followSteps } from './walkthrough';

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const { version } = context.extension.packageJSON as { version: string };
  const logger = createLogger();
  const status = new StatusItem();
  const explanation = new ExplainDocument();
  const setUp = new SetUp(context, logger, status);
  server = new Server(version, logger, status, setUp);
  const models = new Models(server, logger);
  const chat = new ChatView(context, server, logger, setUp);
  context.subscriptions.push(
    logger,
    status,
    setUp,
    explanation,
    server,
    models,
    chat,
    window.registerWebviewViewProvider(ChatView.id, chat),
    followSettings(server),
    ...registerMcp(version, server),
    followTrust(server),
    ...followSteps({ server, onDidAnswer: chat.onDidAnswer }, context.globalState),
    sayLimits(server, context.workspaceState),
    new NextEdits(context, server, logger),
    ...registerAsking(chat),
    ...registerCommands({ server, chat, explanation, logger, status, setUp, models }),
  );
  void server.restart();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
