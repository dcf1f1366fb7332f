// One conversation: its turns, and the request that is under way. Knows the wire, not the page.

import { randomUUID } from 'node:crypto';
import { CancellationTokenSource } from 'vscode';
import { LSPErrorCodes, ResponseError, type LanguageClient } from 'vscode-languageclient/node';
import { messageOf } from '../logger';
import * as wire from '../wire';
import type { Source, Turn } from './messages';

/** A server that does not answer a cancellation within this time is not waited for. */
const STOP_MS = 2000;

export class Conversation {
  readonly turns: Turn[] = [];
  private cancellation: CancellationTokenSource | undefined;
  private giveUp: (reason: string) => void = () => undefined;

  get busy(): boolean {
    return this.cancellation !== undefined;
  }

  /** Adds the question and an empty answer, and returns both. */
  begin(question: string): [Turn, Turn] {
    const asked: Turn = { role: 'user', text: question, sources: [], state: 'done', remark: '', note: '' };
    const answer: Turn = { role: 'assistant', text: '', sources: [], state: 'pending', remark: '', note: '' };
    this.turns.push(asked, answer);
    this.cancellation = new CancellationTokenSource();
    return [asked, answer];
  }

  /** Fills `answer` from the server; `onText` hears each piece. Never rejects: a failure ends the turn. */
  async run(client: LanguageClient | undefined, answer: Turn, onText: (text: string) => void): Promise<void> {
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
      const progress = client.onProgress(wire.chatDelta, partialResultToken, ({ kind, text }) => {
        if (kind !== 'delta' || answer.state !== 'pending') return;
        answer.text += text;
        onText(text);
      });
      try {
        const params = { messages: this.history(answer), partialResultToken };
        const request = client.sendRequest(wire.chat, params, this.cancellation?.token);
        finish(answer, await Promise.race([request, givenUp]));
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

function finish(answer: Turn, result: wire.ChatResult): void {
  answer.text = result.text;
  answer.sources = result.references.map(source);
  answer.remark = result.note;
  answer.state = result.stopReason === 'cancelled' ? 'stopped' : 'done';
  const facts = [result.adapter ? `${result.model} + ${result.adapter}` : result.model];
  if (result.usage.generatedTokens) facts.push(`${result.usage.generatedTokens} tokens`);
  if (result.usage.totalMs) facts.push(`${(result.usage.totalMs / 1000).toFixed(1)} s`);
  if (result.stopReason === 'length') facts.push('cut at the length limit');
  if (result.stopReason === 'cancelled') facts.unshift('Stopped');
  answer.note = facts.filter(Boolean).join(' · ');
}

function source({ uri, path, range }: wire.Reference): Source {
  // A range that ends at column 0 ends with the line before.
  const last = range.end.character === 0 && range.end.line > range.start.line ? range.end.line - 1 : range.end.line;
  return { uri, path, startLine: range.start.line + 1, endLine: last + 1 };
}
