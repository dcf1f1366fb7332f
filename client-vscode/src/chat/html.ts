// The chat page's HTML: empty but for its script. The policy allows that script, its style sheet, and nothing from anywhere.

import { randomBytes } from 'node:crypto';
import { Uri, type Webview } from 'vscode';

export function page(webview: Webview, extension: Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const asset = (name: string) => webview.asWebviewUri(Uri.joinPath(extension, 'out', name)).toString();
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}';`;
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${asset('chat.css')}">
    <title>Inglenook Chat</title>
  </head>
  <body>
    <div id="app"></div>
    <script nonce="${nonce}" src="${asset('chat.js')}"></script>
  </body>
</html>`;
}
