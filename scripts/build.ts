/**
 * Bundles into dist/ the command line, one small entry and chunks that commands load when they run, what generated
 * bindings import (`moor/bindings`), and the page of the controller's dashboard, which brings all that it needs.
 */

import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

// Nothing is written until all is built, so that a mistake in the source leaves the last good bundle in place.
const command = build({
  entryPoints: {
    bin: 'cli/bin.ts',
    bindings: 'p4runtime/bindings/index.ts',
  },
  outdir: 'dist',
  write: false,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  sourcemap: true,
  banner: { js: '#!/usr/bin/env node' },
  logLevel: 'warning',
});
const page = build({
  entryPoints: ['dashboard/main.ts', 'dashboard/main.css'],
  outdir: 'dist/dashboard',
  entryNames: '[name]',
  write: false,
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  legalComments: 'eof',
  logLevel: 'warning',
});
const built = await Promise.all([command, page]).catch(() => process.exit(1));
const warnings = built.flatMap((one) => one.warnings);
const outputFiles = [
  ...built.flatMap((one) => one.outputFiles),
  { path: 'dist/dashboard/index.html', contents: readFileSync('dashboard/index.html') },
];

rmSync('dist', { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
// npm does that for whom it installs; a link of one's own, as the container image has, needs it too.
chmodSync('dist/bin.js', 0o755);

// A warning here is a mistake in the making; it must not scroll by.
if (warnings.length > 0) process.exitCode = 1;
