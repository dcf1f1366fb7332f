// What the chat page and the extension say to each other. Types only; imported by both sides.

export interface Source {
  uri: string;
  path: string;
  /** 1-based and inclusive, as people count lines. */
  startLine: number;
  endLine: number;
}

export interface Turn {
  role: 'user' | 'assistant';
  text: string;
  sources: Source[];
  /** "pending" until the answer's end: the last turn of a conversation at most. */
  state: 'pending' | 'done' | 'stopped' | 'failed';
  /** A sentence about the answer, such as that nothing was found for it. */
  remark: string;
  /** One line under a finished answer: the model, the time; or the sentence of an error. */
  note: string;
}

export type ToPage =
  | { type: 'show'; turns: Turn[] }
  | { type: 'add'; turns: Turn[] }
  | { type: 'delta'; text: string }
  | { type: 'end'; turn: Turn }
  | { type: 'focus' };

export type FromPage =
  | { type: 'ready' }
  | { type: 'ask'; text: string }
  | { type: 'stop' }
  | { type: 'open'; path: string; startLine: number; endLine: number; uri?: string }
  | { type: 'insert'; text: string }
  | { type: 'copy'; text: string }
  | { type: 'logs' }
  | { type: 'restart' };
