// Which Python is taken, and what is done where there is none. Run by `node --test`; Node 24 reads TypeScript itself.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { PROBE, candidates, choose, readProbe } from '../../../client-vscode/src/setup/pythons.ts';

const python = (version, more = {}) => ({ program: `/bin/python${version.join('.')}`, version, makes: true, pip: true, wide: true, ...more });
const on = (names) => (name) => (names.includes(name) ? `/bin/${name}` : undefined);

test('names are looked for best first, what the user chose before them, each once', () => {
  const all = candidates('linux', '/opt/mine', on(['python', 'python3', 'python3.12', 'py']));
  assert.deepEqual(all.map(({ program }) => program), ['/opt/mine', '/bin/python3.12', '/bin/python3', '/bin/python']);
  assert.equal(candidates('linux', '/bin/python3', on(['python3'])).length, 1);
  assert.deepEqual(candidates('win32', undefined, on(['py'])), [{ program: '/bin/py', args: ['-3'] }]);
});

test('a real Python answers the probe, and what is none does not', () => {
  const found = readProbe(execFileSync(process.env.TEST_PYTHON ?? 'python3', ['-c', PROBE], { encoding: 'utf8' }));
  assert.ok(found && found.version[0] === 3 && found.wide && found.program.startsWith('/'));
  for (const said of ['', 'Python was not found', '[]', '["", [3, 12], true, true, true]', '{"a": 1}', '["/p", "3.12"]']) {
    assert.equal(readProbe(said), undefined, said);
  }
});

for (const [name, probed, uv, plan] of [
  ['the first that will do', [python([3, 12]), python([3, 13])], undefined, { kind: 'python', program: '/bin/python3.12' }],
  ['one that is known to have packages before a newer one', [python([3, 15]), python([3, 11])], undefined, { kind: 'python', program: '/bin/python3.11' }],
  ['a newer one before none', [python([3, 15])], undefined, { kind: 'python', program: '/bin/python3.15' }],
  ['one that makes environments', [python([3, 12], { makes: false }), python([3, 11])], undefined, { kind: 'python', program: '/bin/python3.11' }],
  ['uv where all are too old', [python([3, 9])], '/bin/uv', { kind: 'uv', program: '/bin/uv' }],
  ['uv where there is no Python', [], '/bin/uv', { kind: 'uv', program: '/bin/uv' }],
  ['the pip of an old one', [python([2, 7]), python([3, 9])], undefined, { kind: 'pip', program: '/bin/python3.9' }],
  ['the pip of one that makes none', [python([3, 12], { makes: false })], undefined, { kind: 'pip', program: '/bin/python3.12' }],
  ['no 32 bits', [python([3, 12], { wide: false, pip: false })], undefined, { kind: 'none', problem: 'python' }],
  ['nothing, and why: no environments', [python([3, 12], { makes: false, pip: false })], undefined, { kind: 'none', problem: 'venv' }],
  ['nothing, and why: no Python', [python([2, 7])], undefined, { kind: 'none', problem: 'python' }],
]) {
  test(name, () => {
    assert.deepEqual(choose(probed, uv), plan);
  });
}
