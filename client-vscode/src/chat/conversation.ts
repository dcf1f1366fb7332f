// One conversation: its turns, and the request that is under way. Knows the wire, not the page.

import { randomUUID } from 'node:crypto';
import { CancellationTokenSource } from 'vscode';
import { LSPErrorCodes, ResponseError, type LanguageClient } from 'vscode-languageclient/node';
import { messageOf } from '../logger';
import * as wire from '../wire';
import type { ToPage, Turn } from './messages';
import { blank, finish, ofAnotherDay, placeOf } from './turns';

/** A server that does not answer a cancellation within this time is not waited for. */
const STOP_MS = 2000;

/** What a question is asked with, kept so that it can be asked again. */
export interface Asked {
  attachments: wire.Attachment[];
  /** Those of them that were picked by hand. */
  picked: wire.Attachment[];
  /** A word for each. */
  labels: string[];
}

export class Conversation {
  readonly turns: Turn[] = [];
  /** The edits that answers propose, by the number of the answer. */
  readonly edits = new Map<number, wire.ProposedEdit>();
  private readonly asked = new Map<number, Asked>();
  private cancellation: CancellationTokenSource | undefined;
  private giveUp: (reason: string) => void = () => undefined;
  private made = 0;

  /** The server keeps the conversation under `id`. */
  constructor(
    readonly id: string = randomUUID(),
    messages: wire.KeptMessage[] = [],
  ) {
    for (const message of messages) this.turns.push(ofAnotherDay(++this.made, message));
  }

  get busy(): boolean {
    return this.cancellation !== undefined;
  }

  /** Adds the question and an empty answer, and returns both. */
  begin(question: string, asked: Asked): [Turn, Turn] {
    const turn: Turn = { ...blank(++this.made, 'user'), text: question, attached: asked.labels };
    const answer: Turn = { ...blank(++this.made, 'assistant'), state: 'pending' };
    this.turns.push(turn, answer);
    this.asked.set(turn.id, asked);
    this.cancellation = new CancellationTokenSource();
    return [turn, answer];
  }

  /** What a question was asked with; nothing for one of another day. */
  askedWith(id: number): Asked {
    return this.asked.get(id) ?? { attachments: [], picked: [], labels: [] };
  }

  /** Takes a question away with all that follows it. */
  takeBack(id: number): void {
    const position = this.turns.findIndex((turn) => turn.id === id && turn.role === 'user');
    if (position >= 0 && !this.busy) this.turns.splice(position);
  }

  get lastQuestion(): Turn | undefined {
    return this.turns.findLast((turn) => turn.role === 'user');
  }

  /** Fills `answer` from the server; `say` hears each piece. Never rejects: a failure ends the turn. */
  async run(client: LanguageClient | undefined, answer: Turn, say: (message: ToPage) => void): Promise<void> {
    const partialResultToken = randomUUID();
    // A connection that is closed under a request may leave it unanswered for ever.
    const givenUp = new Promise<never>((_, reject) => {
      this.giveUp = (reason) => {
        reject(new Error(reason));
      };
    });
    givenUp.catch(() => undefined);
    try {
      if (!client) throw new Error('The Inglenook server is not running.');
      const progress = client.onProgress(wire.chatDelta, partialResultToken, (delta) => {
        if (answer.state === 'pending') take(delta, answer, say);
      });
      try {
        const { attachments } = this.askedWith(this.lastQuestion?.id ?? 0);
        const params = { messages: this.history(answer), attachments, conversation: this.id, partialResultToken };
        const request = client.sendRequest(wire.chat, params, this.cancellation?.token);
        const result = await Promise.race([request, givenUp]);
        finish(answer, result);
        if (result.edit) this.edits.set(answer.id, result.edit);
      } finally {
        progress.dispose();
      }
    } catch (error) {
      const stopped = error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled;
      answer.state = stopped || this.cancellation?.token.isCancellationRequested ? 'stopped' : 'failed';
      answer.note = answer.state === 'stopped' ? 'Stopped' : messageOf(error);
    } finally {
      this.cancellation?.dispose();
      this.cancellation = undefined;
    }
  }

  stop(): void {
    this.cancellation?.cancel();
    const giveUp = this.giveUp;
    setTimeout(() => {
      giveUp('Stopped');
    }, STOP_MS);
  }

  /** The server is gone: whatever was under way will not be answered. */
  serverStopped(): void {
    this.giveUp('The server stopped before the answer was complete.');
  }

  /** Turns that failed are shown as an error no longer; gives those. */
  endFailures(): Turn[] {
    const failed = this.turns.filter(({ state }) => state === 'failed');
    for (const turn of failed) Object.assign(turn, { state: 'stopped', note: 'Not answered' } satisfies Partial<Turn>);
    return failed;
  }

  /** What has been said before `answer`; an exchange without an answer is left out. */
  private history(answer: Turn): wire.ChatMessage[] {
    const messages: wire.ChatMessage[] = [];
    for (const [position, turn] of this.turns.entries()) {
      const reply = this.turns[position + 1];
      if (turn.role === 'user' && (reply === answer || reply?.text)) messages.push({ role: 'user', content: turn.text });
      if (turn.role === 'assistant' && turn !== answer && turn.text) {
        messages.push({ role: 'assistant', content: turn.text });
      }
    }
    return messages;
  }
}

/** One piece of an answer: into the turn, and on to who listens. Kinds that are not known are passed over. */
function take({ kind, text, places, tokens }: wire.ChatDelta, answer: Turn, say: (message: ToPage) => void): void {
  if (kind === 'delta' && text) {
    answer.text += text;
    say({ type: 'delta', text });
  } else if (kind === 'places' && places) {
    answer.places = places.map(placeOf);
    say({ type: 'places', places: answer.places });
  } else if (kind === 'reading') {
    answer.reading = tokens ?? 0;
    say({ type: 'reading', tokens: answer.reading });
  }
}
