/**
 * A process of its own: the embedded switch, and clients that begin sessions through it: each sends a SYN, again after 1, 3, 7 s while its
 * flow has no entry, as TCP does, and then a segment each KEEP_MS, so that no session is idle. Its parent says `Offer`, and hears
 * `{ listens }`, then `{ done }` when all flows have their entries, or none has got one for a while.
 */

import { withTable } from '../../bmv2-tests/harness/table-driver.ts';
import { CPU_PORT } from '../../controller/pipeline/index.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { type Device, type DeviceTable, makeEngineDevice, startServer } from '../../switch/server/index.ts';
import {
  concatBytes,
  ETHERTYPE_IPV6,
  emitEthernet,
  emitIpv6,
  emitTcp,
  ipv6PseudoSum,
  PROTOCOL_TCP,
  putUint32,
  TCP_ACK,
  TCP_SYN,
  uint32,
} from '../../wire/index.ts';
import { quantile } from './spread.ts';

/** Flows to begin, of clients with numbers from `first` on. */
export type Offer = {
  readonly first: number;
  readonly count: number;
  readonly pace:
    | { readonly kind: 'rate'; readonly perSecond: number }
    /** As fast as entries come, so many open at a time. */
    | { readonly kind: 'window'; readonly open: number };
};

export type Said =
  | { readonly kind: 'listens'; readonly target: string }
  | {
      readonly kind: 'done';
      /** From the first packet to the last entry. */
      readonly seconds: number;
      /** From a flow's first packet to its entry in milliseconds, as so many percent of flows have it at most. */
      readonly waits: { readonly median: number; readonly p99: number; readonly most: number };
      /** Flows that have got no entry. */
      readonly missing: number;
      /** Packets that the switch has handed over. */
      readonly handedOver: number;
      /** First packets that were sent again. */
      readonly again: number;
      /** Of switch and clients. */
      readonly cpuSeconds: number;
      /** Bytes of memory of switch and clients. */
      readonly resident: number;
    };

/** When no entry has come for so long, none will; milliseconds. */
const PATIENCE = 15_000;
/** As TCP waits for the answer to a SYN (RFC 6298, section 2); milliseconds. */
const AGAIN_MS = 1000;
/** Every session has a packet in this time; milliseconds. Idle timeouts are longer. */
const KEEP_MS = 25_000;
const KEEP_EVERY_MS = 20;
/** Packets that are given to the switch at once. */
const BURST = 64;

const VIRTUAL = Uint8Array.from([0x20, 1, 0x0d, 0xb8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
const CLIENT = Uint8Array.from([0x20, 1, 0x0d, 0xb8, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
/** Where the last 32 bits of the source are: behind Ethernet and 20 bytes of IPv6. */
const NUMBER_AT = 14 + 20;

/** A SYN; its checksum is right for one client only, which the switch does not look at. */
function frame(flags: number): Uint8Array {
  const segment = emitTcp(
    {
      ...{ sourcePort: 40_000, destinationPort: 80, sequence: 1, acknowledgement: 0, flags },
      ...{ window: 65_535, urgent: 0, options: new Uint8Array(), payload: new Uint8Array() },
    },
    (length) => ipv6PseudoSum(CLIENT, VIRTUAL, length, PROTOCOL_TCP),
  );
  const head = emitIpv6({
    ...{ trafficClass: 0, flowLabel: 0, payloadLength: segment.length, next: PROTOCOL_TCP, hopLimit: 64 },
    ...{ source: CLIENT, destination: VIRTUAL },
  });
  const link = emitEthernet({
    destination: Uint8Array.from([2, 0, 0, 0, 0, 1]),
    source: Uint8Array.from([2, 0, 0, 0, 0, 0xfe]),
    tags: [],
    ethertype: ETHERTYPE_IPV6,
  });
  return concatBytes(concatBytes(link, head), segment);
}
const SYN = frame(TCP_SYN);
const DATA = frame(TCP_ACK);

function packetOf(client: number, template: Uint8Array): PortPacket {
  const bytes = Uint8Array.from(template);
  putUint32(bytes, NUMBER_AT, client);
  return { port: 1, bytes };
}

/** Sessions with an entry, by the client's number; and who is next to say something. */
const kept: number[] = [];
let nextKept = 0;
let keptAt = performance.now();

/** Every session speaks once in KEEP_MS. */
function keep(): void {
  const now = performance.now();
  const due = Math.min(kept.length, Math.ceil(((now - keptAt) * kept.length) / KEEP_MS));
  keptAt = now;
  const packets: PortPacket[] = [];
  for (let count = 0; count < due; count++) {
    nextKept = (nextKept + 1) % kept.length;
    const client = kept[nextKept];
    if (client !== undefined) packets.push(packetOf(client, DATA));
  }
  for (let from = 0; from < packets.length; from += BURST) engine.receive(packets.slice(from, from + BURST));
}
setInterval(keep, KEEP_EVERY_MS);

/** The client of an entry of `flows`: its source without leading zeros, which it has none of. */
function clientOf(entry: Parameters<DeviceTable['insert']>[0]): number | undefined {
  const [source] = entry.matches;
  return source?.kind === 'exact' && source.value.length === 16 ? uint32(source.value, 12) : undefined;
}

/** How often a first packet is sent again in so many milliseconds: after 1, 3, 7, 15 s. */
function timesAgain(ms: number): number {
  return Math.floor(Math.log2(1 + Math.max(0, ms) / AGAIN_MS));
}

class Run {
  readonly #offer: Offer;
  readonly #sentAt: Float64Array;
  readonly #waits: Float64Array;
  readonly #begin = performance.now();
  readonly #handedOver = handedOver;
  readonly #cpu = process.cpuUsage();
  #sent = 0;
  #installed = 0;
  #again = 0;
  #askedAgain = this.#begin;
  #last = this.#begin;

  constructor(offer: Offer) {
    this.#offer = offer;
    this.#sentAt = new Float64Array(offer.count);
    this.#waits = new Float64Array(offer.count);
    setImmediate(() => this.#turn());
  }

  /** A flow has got its entry. */
  install(client: number): void {
    const index = client - this.#offer.first;
    const at = this.#sentAt[index];
    if (at === undefined || at === 0 || this.#waits[index] !== 0) return;
    this.#last = performance.now();
    this.#waits[index] = this.#last - at;
    this.#installed++;
    kept.push(client);
  }

  #turn(): void {
    const { count, pace } = this.#offer;
    const now = performance.now();
    const due =
      pace.kind === 'rate'
        ? Math.floor(((now - this.#begin) * pace.perSecond) / 1000)
        : this.#installed + pace.open;
    const until = Math.min(count, due, this.#sent + BURST);
    if (until > this.#sent) this.#send(until);
    if (now - this.#askedAgain >= AGAIN_MS) this.#sendAgain(now);
    const isOver = this.#installed === count || now - this.#last > PATIENCE;
    if (isOver) this.#end();
    else if (this.#sent < Math.min(count, due)) setImmediate(() => this.#turn());
    else setTimeout(() => this.#turn(), 1);
  }

  #send(until: number): void {
    const packets: PortPacket[] = [];
    const now = performance.now();
    for (; this.#sent < until; this.#sent++) {
      this.#sentAt[this.#sent] = now;
      packets.push(packetOf(this.#offer.first + this.#sent, SYN));
    }
    engine.receive(packets);
  }

  /** First packets of flows that have waited for as long as TCP does. */
  #sendAgain(now: number): void {
    const before = this.#askedAgain;
    this.#askedAgain = now;
    const packets: PortPacket[] = [];
    for (let index = 0; index < this.#sent; index++) {
      const at = this.#sentAt[index] ?? now;
      if (this.#waits[index] !== 0 || timesAgain(now - at) <= timesAgain(before - at)) continue;
      packets.push(packetOf(this.#offer.first + index, SYN));
    }
    this.#again += packets.length;
    for (let from = 0; from < packets.length; from += BURST)
      engine.receive(packets.slice(from, from + BURST));
  }

  #end(): void {
    run = undefined;
    const waits = this.#waits.filter((wait) => wait > 0);
    const at = (part: number) => quantile(waits, part);
    const { user, system } = process.cpuUsage(this.#cpu);
    tell({
      kind: 'done',
      cpuSeconds: (user + system) / 1e6,
      seconds: (this.#last - this.#begin) / 1000,
      waits: { median: at(0.5), p99: at(0.99), most: at(1) },
      again: this.#again,
      resident: process.memoryUsage().rss,
      missing: this.#offer.count - this.#installed,
      handedOver: handedOver - this.#handedOver,
    });
  }
}

let run: Run | undefined;
let handedOver = 0;

const engine = makeEngineDevice({ cpuPort: CPU_PORT, ports: () => new Map(), transmit: () => {} });

/** The switch, which tells when an entry of `flows` is there. */
function observed(device: Device): Device {
  const telling = withTable(device, 'flows', (flows) => ({
    ...flows,
    insert: (entry) => {
      const change = flows.insert(entry);
      const client = clientOf(entry);
      if (change.ok && client !== undefined) run?.install(client);
      return change;
    },
  }));
  return {
    ...telling,
    listen: (events) =>
      telling.listen({
        ...events,
        packetIn: (bytes) => {
          handedOver++;
          events.packetIn(bytes);
        },
      }),
  };
}

function tell(said: Said): void {
  process.send?.(said);
}

const server = await startServer({ device: observed(engine), deviceId: 1n, address: '127.0.0.1:0' });
process.on('message', (offer: Offer) => {
  run = new Run(offer);
});
process.on('disconnect', () => process.exit(0));
tell({ kind: 'listens', target: `127.0.0.1:${server.port}` });
