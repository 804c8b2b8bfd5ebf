/**
 * A second implementation of docs/pipeline.md, from its words and the RFCs, without the P4 program: a packet and the
 * tables in, packets and reports out. The numbers in comments are those of its steps.
 */

import { numberAt, toBytes } from './bytes.ts';
import { SlotCache } from './caches.ts';
import { inbound } from './inbound.ts';
import { outbound } from './outbound.ts';
import type { Frame, IpPacket } from './packet.ts';
import { parseFrame } from './parse.ts';
import { emit } from './rewrite.ts';
import { isForeign, isForLinkOnly, isGroupFrame, isOnlyHere } from './scopes.ts';
import { Tables } from './tables.ts';
import { type Context, type Count, CPU_PORT, type Outcome, REASONS, type Report, ROLES } from './verdict.ts';

export type Sent = { readonly port: number; readonly bytes: Uint8Array };

/** What came of a packet. */
export type Processed = { readonly sent: readonly Sent[]; readonly reports: readonly Report[] };

/** A switch as the document describes it. */
export class Model {
  readonly tables = new Tables();
  /** Packets, by counter and cell. */
  readonly counts = new Map<string, number>();
  readonly #learned: SlotCache;
  readonly #fragments = new SlotCache(4096);

  /** @param isKeeping Whether the target tells of flows again (docs/pipeline.md, 14). */
  constructor(isKeeping: boolean) {
    this.#learned = new SlotCache(262_144, isKeeping);
  }

  /** @param now microseconds. */
  process(port: number, bytes: Uint8Array, now: number): Processed {
    if (port !== CPU_PORT) return this.#take(port, bytes, now);
    if (bytes.length < 2) return NOTHING;
    const head = numberAt(bytes, 0, 2);
    const packet = bytes.subarray(2);
    if ((head & 0x40) !== 0) return this.#take(head >> 7, packet, now);
    return { sent: [{ port: head >> 7, bytes: packet }], reports: [] };
  }

  #take(port: number, bytes: Uint8Array, now: number): Processed {
    const frame = parseFrame(bytes);
    if (frame === undefined) return NOTHING;
    const outcome = this.#decide(frame, port, now);
    const sent: Sent[] = [];
    const toController = (
      reason: number,
      told: Partial<Record<'service' | 'server' | 'auxiliary' | 'session', number>>,
    ) => {
      this.#count({ counter: 'punts', cell: reason });
      const { service = 0, server = 0, auxiliary = 0, session = 0 } = told;
      const head = [
        toBytes(port << 7, 2),
        toBytes(reason, 1),
        toBytes(service, 2),
        toBytes(server, 2),
        toBytes(auxiliary, 2),
        toBytes(session, 4),
      ];
      sent.push({ port: CPU_PORT, bytes: Buffer.concat([...head, bytes]) });
    };
    for (const count of outcome.counts) this.#count(count);
    if (outcome.kind === 'punt') toController(REASONS[outcome.reason], outcome);
    if (outcome.kind === 'forward') {
      const { packet, source, destination } = outcome;
      if (outcome.tap !== undefined) toController(REASONS.signalling, outcome.tap);
      sent.push({ port: outcome.port, bytes: emit(frame, packet, source, destination) });
    }
    return { sent, reports: outcome.report === undefined ? [] : [outcome.report] };
  }

  #decide(frame: Frame, port: number, now: number): Outcome {
    const { network } = frame;
    if (network.kind === 'ip' && !network.checksumRight) return drop(); // 2
    const here = this.tables.find('ports', { port }); // 3
    const role = Number(here?.data['role'] ?? ROLES.none);
    if (here === undefined || role === ROLES.none) return drop();
    if (frame.destination !== here.data['address'] && !isGroupFrame(frame.destination)) return drop();
    if (network.kind === 'arp') return { kind: 'punt', reason: 'arp', counts: [], report: undefined }; // 4
    if (network.kind === 'other') return drop();
    if (isNeighborDiscovery(network))
      return { kind: 'punt', reason: 'neighbor_discovery', counts: [], report: undefined };
    const there = this.tables.find('local_addresses', { address: network.destination });
    const local = there?.action;
    if (isForeign(network) || (local === undefined && isForLinkOnly(network))) return drop(); // 5
    if (local === undefined && isOnlyHere(network)) return drop();
    if (local === 'set_local') return { kind: 'punt', reason: 'local', counts: [], report: undefined }; // 6
    const context: Context = {
      tables: this.tables,
      learned: this.#learned,
      fragments: this.#fragments,
      now,
      role,
      virtualNumber: there?.data['number'] ?? 0n,
    };
    return local === 'set_virtual' ? inbound(network, context) : outbound(network, context);
  }

  #count({ counter, cell }: Count): void {
    const name = `${counter}[${cell}]`;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }
}

const NOTHING: Processed = { sent: [], reports: [] };

function drop(): Outcome {
  return { kind: 'drop', counts: [], report: undefined };
}

function isNeighborDiscovery({ family, upper }: IpPacket): boolean {
  return family === 6 && upper.kind === 'icmp' && upper.type >= 133 && upper.type <= 137;
}
