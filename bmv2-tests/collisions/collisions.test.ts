/**
 * A switch that takes some flows for others, and the controller that settles them in `flow_collisions`: a first packet that
 * hits another flow's entry, entries that are refused, other services, ends, restarts.
 */

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import type { Controller } from '../../controller/controller.ts';
import type { Tuple } from '../../controller/sessions/index.ts';
import { controllerStatus } from '../../controller/status.ts';
import { TableEntry } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { concatBytes, TCP_ACK, TCP_FIN, TCP_SYN } from '../../wire/index.ts';
import { address, ethernet, makeLab, serverOf, startController, until } from '../controller/lab.ts';
import { hashedPipeline } from './hashed-pipeline.ts';
import { flowHash, hashingDriver } from './hashing-driver.ts';

const VIP = address('2001:db8:100::1');
const PYTHON = '/usr/bin/python3';

/** A flow of a client to a port of the virtual address. */
type Flow = { readonly bytes: Buffer; readonly tuple: Tuple };

function flow(client: number, port = 80): Flow {
  const source = address(`2001:db8:3::${client.toString(16)}`);
  const ports = Buffer.from([40_000 >> 8, 40_000 & 255, port >> 8, port & 255, 6]);
  return {
    bytes: Buffer.concat([source, VIP, ports]),
    tuple: {
      source: BigInt(`0x${Buffer.from(source).toString('hex')}`),
      destination: BigInt(`0x${Buffer.from(VIP).toString('hex')}`),
      ...{ sourcePort: 40_000, destinationPort: port, protocol: 6 },
    },
  };
}

function segment({ bytes }: Flow, flags: number): PortPacket {
  const ip = Buffer.from([0x60, 0, 0, 0, 0, 20, 6, 64]);
  const tcp = Buffer.alloc(20);
  tcp.set(bytes.subarray(32, 36));
  tcp.set([0x50, flags], 12);
  return { port: 1, bytes: concatBytes(ethernet(0x86dd), ip, bytes.subarray(0, 32), tcp) };
}

/** Flows that the switch takes for this one. */
function* aliasesOf({ bytes }: Flow, port = 80): Generator<Flow> {
  for (let client = 0x1000; ; client++) {
    const other = flow(client, port);
    if (flowHash(other.bytes) === flowHash(bytes) && !other.bytes.equals(bytes)) yield other;
  }
}

function take(count: number, flows: Iterable<Flow>): readonly Flow[] {
  const taken: Flow[] = [];
  for (const one of flows) {
    taken.push(one);
    if (taken.length === count) break;
  }
  return taken;
}

const counts = (controller: Controller) => controllerStatus(controller).switches[0]?.flows;
/** Waits until the switch itself has so many entries, of `flows` and of `flow_collisions`. */
async function holds(controller: Controller, flows: number, collisions: number): Promise<void> {
  await holdsAll(controller, () => `${flows} ${collisions}`);
}

async function holdsAll(controller: Controller, wanted: () => string): Promise<void> {
  const end = performance.now() + 60_000;
  let found = '';
  while (performance.now() < end) {
    const numbers = await Promise.all(['flows', 'flow_collisions'].map((name) => sizeOf(controller, name)));
    found = numbers.join(' ');
    if (found === wanted()) return;
    await wait(10);
  }
  throw new Error(`the switch holds ${found}, and not ${wanted()}`);
}

async function sizeOf(controller: Controller, table: string): Promise<number> {
  const { keeper } = controller.switches[0] ?? {};
  if (keeper === undefined) return 0;
  const value = TableEntry.fromPartial({ tableId: keeper.schema.tables.get(table).id });
  let count = 0;
  for await (const _ of keeper.read([{ entity: { $case: 'tableEntry', value } }])) count++;
  return count;
}

const placeOf = (controller: Controller, { tuple }: Flow) => controller.switches[0]?.flows.find(tuple)?.place;
const options = { program: hashedPipeline(), driver: hashingDriver };

const hasPython = existsSync(PYTHON);
(hasPython ? test : test.skip)("the driver's hash is Python's zlib's", (t) => {
  const flows = Array.from(
    { length: 200 },
    (_, index) => flow((index * 7919) % 65_536, 80 + (index % 2)).bytes,
  );
  const script =
    'import sys, zlib\nfor line in sys.stdin: print(zlib.crc32(bytes.fromhex(line.strip())) % 256)';
  const input = flows.map((bytes) => bytes.toString('hex')).join('\n');
  const said = execFileSync(PYTHON, ['-c', script], { input, encoding: 'utf8' });
  t.deepEqual(said.trim().split('\n').map(Number), flows.map(flowHash));
});

// CRC-32 bit by bit, polynomial 04C11DB7 reflected (IEEE 802.3), of one flow; and its check value for "123456789".
test("the driver's hash, worked out by the polynomial", (t) => {
  const crc = (bytes: Uint8Array) => {
    let rest = 0xffffffff;
    for (const byte of bytes) {
      rest ^= byte;
      for (let bit = 0; bit < 8; bit++) rest = (rest >>> 1) ^ (rest & 1 ? 0xedb88320 : 0);
    }
    return ~rest >>> 0;
  };
  t.is(crc(Buffer.from('123456789')), 0xcbf43926);
  for (const client of [1, 2, 77]) t.is(flowHash(flow(client).bytes), crc(flow(client).bytes) % 256);
});

test.serial('a flow that hits the entry of another one is settled, and outlives it', async (t) => {
  const { bare, controller, config } = await makeLab(t, options);
  const known = flow(1);
  const [alias, late] = take(2, aliasesOf(known));
  if (alias === undefined || late === undefined) return t.fail();
  t.is(serverOf(bare, segment(known, TCP_SYN)), 'one');
  await holds(controller, 1, 0);
  await controller.reload(config({ one: 0, two: 1 }));

  // The switch has its hash: so its own hash is the driver's, bit for bit, or the packet would go to the new member.
  t.is(serverOf(bare, segment(alias, TCP_SYN)), 'one');
  await holds(controller, 1, 1);
  t.is(placeOf(controller, alias), 'collisions');
  t.is(controller.counts.reports.get('collided'), 1);

  // The other one ends; the alias goes on.
  serverOf(bare, segment(known, TCP_FIN | TCP_ACK));
  await until('it is closing', () => counts(controller)?.closing === 1);
  for (let round = 0; round < 2; round++) {
    bare.pass(20);
    t.is(serverOf(bare, segment(alias, TCP_ACK)), 'one');
  }
  await holds(controller, 0, 1);
  t.is(serverOf(bare, segment(alias, TCP_ACK)), 'one', 'behind the end of the other one');
  t.is(serverOf(bare, segment(late, TCP_SYN)), 'two', 'nobody has the hash now');
  await holds(controller, 1, 1);
  t.is(placeOf(controller, late), 'flows');
  t.is(serverOf(bare, segment(alias, TCP_ACK)), 'one');
});

test.serial('an entry whose hash is taken goes into flow_collisions', async (t) => {
  const { bare, controller, config } = await makeLab(t, options);
  const first = flow(1);
  const flows = [first, ...take(3, aliasesOf(first))];
  // All are learned by the data plane before any has an entry.
  const left = bare.send(flows.map((one) => segment(one, TCP_SYN)));
  t.is(left.length, flows.length);
  await holds(controller, 1, flows.length - 1);
  t.is(controller.counts.refusals, 0);
  await controller.reload(config({ one: 0, two: 1 }));
  bare.pass(10);
  for (const one of flows) t.is(serverOf(bare, segment(one, TCP_ACK)), 'one');
});

test.serial('an alias of a flow of another service goes to a server of its own', async (t) => {
  const { bare, controller, config } = await makeLab(t, options);
  const known = flow(1);
  const [alias] = take(1, aliasesOf(known, 81));
  if (alias === undefined) return t.fail();
  t.is(serverOf(bare, segment(known, TCP_SYN)), 'one');
  await holds(controller, 1, 0);
  await controller.reload(config({ one: 0, two: 1 }));
  t.is(serverOf(bare, segment(alias, TCP_SYN)), 'one', 'taken for the other one');
  await holds(controller, 1, 1);
  t.is(serverOf(bare, segment(alias, TCP_SYN)), 'two', 'when the client tries again');
});

test.serial(
  'an entry of flow_collisions ends when its flow is idle, and a new controller takes it over',
  async (t) => {
    const { bare, controller, config } = await makeLab(t, options);
    const known = flow(1);
    const [alias] = take(1, aliasesOf(known));
    if (alias === undefined) return t.fail();
    serverOf(bare, segment(known, TCP_SYN));
    await holds(controller, 1, 0);
    serverOf(bare, segment(alias, TCP_SYN));
    await holds(controller, 1, 1);
    await controller.stop();

    const second = await startController(t, config({ one: 0, two: 1 }), hashedPipeline());
    t.like(counts(second), { total: 2, collisions: 1 });
    t.is(serverOf(bare, segment(alias, TCP_ACK)), 'one');
    serverOf(bare, segment(alias, TCP_FIN | TCP_ACK));
    await until('it is closing', () => counts(second)?.closing === 1);
    bare.pass(40);
    await holds(second, 1, 0);
    t.is(serverOf(bare, segment(alias, TCP_SYN)), 'one', 'the entry of the other one again');
    await holds(second, 1, 1);
  },
);

test.serial('no flow changes its server while members change and most flows collide', async (t) => {
  const { bare, controller, config } = await makeLab(t, options);
  const began = new Map<Flow, string | undefined>();
  for (let round = 0; round < 6; round++) {
    await controller.reload(config(round % 2 === 0 ? { one: 1, two: 0 } : { one: 0, two: 1 }));
    for (let number = 0; number < 40; number++) {
      const one = flow(1 + began.size * 3);
      began.set(one, serverOf(bare, segment(one, TCP_SYN)));
    }
    await until('all are settled', () => counts(controller)?.total === began.size);
    await holdsAll(controller, () => {
      const { total = 0, collisions = 0 } = counts(controller) ?? {};
      return `${total - collisions} ${collisions}`;
    });
    bare.pass(21);
    for (const [one, server] of began) {
      const now = serverOf(bare, segment(one, TCP_ACK));
      if (server === undefined) began.set(one, now);
      else t.is(now, server);
    }
  }
  const { collisions = 0, total = 0 } = counts(controller) ?? {};
  t.is(total, began.size);
  // 240 flows, 256 hashes: about 84 find theirs taken.
  t.true(collisions > 50, `${collisions} of ${total} collided`);
  t.is(controller.counts.refusals, 0);
});
