// Workspace trust: what is limited in a folder that is not trusted is said once, and is over when it is.

import { commands, workspace, type Disposable, type Memento } from 'vscode';
import { inform } from './notify';
import type { Server } from './server';

const LIMITED =
  'You have not said that you trust this folder. Inglenook indexes it, completes and answers; it runs no linter, uses ' +
  'no adapter and no model server, and leaves the settings of the folder alone.';

/** Starts the server anew when trust is given. */
export function followTrust(server: Server): Disposable {
  return workspace.onDidGrantWorkspaceTrust(() => void server.restart());
}

const SAID = 'inglenook.trust.said';

/** Says it, once for a folder, when the server has started. */
export function sayLimits(server: Server, store: Memento): Disposable {
  const once = server.onDidChangeStatus(() => {
    once.dispose();
    if (workspace.isTrusted || store.get(SAID)) return;
    void store.update(SAID, true);
    void inform(LIMITED, 'Manage Trust').then((choice) => {
      if (choice) void commands.executeCommand('workbench.trust.manage');
    });
  });
  return once;
}
