// What a terminal shows, as far as the editor tells it: the last command's output, or what is selected.

import { commands, env, window, type Disposable, type Terminal, type TerminalShellExecution } from 'vscode';
import type { Attachment } from '../wire';

/** Characters of output that are kept: the end of it, where errors stand. */
const KEPT = 20_000;
// Sequences that colour text, move the cursor or set the window's title: ECMA-48's, and those that end with BEL or ST.
const ESCAPES = /\u001b(?:\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\[[0-?]*[ -/]*[@-~]|[ -/]*[0-~])/g;

/** Follows commands in terminals with shell integration. */
export class TerminalOutput implements Disposable {
  private readonly last = new Map<Terminal, { command: string; output: string }>();
  private readonly listeners = [
    window.onDidStartTerminalShellExecution(({ terminal, execution }) => void this.follow(terminal, execution)),
    window.onDidCloseTerminal((terminal) => this.last.delete(terminal)),
  ];

  /** The active terminal's last command and what it wrote; undefined where the shell doesn't say. */
  lastCommand(): Attachment | undefined {
    const found = window.activeTerminal && this.last.get(window.activeTerminal);
    if (!found) return undefined;
    return { kind: 'terminal', name: found.command, text: `$ ${found.command}\n${plain(found.output.slice(-KEPT))}` };
  }

  dispose(): void {
    for (const listener of this.listeners) listener.dispose();
  }

  private async follow(terminal: Terminal, execution: TerminalShellExecution): Promise<void> {
    const entry = { command: execution.commandLine.value, output: '' };
    this.last.set(terminal, entry);
    for await (const piece of execution.read()) {
      entry.output += piece;
      if (entry.output.length > 2 * KEPT) entry.output = entry.output.slice(-KEPT); // seldom: the cost stays linear
    }
  }
}

/** What is selected in the active terminal. The editor tells it by the clipboard alone, which is then put back. */
export async function terminalSelection(): Promise<Attachment | undefined> {
  if (!window.activeTerminal) return undefined;
  const before = await env.clipboard.readText();
  const marker = `inglenook ${Date.now()}`;
  try {
    await env.clipboard.writeText(marker);
    await commands.executeCommand('workbench.action.terminal.copySelection');
    const text = await env.clipboard.readText();
    return text && text !== marker ? { kind: 'terminal', name: 'selection', text: text.slice(-KEPT) } : undefined;
  } finally {
    await env.clipboard.writeText(before);
  }
}

/** Output without escapes, as it would stand on paper: a carriage return overwrites its line. */
function plain(output: string): string {
  return output
    .replace(ESCAPES, '')
    .replace(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r') + 1))
    .join('\n')
    .trim();
}
