// Tells VS Code of the MCP server over the open folders, so that its agents and others' have the index as tools. Knows no
// tool. What the server answers, and what it refuses, is the server's.

import { EventEmitter, lm, workspace, type CancellationToken, type Event } from 'vscode';
import * as vscode from 'vscode';
import type { ServerCommand } from './interpreter';

/** As `contributes.mcpServerDefinitionProviders` names it. */
const ID = 'inglenook.index';

interface Registered {
  dispose(): unknown;
}

interface StdioDefinition {
  cwd?: unknown;
}

/** The part of the editor's interface that came with 1.101: it is absent before, and in forks that left it out. */
interface McpApi {
  register?: (id: string, provider: Provider) => Registered;
  Definition?: new (
    label: string,
    command: string,
    args: string[],
    env: Record<string, string | number | null>,
    version: string,
  ) => StdioDefinition;
}

interface Provider {
  onDidChangeMcpServerDefinitions: Event<void>;
  provideMcpServerDefinitions(token: CancellationToken): StdioDefinition[];
}

/** What starts the language server, and when that may have become another command. */
interface LanguageServer {
  readonly startedBy: ServerCommand | undefined;
  readonly onDidStart: Event<void>;
}

/** Registers the server where the editor has a place for it. */
export function registerMcp(version: string, server: LanguageServer): Registered[] {
  const { register, Definition } = api();
  if (!register || !Definition) return [];
  const changed = new EventEmitter<void>();
  const provider: Provider = {
    onDidChangeMcpServerDefinitions: changed.event,
    provideMcpServerDefinitions: () => {
      const started = workspace.isTrusted ? server.startedBy : undefined;
      const folders = (workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
      if (!started || folders.length === 0) return [];
      // The language server's command ends with its name; the other's stands in its place.
      const args = [...started.args.slice(0, -1), 'mcp', ...folders.map(({ uri }) => uri.fsPath)];
      // With `-m`, Python would look for modules in the current folder first.
      return [new Definition('Inglenook', started.command, args, { PYTHONSAFEPATH: '1' }, version)];
    },
  };
  const tell = () => {
    changed.fire();
  };
  return [
    changed,
    register(ID, provider),
    workspace.onDidChangeWorkspaceFolders(tell),
    workspace.onDidGrantWorkspaceTrust(tell),
    server.onDidStart(tell),
  ];
}

function api(): McpApi {
  const { registerMcpServerDefinitionProvider: register } = lm as { registerMcpServerDefinitionProvider?: McpApi['register'] };
  const { McpStdioServerDefinition: Definition } = vscode as { McpStdioServerDefinition?: McpApi['Definition'] };
  return { register: register?.bind(lm), Definition };
}
