// Sets the server up: asks once, makes its environment with progress, says what went wrong with the button that mends it.

import {
  EventEmitter,
  ProgressLocation,
  Uri,
  commands,
  env,
  extensions,
  window,
  workspace,
  type Disposable,
  type ExtensionContext,
} from 'vscode';
import type { Logger } from '../logger';
import { complain, inform } from '../notify';
import { openInterpreterSetting } from '../settings';
import type { StatusItem } from '../status';
import { carried, environmentPython, forget, hasOthers, type Carried } from './environment';
import { make } from './making';
import { buttonsFor, type Button, type Problem } from './problems';
import { findProgram, isInside, run } from './programs';
import { PROBE, candidates, choose, readProbe, type Plan, type Probed } from './pythons';

const PROBE_MS = 20_000; // a Python on a cold disk
const ASKED =
  'Inglenook runs on this machine alone, and has to be set up once: 0.3 GB of Python packages are downloaded into a folder ' +
  'of its own, where they take 1 GB.';

export class SetUp implements Disposable {
  /** The server that this extension carries; none where it was built without one. */
  readonly carried: Carried | undefined;
  /** Whether the server can't be started before it is set up. */
  needed = false;
  private readonly changed = new EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private readonly storage: string;
  private running: Promise<boolean> | undefined;
  private asked = false;

  constructor(
    private readonly context: ExtensionContext,
    private readonly logger: Logger,
    private readonly status: StatusItem,
  ) {
    this.carried = carried(context.extensionPath);
    this.storage = context.globalStorageUri.fsPath;
  }

  /** The interpreter of our own environment, if it is made. */
  get python(): string | undefined {
    return this.carried && environmentPython(this.storage, this.carried.key);
  }

  /**
   * What to do without an environment: the first one is asked for, and one that another version had is renewed unasked.
   * Gives whether there is one now.
   */
  async offer(): Promise<boolean> {
    if (this.carried && hasOthers(this.storage, this.carried.key)) return await this.begin();
    this.sayNeeded();
    if (this.asked || this.running) return false;
    this.asked = true;
    const choice = await inform(ASKED, 'Set Up', 'Choose Python');
    if (choice === 'Choose Python') await openInterpreterSetting();
    return choice === 'Set Up' && (await this.begin());
  }

  /** Make the environment; a second call waits for the first. Gives whether it is there. */
  begin(): Promise<boolean> {
    this.running ??= this.attempt().finally(() => {
      this.running = undefined;
    });
    return this.running;
  }

  /** The environment does not hold what it should: it is made anew if the user agrees. */
  async mend(): Promise<boolean> {
    if (this.carried) forget(this.storage, this.carried.key);
    const sentence = 'The Python environment of the Inglenook server is damaged.';
    this.need(true);
    this.status.say('Error', sentence, 'set up');
    return (await complain(sentence, 'Set Up', 'Show Logs')) === 'Set Up' && (await this.begin());
  }

  /** The server has a Python of the user's own. */
  notNeeded(): void {
    if (this.needed) this.need(false);
  }

  dispose(): void {
    this.changed.dispose();
  }

  private need(is: boolean): void {
    this.needed = is;
    void commands.executeCommand('setContext', 'inglenook.setUpNeeded', is);
    this.changed.fire();
  }

  private sayNeeded(): void {
    this.status.say('Warning', 'Inglenook is not set up yet.', 'set up');
    this.need(true);
  }

  private async attempt(): Promise<boolean> {
    const made = await this.make();
    if (typeof made === 'string') {
      this.need(false);
      return true;
    }
    this.logger.error(made.sentence);
    this.status.say('Error', made.sentence, 'set up');
    this.need(true);
    // Not waited for: it may stand there for hours, and the chat and the palette offer the same meanwhile.
    void this.explain(made);
    return false;
  }

  private async explain({ problem, sentence }: Problem): Promise<void> {
    const choice = (await complain(sentence, ...buttonsFor(problem))) as Button | undefined;
    if (choice === 'Try Again' || choice === 'Set Up') await commands.executeCommand('inglenook.setUp');
    else await this.act(choice);
  }

  private async act(choice: Button | undefined): Promise<void> {
    if (choice === 'Get Python') await env.openExternal(Uri.parse('https://www.python.org/downloads/'));
    if (choice === 'Choose Python') await openInterpreterSetting();
    if (choice === 'Proxy Settings') await commands.executeCommand('workbench.action.openSettings', 'http.proxy');
    if (choice === 'Show Logs') this.logger.show();
  }

  private async make(): Promise<string | Problem> {
    const { carried } = this;
    if (!carried) return { problem: 'check', sentence: 'This extension was built without its server; make vsix builds it whole.' };
    const stop = new AbortController();
    const progress = { location: ProgressLocation.Notification, title: 'Setting up Inglenook', cancellable: true };
    return await window.withProgress(progress, async (report, token) => {
      token.onCancellationRequested(() => {
        stop.abort();
      });
      const onStep = (step: string) => {
        report.report({ message: step });
        this.status.say('Busy', `${step}.`, 'setting up');
      };
      onStep('Looking for Python');
      return await make(await this.plan(), {
        extension: this.context.extensionPath,
        storage: this.storage,
        carried,
        network: network(),
        signal: stop.signal,
        onStep,
        onLog: (line) => {
          this.logger.info(line);
        },
      });
    });
  }

  private async plan(): Promise<Plan> {
    // A Python of the folder that is open is code of that folder, and is not run.
    const folders = (workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath);
    const find = (name: string) => findProgram(name, folders);
    const chosen = await chosenPython();
    const probed: Probed[] = [];
    for (const { program, args } of candidates(process.platform, chosen && !isInside(chosen, folders) ? chosen : undefined, find)) {
      const { output } = await run(program, [...args, '-c', PROBE], { timeout: PROBE_MS });
      const found = readProbe(output);
      if (found && !isInside(found.program, folders)) probed.push(found);
      if (choose(probed, undefined).kind === 'python') break;
    }
    return choose(probed, find('uv'));
  }
}

/** What the user chose in the Python extension, where that is there. */
async function chosenPython(): Promise<string | undefined> {
  const python = extensions.getExtension<PythonExtension>('ms-python.python');
  try {
    const api = python?.isActive ? python.exports : await python?.activate();
    const environments = api?.environments;
    const found = await environments?.resolveEnvironment(environments.getActiveEnvironmentPath());
    return found?.executable.uri?.fsPath;
  } catch {
    return undefined; // another version of it
  }
}

/** The part of its interface that is used. */
interface PythonExtension {
  environments: {
    getActiveEnvironmentPath(): unknown;
    resolveEnvironment(path: unknown): Promise<{ executable: { uri?: Uri } } | undefined>;
  };
}

/** The editor's proxy, for pip: what the environment says already stays in force. */
function network(): Record<string, string> {
  const proxy = workspace.getConfiguration('http').get<string>('proxy', '');
  const said = ['HTTPS_PROXY', 'https_proxy', 'PIP_PROXY'].some((name) => process.env[name]);
  return proxy && !said ? { HTTPS_PROXY: proxy, HTTP_PROXY: proxy } : {};
}
