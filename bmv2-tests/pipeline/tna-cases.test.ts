/**
 * The packet cases on the programs for Tofino, run by the evaluator of lowered programs: what its parser takes comes out as
 * the cases say, byte for byte; what it does not take is not forwarded unswapped. All four do what one of them does.
 */

import { readdirSync } from 'node:fs';
import test from 'ava';
import { type CasePacket, inputsOf, readBase, readCases } from '../harness/case.ts';
import { type Generation, TNA_PROGRAMS } from '../harness/tna-program.ts';
import { TnaSwitch } from '../harness/tna-switch.ts';

const FOLDER = 'bmv2-tests/pipeline';
const GENERATIONS: readonly Generation[] = [1, 2];
const CPU_PORT = 510;

/** Longer than anything in the data plane lives. */
const HOUR_NS = 3_600_000_000_000n;

for (const [word, path] of Object.entries(TNA_PROGRAMS)) {
  for (const generation of GENERATIONS) {
    const device = new TnaSwitch(path, generation);
    for (const entry of readBase(`${FOLDER}/base.json`)) device.insert(entry);
    let now = HOUR_NS;
    let all = 0;
    const title = (text: string) => `Tofino ${generation}, ${word}: ${text}`;

    for (const file of readdirSync(`${FOLDER}/cases`)) {
      test.serial(title(file), (t) => {
        let compared = 0;
        for (const one of readCases(`${FOLDER}/cases/${file}`)) {
          now += HOUR_NS;
          for (const entry of one.entries) device.insert(entry);
          const outcomes = inputsOf(one).map(({ port, packet }) =>
            device.send(port, Buffer.from(packet, 'hex'), now),
          );
          for (const entry of one.entries) device.remove(entry);
          if (outcomes.some(({ isMarked }) => isMarked)) {
            // From the uplink to elsewhere all of it passes, as the cases say.
            const sent = outcomes.flatMap((outcome) => outcome.sent);
            const isForwarded = sent.some(({ port }) => port !== CPU_PORT);
            if (isForwarded) t.deepEqual(sent, one.expected, one.description);
            else if (one.expected.some(({ port }) => port === CPU_PORT))
              t.true(sent.length > 0, one.description);
            continue;
          }
          compared++;
          t.deepEqual(byPort(outcomes.flatMap(({ sent }) => sent)), byPort(one.expected), one.description);
        }
        all += compared;
        t.true(compared > 0, 'its parser marks them all');
      });
    }

    test.serial(title('most cases that a chip can take are compared'), (t) => {
      // 206 of them when this was written; parsing less than before has to be meant.
      t.true(all >= 200, `${all} cases`);
    });
  }
}

function byPort(packets: readonly CasePacket[]): readonly CasePacket[] {
  return [...packets].sort((left, right) => left.port - right.port);
}
