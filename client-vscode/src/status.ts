// The status-bar item: what the server says of itself, as an icon, a word and a tooltip.

import { MarkdownString, StatusBarAlignment, ThemeColor, commands, window, workspace, type Disposable } from 'vscode';
import { literal, printable } from './text';
import type { Status } from './wire';

const ICONS: Record<Status['kind'], string> = {
  Normal: '$(flame)',
  Busy: '$(loading~spin)',
  Warning: '$(warning)',
  Error: '$(error)',
  Inactive: '$(circle-slash)',
};

export class StatusItem implements Disposable {
  /** Until when completions are snoozed, as in "05:12"; empty when they are awake. */
  snoozedUntil = '';
  /** The model that is wanted and is not here; empty where there is none. */
  missingModel = '';
  private readonly item = window.createStatusBarItem('inglenook.status', StatusBarAlignment.Right, 100);

  constructor() {
    this.item.name = 'Inglenook';
    this.item.command = 'inglenook.menu';
    this.say('Busy', 'Starting the server', 'starting');
    this.item.show();
  }

  /** What the extension itself has to say, while there is no server to ask. */
  say(kind: Status['kind'], message: string, brief: string): void {
    this.snooze('');
    this.missingModel = '';
    this.draw(kind, message, brief, new MarkdownString(`**Inglenook**: ${literal(message)}`));
  }

  show(status: Status): void {
    const tooltip = new MarkdownString(`**Inglenook**: ${literal(status.message || 'Ready')}\n\n`, true);
    const row = (icon: string, text: string) => tooltip.appendMarkdown(`$(${icon}) ${text}  \n`);
    row('files', `${status.files.toLocaleString()} files, ${status.chunks.toLocaleString()} passages indexed`);
    if (status.model) row('chip', literal(status.engine ? `${status.model} on ${status.engine}` : status.model));
    if (status.adapter) row('layers', `adapter ${literal(status.adapter)}`);
    if (status.lastLatencyMs > 0) row('watch', `last completion ${Math.round(status.lastLatencyMs)} ms`);
    if (!workspace.isTrusted) row('workspace-untrusted', 'not trusted: no linter, no adapter, no model server');
    row('home', `everything runs on this machine; server ${literal(status.version)}`);
    this.snooze(status.snoozedUntil);
    this.missingModel = status.missingModel ?? '';
    this.draw(status.kind, status.message || 'Ready', status.brief ?? '', tooltip);
  }

  dispose(): void {
    this.item.dispose();
  }

  /** What the menu and the palette offer follows it. */
  private snooze(until: string): void {
    this.snoozedUntil = until;
    void commands.executeCommand('setContext', 'inglenook.snoozed', until !== '');
  }

  private draw(kind: Status['kind'], message: string, brief: string, tooltip: MarkdownString): void {
    const until = this.snoozedUntil && kind === 'Inactive' ? ` until ${literal(this.snoozedUntil)}` : '';
    const state = until || (brief && `: ${printable(brief).replaceAll('$(', '$ (')}`);
    this.item.text = `${until ? '$(bell-slash)' : ICONS[kind]} Inglenook${state}`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Inglenook, ${kind}: ${message}`, role: 'button' };
    const colour = { Error: 'error', Warning: 'warning' }[kind as string];
    this.item.backgroundColor = colour ? new ThemeColor(`statusBarItem.${colour}Background`) : undefined;
  }
}
