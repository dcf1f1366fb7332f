// What can go wrong while the server is set up: its sentence, and the buttons that mend it. Pure.

/** The kinds that make_environment.py names, and what is found out before it runs. */
export type ProblemKind =
  | 'python'
  | 'venv'
  | 'network'
  | 'proxy'
  | 'certificate'
  | 'index'
  | 'disk'
  | 'folder'
  | 'pip'
  | 'check'
  | 'stopped';

export interface Problem {
  problem: ProblemKind;
  sentence: string;
}

export type Button = 'Try Again' | 'Get Python' | 'Choose Python' | 'Proxy Settings' | 'Show Logs' | 'Set Up';

const BUTTONS: Record<ProblemKind, Button[]> = {
  python: ['Get Python', 'Choose Python', 'Try Again'],
  venv: ['Try Again', 'Choose Python'],
  network: ['Try Again', 'Proxy Settings'],
  proxy: ['Proxy Settings', 'Try Again'],
  certificate: ['Proxy Settings', 'Try Again', 'Show Logs'],
  index: ['Choose Python', 'Try Again', 'Show Logs'],
  disk: ['Try Again'],
  folder: ['Try Again', 'Show Logs'],
  pip: ['Try Again', 'Show Logs'],
  check: ['Try Again', 'Choose Python', 'Show Logs'],
  stopped: ['Set Up'],
};

export function buttonsFor(kind: ProblemKind): Button[] {
  return BUTTONS[kind];
}

export const NO_PYTHON: Problem = {
  problem: 'python',
  sentence: 'Inglenook needs Python 3.11 or newer (64 bits), and none was found on this machine.',
};
export const NO_VENV: Problem = {
  problem: 'venv',
  sentence:
    'The Python here lacks the part that makes environments; on Debian and Ubuntu: sudo apt install python3-venv.',
};

/** One line of make_environment.py: a step, the end, or a problem. What is none of these is passed over. */
export function readLine(line: string): { step: string } | { python: string } | Problem | undefined {
  try {
    const said = JSON.parse(line) as Record<string, unknown>;
    if (typeof said.step === 'string') return { step: said.step };
    if (typeof said.python === 'string') return { python: said.python };
    if (typeof said.problem === 'string' && typeof said.sentence === 'string') {
      const problem = said.problem in BUTTONS ? (said.problem as ProblemKind) : 'pip';
      return { problem, sentence: said.sentence };
    }
  } catch {
    return undefined; // a library has printed something
  }
  return undefined;
}
