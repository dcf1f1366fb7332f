// The MCP server's definition: what starts it, over which folders, and nothing where the editor has no place for it.

import assert from 'node:assert/strict';
import { registerHooks } from 'node:module';
import { test } from 'node:test';

const editor = {
  EventEmitter: class {
    listeners = [];
    event = (listener) => this.listeners.push(listener);
    fire() {
      for (const listener of this.listeners) listener();
    }
  },
  McpStdioServerDefinition: class {
    constructor(label, command, args, env, version) {
      Object.assign(this, { label, command, args, env, version });
    }
  },
  lm: {
    registerMcpServerDefinitionProvider(id, provider) {
      Object.assign(editor, { id, provider });
      return { dispose() {} };
    },
  },
  workspace: {
    isTrusted: true,
    workspaceFolders: [folder('/src/a'), folder('/src/b c'), folder('/x', 'vscode-remote')],
    onDidChangeWorkspaceFolders: (listener) => (editor.foldersChanged = listener),
    onDidGrantWorkspaceTrust: () => ({}),
  },
};
globalThis.editor = editor;
registerHooks({
  resolve(name, context, next) {
    if (name !== 'vscode') return next(name, context);
    const names = ['EventEmitter', 'lm', 'workspace', 'McpStdioServerDefinition'];
    const source = names.map((one) => `export const ${one} = globalThis.editor.${one};`).join('\n');
    return { url: `data:text/javascript,${encodeURIComponent(source)}`, shortCircuit: true };
  },
});

function folder(fsPath, scheme = 'file') {
  return { uri: { scheme, fsPath } };
}

const { registerMcp } = await import('../../client-vscode/src/mcp.ts');
const started = { command: '/env/bin/python', args: ['-m', 'inglenook_server', 'serve'] };
const server = (startedBy) => ({ startedBy, onDidStart: (listener) => (editor.started = listener) });
const defined = () => editor.provider.provideMcpServerDefinitions();

test('the server is started as the language server is, over the folders on this machine', () => {
  assert.equal(registerMcp('0.1.0', server(started)).length, 5);
  assert.equal(editor.id, 'inglenook.index');
  const [definition, ...others] = defined();
  assert.deepEqual(others, []);
  assert.equal(definition.command, '/env/bin/python');
  assert.deepEqual(definition.args, ['-m', 'inglenook_server', 'mcp', '/src/a', '/src/b c']);
  assert.deepEqual(definition.env, { PYTHONSAFEPATH: '1' });
  assert.equal(definition.version, '0.1.0');
});

test('there is none without trust, without a folder, without a Python', () => {
  editor.workspace.isTrusted = false;
  assert.deepEqual(defined(), []);
  editor.workspace.isTrusted = true;
  editor.workspace.workspaceFolders = undefined;
  assert.deepEqual(defined(), []);
  editor.workspace.workspaceFolders = [folder('/src/a')];
  registerMcp('0.1.0', server(undefined));
  assert.deepEqual(defined(), []);
});

test('the editor asks again when folders change, or what starts the server', () => {
  registerMcp('0.1.0', server(started));
  let asked = 0;
  editor.provider.onDidChangeMcpServerDefinitions(() => (asked += 1));
  editor.foldersChanged();
  editor.started();
  assert.equal(asked, 2);
});

test('an editor that has no place for it is left alone', () => {
  const register = editor.lm.registerMcpServerDefinitionProvider;
  delete editor.lm.registerMcpServerDefinitionProvider;
  assert.deepEqual(registerMcp('0.1.0', server(started)), []);
  editor.lm.registerMcpServerDefinitionProvider = register;
});
