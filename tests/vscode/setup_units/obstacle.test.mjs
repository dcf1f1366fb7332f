// What an empty chat says is in the way, and which button mends it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mendOf, obstacleOf } from '../../../client-vscode/src/chat/obstacle.ts';

const status = (more = {}) => ({ kind: 'Normal', message: 'All is well.', brief: '', missingModel: '', ...more });
const well = { setUpNeeded: false, folderOpen: true, trusted: true, status: status() };
const noModel = status({ kind: 'Warning', message: 'No m.', brief: 'no model', missingModel: 'm' });
const coming = status({ kind: 'Busy', message: 'm is being downloaded: 1 of 9 MB.', brief: 'downloading 11 %', missingModel: 'm' });

for (const [name, situation, says, mend] of [
  ['set-up before all', { ...well, setUpNeeded: true, folderOpen: false }, 'not set up', 'setUp'],
  ['no folder', { ...well, folderOpen: false }, 'No folder is open', 'openFolder'],
  ['indexing, with nothing to do', { ...well, status: status({ kind: 'Busy', message: 'Indexing 3 of 9 files', brief: 'indexing 3 of 9 files' }) }, '3 of 9 files. What', ''],
  ['a missing model', { ...well, status: noModel }, 'model m has to be downloaded', 'downloadModel'],
  ['one that comes', { ...well, status: coming }, '1 of 9 MB', ''],
  ['a remote one that is not there', { ...well, status: status({ kind: 'Warning', message: 'http://x is away.', brief: 'model problem' }) }, 'http://x is away.', 'restart'],
  ['no trust', { ...well, trusted: false }, 'trust this folder', 'trust'],
]) {
  test(name, () => {
    const found = obstacleOf(situation);
    assert.ok(found?.text.includes(says), found?.text);
    assert.equal(found.mend, mend);
    assert.equal(found.button !== '', mend !== '');
  });
}

test('nothing is in the way where all is well, or nothing is known yet', () => {
  assert.equal(obstacleOf(well), undefined);
  assert.equal(obstacleOf({ ...well, status: undefined }), undefined);
});

test('an answer that failed is mended by the model alone', () => {
  assert.equal(mendOf({ ...well, status: noModel })?.mend, 'downloadModel');
  assert.equal(mendOf({ ...well, status: coming }), undefined);
  assert.equal(mendOf(well), undefined);
});
