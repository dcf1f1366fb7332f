// The command that starts the server: of the interpreter that the user named, or of the environment that is our own.

import * as path from 'node:path';
import { workspace } from 'vscode';
import { SECTION } from './settings';
import { findProgram, run } from './setup/programs';

const CHECK_MS = 20_000; // a Python on a cold disk
const LOOK = 'import sys, importlib.util as u; print("found", sys.version_info >= (3, 11) and u.find_spec("inglenook_server") is not None)';

export interface ServerCommand {
  command: string;
  args: string[];
  /** Whether it is of the environment that the extension made. */
  own: boolean;
}

/** The interpreter that the user named; it wins over an environment of ours. */
export function givenInterpreter(): string {
  return workspace.getConfiguration(SECTION).get<string>('interpreter', '').trim();
}

/** How `given` starts the server, or a sentence on why it can't. It is asked before it is started. */
export async function givenCommand(given: string): Promise<ServerCommand | { problem: string }> {
  const found = findProgram(given);
  if (!found) {
    const relative = !path.isAbsolute(given) && path.basename(given) !== given && !given.startsWith('~');
    const why = relative ? 'is a relative path, which would depend on the folder that is open: give the full one' : 'was not found';
    return { problem: `The interpreter "${given}" ${why}.` };
  }
  if (path.parse(found).name.toLowerCase() === 'inglenook') return { command: found, args: ['serve'], own: false };
  const { code, output } = await run(found, ['-c', LOOK], { timeout: CHECK_MS });
  const fits = code === 0 && output.trim() === 'found True';
  return fits ? serverOf(found, false) : { problem: `"${given}" is not a Python 3.11 or newer with Inglenook in it.` };
}

/** How a Python with Inglenook starts the server. */
export function serverOf(python: string, own: boolean): ServerCommand {
  return { command: python, args: ['-m', 'inglenook_server', 'serve'], own };
}
