// Starts the language server, watches over it, and starts it again when it dies. Knows the process and the connection,
// nothing of what is said over them.

import * as os from 'node:os';
import * as readline from 'node:readline';
import { EventEmitter, workspace, type Disposable, type InlineCompletionItem } from 'vscode';
import {
  CloseAction,
  DidChangeConfigurationNotification,
  ErrorAction,
  LanguageClient,
  RevealOutputChannelOn,
  type LanguageClientOptions,
} from 'vscode-languageclient/node';
import { givenCommand, givenInterpreter, serverOf, type ServerCommand } from './interpreter';
import { logServerLine, messageOf, type Logger } from './logger';
import { complain, warn } from './notify';
import { SECTION, openInterpreterSetting, serverSettings } from './settings';
import { pythonEnvironment } from './setup/programs';
import type { SetUp } from './setup/setUp';
import type { StatusItem } from './status';
import * as wire from './wire';

/** Waits between restarts, in seconds. A server that fails five times in a row has a fault that waiting won't mend. */
const BACKOFF_S = [1, 2, 4, 8, 16];
/** A server that lived this long was well: its next failure counts as the first. */
const HEALTHY_MS = 60_000;
/** Time for a server to put its work down; one that takes longer is killed. */
const STOP_MS = 5000;
/** After this long a setting that is being typed is taken for whole. */
const TYPED_MS = 1500;
/** The last lines a server wrote say why it died. */
const KEPT_LINES = 20;

export class Server implements Disposable {
  private readonly stopped = new EventEmitter<void>();
  /** The server died or was stopped; requests under way will not be answered. */
  readonly onDidStop = this.stopped.event;
  private readonly told = new EventEmitter<wire.Status>();
  /** What the server says of itself, first when it has started. */
  readonly onDidChangeStatus = this.told.event;
  private readonly accepted = new EventEmitter<void>();
  readonly onDidAccept = this.accepted.event;
  /** The id of the suggestion that the editor was given last. */
  suggested: string | undefined;
  private said: wire.Status | undefined;
  private client: LanguageClient | undefined;
  private failures = 0;
  private startedAt = 0;
  private timer: NodeJS.Timeout | undefined;
  private lastLines: string[] = [];
  private readonly starting = new EventEmitter<void>();
  readonly onDidStart = this.starting.event;
  /** The command that it was started by last; nothing where none can start it. */
  startedBy: ServerCommand | undefined;
  /** What is being complained of. */
  private complaint = '';
  private queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly version: string,
    private readonly logger: Logger,
    private readonly item: StatusItem,
    private readonly setUp: SetUp,
  ) {}

  /** What the server said of itself last; nothing while none runs. */
  get status(): wire.Status | undefined {
    return this.connection && this.said;
  }

  /** The connection, or undefined while there is no running server. */
  get connection(): LanguageClient | undefined {
    return this.client?.isRunning() ? this.client : undefined;
  }

  /** Start, or stop and start anew, at the user's wish. Never rejects: what goes wrong is shown. */
  restart(): Promise<void> {
    this.failures = 0;
    return this.enqueue(async () => {
      await this.stopClient();
      await this.startClient();
    });
  }

  stop(): Promise<void> {
    return this.enqueue(() => this.stopClient());
  }

  async sendSettings(): Promise<void> {
    const settings = { [SECTION]: serverSettings() };
    await this.connection?.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stopped.dispose();
    this.starting.dispose();
    this.told.dispose();
    this.accepted.dispose();
  }

  /** One start or stop at a time, in the order they were asked for. */
  private enqueue(step: () => Promise<void>): Promise<void> {
    this.queue = this.queue.then(step).catch((error: unknown) => {
      this.logger.error(messageOf(error));
    });
    return this.queue;
  }

  private async stopClient(): Promise<void> {
    clearTimeout(this.timer);
    const client = this.client;
    this.client = undefined;
    if (!client) return;
    this.stopped.fire();
    try {
      if (client.isRunning()) await client.stop(STOP_MS);
      await client.dispose();
    } catch (error) {
      this.logger.warn(`The server did not stop cleanly: ${messageOf(error)}`);
    }
  }

  private async startClient(): Promise<void> {
    const command = await this.command();
    this.startedBy = command;
    this.starting.fire();
    if (!command) return;
    this.item.say('Busy', 'Starting the server', 'starting');
    this.logger.info(`Starting ${[command.command, ...command.args].join(' ')}`);
    this.lastLines = [];
    this.suggested = this.said = undefined;
    const client = new LanguageClient(SECTION, 'Inglenook', this.executable(command), this.options());
    this.client = client;
    client.onNotification(wire.didChangeStatus, (status) => {
      this.tell(status);
    });
    try {
      await client.start();
      this.startedAt = Date.now();
      this.compareVersions(client);
      this.tell(await client.sendRequest(wire.status, {}));
    } catch (error) {
      // A server that died while starting has been dealt with by `died` already.
      if (this.client === client) this.died(messageOf(error));
    }
  }

  /** How the server is started; nothing where it can't be, which is then said. */
  private async command(): Promise<ServerCommand | undefined> {
    const given = givenInterpreter();
    if (!given) {
      const python = this.setUp.python;
      if (python) return serverOf(python, true);
      void this.setUp.offer().then((made) => (made ? this.restart() : undefined));
      return undefined;
    }
    this.setUp.notNeeded();
    const command = await givenCommand(given);
    if ('command' in command) return command;
    this.item.say('Error', command.problem, 'no server');
    void this.complain(command.problem);
    return undefined;
  }

  private tell(status: wire.Status): void {
    this.said = status;
    this.item.show(status);
    this.told.fire(status);
  }

  private executable({ command, args, own }: ServerCommand) {
    // With `-m`, Python looks for modules in the current folder first: neither start in the workspace nor allow it.
    const env = own ? pythonEnvironment() : { ...process.env, PYTHONSAFEPATH: '1' };
    return { command, args, options: { cwd: os.homedir(), env } };
  }

  private options(): LanguageClientOptions {
    return {
      // Only files: ghost text would otherwise show up in the editor's own chat boxes, too.
      documentSelector: [{ scheme: 'file' }],
      initializationOptions: {
        version: this.version,
        settings: serverSettings(),
        codeActions: false,
        trusted: workspace.isTrusted,
      },
      outputChannel: this.logger,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationFailedHandler: () => false,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          this.died('The server stopped unexpectedly.');
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
      middleware: {
        executeCommand: (command, args: unknown[], next) => {
          if (command === wire.ACCEPTED) this.accepted.fire();
          return next(command, args) as unknown;
        },
        provideInlineCompletionItems: async (document, position, context, token, next) => {
          const found = (await next(document, position, context, token)) ?? [];
          const [first] = Array.isArray(found) ? found : found.items;
          this.suggested = idOf(first) ?? this.suggested;
          return found;
        },
        workspace: {
          configuration: (params) => params.items.map((item) => (item.section === SECTION ? serverSettings() : null)),
          didChangeConfiguration: () => this.sendSettings(),
        },
      },
      stdioOptions: {
        stdout: (input) => input.resume(),
        stderr: (input) => {
          readline.createInterface({ input, terminal: false }).on('line', (line) => {
            this.lastLines = [...this.lastLines, line].slice(-KEPT_LINES);
            logServerLine(this.logger, line);
          });
        },
      },
    };
  }

  private died(reason: string): void {
    const client = this.client;
    if (!client) return;
    this.client = undefined;
    this.stopped.fire();
    // Not at once: the client is still taking its own connection down.
    setImmediate(() => void client.dispose().catch(() => undefined));
    if (this.startedAt && Date.now() - this.startedAt > HEALTHY_MS) this.failures = 0;
    this.startedAt = 0;
    this.logger.error(reason);
    const wait = BACKOFF_S[this.failures];
    if (this.lastLines.some((line) => line.includes('No module named'))) {
      // Only an environment of ours: a given interpreter was looked at before it was started.
      void this.setUp.mend().then((made) => (made ? this.restart() : undefined));
      return;
    }
    if (wait === undefined) {
      const sentence = 'The Inglenook server keeps stopping. The log says why.';
      this.item.say('Error', sentence, 'no server');
      void this.complain(sentence);
      return;
    }
    this.failures += 1;
    this.item.say('Warning', `The server stopped; starting it again in ${wait} s`, 'restarting');
    if (this.failures === 1) {
      void warn('The Inglenook server stopped. It is being started again.', 'Show Logs').then((choice) => {
        if (choice) this.logger.show();
      });
    }
    this.timer = setTimeout(() => void this.enqueue(() => this.startClient()), wait * 1000);
  }

  private async complain(sentence: string): Promise<void> {
    if (this.complaint === sentence) return; // it still stands there
    this.complaint = sentence;
    const choice = await complain(sentence, 'Open Settings', 'Show Logs', 'Restart Server');
    this.complaint = '';
    if (choice === 'Show Logs') this.logger.show();
    if (choice === 'Restart Server') await this.restart();
    if (choice === 'Open Settings') await openInterpreterSetting();
  }

  private compareVersions(client: LanguageClient): void {
    const server = client.initializeResult?.serverInfo?.version ?? '';
    this.logger.info(`Extension ${this.version}, server ${server || 'of unknown version'}`);
    const minor = (version: string) => version.split('.').slice(0, 2).join('.');
    if (server && minor(server) !== minor(this.version)) {
      void warn(
        `The Inglenook extension is ${this.version}, and the server of inglenook.interpreter ${server}. Leave that setting empty, and the extension brings its own.`,
      );
    }
  }
}

/** A suggestion's id: the argument of the command that it carries. */
function idOf(item: InlineCompletionItem | undefined): string | undefined {
  const id: unknown = item?.command?.arguments?.[0];
  return typeof id === 'string' ? id : undefined;
}

/** Keeps a running server's settings up to date; a new interpreter means a new server, once it is typed to its end. */
export function followSettings(server: Server): Disposable {
  let timer: NodeJS.Timeout | undefined;
  return workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(`${SECTION}.interpreter`)) {
      clearTimeout(timer);
      timer = setTimeout(() => void server.restart(), TYPED_MS);
    } else if (event.affectsConfiguration(SECTION)) void server.sendSettings();
  });
}
