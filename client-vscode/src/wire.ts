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
  /** The state in a word or two; empty where all is well. Not of a server before 0.2. */
  brief?: string;
  /** The name of the model that is wanted and is not on this machine; empty where there is none. */
  missingModel?: string;
}

export interface ChatMessage {
  role: 'user' | 'assistant';
  content: string;
}

export type AttachmentKind = 'file' | 'folder' | 'symbol' | 'selection' | 'cursor' | 'problems' | 'terminal' | 'diff';

/** Something that goes along with a question. */
export interface Attachment {
  kind: AttachmentKind;
  /** The file, for "file", "selection", "cursor" and "problems"; the repository's root, for "diff". */
  uri?: string;
  range?: Range;
  /** The symbol, or the folder's path; "staged" for the "diff" of what is staged. */
  name?: string;
  /** What the client gives itself: problems as `path:line: message` in lines, the terminal's output. */
  text?: string;
}

export interface ChatParams {
  messages: ChatMessage[];
  attachments: Attachment[];
  /** Its messages and the answer are kept under this id. */
  conversation: string;
  partialResultToken: string;
}

/** A definition or a span of the workspace, as it is shown before the model has said anything. */
export interface Place {
  uri: string;
  path: string;
  range: Range;
  /** In one line; empty where the span defines nothing. */
  signature: string;
  /** The first sentence of its documentation. */
  doc: string;
}

export interface ChatDelta {
  /** "delta" has text, "places" the places that were found, "reading" the tokens to read; others may follow. */
  kind: string;
  text?: string;
  places?: Place[];
  tokens?: number;
}

export interface Reference {
  uri: string;
  /** Relative to the workspace folder, with forward slashes. */
  path: string;
  range: Range;
  score: number;
}

/** A change of one file. Nothing is changed until the user accepts it. */
export interface ProposedEdit {
  uri: string;
  path: string;
  range: Range;
  newText: string;
  title: string;
  /** What stands in the range: where it differs from the editor's text, the edit is out of date. */
  oldText: string;
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
  origin: 'index' | 'model';
  places: Place[];
  /** Sentences of the model that were left out, because what they say of the workspace is not so. */
  struck: number;
  edit: ProposedEdit | null;
}

/** One thing that goes along with a question, as it is shown before sending. */
export interface Chip {
  kind: AttachmentKind | 'instructions';
  label: string;
  tokens: number;
  uri?: string;
  /** Why it can't go along; empty where it can. */
  problem?: string;
}

export interface ChatContextParams {
  /** A question as far as it is typed. */
  text: string;
  attachments: Attachment[];
}

export interface Suggestion {
  label: string;
  insert: string;
  detail: string;
}

/** Suggestions for the part of the text from `start` to `end`, in UTF-16 units. */
export interface ChatCompleteResult {
  start: number;
  end: number;
  items: Suggestion[];
}

export interface ConversationInfo {
  id: string;
  title: string;
  /** Seconds since the epoch of its last message. */
  updated: number;
  messages: number;
}

export interface ConversationsParams {
  action: 'list' | 'load' | 'rename' | 'delete' | 'export';
  id?: string;
  title?: string;
}

/** One turn as it was kept; what follows `content` is of answers alone. */
export interface KeptMessage extends ChatMessage {
  origin?: '' | 'index' | 'model';
  model?: string;
  references?: Reference[];
}

export interface ConversationsResult {
  /** All of this workspace, the latest first. */
  conversations: ConversationInfo[];
  /** Of "load". */
  messages: KeptMessage[];
  /** Of "export". */
  markdown: string;
  /** A sentence about what is kept and can't be read; mostly empty. */
  note?: string;
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

/** A model that writes text. */
export interface ModelInfo {
  name: string;
  title: string;
  license: string;
  /** The profile that means it; empty where none does. */
  profile: string;
  /** Bytes to download. */
  bytes: number;
  /** Bytes of memory while it is in use, about. */
  memory: number;
  /** Where it comes from, in words. */
  source: string;
  installed: boolean;
  wanted: boolean;
}

export interface PullProgress {
  stage: string;
  /** Bytes of this stage; `total` is 0 where it isn't known. */
  done: number;
  total: number;
}

/** A command that the server registers and attaches to each suggestion: it was accepted. */
export const ACCEPTED = 'inglenook.accepted';

/** One place of a next edit. */
export interface NextEdit {
  id: string;
  uri: string;
  path: string;
  range: Range;
  /** What stands in the range: where it differs from the editor's text, the offer is out of date. */
  oldText: string;
  newText: string;
  kind: string;
  confidence: number;
}

export interface NextEditParams {
  uri: string;
  /** Whether anything is selected: then nothing is offered. */
  busy: boolean;
}

/** A command that the server registers: minutes without suggestions, 30 when left out; 0 ends it. */
export const SNOOZE = 'inglenook.snooze';

export const didChangeStatus = new NotificationType<Status>('inglenook/didChangeStatus');
export const status = new RequestType<object, Status, void>('inglenook/status');
export const chat = new RequestType<ChatParams, ChatResult, void>('inglenook/chat');
export const chatContext = new RequestType<ChatContextParams, { chips: Chip[] }, void>('inglenook/chat/context');
export const chatComplete = new RequestType<{ text: string; offset: number }, ChatCompleteResult, void>(
  'inglenook/chat/complete',
);
export const nextEdit = new RequestType<NextEditParams, { edits: NextEdit[] }, void>('inglenook/nextEdit');
export const nextEditEvent = new NotificationType<{ id: string; kind: 'shown' | 'accepted' | 'rejected' }>(
  'inglenook/nextEditEvent',
);
export const conversations = new RequestType<ConversationsParams, ConversationsResult, void>('inglenook/conversations');
export const chatDelta = new ProgressType<ChatDelta>();
export const index = new RequestType<{ action: 'refresh' | 'rebuild' }, IndexResult, void>('inglenook/index');
export const explain = new RequestType<{ id?: string }, Explanation | null, void>('inglenook/explain');
export const models = new RequestType<object, { models: ModelInfo[]; folder: string }, void>('inglenook/models');
export const pullModel = new RequestType<{ name?: string; partialResultToken: string }, { name: string }, void>(
  'inglenook/models/pull',
);
export const pullProgress = new ProgressType<PullProgress>();
