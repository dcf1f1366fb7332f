// The one log of the extension and of the server it started.

import { window, type LogOutputChannel } from 'vscode';
import { printable } from './text';

export type Logger = LogOutputChannel;

export function createLogger(): Logger {
  return window.createOutputChannel('Inglenook', { log: true });
}

/** A server's log line with its own level, as in "WARNING inglenook: ..."; anything else is information. */
export function logServerLine(logger: Logger, written: string): void {
  const line = printable(written);
  if (/\b(ERROR|CRITICAL)\b/.test(line)) logger.error(line);
  else if (/\bWARNING\b/.test(line)) logger.warn(line);
  else if (/\bDEBUG\b/.test(line)) logger.debug(line);
  else if (line.trim()) logger.info(line);
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
