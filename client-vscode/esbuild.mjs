// Two bundles: the extension for the editor's Node, and the chat page for its web view.
import { copyFile } from 'node:fs/promises';
import esbuild from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const common = { bundle: true, minify: production, sourcemap: !production, logLevel: 'warning', outdir: 'out' };

const builds = [
  {
    ...common,
    entryPoints: { extension: 'src/extension.ts' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['vscode'],
  },
  {
    ...common,
    entryPoints: [
      { in: 'src/chat/page/main.ts', out: 'chat' },
      { in: 'src/chat/page/style.css', out: 'chat' },
    ],
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
  },
];

if (watch) {
  await Promise.all(builds.map(async (build) => (await esbuild.context(build)).watch()));
} else {
  await Promise.all(builds.map((build) => esbuild.build(build)));
}
if (production) await copyFile('../LICENSE', 'LICENSE');
