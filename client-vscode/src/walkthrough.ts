// What checks the steps of the walkthrough off: context keys that are set when something has happened. Knows no page.

import { commands, type Disposable, type Event } from 'vscode';
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

export function followSteps({ server, onDidAnswer }: Happening): Disposable[] {
  const done = (step: string) => void commands.executeCommand('setContext', `inglenook.${step}`, true);
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
  ];
}
