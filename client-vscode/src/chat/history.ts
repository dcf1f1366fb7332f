// The conversations that the server keeps: listed, opened, renamed, deleted, exported.

import { ThemeIcon, window, workspace, type QuickInputButton, type QuickPickItem } from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { ask, inform, warn } from '../notify';
import * as wire from '../wire';
import type { Kept } from './messages';

const RENAME: QuickInputButton = { iconPath: new ThemeIcon('edit'), tooltip: 'Rename' };
const EXPORT: QuickInputButton = { iconPath: new ThemeIcon('markdown'), tooltip: 'Export as Markdown' };
const DELETE: QuickInputButton = { iconPath: new ThemeIcon('trash'), tooltip: 'Delete' };
const DAY_S = 86_400;

interface Row extends QuickPickItem {
  info: wire.ConversationInfo;
}

/** Shows the list; gives the conversation to open. `deleted` hears of each that is gone. */
export async function chooseConversation(client: LanguageClient, deleted: (id: string) => void): Promise<string | undefined> {
  for (;;) {
    const { conversations, note } = await client.sendRequest(wire.conversations, { action: 'list' });
    if (note) void warn(note);
    if (!conversations.length) {
      void inform('No conversation of this workspace is kept yet.');
      return undefined;
    }
    const picked = await pick(conversations);
    if (!picked) return undefined;
    const { info, button } = picked;
    if (!button) return info.id;
    if (button === RENAME) await rename(client, info);
    else if (button === EXPORT) {
      await exportConversation(client, info.id);
      return undefined;
    } else if (await remove(client, info)) deleted(info.id);
  }
}

/** Opens the conversation as a Markdown document that is not saved yet. */
export async function exportConversation(client: LanguageClient, id: string): Promise<void> {
  const { markdown } = await client.sendRequest(wire.conversations, { action: 'export', id });
  if (!markdown) {
    void inform('There is nothing to export yet.');
    return;
  }
  await window.showTextDocument(await workspace.openTextDocument({ language: 'markdown', content: markdown }));
}

export function kept({ id, title, updated }: wire.ConversationInfo): Kept {
  return { id, title: title || 'Without a title', when: ago(updated) };
}

/** "14:05" of today; "yesterday"; else the date. */
function ago(seconds: number): string {
  const then = new Date(seconds * 1000);
  const days = Math.floor(midnight(new Date()) / DAY_S) - Math.floor(midnight(then) / DAY_S);
  if (days === 0) return then.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
  return days === 1 ? 'yesterday' : then.toLocaleDateString();
}

/** The seconds at which the day would begin if it were Greenwich's: whole days between two are then days of the calendar. */
function midnight(date: Date): number {
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / 1000;
}

function pick(conversations: wire.ConversationInfo[]): Promise<{ info: wire.ConversationInfo; button?: QuickInputButton } | undefined> {
  const list = window.createQuickPick<Row>();
  list.title = 'Conversations of this workspace';
  list.placeholder = 'Open one';
  list.items = conversations.map((info) => {
    const { title, when } = kept(info);
    return { label: title, description: `${when}, ${info.messages} messages`, buttons: [RENAME, EXPORT, DELETE], info };
  });
  return new Promise((resolve) => {
    list.onDidTriggerItemButton(({ item, button }) => {
      resolve({ info: item.info, button });
      list.hide();
    });
    list.onDidAccept(() => {
      const [item] = list.selectedItems;
      resolve(item && { info: item.info });
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}

async function rename(client: LanguageClient, { id, title }: wire.ConversationInfo): Promise<void> {
  const wanted = await window.showInputBox({ title: 'Rename the conversation', value: title });
  if (wanted?.trim()) await client.sendRequest(wire.conversations, { action: 'rename', id, title: wanted.trim() });
}

async function remove(client: LanguageClient, { id, title }: wire.ConversationInfo): Promise<boolean> {
  if (!(await ask(`Delete "${title}"? It can't be brought back.`, 'Delete'))) return false;
  await client.sendRequest(wire.conversations, { action: 'delete', id });
  return true;
}
