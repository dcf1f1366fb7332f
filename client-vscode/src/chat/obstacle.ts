// What stands in the way of an answer, in a sentence, with the button that mends it. Pure: knows neither editor nor server.

import type { Status } from '../wire';
import type { Obstacle } from './messages';

export interface Situation {
  /** Whether the extension has no environment for its server yet. */
  setUpNeeded: boolean;
  folderOpen: boolean;
  trusted: boolean;
  /** What the server said of itself last; nothing while none runs. */
  status: Status | undefined;
}

const MODEL: Pick<Obstacle, 'button' | 'mend'> = { button: 'Download the model', mend: 'downloadModel' };

/** The first thing to be done before all works; nothing where all does. */
export function obstacleOf({ setUpNeeded, folderOpen, trusted, status }: Situation): Obstacle | undefined {
  if (setUpNeeded) return { text: 'Inglenook is not set up on this machine yet.', button: 'Set up', mend: 'setUp' };
  if (!folderOpen) {
    return { text: 'No folder is open, so there is no code to ask about.', button: 'Open a folder', mend: 'openFolder' };
  }
  if (!status) return undefined; // it is starting, or the answer says that it is not there
  if (status.brief?.startsWith('indexing')) {
    return { text: `${status.message.replace(/[ .]+$/, '')}. What is found already can be asked about.`, button: '', mend: '' };
  }
  if (status.missingModel && status.kind === 'Busy') return { text: status.message, button: '', mend: '' };
  if (status.missingModel) return { text: missing(status.missingModel), ...MODEL };
  if (status.brief === 'model problem') return { text: status.message, button: 'Try again', mend: 'restart' };
  if (!trusted) return { text: UNTRUSTED, button: 'Manage trust', mend: 'trust' };
  return undefined;
}

/** How an answer that failed over what is missing is mended; nothing where that isn't why. */
export function mendOf({ status }: Situation): Obstacle | undefined {
  if (!status?.missingModel || status.kind === 'Busy') return undefined;
  return { text: `This question needs the model, and ${status.missingModel} is not on this machine yet.`, ...MODEL };
}

const UNTRUSTED =
  'You have not said that you trust this folder, so its adapters, its linters and its settings for Inglenook are left alone.';

function missing(name: string): string {
  return `Questions that the index answers are answered. For all others the model ${name} has to be downloaded.`;
}
