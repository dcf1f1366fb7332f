// A Python that is too old fetches uv with its pip, and uv a Python: here the network ends behind the package index.

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { after, test } from 'node:test';
import esbuild from '../../../client-vscode/node_modules/esbuild/lib/main.js';

const folder = mkdtempSync(path.join(tmpdir(), 'making-'));
const outfile = path.join(folder, 'making.mjs');
const source = path.join(import.meta.dirname, '../../../client-vscode/src/setup/making.ts');
esbuild.buildSync({ entryPoints: [source], bundle: true, format: 'esm', platform: 'node', outfile });
const { make } = await import(outfile);

const making = (more = {}) => ({
  extension: folder,
  storage: path.join(folder, 'storage'),
  carried: { wheel: '', version: '9.0', key: '9.0-a' },
  network: {},
  signal: new AbortController().signal,
  onStep: () => undefined,
  onLog: () => undefined,
  ...more,
});

test('uv comes from the package index, and a Python that it cannot fetch is told in one sentence', { timeout: 300_000 }, async () => {
  const steps = [];
  const onStep = (step) => steps.push(step);
  const plan = { kind: 'pip', program: process.env.TEST_PYTHON };
  const found = await make(plan, making({ onStep, network: { UV_OFFLINE: '1' } }));
  assert.deepEqual(steps, ['Fetching uv, which fetches a Python', 'Fetching Python 3.12']);
  assert.ok(existsSync(path.join(folder, 'storage', 'uv', 'bin')));
  assert.equal(found.problem, 'python');
  assert.match(found.sentence, /none was found here, and it could not be downloaded\.$/);
});

test('without any Python, and without uv, that is what is said', async () => {
  const found = await make({ kind: 'none', problem: 'python' }, making());
  assert.match(found.sentence, /Python 3\.11 or newer \(64 bits\), and none was found/);
});

test('a set-up that is stopped ends the program that it runs', { timeout: 60_000 }, async () => {
  const stop = new AbortController();
  const slow = path.join(folder, 'setup');
  mkdirSync(slow);
  writeFileSync(path.join(slow, 'make_environment.py'), 'import sys\nprint(\'{"step": "Waiting"}\', flush=True)\nsys.stdin.read()\n');
  const onStep = () => stop.abort();
  const found = await make({ kind: 'python', program: process.env.TEST_PYTHON }, making({ signal: stop.signal, onStep }));
  assert.equal(found.problem, 'stopped');
});

after(() => {
  rmSync(folder, { recursive: true, force: true });
});
