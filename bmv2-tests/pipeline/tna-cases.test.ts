/**
 * The packet cases on the program for Tofino, run by the evaluator of lowered programs: what its parser takes comes out as
 * the cases say, byte for byte; what it does not take is not forwarded unswapped.
 */

import { readdirSync } from 'node:fs';
import test from 'ava';
import { inputsOf, readBase, readCases } from '../harness/case.ts';
import { TnaSwitch } from '../harness/tna-switch.ts';

const FOLDER = 'bmv2-tests/pipeline';
const device = new TnaSwitch();
for (const entry of readBase(`${FOLDER}/base.json`)) device.insert(entry);

const CPU_PORT = 510;

/** Longer than anything in the data plane lives. */
const HOUR_NS = 3_600_000_000_000n;
let now = HOUR_NS;
let all = 0;

for (const file of readdirSync(`${FOLDER}/cases`)) {
  test.serial(file, (t) => {
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
        else if (one.expected.some(({ port }) => port === CPU_PORT)) t.true(sent.length > 0, one.description);
        continue;
      }
      compared++;
      const byPort = (left: { readonly port: number }, right: { readonly port: number }) =>
        left.port - right.port;
      t.deepEqual(
        outcomes.flatMap(({ sent }) => sent).sort(byPort),
        [...one.expected].sort(byPort),
        one.description,
      );
    }
    all += compared;
    t.true(compared > 0, 'its parser marks them all');
  });
}

test.serial('most cases that a chip can take are compared', (t) => {
  // 206 of them when this was written; parsing less than before has to be meant.
  t.true(all >= 200, `${all} cases`);
});
