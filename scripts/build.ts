/**
 * Bundles into dist/ the command line, one small entry and chunks that commands load when they run, and what generated
 * bindings import (`moor/bindings`).
 */

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

// Nothing is written until all is built, so that a mistake in the source leaves the last good bundle in place.
const { warnings, outputFiles } = await build({
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
}).catch(() => process.exit(1));

rmSync('dist', { recursive: true, force: true });
for (const { path, contents } of outputFiles) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}

// A warning here is a mistake in the making; it must not scroll by.
if (warnings.length > 0) process.exitCode = 1;
