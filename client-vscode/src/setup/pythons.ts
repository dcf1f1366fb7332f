// Which Python to make the server's environment with, and what to do where there is none. Pure: starts nothing.

/** A program that may be a Python, and what comes before the arguments, as in `py -3`. */
export interface Candidate {
  program: string;
  args: string[];
}

/** What a Python says of itself. */
export interface Probed {
  /** Its full path. */
  program: string;
  version: [number, number];
  /** It can make environments: Debian takes that part out. */
  makes: boolean;
  pip: boolean;
  /** There are no packages for 32 bits. */
  wide: boolean;
}

/** What leads to a Python that will do. */
export type Plan =
  | { kind: 'python'; program: string }
  /** `uv`, which is there, fetches one. */
  | { kind: 'uv'; program: string }
  /** This Python's pip fetches `uv`, which fetches one. */
  | { kind: 'pip'; program: string }
  | { kind: 'none'; problem: 'python' | 'venv' };

export const OLDEST: [number, number] = [3, 11];
/** The newest that all packages were seen to have wheels for; a newer one is taken where there is no other. */
const NEWEST_KNOWN: [number, number] = [3, 14];
const NAMES = ['python3.13', 'python3.12', 'python3.11', 'python3', 'python'];

/** Run by a Python of any age. */
export const PROBE = [
  'import json, sys',
  'def has(name):',
  '    try:',
  '        __import__(name)',
  '        return True',
  '    except Exception:',
  '        return False',
  'said = [sys.executable, list(sys.version_info[:2]), has("venv") and has("ensurepip"), has("pip"), sys.maxsize > 2**32]',
  'print(json.dumps(said))',
].join('\n');

/** Where to look, best first: what the user chose for Python, then the names that Pythons have. */
export function candidates(platform: string, chosen: string | undefined, find: (name: string) => string | undefined): Candidate[] {
  const found: Candidate[] = chosen ? [{ program: chosen, args: [] }] : [];
  for (const name of NAMES) {
    const program = find(name);
    if (program) found.push({ program, args: [] });
  }
  const launcher = platform === 'win32' ? find('py') : undefined;
  if (launcher) found.push({ program: launcher, args: ['-3'] });
  return found.filter((one, index) => found.findIndex(({ program }) => program === one.program) === index);
}

/** What `PROBE` printed, or nothing where this was no Python. */
export function readProbe(output: string): Probed | undefined {
  const line = output.trim().split('\n').at(-1) ?? '';
  try {
    const [program, version, makes, pip, wide] = JSON.parse(line) as [string, [number, number], boolean, boolean, boolean];
    return program && Array.isArray(version) ? { program, version, makes, pip, wide } : undefined;
  } catch {
    return undefined;
  }
}

export function choose(probed: Probed[], uv: string | undefined): Plan {
  const fitting = probed.filter(({ version, wide }) => wide && !isOlder(version, OLDEST));
  const making = fitting.filter(({ makes }) => makes);
  const best = making.find(({ version }) => !isOlder(NEWEST_KNOWN, version)) ?? making[0];
  if (best) return { kind: 'python', program: best.program };
  if (uv) return { kind: 'uv', program: uv };
  // The uv of the package index wants a Python of this age to be installed by.
  const installer = probed.find(({ pip, version }) => pip && !isOlder(version, [3, 8]));
  if (installer) return { kind: 'pip', program: installer.program };
  return { kind: 'none', problem: fitting.length ? 'venv' : 'python' };
}

function isOlder(one: [number, number], other: [number, number]): boolean {
  return one[0] < other[0] || (one[0] === other[0] && one[1] < other[1]);
}
