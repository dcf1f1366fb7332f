// Has the environment made, or a Python fetched, by programs of their own. Knows no window: what goes on is told.

import { mkdirSync } from 'node:fs';
import * as path from 'node:path';
import type { Carried } from './environment';
import { NO_PYTHON, NO_VENV, readLine, type Problem } from './problems';
import { run } from './programs';
import type { Plan } from './pythons';

/** What `uv` fetches. */
const FETCHED = '3.12';

export interface Making {
  extension: string;
  storage: string;
  carried: Carried;
  /** Variables that say how the network is reached. */
  network: Record<string, string>;
  signal: AbortSignal;
  onStep: (step: string) => void;
  onLog: (line: string) => void;
}

/** Make the environment with a Python that is there or is fetched. Gives its interpreter. */
export async function make(plan: Plan, making: Making): Promise<string | Problem> {
  mkdirSync(making.storage, { recursive: true });
  const python = await pythonOf(plan, making);
  if (typeof python !== 'string') return python;
  const { extension, storage, carried, network, signal, onStep, onLog } = making;
  let result: string | Problem | undefined;
  const script = path.join(extension, 'setup', 'make_environment.py');
  const constraints = path.join(extension, 'out', 'server', 'constraints.txt');
  onLog(`Making the server's environment with ${python}`);
  await run(python, ['-E', '-s', '-B', script, storage, carried.wheel, constraints, carried.key], {
    env: network,
    signal,
    onError: onLog,
    onLine: (line) => {
      const said = readLine(line);
      if (!said) onLog(line);
      else if ('step' in said) onStep(said.step);
      else result = 'python' in said ? said.python : said;
    },
  });
  if (signal.aborted) return stopped();
  return result ?? { problem: 'pip', sentence: 'The set-up ended without a word; the log may say why.' };
}

async function pythonOf(plan: Plan, making: Making): Promise<string | Problem> {
  if (plan.kind === 'python') return plan.program;
  if (plan.kind === 'none') return plan.problem === 'venv' ? NO_VENV : NO_PYTHON;
  const uv = plan.kind === 'uv' ? plan.program : await fetchUv(plan.program, making);
  return typeof uv === 'string' ? await fetchPython(uv, making) : uv;
}

async function fetchUv(python: string, { storage, network, signal, onStep, onLog }: Making): Promise<string | Problem> {
  onStep('Fetching uv, which fetches a Python');
  const folder = path.join(storage, 'uv');
  const options = ['--disable-pip-version-check', '--no-input', '--only-binary', ':all:', '--upgrade', '--target', folder];
  const env = { ...network, PIP_USER: '0' };
  const { code, output } = await run(python, ['-m', 'pip', 'install', ...options, 'uv'], { env, signal, onLine: onLog, onError: onLog });
  if (signal.aborted) return stopped();
  if (code) return noPython(output);
  return path.join(folder, 'bin', process.platform === 'win32' ? 'uv.exe' : 'uv');
}

async function fetchPython(uv: string, { storage, network, signal, onStep, onLog }: Making): Promise<string | Problem> {
  onStep(`Fetching Python ${FETCHED}`);
  const env = { ...network, UV_PYTHON_INSTALL_DIR: path.join(storage, 'python'), UV_NO_CONFIG: '1', UV_NO_PROGRESS: '1' };
  const options = { env, signal, onLine: onLog, onError: onLog };
  const fetched = await run(uv, ['python', 'install', '--no-bin', FETCHED], options);
  if (signal.aborted) return stopped();
  if (fetched.code) return noPython(fetched.output);
  let python = '';
  const found = await run(uv, ['python', 'find', '--managed-python', '--no-project', FETCHED], {
    env,
    signal,
    onLine: (line) => {
      python ||= line.trim();
    },
  });
  return found.code || !python ? noPython(found.output) : python;
}

function stopped(): Problem {
  return { problem: 'stopped', sentence: 'The set-up was stopped; nothing half made is used.' };
}

/** One could not be fetched: that is said with what helps, which is a Python of the user's own. */
function noPython(output: string): Problem {
  const offline = /failed to (fetch|download)|error sending request|name resolution|connection|timed out|proxy/i.test(output);
  const why = offline ? 'it could not be downloaded' : 'none could be fetched';
  return { problem: 'python', sentence: `Inglenook needs Python 3.11 or newer: none was found here, and ${why}.` };
}
