// Activates: makes the parts, hands them to one another, starts the server. Nothing else lives here.

import { window, type ExtensionContext } from 'vscode';
import { registerAsking } from './chat/ask';
import { ChatView } from './chat/view';
import { registerCommands } from './commands';
import { ExplainDocument } from './explain';
import { createLogger } from './logger';
import { NextEdits } from './nextEdit';
import { Server, followSettings } from './server';
import { StatusItem } from './status';

let server: Server | undefined;

export function activate(context: ExtensionContext): void {
  const { version } = context.extension.packageJSON as { version: string };
  const logger = createLogger();
  const status = new StatusItem();
  const explanation = new ExplainDocument();
  server = new Server(version, logger, status);
  const chat = new ChatView(context, server, logger);
  context.subscriptions.push(
    logger,
    status,
    explanation,
    server,
    chat,
    window.registerWebviewViewProvider(ChatView.id, chat),
    followSettings(server),
    new NextEdits(context, server, logger),
    ...registerAsking(chat),
    ...registerCommands({ server, chat, explanation, logger, status }),
  );
  void server.restart();
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
