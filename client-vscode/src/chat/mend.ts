// What a click on an obstacle's button does. Every one is a command that the palette has, too.

import { commands } from 'vscode';
import type { Mend } from './messages';

const COMMANDS: Record<Exclude<Mend, ''>, string> = {
  setUp: 'inglenook.setUp',
  openFolder: 'workbench.action.files.openFolder',
  downloadModel: 'inglenook.downloadModel',
  restart: 'inglenook.restartServer',
  trust: 'workbench.trust.manage',
};

export async function mend(what: Mend): Promise<void> {
  if (what) await commands.executeCommand(COMMANDS[what]);
}
