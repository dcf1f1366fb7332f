// Reads the user's settings and puts them into the shape the server knows. Knows no default of the server's.

import { existsSync, statSync } from 'node:fs';
import * as path from 'node:path';
import { commands, env, workspace } from 'vscode';

export const SECTION = 'inglenook';

/** Setting in the editor -> place in the server's settings. Only what the user has set is sent. */
const SERVER_SETTINGS: Record<string, string> = {
  profile: 'generation.profile',
  'generation.model': 'generation.model',
  'generation.engine': 'generation.engine',
  'generation.threads': 'generation.threads',
  'generation.idleMinutes': 'generation.idleMinutes',
  'completion.enabled': 'completion.enabled',
  'completion.multiLine': 'completion.multiLine',
  'completion.crossFile': 'completion.crossFile',
  'completion.debounceMs': 'completion.debounceMs',
  'completion.minConfidence': 'completion.minConfidence',
  'completion.languagesOff': 'completion.languagesOff',
  'nextEdit.enabled': 'nextEdit.enabled',
  'nextEdit.languagesOff': 'nextEdit.languagesOff',
  'chat.maxTokens': 'chat.maxTokens',
  'index.background': 'index.background',
  'index.watch': 'index.watch',
};

export type ServerSettings = Record<string, Record<string, unknown>>;

/** What the user set, so that the settings file of the server stays in force for everything else. */
export function serverSettings(): ServerSettings {
  const configuration = workspace.getConfiguration(SECTION);
  const settings: ServerSettings = {};
  for (const [key, place] of Object.entries(SERVER_SETTINGS)) {
    const found = configuration.inspect(key);
    const value = found?.workspaceFolderValue ?? found?.workspaceValue ?? found?.globalValue;
    if (value === undefined) continue;
    const [table = '', name = ''] = place.split('.');
    (settings[table] ??= {})[name] = value;
  }
  return settings;
}

export interface ServerCommand {
  command: string;
  args: string[];
}

/** The command that starts the server, or a sentence on why there is none. */
export function serverCommand(): ServerCommand | { problem: string } {
  const given = workspace.getConfiguration(SECTION).get<string>('interpreter', '').trim();
  if (given) {
    const found = findProgram(given);
    return found ? launch(found) : { problem: `The interpreter "${given}" was not found.` };
  }
  for (const name of ['inglenook', 'python3', 'python']) {
    const found = findProgram(name);
    if (found) return launch(found);
  }
  return { problem: 'Neither inglenook nor Python was found on PATH.' };
}

function launch(program: string): ServerCommand {
  const isInglenook = path.parse(program).name.toLowerCase() === 'inglenook';
  return { command: program, args: isInglenook ? ['serve'] : ['-m', 'inglenook_server', 'serve'] };
}

/** A program's full path. A relative path is refused: it would depend on the folder that happens to be open. */
function findProgram(name: string): string | undefined {
  const expanded = name.startsWith('~') ? path.join(process.env.HOME ?? process.env.USERPROFILE ?? '', name.slice(1)) : name;
  if (path.isAbsolute(expanded)) return isProgram(expanded) ? expanded : undefined;
  if (path.basename(expanded) !== expanded) return undefined;
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => endings.map((ending) => path.join(folder, expanded + ending)))
    .find(isProgram);
}

function isProgram(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}

/** The settings page, at all of this extension's settings. */
export async function openSettings(): Promise<void> {
  await commands.executeCommand('workbench.action.openSettings', '@ext:inglenook.inglenook');
}

/** The settings page at the interpreter; in a remote window it is one of the remote machine's settings. */
export async function openInterpreterSetting(): Promise<void> {
  const page = env.remoteName ? 'openRemoteSettings' : 'openSettings';
  await commands.executeCommand(`workbench.action.${page}`, { query: `${SECTION}.interpreter` });
}
