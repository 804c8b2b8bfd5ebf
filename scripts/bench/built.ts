/** Bundles what benchmarks run as `scripts/build.ts` bundles the command line, so that they measure what users run. */

import { join } from 'node:path';
import { build } from 'esbuild';

const DIRECTORY = 'build/bench';

/** Bundles a file of this folder, by its name without `.ts`. @returns Where it is. @throws Error of esbuild. */
export async function buildBench(name: string): Promise<string> {
  await build({
    entryPoints: [`scripts/bench/${name}.ts`],
    outdir: DIRECTORY,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
  });
  return join(DIRECTORY, `${name}.js`);
}
