// Finds programs and runs them to their end. Never one of the folder that is open: its files are not the user's own.

import { spawn } from 'node:child_process';
import { existsSync, realpathSync, statSync } from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** Variables that would lead a Python away from its own packages. */
const DROPPED = ['PYTHONPATH', 'PYTHONHOME', 'PYTHONSTARTUP', 'VIRTUAL_ENV'];

export interface Ended {
  /** -1 where the program could not be started, or was stopped. */
  code: number;
  output: string;
}

export interface Run {
  env?: Record<string, string>;
  /** Milliseconds until it is stopped. */
  timeout?: number;
  onLine?: (line: string) => void;
  /** Stops the program. */
  signal?: AbortSignal;
  /** What it says on stderr, line by line. */
  onError?: (line: string) => void;
}

/** A program's full path. A relative path is refused: it would depend on the folder that happens to be open. */
export function findProgram(name: string, folders: string[] = []): string | undefined {
  const expanded = name.startsWith('~') ? path.join(os.homedir(), name.slice(1)) : name;
  if (path.isAbsolute(expanded)) return isProgram(expanded) ? expanded : undefined;
  if (path.basename(expanded) !== expanded) return undefined;
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .flatMap((folder) => endings.map((ending) => path.join(folder, expanded + ending)))
    .find((program) => isProgram(program) && !isInside(program, folders));
}

/** Whether a file lies in one of these folders, by its own path or by the one that its links lead to. */
export function isInside(file: string, folders: string[]): boolean {
  const real = existsSync(file) ? realpathSync(file) : file;
  return folders.some((folder) => {
    const tops = existsSync(folder) ? [folder, realpathSync(folder)] : [folder];
    return tops.some((top) => [file, real].some((one) => one === top || one.startsWith(top + path.sep)));
  });
}

/** The environment of a Python that we start. It stands in no folder that is open. */
export function pythonEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !DROPPED.includes(name.toUpperCase()));
  // With `-m`, Python looks for modules in the current folder first.
  return { ...Object.fromEntries(kept), PYTHONSAFEPATH: '1', ...more };
}

/** Run a program to its end, in the user's home. Its stdin stays open as long as it may run. */
export function run(program: string, args: string[], { env, timeout, onLine, signal, onError }: Run = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd: os.homedir(), env: pythonEnvironment(env), windowsHide: true });
    let output = '';
    let rest = '';
    const stop = () => {
      child.stdin.end(); // make_environment.py ends what it has started, and then itself
      setTimeout(() => child.kill(), 3000).unref();
    };
    const timer = timeout === undefined ? undefined : setTimeout(() => child.kill(), timeout);
    signal?.addEventListener('abort', stop);
    child.stdin.on('error', () => undefined);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) onLine?.(line);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      for (const line of text.split('\n')) if (line.trim()) onError?.(line);
    });
    const end = (code: number) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      resolve({ code, output });
    };
    child.on('error', () => {
      end(-1);
    });
    child.on('close', (code) => {
      end(code ?? -1);
    });
  });
}

function isProgram(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}
