/**
 * Benchmarks: `npm run bench [NAME]`, all of them without a name; `npm run bench switch -- --json` for other programs,
 * and `--only=TEXT` for the rows whose names have this text. Ends with 1 when a goal is missed, 2 on wrong usage.
 * Times are this machine's; what to compare between machines are the ratios.
 */

import { benchCheck } from './bench/check.ts';
import { benchCompile } from './bench/compile.ts';
import { benchMobility } from './bench/mobility.ts';
import { benchP4Runtime } from './bench/p4runtime.ts';
import { benchPipeline } from './bench/pipeline.ts';
import { benchReconcile } from './bench/reconcile.ts';
import { benchSessions } from './bench/sessions.ts';
import { benchSignalling } from './bench/signalling.ts';
import { type BenchOptions, benchSwitch } from './bench/switch.ts';
import { benchVeth } from './bench/switch-veth.ts';
import { benchTables } from './bench/tables.ts';

/** Each prints what it measured and tells whether its goals are met. */
const BENCHMARKS: Readonly<Record<string, (options: BenchOptions) => Promise<boolean>>> = {
  check: benchCheck,
  compile: benchCompile,
  mobility: benchMobility,
  p4runtime: benchP4Runtime,
  pipeline: benchPipeline,
  sessions: benchSessions,
  reconcile: () => benchReconcile(),
  signalling: benchSignalling,
  switch: benchSwitch,
  tables: benchTables,
  veth: benchVeth,
};

const words = process.argv.slice(2);
const only = words.find((word) => word.startsWith('--only='))?.slice('--only='.length);
const names = words.filter((word) => !word.startsWith('--'));
const options: BenchOptions = { json: words.includes('--json'), only };
const unknown = names.filter((name) => !Object.hasOwn(BENCHMARKS, name));
if (unknown.length > 0) {
  process.stderr.write(
    `there is no benchmark ${unknown.join(', ')}; there are: ${Object.keys(BENCHMARKS).join(', ')}\n`,
  );
  process.exitCode = 2;
} else {
  for (const [name, run] of Object.entries(BENCHMARKS)) {
    if (names.length > 0 && !names.includes(name)) continue;
    if (!(await run(options))) process.exitCode = 1;
  }
}
