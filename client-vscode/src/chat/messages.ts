// What the chat page and the extension say to each other. Types only; imported by both sides.

/** A span of a file. Lines are 1-based and inclusive, as people count them. */
export interface Source {
  uri: string;
  path: string;
  startLine: number;
  endLine: number;
}

/** A source that was found before the model said anything. */
export interface Place extends Source {
  signature: string;
  doc: string;
}

/** A change that an answer proposes, and what became of it. */
export interface Change extends Source {
  title: string;
  state: 'open' | 'applied' | 'dismissed';
}

export interface Turn {
  /** Its number in this conversation: turns that are asked anew get new ones. */
  id: number;
  role: 'user' | 'assistant';
  text: string;
  /** Of a question: what went along, in a word each. */
  attached: string[];
  sources: Source[];
  /** What was found; shown until the answer has its sources. */
  places: Place[];
  /** Tokens that the model has to read before its first word; 0 until that is known. */
  reading: number;
  /** "pending" until the answer's end: the last turn of a conversation at most. */
  state: 'pending' | 'done' | 'stopped' | 'failed';
  /** Who answered; empty where that isn't known, as in a conversation of another day. */
  origin: '' | 'index' | 'model';
  /** The model's name, and what the answer cost. */
  model: string;
  cost: string;
  struck: number;
  change?: Change;
  /** A sentence about the answer, such as that nothing was found for it. */
  remark: string;
  /** How the answer ended, if not as it should: "Stopped", or the sentence of an error. */
  note: string;
  /** Of a failed answer: what mends it, where something does. */
  obstacle?: Obstacle;
}

/** One thing that goes along with the next question. */
export interface Chip {
  /** What `detach` names; empty where it stands in the question itself, or is the workspace's. */
  key: string;
  label: string;
  title: string;
  /** How many tokens it has; -1 where that isn't known. */
  tokens: number;
  /** Why it can't go along; empty where it can. */
  problem: string;
}

/** What mends an obstacle: a command of the extension. */
export type Mend = '' | 'setUp' | 'openFolder' | 'downloadModel' | 'restart' | 'trust';

/** Something that stands in the way of an answer. */
export interface Obstacle {
  text: string;
  /** Empty where there is nothing to do but wait. */
  button: string;
  mend: Mend;
}

export interface Suggestion {
  label: string;
  insert: string;
  detail: string;
}

/** A conversation that is kept. */
export interface Kept {
  id: string;
  title: string;
  /** When it was last added to, in words. */
  when: string;
}

export type ToPage =
  | { type: 'show'; turns: Turn[] }
  /** What an empty conversation offers. */
  | { type: 'welcome'; examples: string[]; kept: Kept[]; obstacle?: Obstacle }
  | { type: 'add'; turns: Turn[] }
  | { type: 'delta'; text: string }
  | { type: 'places'; places: Place[] }
  | { type: 'reading'; tokens: number }
  | { type: 'end'; turn: Turn }
  /** A turn that is drawn already has changed. */
  | { type: 'update'; turn: Turn }
  | { type: 'chips'; chips: Chip[] }
  | { type: 'suggestions'; request: number; start: number; end: number; items: Suggestion[] }
  /** Type this into the question, as if by hand. */
  | { type: 'type'; text: string }
  | { type: 'focus' };

/** What can be done with a change that an answer proposes. */
export type ChangeAction = 'show' | 'apply' | 'dismiss';

export type FromPage =
  | { type: 'ready' }
  /** `instead` is the question that this one replaces, with all that follows it. */
  | { type: 'ask'; text: string; instead?: number }
  | { type: 'regenerate' }
  /** A question is about to be edited: what was picked for it is picked again. */
  | { type: 'edit'; turn: number }
  | { type: 'stop' }
  | { type: 'draft'; text: string }
  | { type: 'complete'; request: number; text: string; offset: number }
  | { type: 'attach' }
  | { type: 'detach'; key: string }
  | { type: 'load'; conversation: string }
  | { type: 'history' }
  | { type: 'change'; turn: number; what: ChangeAction }
  | { type: 'open'; path: string; startLine: number; endLine: number; uri?: string }
  | { type: 'insert'; text: string }
  | { type: 'copy'; text: string }
  | { type: 'logs' }
  | { type: 'restart' }
  | { type: 'mend'; mend: Mend };
