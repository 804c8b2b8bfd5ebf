/**
 * A process of its own: the embedded switch, and mobile nodes that do return routability through it as fast as it goes,
 * so many at a time. Its parent says `{ count, window, first }`, and hears `{ target }`, then `{ done, seconds }`.
 */

import { MobileNode, readMessage } from '../../controller/mobility/test-harness.ts';
import { CPU_PORT } from '../../controller/pipeline/index.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { makeEngineDevice, startServer } from '../../switch/server/index.ts';
import { addressKey, concatBytes, ETHERTYPE_IPV6, emitEthernet } from '../../wire/index.ts';

/** What to do. */
export type Run = { readonly count: number; readonly window: number; readonly first: number };

/** What came of it. */
export type Report =
  | { readonly kind: 'listens'; readonly target: string }
  /** Wall time. Failed: acknowledged with something else than 0. */
  | { readonly kind: 'done'; readonly seconds: number; readonly failed: number };

const VIRTUAL = Uint8Array.from([0x20, 1, 0x0d, 0xb8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
const HEAD = emitEthernet({
  destination: Uint8Array.from([2, 0, 0, 0, 0, 1]),
  source: Uint8Array.from([2, 0, 0, 0, 0, 0xfe]),
  tags: [],
  ethertype: ETHERTYPE_IPV6,
});

/** 2001:db8:KIND:NUMBER:: with a number that differs within the first 64 bits. */
function addressOf(kind: number, number: number): Uint8Array {
  const made = new Uint8Array(16);
  made.set([0x20, 1, 0x0d, 0xb8, kind, number >>> 16, (number >>> 8) & 0xff, number & 0xff]);
  made[15] = 1;
  return made;
}

type Going = { readonly node: MobileNode; answers: number };

const going = new Map<string, Going>();
const toSend: PortPacket[] = [];
let run: Run = { count: 0, window: 0, first: 0 };
let started = 0;
let ended = 0;
let failed = 0;
let begin = 0;

const engine = makeEngineDevice({
  cpuPort: CPU_PORT,
  ports: () => new Map(),
  transmit: (packets) => {
    for (const { port, bytes } of packets) if (port === 1) take(bytes.slice(14));
  },
});

/** Nodes are known by the address that answers go to: 2001:db8:1:… is home, 2001:db8:2:… the care-of address. */
function take(packet: Uint8Array): void {
  const number = (packet[24 + 5] ?? 0) * 65_536 + (packet[24 + 6] ?? 0) * 256 + (packet[24 + 7] ?? 0);
  const key = addressKey(addressOf(1, number));
  const one = going.get(key);
  if (one === undefined) return;
  const { message } = readMessage(packet);
  if (message.kind === 'bindingAcknowledgement') {
    if (message.status !== 0) failed++;
    going.delete(key);
    ended++;
    next();
    return;
  }
  one.node.take(packet);
  if (++one.answers === 2) push(one.node.update({ sequence: 1 }));
}

function push(packet: Uint8Array): void {
  if (toSend.length === 0) setImmediate(send);
  toSend.push({ port: 1, bytes: concatBytes(HEAD, packet) });
}

function send(): void {
  engine.receive(toSend.splice(0));
}

function next(): void {
  if (ended === run.count) {
    tell({ kind: 'done', seconds: (performance.now() - begin) / 1000, failed });
    return;
  }
  if (started === run.count) return;
  const number = run.first + started++;
  const node = new MobileNode(addressOf(1, number), addressOf(2, number), VIRTUAL);
  going.set(addressKey(node.home), { node, answers: 0 });
  push(node.homeTestInit());
  push(node.careOfTestInit());
}

function tell(report: Report): void {
  process.send?.(report);
}

const server = await startServer({ device: engine, deviceId: 1n, address: '127.0.0.1:0' });
process.on('message', (message: Run) => {
  run = message;
  [started, ended, failed, begin] = [0, 0, 0, performance.now()];
  for (let open = 0; open < run.window; open++) next();
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'listens', target: `127.0.0.1:${server.port}` });
