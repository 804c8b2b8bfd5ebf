/** Programs in BMv2 JSON that are broken somewhere: each is refused with the place, or runs. Never a crash or a hang. */

import test from 'ava';
import { Bmv2JsonError, createSwitch, readProgram } from '../../switch/engine/index.ts';
import { JsonMutator } from './mutate-json.ts';
import { fuzzPrograms } from './programs.ts';
import type { Random } from './random.ts';
import { IS_LONG, runCases } from './settings.ts';

/** Of the programs that are accepted, one in so many is compiled and gets packets: that takes a thousand times as long. */
const RUN = IS_LONG ? 200 : 12;

/** The largest program takes a hundred times as long as the others. */
const LARGE = 1000;

/** What is wrong with a program; undefined: nothing. @throws What is no answer. */
function refusal(work: () => void): Bmv2JsonError | undefined {
  try {
    work();
    return undefined;
  } catch (problem) {
    if (problem instanceof Bmv2JsonError) return problem;
    throw problem;
  }
}

function run(json: unknown, random: Random): void {
  const device = createSwitch(json, {
    optimization: 'none',
    memory: { maximumBytes: 2 ** 28 },
    onLog: () => {},
    maximumPasses: 64,
  });
  for (let packet = 0; packet < 4; packet++) {
    device.inject(random.below(512), random.bytes(random.below(200)));
  }
}

test('broken programs are refused with the place, or run', async (t) => {
  const all = [...fuzzPrograms()].map(([name, text]) => ({
    name,
    mutator: new JsonMutator(JSON.parse(text)),
  }));
  const small = all.filter(({ name }) => name !== 'pipeline');
  const counts = { refused: 0, accepted: 0, run: 0, refusedLater: 0 };
  const cases = await runCases(800, (random) => {
    const { mutator } = random.below(LARGE) === 0 ? random.pick(all) : random.pick(small);
    const undo = mutator.mutate(random);
    try {
      const wrong = refusal(() => void readProgram(mutator.root));
      if (wrong !== undefined) {
        counts.refused++;
        if (wrong.problem === '') throw new Error('the refusal says nothing');
        return;
      }
      counts.accepted++;
      if (random.below(RUN) !== 0) return;
      if (refusal(() => run(mutator.root, random)) === undefined) counts.run++;
      else counts.refusedLater++;
    } finally {
      undo();
    }
  });
  t.log(JSON.stringify(counts));
  t.true(cases > 0 && counts.refused > 0);
  // Whatever was changed was put back.
  for (const { mutator } of small) t.notThrows(() => readProgram(mutator.root));
});
