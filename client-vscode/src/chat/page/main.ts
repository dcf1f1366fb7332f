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
  const transcript: Transcript = new Transcript({
    send,
    ask: (question) => {
      composer.ask(question);
    },
    edit: (turn) => {
      composer.edit(turn);
    },
    say: (sentence) => {
      composer.say(sentence);
    },
  });
  const keep = (draft: string) => {
    editor.setState({ draft });
  };
  const composer = new Composer({ send, keep, questions: () => transcript.questions }, editor.getState()?.draft ?? '');
  app.append(transcript.root, composer.root);

  window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => {
    receive(data, transcript, composer);
    composer.setBusy(transcript.busy);
  });
  window.addEventListener('focus', () => {
    if (document.activeElement === document.body) composer.focus();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || event.defaultPrevented) return;
    if (transcript.busy) send({ type: 'stop' });
    else composer.escape();
  });
  send({ type: 'ready' });
}

function receive(message: ToPage, transcript: Transcript, composer: Composer): void {
  switch (message.type) {
    case 'show':
      composer.forget();
      transcript.show(message.turns);
      break;
    case 'welcome':
      transcript.welcome(message.examples, message.kept, message.obstacle);
      break;
    case 'add':
      transcript.add(message.turns);
      break;
    case 'delta':
      transcript.delta(message.text);
      break;
    case 'places':
      transcript.places(message.places);
      break;
    case 'reading':
      transcript.reading(message.tokens);
      break;
    case 'end':
      transcript.end(message.turn);
      break;
    case 'update':
      transcript.draw(message.turn);
      break;
    case 'chips':
      composer.showChips(message.chips);
      break;
    case 'suggestions':
      composer.suggest(message.request, message.start, message.end, message.items);
      break;
    case 'type':
      composer.type(message.text);
      break;
    case 'focus':
      composer.focus();
      break;
  }
}

const app = document.getElementById('app');
if (app) start(app);
