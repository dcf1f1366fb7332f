// Notifications. All of the extension's go through here, for they quote settings, paths and errors.

import { window } from 'vscode';
import { message } from './text';

export function inform(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return window.showInformationMessage(message(text), ...buttons);
}

export function warn(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return window.showWarningMessage(message(text), ...buttons);
}

export function complain(text: string, ...buttons: string[]): Thenable<string | undefined> {
  return window.showErrorMessage(message(text), ...buttons);
}

/** Asks before something that can't be undone. */
export async function ask(text: string, yes: string): Promise<boolean> {
  return (await window.showWarningMessage(message(text), { modal: true }, yes)) === yes;
}
