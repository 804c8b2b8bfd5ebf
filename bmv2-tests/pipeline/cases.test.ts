/** The packet cases of the pipeline on the embedded switch. */

import { readdirSync } from 'node:fs';
import test from 'ava';
import { insert, remove } from '../../p4runtime/entities/index.ts';
import { inputsOf, readBase, readCases } from '../harness/case.ts';
import { digestFields, expectedFields } from '../harness/digests.ts';
import { type EmbeddedSwitch, startEmbedded } from '../harness/embedded.ts';
import { encodeCaseEntry } from '../harness/entries.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';

const FOLDER = 'bmv2-tests/pipeline';

const FLOW_DIGEST = 'flow_digest_t';

/** Longer than anything in the data plane lives: no case finds what another one left. */
const BETWEEN_CASES_S = 3600;

let embedded: EmbeddedSwitch;

test.before(async () => {
  embedded = await startEmbedded(v1modelPipeline());
  const base = readBase(`${FOLDER}/base.json`);
  await embedded.client.write(base.map((entry) => insert(encodeCaseEntry(embedded.schema, entry))));
});

test.after.always(() => embedded?.close());

const files = readdirSync(`${FOLDER}/cases`).filter((file) => file.endsWith('.json'));
const all = files.flatMap((file) =>
  readCases(`${FOLDER}/cases/${file}`).map((one) => ({ ...one, group: file.replace(/\.json$/, '') })),
);

test('there are at least 200 cases', (t) => {
  t.true(all.length >= 200, `${all.length} cases`);
});

for (const one of all) {
  test.serial(`${one.group}: ${one.description}`, async (t) => {
    const { client, schema } = embedded;
    const entries = one.entries.map((entry) => encodeCaseEntry(schema, entry));
    await client.write(entries.map(insert));
    try {
      const packets = inputsOf(one).map(({ port, packet }) => ({ port, bytes: Buffer.from(packet, 'hex') }));
      const left = embedded.send(packets);
      const hex = left.map(({ port, bytes }) => ({ port, packet: Buffer.from(bytes).toString('hex') }));
      t.deepEqual(hex.sort(byPort), [...one.expected].sort(byPort));
      const told = embedded.takeDigests();
      if (one.digests !== undefined) {
        t.deepEqual(
          told.map((digest) => digestFields(schema, digest)),
          one.digests.map((digest) => expectedFields(schema, FLOW_DIGEST, digest)),
        );
      }
    } finally {
      embedded.pass(BETWEEN_CASES_S);
      await client.write(entries.map(remove));
    }
  });
}

/** Ports of different packets do not say which was first. */
function byPort(left: { readonly port: number }, right: { readonly port: number }): number {
  return left.port - right.port;
}
