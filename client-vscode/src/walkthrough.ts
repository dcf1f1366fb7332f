// What checks the steps of the walkthrough off: context keys that are set when something has happened. Knows no page.

import { commands, window, type Disposable, type Event, type Memento, type Tab } from 'vscode';
import type { Server } from './server';

/** Opens the walkthrough. */
export async function getStarted(): Promise<void> {
  await commands.executeCommand('workbench.action.openWalkthrough', 'inglenook.inglenook#start', false);
}

export interface Happening {
  server: Server;
  /** A question has been answered. */
  onDidAnswer: Event<void>;
}

const DONE = 'inglenook.walkthrough.done';
/** A walkthrough that is being opened has read its keys by then. */
const READ_MS = 1500;

/**
 * The editor checks a step off when its key becomes true, and never where it was true already when the walkthrough was
 * first read. So what is done is remembered, and told once the walkthrough is there.
 */
export function followSteps({ server, onDidAnswer }: Happening, store: Memento): Disposable[] {
  const done = new Set(store.get<string[]>(DONE, []));
  let shown = false;
  const tell = (step: string) => {
    if (shown) void commands.executeCommand('setContext', `inglenook.${step}`, true);
  };
  const add = (step: string) => {
    if (!done.has(step)) void store.update(DONE, [...done.add(step)]);
    tell(step);
  };
  const look = (tabs: readonly Tab[]) => {
    // Its tab is of a kind that extensions are not told.
    if (shown || tabs.every(({ input }) => input !== undefined)) return;
    setTimeout(() => {
      shown = true;
      done.forEach(tell);
    }, READ_MS);
  };
  look(window.tabGroups.all.flatMap(({ tabs }) => tabs));
  return [
    server.onDidChangeStatus(({ model }) => {
      add('isSetUp'); // a server speaks
      if (model) add('modelReady');
    }),
    server.onDidAccept(() => {
      add('hasAccepted');
    }),
    onDidAnswer(() => {
      add('hasAnswered');
    }),
    window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
      look([...opened, ...changed]);
    }),
  ];
}
