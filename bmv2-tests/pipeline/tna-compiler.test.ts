/** The pipeline through the chips' own compiler, where it is here: it keeps the compiler's rules, and tables have stages. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findBfP4c, HOW_TO_GIVE_BF_P4C, placeTables } from '../harness/bf-p4c.ts';

const STAGES = 20;
const compiler = findBfP4c() ?? '';
if (compiler === '')
  process.stdout.write(`skipped: the pipeline through Tofino's compiler: ${HOW_TO_GIVE_BF_P4C}\n`);
const withCompiler = compiler === '' ? test.skip : test;

withCompiler('Tofino 2: the compiler places the tables, before it is asked for the fields', async (t) => {
  t.timeout(3_600_000);
  const directory = mkdtempSync(join(tmpdir(), 'moor-bf-p4c-'));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  const { ingress, said } = await placeTables(compiler, directory);
  t.notRegex(said, /error:/);
  t.assert(ingress !== undefined, said);
  t.true((ingress ?? 0) <= STAGES, `${ingress} stages`);
});
