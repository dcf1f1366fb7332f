// The environment that the extension made for its server: where it lies, and whether it is there. Makes nothing.

import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import * as path from 'node:path';

/** The server that the .vsix carries. */
export interface Carried {
  wheel: string;
  version: string;
  /** Names the environment: another wheel means another one. */
  key: string;
}

/** What the build wrote beside the wheel; nothing in an extension that was built without one. */
export function carried(extension: string): Carried | undefined {
  const record = path.join(extension, 'out', 'server', 'server.json');
  if (!existsSync(record)) return undefined;
  const { wheel, version, sha256 } = JSON.parse(readFileSync(record, 'utf8')) as Record<string, string>;
  if (!wheel || !version || !sha256) return undefined;
  return { wheel: path.join(extension, 'out', 'server', wheel), version, key: `${version}-${sha256.slice(0, 12)}` };
}

/** The interpreter of the environment, where it was made to its end; the record in it is written last. */
export function environmentPython(storage: string, key: string): string | undefined {
  const home = path.join(storage, 'environments', key);
  const python = path.join(home, ...(process.platform === 'win32' ? ['Scripts', 'python.exe'] : ['bin', 'python']));
  return existsSync(path.join(home, 'environment.json')) && existsSync(python) ? python : undefined;
}

/** Whether there are environments of other versions: the user has agreed to one before, and its successor is made unasked. */
export function hasOthers(storage: string, key: string): boolean {
  const folder = path.join(storage, 'environments');
  return existsSync(folder) && readdirSync(folder).some((name) => name !== key);
}

/** Take an environment's record away: it counts as half made from now on. */
export function forget(storage: string, key: string): void {
  rmSync(path.join(storage, 'environments', key, 'environment.json'), { force: true });
}
