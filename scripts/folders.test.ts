/** The lint for which folder may import which (docs/design/folders.md): bad imports are planted, and must be found. */

import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test from 'ava';
import { execa } from 'execa';

const FOLDERS = [
  'wire',
  'p4runtime',
  'codegen',
  'switch',
  'controller',
  'agent',
  'simulation',
  'lab',
  'dashboard',
  'cli',
  'bmv2-tests',
  'scripts',
] as const;

/** What each folder may import besides itself: the table of docs/design/folders.md. */
const ALLOWED: Readonly<Record<(typeof FOLDERS)[number], readonly string[]>> = {
  wire: [],
  p4runtime: [],
  codegen: ['p4runtime'],
  switch: ['p4runtime', 'wire'],
  controller: ['p4runtime', 'wire'],
  agent: ['wire'],
  simulation: ['controller', 'wire'],
  lab: ['controller', 'p4runtime', 'switch', 'wire'],
  dashboard: ['controller', 'switch'],
  cli: FOLDERS,
  'bmv2-tests': FOLDERS,
  scripts: FOLDERS,
};

/** The phases of the compiler, each of which may import those before it. */
const PHASES = ['catalogue', 'syntax', 'check', 'evaluate', 'ir', 'passes', 'backends'] as const;

/** Lints some files, given as path and text, under the repository's own rules; gives each finding as `path:line rule`. */
async function lint(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'moor-lint-'));
  try {
    for (const name of ['biome.json', '.gitignore']) copyFileSync(name, join(directory, name));
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(directory, dirname(path)), { recursive: true });
      writeFileSync(join(directory, path), text);
    }
    const biome = join(process.cwd(), 'node_modules/.bin/biome');
    const { stdout } = await execa(biome, ['lint', '--reporter=json', '--max-diagnostics=1000', '.'], {
      cwd: directory,
      reject: false,
      stderr: 'ignore',
    });
    return findings(JSON.parse(stdout)).toSorted();
  } finally {
    rmSync(directory, { recursive: true });
  }
}

type Report = {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: string; readonly start: { readonly line: number } };
  }[];
};

function findings(report: Report): readonly string[] {
  return report.diagnostics.map(
    ({ category, location }) =>
      `${location.path}:${location.start.line} ${category.slice(category.lastIndexOf('/') + 1)}`,
  );
}

test('every import against the table of folders is found, and no other', async (t) => {
  const files: Record<string, string> = {};
  const expected: string[] = [];
  for (const from of FOLDERS) {
    for (const to of FOLDERS) {
      if (to === from) continue;
      const path = `${from}/imports-${to}.ts`;
      files[path] = `import { x } from '../${to}/planted.ts';\n\nexport const y = x;\n`;
      if (!ALLOWED[from].includes(to)) expected.push(`${path}:1 noRestrictedImports`);
    }
    files[`${from}/planted.ts`] = 'export const x = 1;\n';
  }
  t.deepEqual(await lint(files), expected.toSorted());
});

test('inside the compiler no phase imports a later one', async (t) => {
  const files: Record<string, string> = {};
  const expected: string[] = [];
  for (const [index, from] of PHASES.entries()) {
    for (const [other, to] of PHASES.entries()) {
      if (to === from) continue;
      const path = `codegen/${from}/deeper/imports-${to}.ts`;
      files[path] = `import type { X } from '../../${to}/planted.ts';\n\nexport type Y = X;\n`;
      if (other > index) expected.push(`${path}:1 noRestrictedImports`);
    }
    files[`codegen/${from}/planted.ts`] = 'export type X = 1;\n';
    files[`codegen/${from}/above.ts`] = "export { w } from '../../switch/planted.ts';\n";
    expected.push(`codegen/${from}/above.ts:1 noRestrictedImports`);
  }
  t.deepEqual(await lint(files), expected.toSorted());
});

test('every way to import counts', async (t) => {
  const ways = [
    "import '../switch/planted.ts';",
    "import * as all from '../switch/planted.ts';\nexport const y = all;",
    "import type { X } from '../switch/planted.ts';\nexport type Y = X;",
    "export * from '../switch/planted.ts';",
    "export const later = await import('../switch/planted.ts');",
  ];
  const files = Object.fromEntries(ways.map((text, index) => [`controller/way-${index}.ts`, `${text}\n`]));
  t.deepEqual(
    await lint(files),
    ways.map((_, index) => `controller/way-${index}.ts:1 noRestrictedImports`),
  );
});

test('a cycle of imports is found', async (t) => {
  const found = await lint({
    'wire/first.ts': "import { b } from './second.ts';\n\nexport const a = (): number => b();\n",
    'wire/second.ts': "import { a } from './first.ts';\n\nexport const b = (): number => a();\n",
  });
  t.deepEqual(found, ['wire/first.ts:1 noImportCycles', 'wire/second.ts:1 noImportCycles']);
});
