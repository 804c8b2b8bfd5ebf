/**
 * The model against the programs for Tofino, run by the evaluator of lowered programs, on random packets and entries. What the
 * chip's parser does not take goes to the controller or is dropped, unless it only passes. `MOOR_TNA=100000` makes a long run.
 */

import test, { type ExecutionContext } from 'ava';
import { type CaseEntry, readBase } from '../harness/case.ts';
import { type Generation, TNA_FOLDED_PATH, TNA_PATH } from '../harness/tna-program.ts';
import { TnaSwitch } from '../harness/tna-switch.ts';
import { generateEntry, keyOf, MORE_BASE } from './generate-entries.ts';
import { generatePacket } from './generate-packet.ts';
import { Model } from './model.ts';
import { Random } from './random.ts';
import { EVENTS } from './verdict.ts';

const PACKETS = Number(process.env['MOOR_TNA'] ?? 1500);
const SEED = Number(process.env['MOOR_TNA_SEED'] ?? 1);
const PACKETS_A_ROUND = 50;
const ENTRIES = 120;
const CPU_PORT = 510;
const UPLINK = 1;
/** The reason, in hexadecimal. */
const FRAGMENT = '08';
/** Longer than slots live on either target: in between, their lives differ. */
const LONG_US = 20_000_000;
const FIXED: ReadonlySet<string> = new Set(['ports', 'local_addresses']);

test('in one pipe it does what the model does', compareWithModel, TNA_PATH, 1);
test('folded it does what the model does, on Tofino 1', compareWithModel, TNA_FOLDED_PATH, 1);
test('folded it does what the model does, on Tofino 2', compareWithModel, TNA_FOLDED_PATH, 2);

function compareWithModel(t: ExecutionContext, path: string, generation: Generation): void {
  t.timeout(3_600_000);
  const random = new Random(SEED);
  const device = new TnaSwitch(path, generation);
  const model = new Model(false);
  const there = new Map<string, CaseEntry>();
  const insert = (entry: CaseEntry) => {
    const key = keyOf(entry);
    const old = there.get(key);
    if (old !== undefined) remove(key, old);
    there.set(key, entry);
    device.insert(entry);
    model.tables.insert(entry);
  };
  const remove = (key: string, entry: CaseEntry) => {
    there.delete(key);
    device.remove(entry);
    model.tables.remove(entry);
  };
  for (const entry of [...readBase('bmv2-tests/pipeline/base.json'), ...MORE_BASE]) insert(entry);
  let now = 1_000_000;
  let compared = 0;
  let handedOver = 0;
  for (let done = 0; done < PACKETS; done++) {
    if (done % PACKETS_A_ROUND === 0) {
      for (let times = there.size > ENTRIES ? 20 : 4; times > 0; times--) {
        const [key, entry] = random.pick([...there]);
        if (!FIXED.has(entry.table) && random.oneIn(3)) remove(key, entry);
      }
      for (let times = 12; times > 0; times--) insert(generateEntry(random, done + times));
      if (random.oneIn(3)) now += LONG_US;
    }
    const { port, bytes } = generatePacket(random);
    const seen = device.send(port, bytes, BigInt(now) * 1000n);
    const where = `packet ${done} of seed ${SEED}, by port ${port}: ${Buffer.from(bytes).toString('hex')}`;
    if (seen.isMarked) {
      // The slots of the model know nothing of it.
      const isPassing =
        seen.sent.every((one) => one.port === CPU_PORT) || port === UPLINK || port === CPU_PORT || port === 5;
      t.true(isPassing, where);
      continue;
    }
    compared++;
    const { sent, reports } = model.process(port, bytes, now);
    const plain = (packets: readonly { readonly port: number; readonly packet: string }[]) =>
      packets.map((one) => `${one.port} ${one.packet}`).sort();
    const wanted = sent.map((one) => ({ port: one.port, packet: Buffer.from(one.bytes).toString('hex') }));
    // A later fragment whose first one only the learning cache had (docs/design/tofino.md).
    const isHandedOver = seen.sent.length === 1 && seen.sent[0]?.port === CPU_PORT;
    if (isHandedOver && seen.sent[0]?.packet.slice(4, 6) === FRAGMENT && wanted[0]?.port !== CPU_PORT) {
      handedOver++;
      continue;
    }
    t.deepEqual(plain(seen.sent), plain(wanted), where);
    const [report] = reports;
    const told =
      report === undefined
        ? undefined
        : [
            ...[report.source, report.destination].map(BigInt),
            ...[report.sourcePort, report.destinationPort, report.protocol].map(BigInt),
            ...[EVENTS[report.event], report.service, report.server].map(BigInt),
          ];
    t.deepEqual(seen.digest, told, where);
  }
  t.log(`${compared} of ${PACKETS} compared, ${handedOver} later fragments handed over`);
  t.true(handedOver < compared / 50);
  t.true(compared > PACKETS / 3);
}
