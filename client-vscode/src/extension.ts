// Activates: makes the parts, hands them to one another, starts the server. Nothing else lives here.

import { window, type ExtensionContext } from 'vscode';
import { registerAsking } from './chat/ask';
import { ChatView } from './chat/view';
import { registerCommands } from './commands';
import { ExplainDocument } from './explain';
import { createLogger } from './logger';
import { registerMcp } from './mcp';
import { Server, followSettings } from './server';
import { serverCommand } from './settings';
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
    ...registerMcp(version, startedBy),
    ...registerAsking(chat),
    ...registerCommands({ server, chat, explanation, logger, status }),
  );
  void server.restart();
}

/** The command that starts the server; none where there is no Python, which the server's own start says. */
function startedBy() {
  const command = serverCommand();
  return 'problem' in command ? undefined : command;
}

export function deactivate(): Promise<void> | undefined {
  return server?.stop();
}
