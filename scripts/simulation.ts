/**
 * Makes docs/simulation: the tables and charts that docs/design/simulation.md speaks about. `npm run simulation`; some
 * minutes. The same on every machine.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import {
  ADMISSION_DEFAULTS,
  type AdmissionConfig,
  LITERAL_READINGS,
  PROSE_READINGS,
} from '../controller/admission/index.ts';
import { LITERAL_FORECAST, POLICIES } from '../controller/selection/index.ts';
import { chartSvg, lineChart, type Point } from '../simulation/charts.ts';
import {
  RESULT_COLUMNS,
  type Result,
  resultRows,
  SCENARIO,
  type Scenario,
  simulate,
} from '../simulation/index.ts';
import { markdownTable } from '../simulation/report.ts';

const DIRECTORY = 'docs/simulation';
const BASE: Scenario = { ...SCENARIO, servers: 20, warmUp: 600, duration: 600 };
const LOADS = [0.5, 0.8, 1, 1.5, 2, 3];

type Row = { readonly name: readonly string[]; readonly result: Result };

const parts: string[] = ['# What the simulation found\n', 'Made by `npm run simulation`.\n'];

function run(name: readonly string[], changes: Partial<Scenario>): Row {
  const started = performance.now();
  const result = simulate({ ...BASE, ...changes });
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  process.stdout.write(`${name.join(' ')}: ${result.events} events, ${seconds} s\n`);
  return { name, result };
}

function table(title: string, head: readonly string[], rows: readonly Row[]): void {
  parts.push(`## ${title}\n`, markdownTable([...head, ...RESULT_COLUMNS], resultRows(rows)));
}

async function chart(file: string, ...words: Parameters<typeof lineChart>): Promise<void> {
  writeFileSync(`${DIRECTORY}/${file}`, await chartSvg(lineChart(...words)));
}

const admission = (changes: Partial<AdmissionConfig>): AdmissionConfig => ({
  ...ADMISSION_DEFAULTS,
  ...changes,
});
const onOff = [
  ['off', undefined],
  ['on', ADMISSION_DEFAULTS],
] as const;

mkdirSync(DIRECTORY, { recursive: true });

// Load, and whether SA2C is on.
const byLoad = LOADS.flatMap((load) =>
  onOff.map(([sa2c, config]) => ({
    load,
    sa2c,
    ...run([String(load), sa2c], { load, admission: config }),
  })),
);
table(
  'SA2C on and off, 20 servers, shell-weights',
  ['load', 'SA2C'],
  byLoad.map(({ load, sa2c, result }) => ({ name: [String(load), sa2c], result })),
);
const kinds = byLoad.map(({ load, sa2c, result }) => [
  String(load),
  sa2c,
  ...Object.values(result.byKind).map(({ offered, refused, completed }) =>
    offered === refused ? '–' : `${((100 * completed) / (offered - refused)).toFixed(0)} %`,
  ),
]);
parts.push(
  'Of those that were let in, completed in good quality:\n',
  markdownTable(['load', 'SA2C', ...BASE.kinds.map(({ name }) => name)], kinds),
);
await chart(
  'load.svg',
  byLoad.flatMap(({ load, sa2c, result }): Point[] => [
    { x: load, y: result.usefulWork, line: `work, SA2C ${sa2c}` },
    { x: load, y: result.useful, line: `sessions, SA2C ${sa2c}` },
  ]),
  { title: 'Completed in good quality', x: 'offered load', y: 'part of capacity' },
);

// Policies.
table(
  'Policies, 20 servers',
  ['load', 'SA2C', 'policy'],
  [[0.8, 'off', undefined] as const, [1.5, 'on', ADMISSION_DEFAULTS] as const].flatMap(
    ([load, name, config]) =>
      POLICIES.map((policy) => run([String(load), name, policy], { load, policy, admission: config })),
  ),
);
table(
  'Servers of sizes 1 and 2, load 0.8, SA2C off',
  ['policy', 'sizes told'],
  (['shell-weights', 'weighted', 'round-robin'] as const).flatMap((policy) =>
    [true, false].map((weightsKnown) =>
      run([policy, weightsKnown ? 'yes' : 'no'], {
        policy,
        weightsKnown,
        sizes: [1, 2],
        load: 0.8,
        admission: undefined,
      }),
    ),
  ),
);

// A flash crowd, and servers that die.
for (const [file, title, changes] of [
  [
    'crowd',
    'A flash crowd: four times 0.7 from 120 s to 240 s',
    { load: 0.7, crowd: { at: 120, length: 120, times: 4 } },
  ],
  [
    'failure',
    'A fifth of the servers dies at 120 s and is back at 420 s; load 0.8',
    { load: 0.8, failure: { at: 120, back: 420, part: 0.2 } },
  ],
] as const) {
  const rows = onOff.map(([name, config]) => ({
    ...run([file, name], { ...changes, admission: config }),
    sa2c: name,
  }));
  table(
    title,
    ['SA2C'],
    rows.map(({ sa2c, result }) => ({ name: [sa2c], result })),
  );
  await chart(
    `${file}.svg`,
    rows.flatMap(({ sa2c, result }) =>
      result.moments.map(({ at, load }) => ({ x: at, y: load, line: `SA2C ${sa2c}` })),
    ),
    { title, x: 'seconds', y: 'asked of the servers that are there' },
    { marks: false },
  );
}

// How SA2C is read, and set.
const variants: readonly (readonly [string, Partial<Scenario>])[] = [
  ['defaults', {}],
  ['by the measured load', { admissionBy: 'measured' }],
  ['thresholds move (excess)', { admission: admission({ readings: PROSE_READINGS }) }],
  ['T3 0.98, C 1', { admission: admission({ t3: 0.98, capacity: 1 }) }],
  [
    'T3 0.98, C 1, maximised',
    {
      admission: admission({
        t3: 0.98,
        capacity: 1,
        readings: { ...ADMISSION_DEFAULTS.readings, critical: 'maximised' },
      }),
    },
  ],
  ['T3 0.98, C 1, excess', { admission: admission({ t3: 0.98, capacity: 1, readings: PROSE_READINGS }) }],
  ['T3 0.98, C 1, literal', { admission: admission({ t3: 0.98, capacity: 1, readings: LITERAL_READINGS }) }],
  ['T1 0.85', { admission: admission({ t1: 0.85 }) }],
  ['T1 0.93, T2 0.98', { admission: admission({ t1: 0.93, t2: 0.98 }) }],
  ['history of 10 samples', { forecast: { ...SCENARIO.forecast, samples: 10 } }],
  [
    'history of 10, tumbling, raw forecast',
    { forecast: { samples: 10, horizon: 1, readings: LITERAL_FORECAST } },
  ],
  ['α 1', { admission: admission({ alpha: 1 }) }],
  ['α 0.5', { admission: admission({ alpha: 0.5 }) }],
  ['floor 100 ms', { admission: admission({ intervalFloor: 100 }) }],
];
table(
  'SA2C, its readings and settings',
  ['load', 'variant'],
  [1, 2].flatMap((load) =>
    variants.map(([name, changes]) => run([String(load), name], { load, ...changes })),
  ),
);

// Numbers of servers.
const sizes = [10, 100, 1000, 10_000].flatMap((servers) =>
  (['shell', 'shell-weights', 'round-robin'] as const).map((policy) => ({
    servers,
    policy,
    ...run([String(servers), policy], {
      servers,
      policy,
      load: 0.8,
      admission: undefined,
      // Less time for more servers: as many sessions are seen. Streams do not reach their numbers in it, so that the load is lower.
      warmUp: servers > 1000 ? 30 : servers > 100 ? 100 : 300,
      duration: servers > 1000 ? 20 : servers > 100 ? 100 : 300,
    }),
  })),
);
table(
  '10 to 10,000 servers, load 0.8, SA2C off',
  ['servers', 'policy'],
  sizes.map(({ servers, policy, result }) => ({ name: [String(servers), policy], result })),
);
await chart(
  'servers.svg',
  sizes.map(({ servers, policy, result }) => ({ x: servers, y: result.deviation, line: policy })),
  { title: 'Standard deviation of the load, at 0.8', x: 'servers', y: 'part of a server' },
  { logarithmic: 'both' },
);

writeFileSync(`${DIRECTORY}/results.md`, parts.join('\n'));
