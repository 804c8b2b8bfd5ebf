/** What the pipeline takes of Tofino: it fits the memory, a session takes 32 bits, and the document has the sums. */

import { readFileSync } from 'node:fs';
import test from 'ava';
import { FIELD_BITS } from './chips.ts';
import { BUDGET_DOCUMENT, budgetDocument, budgetOf, LAYOUTS, type Layout, tableOf } from './document.ts';
import { exactMemory, tableMemory } from './table-memory.ts';

/** The goals: sessions at 95 %, beside 100,000 bindings. What one pass of Tofino 2 has is less than the goal. */
const SESSIONS: Readonly<Record<Layout, number>> = {
  'Tofino 1, folded': 2e6,
  'Tofino 2': 2.1e6,
  'Tofino 2, folded': 4e6,
};

for (const layout of LAYOUTS) {
  test(`${layout}: all of it fits the memory and the stages, and a session takes 32 bits`, (t) => {
    const { chip, program, pipes } = budgetOf(layout);
    t.is(pipes.length, layout === 'Tofino 2' ? 1 : 2);
    for (const { pipe, sram, tcam, stages, fieldBits } of pipes) {
      t.true(sram <= chip.sram * chip.stages, `${pipe.ingress}: ${sram} SRAM blocks`);
      t.true(tcam <= chip.tcam * chip.stages, `${pipe.ingress}: ${tcam} TCAM blocks`);
      t.true(stages.length <= chip.stages, `${pipe.ingress}: ${stages.length} stages`);
      t.true(fieldBits <= FIELD_BITS, `${pipe.ingress}: ${fieldBits} bits of fields`);
    }
    const flows = tableOf(program, 'flows');
    t.assert(flows !== undefined);
    if (flows === undefined) return;
    const { entryBits, entries, use } = tableMemory(program, flows);
    t.is(entryBits, 32);
    t.true(entries * 0.95 >= SESSIONS[layout]);
    t.is((use.sram * 1024 * 128) / entries, 32);
    t.true(Number(tableOf(program, 'bindings')?.size ?? 0n) * 0.95 >= 100_000);
  });
}

// By hand, from the rules above `tableMemory`.
test('exact tables: entries packed side by side, and data beside', (t) => {
  // 37 bytes less 10 bits is 36 bytes, and 4 more: 292 bits, one in three blocks (384); for many, three in seven (896) are fewer.
  t.like(exactMemory({ entries: 1024, keyBits: 296, dataBits: 0 }), { entryBits: 292, sram: 3 });
  t.like(exactMemory({ entries: 30_720, keyBits: 296, dataBits: 0 }), { sram: 10 * 7 });
  // 16 bits of hash, 4, and 12 of data: four in a word of 128.
  t.like(exactMemory({ entries: 8192, keyBits: 296, dataBits: 12, hash: 16 }), {
    entryBits: 32,
    count: 4,
    sram: 2,
  });
  // Four times 16 bits of data do not fit the lower half of a word, nor do four times 12 with 4 that say which action.
  for (const more of [{ dataBits: 16 }, { dataBits: 12, choice: 4 }]) {
    t.like(exactMemory({ entries: 8192, keyBits: 296, hash: 8, ...more }), { count: 3, sram: 3 });
  }
  // 134 bits are 17 bytes, and 4 more and 17 bits of pointer: 157, four in five blocks; 16 bytes of data fill a word.
  t.like(exactMemory({ entries: 106_496, keyBits: 144, dataBits: 128 }), {
    entryBits: 157,
    count: 4,
    sram: 26 * 5 + 104,
  });
});

test(`${BUDGET_DOCUMENT} has the sums of the program as it is (npm run regenerate)`, (t) => {
  const text = readFileSync(BUDGET_DOCUMENT, 'utf8');
  t.true(text === budgetDocument(text), `${BUDGET_DOCUMENT} differs: npm run regenerate`);
});
