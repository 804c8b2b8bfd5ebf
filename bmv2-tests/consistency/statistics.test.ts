/** What is drawn at random, by its frequencies: bounds are six standard deviations, so that one run in 10⁸ fails. */

import test from 'ava';
import { insert, modify } from '../../p4runtime/entities/index.ts';
import { type EmbeddedSwitch, startEmbedded } from '../harness/embedded.ts';
import { encodeCaseEntry } from '../harness/entries.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';
import { Random } from '../oracle/random.ts';
import { frameOf, type Left, readLeft, tupleBytes } from './frames.ts';
import { StubController } from './stub-controller.ts';

const FLOWS = 4000;
const SIGMAS = 6;

let device: EmbeddedSwitch;
let controller: StubController;

test.before(async () => {
  device = await startEmbedded(v1modelPipeline());
  controller = new StubController(device, new Random(1), 1);
  await controller.configure();
  for (const server of [0, 1, 2]) await controller.addServer(server);
  await controller.select([0, 1, 2].map((server) => ({ server, weight: server === 1 ? 2 : 1 })));
});

test.after.always(() => device?.close());

/** New flows, each with one packet. */
function start(seed: number): readonly Left[] {
  const random = new Random(seed);
  const frames = Array.from({ length: FLOWS }, () =>
    frameOf(tupleBytes(BigInt(random.next()), 1024 + random.below(60_000)), 2),
  );
  const left = device.send(frames).map(readLeft);
  device.pass(60);
  return left;
}

test.serial('new sessions go to members by their weights, 1 : 2 : 1', (t) => {
  const forwarded = start(1).filter((left) => left.kind === 'forwarded');
  t.true(forwarded.length > 0.9 * FLOWS);
  for (const [server, share] of [0.25, 0.5, 0.25].entries()) {
    const count = forwarded.filter((left) => left.server === server).length;
    const bound = SIGMAS * Math.sqrt(forwarded.length * share * (1 - share));
    t.true(
      Math.abs(count - share * forwarded.length) < bound,
      `server ${server}: ${count} of ${forwarded.length}`,
    );
  }
});

for (const [index, probability] of [6554, 32_768, 58_982].entries()) {
  test.serial(
    `a drop probability of ${probability} / 65536 refuses that share of new sessions`,
    async (t) => {
      const entry = encodeCaseEntry(device.schema, {
        table: 'admission',
        match: { service: 1, class: 0 },
        action: 'set_drop_probability',
        data: { probability },
      });
      await device.client.write([(index === 0 ? insert : modify)(entry)]);
      // What is not refused is forwarded, or punted because its slot is taken.
      const refused = FLOWS - start(2 + index).length;
      const share = probability / 65_536;
      const bound = SIGMAS * Math.sqrt(FLOWS * share * (1 - share));
      t.true(Math.abs(refused - share * FLOWS) < bound, `${refused} of ${FLOWS}`);
    },
  );
}
