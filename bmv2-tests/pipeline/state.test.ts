/** What the pipeline counts and polices, as a controller sees it. */

import test from 'ava';
import { counters, enums, meters, tables } from '../../controller/pipeline/bindings.ts';
import { insert, modify, remove } from '../../p4runtime/entities/index.ts';
import { readBase, readCases } from '../harness/case.ts';
import { type EmbeddedSwitch, startEmbedded } from '../harness/embedded.ts';
import { encodeCaseEntry } from '../harness/entries.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';

const FOLDER = 'bmv2-tests/pipeline';
let embedded: EmbeddedSwitch;

test.before(async () => {
  embedded = await startEmbedded(v1modelPipeline());
  const base = readBase(`${FOLDER}/base.json`);
  await embedded.client.write(base.map((entry) => insert(encodeCaseEntry(embedded.schema, entry))));
});

test.after.always(() => embedded?.close());

/** The packet of a case. */
function packetOf(file: string, description: string) {
  const found = readCases(`${FOLDER}/cases/${file}.json`).find((one) => one.description === description);
  if (found === undefined || !('port' in found.input)) throw new Error(`no case '${description}'`);
  return { port: found.input.port, bytes: Buffer.from(found.input.packet, 'hex') };
}

async function packetsIn(name: 'punts' | 'policed', cell: number): Promise<bigint | undefined> {
  for await (const entity of embedded.client.read([counters[name].cell(cell)])) {
    return counters[name].decode(entity)?.counts.packets;
  }
  return undefined;
}

test.serial('a flood of one reason is policed, and starves no other', async (t) => {
  const { home_test_init: home, care_of_test_init: careOf } = enums.reason_t;
  // Two at once and one a second; time stands still.
  const rates = { committedRate: 1n, committedBurst: 2n, peakRate: 1n, peakBurst: 2n };
  await embedded.client.write([modify(meters.punt_policer.cell(home, rates))]);
  const hoti = packetOf('mobility', 'HoTI to a virtual address');
  t.is(embedded.send([hoti, hoti, hoti, hoti, hoti]).length, 2);
  t.is(embedded.send([packetOf('mobility', 'CoTI to a virtual address')]).length, 1);
  t.is(await packetsIn('punts', home), 2n);
  t.is(await packetsIn('policed', home), 3n);
  t.is(await packetsIn('policed', careOf), 0n);
  embedded.pass(1);
  t.is(embedded.send([hoti, hoti]).length, 1);
});

test.serial('the packets and bytes of a flow are counted', async (t) => {
  const packet = packetOf('sessions', 'tcp over IPv6: a flow that is known goes to its server');
  const key = {
    source: '2001:db8:3::30',
    destination: '2001:db8:100::1',
    source_port: 40_000,
    destination_port: 80,
    protocol: 6,
  } as const;
  const flow = tables.flows.entry({ key, action: { name: 'set_server', params: { server: 2 } } });
  await embedded.client.write([insert(flow)]);
  embedded.send([packet, packet, packet]);
  const counts = [];
  for await (const entity of embedded.client.read([tables.flows.all({ counter: true })])) {
    const entry = tables.flows.decode(entity);
    if (entry?.isDefault === false) counts.push(entry.counter);
  }
  t.deepEqual(counts, [{ packets: 3n, bytes: BigInt(3 * packet.bytes.length) }]);
  await embedded.client.write([remove(flow)]);
});

test.serial(
  'a flow without an entry is told of again, and keeps its server while nobody wants its slot',
  async (t) => {
    const told = 'an announced flow is told, with the server of its session';
    const entries = readCases(`${FOLDER}/cases/learning.json`).find(
      (one) => one.description === told,
    )?.entries;
    const announced = (entries ?? []).map((entry) => encodeCaseEntry(embedded.schema, entry));
    const data = packetOf('learning', told);
    const syn = packetOf('learning', 'SYN of a known flow is told');
    const LEARNED = '01';
    /** Where a packet goes, and what is told. */
    const send = (packet: typeof data) => {
      embedded.takeDigests();
      const [left] = embedded.send([packet]);
      const reports = embedded
        .takeDigests()
        .map((one) => one.fields.slice(5).map((field) => Buffer.from(field).toString('hex')));
      return [left?.port, reports.map(([event, , server]) => (event === LEARNED ? Number(server) : event))];
    };
    const [one, two] = [2, 3];
    embedded.pass(60);
    await embedded.client.write(announced.map((entry) => insert(entry)));
    t.deepEqual(send(data), [two, [2]]);
    await embedded.client.write(announced.map((entry) => remove(entry)));
    embedded.pass(1);
    t.deepEqual(send(data), [two, []], 'soon');
    embedded.pass(1.5);
    t.deepEqual(send(data), [two, [2]], 'later');
    embedded.pass(19.5);
    t.deepEqual(send(data), [two, [2]], 'the slot is free, and still its own');
    embedded.pass(19.5);
    // A new connection between the same ends, for which `selection` has another one.
    t.deepEqual(send(syn), [one, [1]]);
    embedded.pass(6);
    await embedded.client.write(announced.map((entry) => insert(entry)));
    t.deepEqual(send(data), [two, [2]], 'signalling knows better');
    await embedded.client.write(announced.map((entry) => remove(entry)));
    embedded.pass(21);
    t.deepEqual(send(data), [one, [1]], 'too long ago');
  },
);
