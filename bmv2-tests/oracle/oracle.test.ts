/**
 * The model against the pipeline: the same random packets and entries to both, the same bytes on every port and the
 * same digests wanted. `MOOR_ORACLE=100000 MOOR_ORACLE_SEED=7` makes a long run.
 */

import test from 'ava';
import {
  decodeCounterCell,
  encodeCounterCell,
  insert,
  modify,
  remove,
} from '../../p4runtime/entities/index.ts';
import type { CaseEntry } from '../harness/case.ts';
import { readBase } from '../harness/case.ts';
import { digestFields } from '../harness/digests.ts';
import { type EmbeddedSwitch, startEmbedded } from '../harness/embedded.ts';
import { encodeCaseEntry } from '../harness/entries.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';
import { toBytes } from './bytes.ts';
import { generateEntry, keyOf, MORE_BASE } from './generate-entries.ts';
import { type Arriving, generatePacket } from './generate-packet.ts';
import { Model } from './model.ts';
import { Random } from './random.ts';
import { EVENTS, type Report } from './verdict.ts';

const PACKETS = Number(process.env['MOOR_ORACLE'] ?? 4000);
const SEED = Number(process.env['MOOR_ORACLE_SEED'] ?? 1);

/** For machines that do much else. */
const TIMEOUT_MS = PACKETS > 5000 ? 3_600_000 : 600_000;

/** Packets between changes of entries, and entries that are there beside the base at most. */
const PACKETS_A_ROUND = 50;
const ENTRIES = 120;

test('the pipeline does what the model does', async (t) => {
  t.timeout(TIMEOUT_MS);
  const random = new Random(SEED);
  const optimization = PACKETS > 20_000 ? 'speed' : 'none';
  const embedded = await startEmbedded(v1modelPipeline(), optimization);
  t.teardown(() => embedded.close());
  const model = new Model(true);
  let now = 1_000_000;
  const base = [...readBase('bmv2-tests/pipeline/base.json'), ...MORE_BASE];
  const there = new Map<string, CaseEntry>();
  await embedded.client.write(base.map((entry) => insert(encodeCaseEntry(embedded.schema, entry))));
  for (const entry of base) {
    model.tables.insert(entry);
    there.set(keyOf(entry), entry);
  }
  const kinds = new Map<string, number>();
  for (let done = 0; done < PACKETS; ) {
    await changeEntries(random, embedded, model, there, done);
    for (let inRound = 0; inRound < PACKETS_A_ROUND; inRound++, done++) {
      const packet = generatePacket(random);
      const seen = pass(embedded, packet);
      const wanted = expect(model, packet, now);
      for (const kind of wanted.kinds) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
      if (JSON.stringify(seen) !== JSON.stringify(wanted.outcome)) {
        const hex = Buffer.from(packet.bytes).toString('hex');
        t.deepEqual(seen, wanted.outcome, `packet ${done} of seed ${SEED}, by port ${packet.port}: ${hex}`);
        return;
      }
      if (random.oneIn(100)) {
        const seconds = random.pick([1, 2, 4, 6, 21]);
        embedded.pass(seconds + 0.001);
        now += seconds * 1_000_000 + 1000;
      }
    }
  }
  t.deepEqual(await readCounters(embedded), Object.fromEntries([...model.counts].sort()));
  t.log(
    [...kinds]
      .sort()
      .map(([kind, count]) => `${kind} ${count}`)
      .join(', '),
  );
});

/** Tables whose entries stay, or most of them, since without them little is left to see. */
const FIXED: ReadonlySet<string> = new Set(['ports', 'local_addresses']);
const LASTING: ReadonlySet<string> = new Set(['services', 'selection', 'servers', 'routes', 'neighbors']);

/** Takes some entries away, changes some, and puts others in, in both. */
async function changeEntries(
  random: Random,
  { client, schema }: EmbeddedSwitch,
  model: Model,
  there: Map<string, CaseEntry>,
  serial: number,
): Promise<void> {
  const updates = [];
  const touched = new Set<string>();
  const entries = [...there];
  for (let times = entries.length > ENTRIES ? 20 : 4; times > 0; times--) {
    const [key, entry] = random.pick(entries);
    if (touched.has(key) || FIXED.has(entry.table)) continue;
    if (LASTING.has(entry.table) && !random.oneIn(10)) continue;
    touched.add(key);
    there.delete(key);
    model.tables.remove(entry);
    updates.push(remove(encodeCaseEntry(schema, entry)));
  }
  for (let times = 12; times > 0; times--) {
    const entry = generateEntry(random, serial + times);
    const key = keyOf(entry);
    if (touched.has(key)) continue;
    touched.add(key);
    const old = there.get(key);
    if (old !== undefined) model.tables.remove(old);
    updates.push((old === undefined ? insert : modify)(encodeCaseEntry(schema, entry)));
    there.set(key, entry);
    model.tables.insert(entry);
  }
  await client.write(updates);
}

/** All cells that have counted something, by name and index. */
async function readCounters({ client, schema }: EmbeddedSwitch): Promise<Record<string, number>> {
  const found: [string, number][] = [];
  for (const name of ['punts', 'policed', 'admitted', 'refused', 'degraded']) {
    const counter = schema.counters.get(name);
    for await (const entity of client.read([encodeCounterCell(counter, undefined)])) {
      const cell = decodeCounterCell(counter, entity);
      const packets = Number(cell?.counts.packets ?? 0);
      if (cell !== undefined && packets > 0) found.push([`${name}[${cell.index}]`, packets]);
    }
  }
  return Object.fromEntries(found.sort());
}

type Outcome = { readonly sent: readonly string[]; readonly reports: readonly unknown[] };

function pass(embedded: EmbeddedSwitch, packet: Arriving): Outcome {
  const sent = embedded.send([{ port: packet.port, bytes: packet.bytes }]);
  const reports = embedded.takeDigests().map((digest) => digestFields(embedded.schema, digest));
  return { sent: asText(sent), reports };
}

function expect(
  model: Model,
  packet: Arriving,
  now: number,
): { readonly outcome: Outcome; readonly kinds: readonly string[] } {
  const { sent, reports } = model.process(packet.port, packet.bytes, now);
  const kinds = sent.map(({ port, bytes }) => (port === 510 ? `reason ${bytes[2]}` : 'forwarded'));
  return {
    outcome: { sent: asText(sent), reports: reports.map(reportFields) },
    kinds: [...(kinds.length === 0 ? ['dropped'] : kinds), ...reports.map(({ event }) => event)],
  };
}

/** Ports of different packets do not say which was first. */
function asText(sent: readonly Arriving[]): readonly string[] {
  return sent.map(({ port, bytes }) => `${port} ${Buffer.from(bytes).toString('hex')}`).sort();
}

function reportFields(report: Report): unknown {
  const hex = (value: bigint | number, bytes: number) => Buffer.from(toBytes(value, bytes)).toString('hex');
  return {
    source: hex(report.source, 16),
    destination: hex(report.destination, 16),
    source_port: hex(report.sourcePort, 2),
    destination_port: hex(report.destinationPort, 2),
    protocol: hex(report.protocol, 1),
    event: hex(EVENTS[report.event], 1),
    service: hex(report.service, 2),
    server: hex(report.server, 2),
  };
}
