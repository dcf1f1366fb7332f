// The status-bar item: what the server says of itself, as an icon, a word and a tooltip.

import { MarkdownString, StatusBarAlignment, ThemeColor, window, type Disposable } from 'vscode';
import type { Status } from './wire';

const ICONS: Record<Status['kind'], string> = {
  Normal: '$(flame)',
  Busy: '$(loading~spin)',
  Warning: '$(warning)',
  Error: '$(error)',
  Inactive: '$(circle-slash)',
};

export class StatusItem implements Disposable {
  private readonly item = window.createStatusBarItem('inglenook.status', StatusBarAlignment.Right, 100);

  constructor() {
    this.item.name = 'Inglenook';
    this.item.command = 'inglenook.menu';
    this.say('Busy', 'Starting the server');
    this.item.show();
  }

  /** What the extension itself has to say, while there is no server to ask. */
  say(kind: Status['kind'], message: string): void {
    this.draw(kind, message, new MarkdownString(`**Inglenook**: ${escape(message)}`));
  }

  show(status: Status): void {
    const tooltip = new MarkdownString(`**Inglenook**: ${escape(status.message || 'Ready')}\n\n`, true);
    const row = (icon: string, text: string) => tooltip.appendMarkdown(`$(${icon}) ${text}  \n`);
    row('files', `${status.files.toLocaleString()} files, ${status.chunks.toLocaleString()} chunks indexed`);
    if (status.model) row('chip', escape(status.engine ? `${status.model} on ${status.engine}` : status.model));
    if (status.adapter) row('layers', `adapter ${escape(status.adapter)}`);
    if (status.lastLatencyMs > 0) row('watch', `last completion ${Math.round(status.lastLatencyMs)} ms`);
    row('home', `everything runs on this machine; server ${escape(status.version)}`);
    this.draw(status.kind, status.message || 'Ready', tooltip);
  }

  dispose(): void {
    this.item.dispose();
  }

  private draw(kind: Status['kind'], message: string, tooltip: MarkdownString): void {
    this.item.text = `${ICONS[kind]} Inglenook`;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `Inglenook, ${kind}: ${message}`, role: 'button' };
    const colour = { Error: 'error', Warning: 'warning' }[kind as string];
    this.item.backgroundColor = colour ? new ThemeColor(`statusBarItem.${colour}Background`) : undefined;
  }
}

function escape(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>$]/g, '\\$&');
}
