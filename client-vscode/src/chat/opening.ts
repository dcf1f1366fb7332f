// What the chat opens with: a conversation that the server keeps, or what an empty chat offers. Knows no page.

import { workspace, type Memento } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { warn } from '../notify';
import * as wire from '../wire';
import { Conversation } from './conversation';
import { examples } from './examples';
import { kept } from './history';
import type { Obstacle, ToPage } from './messages';
import { attempt } from './requests';

/** Where the open conversation's id is kept, in the editor's own store of this workspace. */
const OPEN = 'inglenook.chat.conversation';
/** Conversations that an empty chat lists. */
const LISTED = 5;

/** Keeps which conversation is open; none where it is undefined. */
export async function remember(store: Memento, conversation: Conversation | undefined): Promise<void> {
  await store.update(OPEN, conversation?.id);
}

/** The conversation that was open last, if something of it is kept. Never rejects over the server. */
export async function lastOpen(store: Memento, client: LanguageClient | undefined): Promise<Conversation | undefined> {
  const id = store.get<string>(OPEN);
  if (!id) return undefined;
  const found = await attempt(client, wire.conversations, { action: 'load', id });
  return found?.messages.length ? told(id, found) : undefined;
}

/** A kept conversation. Rejects where the server does not answer. */
export async function load(client: LanguageClient, id: string): Promise<Conversation> {
  return told(id, await client.sendRequest(wire.conversations, { action: 'load', id }));
}

/** What an empty chat offers: what the editor knows, what the server keeps, and what is in the way. */
export async function welcome(client: LanguageClient | undefined, obstacle: Obstacle | undefined): Promise<ToPage> {
  const asked = workspace.workspaceFolders?.length ? await examples() : [];
  const found = await attempt(client, wire.conversations, { action: 'list' });
  return { type: 'welcome', examples: asked, kept: (found?.conversations ?? []).slice(0, LISTED).map(kept), obstacle };
}

/** The conversation; the user is told what of it can't be read. */
function told(id: string, { messages, note }: wire.ConversationsResult): Conversation {
  if (note) void warn(note);
  return new Conversation(id, messages);
}
