// The chat page: puts transcript and composer together and passes messages on.

import type { FromPage, ToPage } from '../messages';
import { Composer } from './composer';
import { Transcript } from './transcript';

declare function acquireVsCodeApi(): {
  postMessage(message: FromPage): void;
  getState(): { draft: string } | undefined;
  setState(state: { draft: string }): void;
};

function start(app: HTMLElement): void {
  const editor = acquireVsCodeApi();
  const send = (message: FromPage) => {
    editor.postMessage(message);
  };
  const ask = (text: string) => {
    send({ type: 'ask', text });
  };
  const stop = () => {
    send({ type: 'stop' });
  };
  const draft = (text: string) => {
    editor.setState({ draft: text });
  };
  const transcript = new Transcript(send, ask);
  const composer = new Composer({ ask, stop, draft }, editor.getState()?.draft ?? '');
  app.append(transcript.root, composer.root);

  window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
    if (data.type === 'show') transcript.show(data.turns);
    else if (data.type === 'add') transcript.add(data.turns);
    else if (data.type === 'delta') transcript.delta(data.text);
    else if (data.type === 'end') transcript.end(data.turn);
    else composer.focus();
    composer.setBusy(transcript.busy);
  });
  window.addEventListener('focus', () => {
    if (document.activeElement === document.body) composer.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && transcript.busy) stop();
  });
  send({ type: 'ready' });
}

const app = document.getElementById('app');
if (app) start(app);
