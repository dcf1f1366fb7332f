// What the set-up says, and the buttons of each problem.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buttonsFor, readLine } from '../../../client-vscode/src/setup/problems.ts';

test('lines are steps, the end, or a problem; all else is passed over', () => {
  assert.deepEqual(readLine('{"step": "Updating pip"}'), { step: 'Updating pip' });
  assert.deepEqual(readLine('{"python": "/e/bin/python"}'), { python: '/e/bin/python' });
  assert.deepEqual(readLine('{"problem": "disk", "sentence": "Full."}'), { problem: 'disk', sentence: 'Full.' });
  assert.deepEqual(readLine('{"problem": "other", "sentence": "So."}'), { problem: 'pip', sentence: 'So.' });
  for (const line of ['', 'Warning: x', '{}', '[1]', 'null', '{"step": 1}']) assert.equal(readLine(line), undefined, line);
});

test('every problem has a button that mends it', () => {
  const kinds = ['python', 'venv', 'network', 'proxy', 'certificate', 'index', 'disk', 'folder', 'pip', 'check', 'stopped'];
  for (const kind of kinds) assert.ok(buttonsFor(kind).some((button) => button !== 'Show Logs'), kind);
});
