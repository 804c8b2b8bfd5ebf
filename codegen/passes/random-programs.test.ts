/**
 * Random programs give the same packets before and after every pass. `MOOR_RANDOM_PROGRAMS=N` runs N of them (and
 * `MOOR_RANDOM_SEED` from another seed), for long runs.
 */

import test from 'ava';
import fc from 'fast-check';
import type { Program } from '../ir/index.ts';
import { lowerProgram } from '../ir/lower/index.ts';
import { compileText } from '../test-harness.ts';
import { moveStatementsToActions, passContext, runPasses, SIMPLE_TARGET_PASSES } from './index.ts';
import { PacketHarness } from './packet-harness.ts';
import { randomProgram } from './random-program.ts';

const COUNT = Number(process.env['MOOR_RANDOM_PROGRAMS'] ?? 40);
const SEED = Number(process.env['MOOR_RANDOM_SEED'] ?? 1);

const PASSES = [
  ...SIMPLE_TARGET_PASSES,
  moveStatementsToActions(
    (_, control) => !control.parameters.some((one) => one.variable.type.kind === 'extern'),
  ),
];

function packetsOf(program: Program, packets: readonly Uint8Array[]): string {
  const harness = new PacketHarness(program);
  return packets
    .map((packet) => {
      const { output } = harness.run(1, packet);
      return output === undefined ? 'dropped' : `${output.port} ${output.bytes}`;
    })
    .join('\n');
}

test('random programs give the same packets after every pass', (t) => {
  let wrong = 0;
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 999 }), { minLength: 100, maxLength: 500, size: 'max' }),
      fc.array(fc.uint8Array({ minLength: 8, maxLength: 16 }), { minLength: 3, maxLength: 5 }),
      (choices, packets) => {
        const text = randomProgram(choices);
        const { checked, evaluated, sink, diagnostics } = compileText(text);
        if (evaluated === undefined) {
          const errors = diagnostics.filter((one) => one.severity === 'error');
          throw new Error(
            `the program is wrong: ${errors.map((one) => `${one.code} ${one.message} at ${JSON.stringify(one.span.source.location(one.span.start))}`).join('; ')}\n${text}`,
          );
        }
        const { program, names } = lowerProgram(checked, evaluated, sink);
        const expected = packetsOf(program, packets);
        runPasses(PASSES, program, passContext(names, sink), {
          after: (pass, done, index) => {
            const found = packetsOf(done, packets);
            if (found === expected) return;
            wrong++;
            throw new Error(
              `after pass ${index + 1} ${pass.name}:\n${found}\ninstead of\n${expected}\nfor ${packets.map((one) => Buffer.from(one).toString('hex')).join(' ')}\n${text}`,
            );
          },
        });
        if (sink.hasErrors) throw new Error(sink.diagnostics.map((one) => one.message).join('; '));
      },
    ),
    { numRuns: COUNT, seed: SEED },
  );
  t.is(wrong, 0);
});
