/** The work of `moor sim`. */

import { writeFileSync } from 'node:fs';
import type { Point } from '../simulation/charts.ts';
import { RESULT_COLUMNS, type Result, resultRows, SCENARIO, simulate } from '../simulation/index.ts';
import { EXIT } from './exit-codes.ts';
import { printJson, printTable } from './p4runtime/output.ts';
import { describeFailure } from './read-input.ts';
import type { SimOptions } from './sim.ts';

type Run = {
  readonly load: number;
  readonly policy: string;
  readonly admission: boolean;
  readonly result: Result;
};

/** Simulates each combination; gives the exit code. */
export async function runSim(options: SimOptions): Promise<number> {
  const { servers, duration, warmUp, seed, crowd, failure } = options;
  const runs: Run[] = [];
  for (const load of options.load) {
    for (const policy of options.policy) {
      for (const admission of [false, true]) {
        if (options.admission === (admission ? 'off' : 'on')) continue;
        const result = simulate({
          ...SCENARIO,
          servers,
          duration,
          warmUp,
          seed,
          load,
          policy,
          crowd,
          failure,
          ...(admission ? {} : { admission: undefined }),
        });
        runs.push({ load, policy, admission, result });
      }
    }
  }
  if (options.json === true) printJson(runs);
  else {
    printTable(
      ['load', 'policy', 'SA2C', ...RESULT_COLUMNS],
      resultRows(
        runs.map(({ load, policy, admission, result }) => ({
          name: [String(load), policy, admission ? 'on' : 'off'],
          result,
        })),
      ),
    );
  }
  if (options.chart === undefined) return EXIT.done;
  // Only a chart takes the library that draws.
  const { chartSvg, lineChart } = await import('../simulation/charts.ts');
  const isOverTime = crowd !== undefined || failure !== undefined;
  const svg = await chartSvg(
    isOverTime
      ? lineChart(
          overTime(runs),
          { title: 'Completed sessions', x: 'seconds', y: 'a second' },
          { marks: false },
        )
      : lineChart(overLoad(runs), {
          title: 'Work of completed sessions',
          x: 'offered load',
          y: 'part of capacity',
        }),
  );
  try {
    writeFileSync(options.chart, svg);
  } catch (problem) {
    process.stderr.write(`${options.chart}: cannot write it: ${describeFailure(problem)}\n`);
    return EXIT.wrongInput;
  }
  return EXIT.done;
}

const lineName = ({ policy, admission }: Run) => `${policy}, SA2C ${admission ? 'on' : 'off'}`;

function overLoad(runs: readonly Run[]): readonly Point[] {
  return runs.map((run) => ({ x: run.load, y: run.result.usefulWork, line: lineName(run) }));
}

function overTime(runs: readonly Run[]): readonly Point[] {
  return runs.flatMap((run) =>
    run.result.moments.map(({ at, completed }) => ({
      x: at,
      y: completed,
      line: `${run.load}, ${lineName(run)}`,
    })),
  );
}
