/** The pipeline through the chips' own compiler, where it is here: PHV allocation and placement, into the stages that the chip has. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { findBfP4c, HOW_TO_GIVE_BF_P4C, placePipeline, stagesOf } from '../harness/bf-p4c.ts';

const STAGES = { 1: 12, 2: 20 } as const;
const compiler = findBfP4c();

test('an assembly file: the tables of each stage', (t) => {
  const text = `version:
  target: Tofino2
stage 0 ingress:
  exact_match ports_0 0:
    p4: { name: ports }
  ternary_match scopes_0 1:
stage 2 ingress:
  hash_action cond_1 0:
stage 0 egress:
  exact_match policer_0 2:
primitives: "main.prim.json"
`;
  t.deepEqual(stagesOf(text, 'ingress'), [['ports_0', 'scopes_0'], [], ['cond_1']]);
  t.deepEqual(stagesOf(text, 'egress'), [['policer_0']]);
});

for (const generation of [1, 2] as const) {
  test.serial(`Tofino ${generation}: the compiler places the pipeline`, async (t) => {
    if (compiler === undefined) {
      t.log(HOW_TO_GIVE_BF_P4C);
      t.pass();
      return;
    }
    t.timeout(3_600_000);
    const directory = mkdtempSync(join(tmpdir(), 'moor-bf-p4c-'));
    t.teardown(() => rmSync(directory, { recursive: true, force: true }));
    const { exitCode, said, stages } = await placePipeline(compiler, generation, directory);
    t.is(exitCode, 0, said);
    t.true(stages.ingress.length > 0 && stages.ingress.length <= STAGES[generation]);
    t.log(stages.ingress.map((tables, stage) => `${stage}: ${tables.join(' ')}`).join('\n'));
  });
}
