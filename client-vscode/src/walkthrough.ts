// What checks the steps of the walkthrough off: context keys that are set when something has happened. Knows no page.

import { commands, window, type Disposable, type Event } from 'vscode';
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

/** The editor hears of a key only as it changes, and only once the walkthrough has been shown. */
const SHOWN_MS = [300, 2000];

export function followSteps({ server, onDidAnswer }: Happening): Disposable[] {
  const steps = new Set<string>();
  const set = async (step: string, is: boolean): Promise<void> => {
    await commands.executeCommand('setContext', `inglenook.${step}`, is);
  };
  const done = (step: string) => {
    if (steps.has(step)) return;
    steps.add(step);
    void set(step, true);
  };
  const again = async () => {
    for (const step of steps) {
      await set(step, false);
      await set(step, true);
    }
  };
  return [
    server.onDidChangeStatus(({ model }) => {
      done('isSetUp'); // a server speaks
      if (model) done('modelReady');
    }),
    server.onDidAccept(() => {
      done('hasAccepted');
    }),
    onDidAnswer(() => {
      done('hasAnswered');
    }),
    window.tabGroups.onDidChangeTabs(({ opened, changed }) => {
      // The walkthrough's tab is of a kind that extensions are not told.
      if (![...opened, ...changed].some(({ input }) => input === undefined)) return;
      for (const wait of SHOWN_MS) setTimeout(() => void again(), wait);
    }),
  ];
}
