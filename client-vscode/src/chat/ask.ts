// The chat's commands in the editor: each opens the chat, and asks what its name says of what is selected there.

import { Uri, commands, type Disposable } from 'vscode';
import { SECTION } from '../settings';
import type { Attachment } from '../wire';
import { fillMessageBox } from './commit';
import { problems } from './editorContext';
import type { ChatView } from './view';

interface Asking {
  question: string;
  /** What goes along beside the selection. */
  more?: () => Attachment | undefined;
}

const ASKING: Record<string, Asking> = {
  explain: { question: '/explain' },
  fix: { question: '/fix', more: problems },
  writeTests: { question: '/tests' },
  document: { question: '/doc' },
  refactor: { question: '/refactor Make it easier to read, and repeat nothing.' },
  reviewChanges: { question: '/review', more: () => ({ kind: 'diff' }) },
};

export function registerAsking(chat: ChatView): Disposable[] {
  const open = () => commands.executeCommand('inglenook.chat.focus');
  const asking = Object.entries(ASKING).map(([name, { question, more }]) =>
    commands.registerCommand(`${SECTION}.${name}`, async () => {
      const extra = more?.();
      await open();
      await chat.ask(question, extra ? [extra] : []);
    }),
  );
  return [
    ...asking,
    commands.registerCommand(`${SECTION}.ask`, async () => {
      await open();
      chat.focus();
    }),
    commands.registerCommand(`${SECTION}.writeCommitMessage`, async (control?: { rootUri?: Uri }) => {
      await open();
      const root = control?.rootUri; // of the repository whose button was pressed
      const staged: Attachment = { kind: 'diff', name: 'staged' };
      const answer = await chat.ask('/commit', [root ? { ...staged, uri: root.toString() } : staged]);
      if (answer) await fillMessageBox(answer, root);
    }),
  ];
}
