// The messages of the server's own protocol, as the server documents them. Types only.

import { NotificationType, ProgressType, RequestType, type Range } from 'vscode-languageclient/node';

export interface Status {
  kind: 'Normal' | 'Busy' | 'Warning' | 'Error' | 'Inactive';
  message: string;
  files: number;
  chunks: number;
  model: string;
  adapter: string;
  engine: string;
  lastLatencyMs: number;
  version: string;
  /** Until when nothing is suggested by itself, as in "05:12"; empty when suggestions are awake. */
  snoozedUntil: string;
}

export interface ChatMessage {
  role: 'user' | 'assistant';
  content: string;
}

export interface ChatParams {
  messages: ChatMessage[];
  partialResultToken: string;
}

export interface ChatDelta {
  /** "delta"; others may follow. */
  kind: string;
  text: string;
}

export interface Reference {
  uri: string;
  /** Relative to the workspace folder, with forward slashes. */
  path: string;
  range: Range;
  score: number;
}

export interface ChatResult {
  text: string;
  references: Reference[];
  usage: Usage;
  stopReason: 'stop' | 'length' | 'cancelled';
  model: string;
  adapter: string;
  /** What is to be said about the answer, such as that nothing was found; mostly empty. */
  note: string;
}

export interface IndexResult {
  files: number;
  chunks: number;
  seconds: number;
}

export interface Usage {
  promptTokens: number;
  generatedTokens: number;
  firstTokenMs: number;
  totalMs: number;
}

export interface Explanation {
  /** The suggestion. */
  text: string;
  prompt: string;
  hits: { path: string; range: Range; score: number; symbol: string; text: string; parts: Record<string, number> }[];
  /** Milliseconds by stage. */
  timings: Record<string, number>;
  usage: Usage;
  /** Why nothing was suggested; empty when something was. */
  reason: string;
  /** What was decided about code of other files, and whether the model was asked again. */
  gate: string;
  /** The estimated chance that the suggestion is right, 0-1. */
  confidence: number;
  /** What came too late to be shown to the model, in words, and the milliseconds it had. */
  late: Record<string, number>;
}

/** A command that the server registers: minutes without suggestions, 30 when left out; 0 ends it. */
export const SNOOZE = 'inglenook.snooze';

export const didChangeStatus = new NotificationType<Status>('inglenook/didChangeStatus');
export const status = new RequestType<object, Status, void>('inglenook/status');
export const chat = new RequestType<ChatParams, ChatResult, void>('inglenook/chat');
export const chatDelta = new ProgressType<ChatDelta>();
export const index = new RequestType<{ action: 'refresh' | 'rebuild' }, IndexResult, void>('inglenook/index');
export const explain = new RequestType<{ id?: string }, Explanation | null, void>('inglenook/explain');
