/** Bundles the command line into dist/: one small entry, and chunks that commands load when they run. */

import { rmSync } from 'node:fs';
import { build } from 'esbuild';

rmSync('dist', { recursive: true, force: true });
const { warnings } = await build({
  entryPoints: { bin: 'cli/bin.ts' },
  outdir: 'dist',
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

// A warning here is a mistake in the making; it must not scroll by.
if (warnings.length > 0) process.exitCode = 1;
