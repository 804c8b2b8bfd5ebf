/** A router with delays between its ports, as the Internet has them: IPv6, routes by prefix, one hop. */

import { type Ipv6Prefix, isInPrefix, parseIpv6 } from '../wire/index.ts';
import { LinkLayer } from './link-layer.ts';

export type InternetPort = {
  readonly linkAddress: Uint8Array;
  /** Its addresses on this link: solicitations for them are answered. */
  readonly addresses: readonly Uint8Array[];
  /** The neighbour that the packets of this port's prefixes go to. */
  readonly nextHop: Uint8Array;
  readonly prefixes: readonly Ipv6Prefix[];
  /** Milliseconds that a packet takes to this port or from it. */
  readonly delay: number;
};

/** Timers may be late by less than this: packets due soon go at once, in order. */
const SLACK_MS = 0.3;

type Waiting = { readonly due: number; readonly packet: Uint8Array; readonly port: number };

/** The router. */
export class Internet {
  readonly #ports: readonly InternetPort[];
  readonly #links: readonly LinkLayer[];
  /** Of each pair of ports, in order of time: the delay of a pair is always the same. */
  readonly #queues = new Map<number, Waiting[]>();
  /** Packets that were carried, and those that had no route or no hop left. */
  readonly counts = { carried: 0, dropped: 0 };

  /** @param send Takes frames for the link of a port. */
  constructor(ports: readonly InternetPort[], send: (port: number, frame: Uint8Array) => void) {
    this.#ports = ports;
    this.#links = ports.map(
      ({ linkAddress, addresses }, index) =>
        new LinkLayer({
          linkAddress,
          linkLocal: addresses[0] ?? new Uint8Array(16),
          owns: (address) => addresses.some((own) => Buffer.compare(own, address) === 0),
          send: (frame) => send(index, frame),
        }),
    );
  }

  /** Takes a frame from a port. @param now Milliseconds. */
  receive(port: number, frame: Uint8Array, now: number): void {
    const view = this.#links[port]?.receive(frame);
    if (view === undefined) return;
    const header = parseIpv6(view);
    const out = header.ok ? this.#route(header.value.destination) : undefined;
    if (!header.ok || out === undefined || out === port || header.value.hopLimit <= 1) {
      this.counts.dropped++;
      return;
    }
    const packet = view.slice();
    packet[7] = header.value.hopLimit - 1;
    const due = now + (this.#ports[port]?.delay ?? 0) + (this.#ports[out]?.delay ?? 0);
    const key = port * this.#ports.length + out;
    const queue = this.#queues.get(key) ?? [];
    queue.push({ due, packet, port: out });
    this.#queues.set(key, queue);
  }

  /** Sends what is due. @returns When to call again, in milliseconds; undefined: nothing waits. */
  run(now: number): number | undefined {
    let next: number | undefined;
    for (const queue of this.#queues.values()) {
      let count = 0;
      for (const { due, packet, port } of queue) {
        if (due > now + SLACK_MS) {
          next = Math.min(next ?? due, due);
          break;
        }
        const out = this.#ports[port];
        if (out !== undefined) this.#links[port]?.transmit(packet, out.nextHop, now);
        this.counts.carried++;
        count++;
      }
      queue.splice(0, count);
    }
    return next;
  }

  /** Asks again for neighbours that did not answer. */
  tick(now: number): void {
    for (const link of this.#links) link.tick(now);
  }

  #route(destination: Uint8Array): number | undefined {
    let found: number | undefined;
    let longest = -1;
    for (const [index, { prefixes }] of this.#ports.entries()) {
      for (const prefix of prefixes) {
        if (prefix.length <= longest || !isInPrefix(destination, prefix)) continue;
        found = index;
        longest = prefix.length;
      }
    }
    return found;
  }
}
