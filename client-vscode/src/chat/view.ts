// The chat view: carries messages between its page and a conversation. The conversation outlives the page, which the
// editor throws away whenever the view is hidden.

import { randomBytes } from 'node:crypto';
import { Uri, env, type Disposable, type Webview, type WebviewView, type WebviewViewProvider } from 'vscode';
import { messageOf, type Logger } from '../logger';
import type { Server } from '../server';
import { Conversation } from './conversation';
import { insertAtCursor, openSpan } from './editing';
import type { FromPage, ToPage } from './messages';

export class ChatView implements WebviewViewProvider, Disposable {
  static readonly id = 'inglenook.chat';

  private conversation = new Conversation();
  private view: WebviewView | undefined;

  constructor(
    private readonly extension: Uri,
    private readonly server: Server,
    private readonly logger: Logger,
  ) {
    server.onDidStop(() => {
      this.conversation.serverStopped();
    });
  }

  resolveWebviewView(view: WebviewView): void {
    this.view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [Uri.joinPath(this.extension, 'out')] };
    view.webview.html = page(view.webview, this.extension);
    view.webview.onDidReceiveMessage((message: FromPage) => {
      this.receive(message).catch((error: unknown) => {
        this.logger.error(messageOf(error));
      });
    });
    view.onDidDispose(() => {
      if (this.view === view) this.view = undefined;
    });
  }

  newChat(): void {
    this.conversation.stop();
    this.conversation = new Conversation();
    this.post({ type: 'show', turns: [] });
    this.post({ type: 'focus' });
  }

  dispose(): void {
    this.conversation.stop();
  }

  private async receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.post({ type: 'show', turns: this.conversation.turns });
        break;
      case 'ask':
        await this.ask(message.text.trim());
        break;
      case 'stop':
        this.conversation.stop();
        break;
      case 'open':
        await openSpan(message);
        break;
      case 'insert':
        await insertAtCursor(message.text);
        break;
      case 'copy':
        await env.clipboard.writeText(message.text);
        break;
      case 'logs':
        this.logger.show();
        break;
      case 'restart':
        await this.server.restart();
        break;
    }
  }

  private async ask(question: string): Promise<void> {
    const conversation = this.conversation;
    if (!question || conversation.busy) return;
    const [asked, answer] = conversation.begin(question);
    const say = (message: ToPage) => {
      if (this.conversation === conversation) this.post(message); // not into a newer chat
    };
    say({ type: 'add', turns: [asked, answer] });
    await conversation.run(this.server.connection, answer, (text) => {
      say({ type: 'delta', text });
    });
    say({ type: 'end', turn: answer });
  }

  private post(message: ToPage): void {
    void this.view?.webview.postMessage(message);
  }
}

/** The page is empty but for its script; the policy allows that script, its style sheet, and nothing from anywhere. */
function page(webview: Webview, extension: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const asset = (name: string) => webview.asWebviewUri(Uri.joinPath(extension, 'out', name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}';`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${asset('chat.css')}">
    <title>Inglenook Chat</title>
  </head>
  <body>
    <div id="app"></div>
    <script nonce="${nonce}" src="${asset('chat.js')}"></script>
  </body>
</html>`;
}
