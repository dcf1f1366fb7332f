// The chat view: carries messages between its page, a conversation and the editor. The conversation outlives the page,
// which the editor throws away whenever the view is hidden; the server keeps it beyond that.

import { Disposable, EventEmitter, Uri, env, window, workspace, type ExtensionContext, type WebviewView, type WebviewViewProvider } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { messageOf, type Logger } from '../logger';
import { warn } from '../notify';
import type { Server } from '../server';
import type { SetUp } from '../setup/setUp';
import * as wire from '../wire';
import { ProposedChanges } from './changes';
import { Conversation, type Asked } from './conversation';
import { insertAtCursor, openSpan } from './editing';
import { chooseConversation, exportConversation } from './history';
import { page } from './html';
import type { ChangeAction, FromPage, ToPage } from './messages';
import { lastOpen, load, remember, welcome } from './opening';
import { mend } from './mend';
import { mendOf, obstacleOf, type Situation } from './obstacle';
import { pickAttachment } from './pick';
import { attempt } from './requests';
import { TerminalOutput } from './terminal';
import { Tray } from './tray';

export class ChatView implements WebviewViewProvider, Disposable {
  static readonly id = 'inglenook.chat';

  private readonly answered = new EventEmitter<void>();
  readonly onDidAnswer = this.answered.event;
  private conversation = new Conversation();
  private view: WebviewView | undefined;
  /** Whether the page is there to hear; until then, what it must not miss waits. */
  private listening = false;
  private waiting: ToPage[] = [];
  /** Something was wrong with the server, and it has not said yet that it is well again. */
  private ill = true;
  private restored = false;
  /** The obstacle that an empty conversation shows. */
  private shownObstacle = '';
  private readonly changes = new ProposedChanges();
  private readonly output = new TerminalOutput();
  private readonly tray: Tray;
  private readonly parts: Disposable;

  constructor(
    private readonly context: ExtensionContext,
    private readonly server: Server,
    private readonly logger: Logger,
    private readonly setUp: SetUp,
  ) {
    this.tray = new Tray(() => this.server.connection, context.globalState);
    this.parts = Disposable.from(
      this.answered,
      this.changes,
      this.output,
      this.tray,
      this.tray.onDidChange((chips) => {
        this.post({ type: 'chips', chips });
      }),
      server.onDidStop(() => {
        this.ill = true;
        this.conversation.serverStopped();
      }),
      server.onDidChangeStatus(({ kind }) => {
        this.follow(kind);
        void this.lookForObstacle();
      }),
      setUp.onDidChange(() => void this.lookForObstacle()),
      workspace.onDidGrantWorkspaceTrust(() => void this.lookForObstacle()),
      window.onDidChangeActiveTextEditor(() => this.welcome()),
    );
  }

  resolveWebviewView(view: WebviewView): void {
    this.view = view;
    view.webview.options = {
      enableScripts: true,
      localResourceRoots: [Uri.joinPath(this.context.extensionUri, 'out')],
    };
    view.webview.html = page(view.webview, this.context.extensionUri);
    view.webview.onDidReceiveMessage((message: FromPage) => {
      this.receive(message).catch((error: unknown) => {
        this.logger.error(messageOf(error));
        void warn(messageOf(error));
      });
    });
    view.onDidChangeVisibility(() => {
      if (!view.visible) this.listening = false;
    });
    view.onDidDispose(() => {
      if (this.view !== view) return;
      this.view = undefined;
      this.listening = false;
    });
  }

  /** Begins another conversation; the one that was open is kept. */
  async newChat(): Promise<void> {
    await this.open(new Conversation());
    this.focus();
  }

  focus(): void {
    this.post({ type: 'focus' });
  }

  /**
   * Asks with what goes along by itself and with `more`; gives the complete answer, or nothing where there is none.
   * While an answer is being written the question waits in the composer.
   */
  async ask(question: string, more: wire.Attachment[] = []): Promise<string | undefined> {
    if (this.conversation.busy) {
      this.post({ type: 'type', text: question });
      return undefined;
    }
    return await this.begin(question, this.tray.take(more));
  }

  /** Lists the conversations that are kept. */
  async showHistory(): Promise<void> {
    const client = this.connected();
    const id = await chooseConversation(client, (gone) => {
      if (gone === this.conversation.id) void this.newChat();
    });
    if (id) await this.load(id);
    else void this.welcome();
  }

  async exportChat(): Promise<void> {
    await exportConversation(this.connected(), this.conversation.id);
  }

  dispose(): void {
    this.conversation.stop();
    this.parts.dispose();
  }

  private connected(): LanguageClient {
    if (!this.server.connection) throw new Error('The Inglenook server is not running.');
    return this.server.connection;
  }

  private async receive(message: FromPage): Promise<void> {
    switch (message.type) {
      case 'ready':
        this.listening = true;
        this.post({ type: 'show', turns: this.conversation.turns });
        for (const waiting of this.waiting.splice(0)) this.post(waiting);
        this.tray.refresh();
        await this.welcome();
        break;
      case 'ask':
        await this.receiveQuestion(message.text.trim(), message.instead);
        break;
      case 'regenerate': {
        const last = this.conversation.lastQuestion;
        if (!last || this.conversation.busy) break;
        this.takeBack(last.id);
        await this.begin(last.text, this.conversation.askedWith(last.id));
        break;
      }
      case 'edit':
        this.tray.putBack(this.conversation.askedWith(message.turn));
        break;
      case 'stop':
        this.conversation.stop();
        break;
      case 'draft':
        this.tray.typed(message.text);
        break;
      case 'complete':
        await this.complete(message);
        break;
      case 'attach':
        await pickAttachment(this.tray, this.output, (text) => {
          this.post({ type: 'type', text });
        });
        this.focus();
        break;
      case 'detach':
        this.tray.remove(message.key);
        break;
      case 'load':
        await this.load(message.conversation);
        break;
      case 'history':
        await this.showHistory();
        break;
      case 'change':
        await this.change(message.turn, message.what);
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
      case 'mend':
        await mend(message.mend);
        break;
    }
  }

  private async receiveQuestion(question: string, instead: number | undefined): Promise<void> {
    if (!question || this.conversation.busy) return;
    if (instead !== undefined) this.takeBack(instead);
    await this.begin(question, this.tray.take());
  }

  private takeBack(question: number): void {
    this.conversation.takeBack(question);
    this.post({ type: 'show', turns: this.conversation.turns });
  }

  private async begin(question: string, asked: Asked): Promise<string | undefined> {
    const conversation = this.conversation;
    this.restored = true; // what is open now is what counts, not what was open another day
    const [turn, answer] = conversation.begin(question, asked);
    const say = (message: ToPage) => {
      if (this.conversation === conversation) this.post(message); // not into a newer chat
    };
    say({ type: 'add', turns: [turn, answer] });
    await remember(this.context.workspaceState, conversation);
    await conversation.run(this.server.connection, answer, say);
    if (answer.state === 'failed') {
      this.ill ||= !this.server.connection;
      answer.obstacle = this.server.connection ? mendOf(this.situation) : obstacleOf(this.situation);
      this.ill ||= answer.obstacle !== undefined;
    } else if (answer.state === 'done') {
      this.answered.fire();
      this.mended();
    }
    say({ type: 'end', turn: answer });
    return answer.state === 'done' ? answer.text : undefined;
  }

  private async complete({ request, text, offset }: Extract<FromPage, { type: 'complete' }>): Promise<void> {
    const found = await attempt(this.server.connection, wire.chatComplete, { text, offset });
    const { start, end, items } = found ?? { start: 0, end: 0, items: [] };
    this.post({ type: 'suggestions', request, start, end, items });
  }

  private async change(id: number, what: ChangeAction): Promise<void> {
    const turn = this.conversation.turns.find((one) => one.id === id);
    const edit = this.conversation.edits.get(id);
    if (!turn?.change || !edit) return;
    const settled = await this.changes.act(what, edit);
    if (!settled) return;
    turn.change.state = settled;
    this.post({ type: 'update', turn });
  }

  private async open(conversation: Conversation): Promise<void> {
    this.conversation.stop();
    this.conversation = conversation;
    this.restored = true;
    this.post({ type: 'show', turns: conversation.turns });
    await remember(this.context.workspaceState, conversation.turns.length ? conversation : undefined);
    await this.welcome();
  }

  private async load(id: string): Promise<void> {
    const client = this.server.connection;
    if (!client || id === this.conversation.id) return;
    await this.open(await load(client, id));
  }

  private async welcome(): Promise<void> {
    const conversation = this.conversation;
    if (conversation.turns.length || !this.listening) return;
    const obstacle = obstacleOf(this.situation);
    this.shownObstacle = obstacle?.text ?? '';
    const offered = await welcome(this.server.connection, obstacle);
    if (this.conversation === conversation && !conversation.turns.length) this.post(offered);
  }

  private get situation(): Situation {
    const folderOpen = (workspace.workspaceFolders ?? []).length > 0;
    const { status } = this.server;
    return { setUpNeeded: this.setUp.needed, folderOpen, trusted: workspace.isTrusted, status };
  }

  /** An empty conversation says what is in its way as that changes. */
  private async lookForObstacle(): Promise<void> {
    if (this.shownObstacle !== (obstacleOf(this.situation)?.text ?? '')) await this.welcome();
  }

  /** The server's status: the first one brings back the last conversation, and a good one ends what was said of bad ones. */
  private follow(kind: wire.Status['kind']): void {
    if (!this.restored) {
      this.restored = true;
      void this.restore();
    }
    if (kind === 'Warning' || kind === 'Error') this.ill = true;
    else if (kind === 'Normal' && this.ill) {
      this.ill = false;
      this.mended();
      this.tray.refresh();
    }
  }

  private async restore(): Promise<void> {
    const before = this.conversation;
    const last = await lastOpen(this.context.workspaceState, this.server.connection);
    // A question that was asked meanwhile began a conversation of its own.
    const untouched = this.conversation === before && !before.turns.length;
    if (last && untouched) await this.open(last);
    else await this.welcome();
  }

  /** The errors that earlier answers show are over. */
  private mended(): void {
    for (const turn of this.conversation.endFailures()) this.post({ type: 'update', turn });
  }

  /** What a page that isn't there would miss waits for it; turns and chips are drawn anew when it comes. */
  private post(message: ToPage): void {
    if (this.listening) void this.view?.webview.postMessage(message);
    else if (message.type === 'type' || message.type === 'focus') {
      this.waiting = [...this.waiting.filter(({ type }) => type !== message.type), message];
    }
  }
}
