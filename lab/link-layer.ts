/**
 * One side of an Ethernet link with IPv6: frames for packets and packets from frames, with Neighbor Discovery (RFC 4861)
 * as far as a host on a link with two sides needs it. There is no detection of duplicates, and no unreachability.
 */

import {
  concatBytes,
  ETHERTYPE_IPV6,
  emitEthernet,
  emitIcmpv6,
  emitIpv6,
  emitNeighborMessage,
  ICMPV6_NEIGHBOR_ADVERTISEMENT,
  ICMPV6_NEIGHBOR_SOLICITATION,
  isMulticast,
  linkLayerAddress,
  ND_SOURCE_LINK_LAYER,
  ND_TARGET_LINK_LAYER,
  type NeighborMessage,
  PROTOCOL_ICMPV6,
  parseEthernet,
  parseIcmpv6,
  parseIpv6Packet,
  parseNeighborMessage,
  sameBytes,
  toHex,
} from '../wire/index.ts';

/** Packets that wait for a neighbour's address; more are dropped, the oldest first (RFC 4861, 7.2.2). */
const MOST_WAITING = 64;
/** RetransTimer of RFC 4861, section 10. */
const RETRANSMIT_MS = 1000;

export type LinkLayerOptions = {
  /** Its own link-layer address, 6 bytes. */
  readonly linkAddress: Uint8Array;
  /** The link-local address that solicitations come from. */
  readonly linkLocal: Uint8Array;
  /** Whether it answers solicitations for an address: its own, and those that it stands in for. */
  readonly owns: (address: Uint8Array) => boolean;
  /** Takes frames for the link; the bytes are the taker's. */
  readonly send: (frame: Uint8Array) => void;
};

type Neighbor = {
  linkAddress: Uint8Array | undefined;
  /** Milliseconds: when it was last asked for. */
  asked: number;
  readonly waiting: Uint8Array[];
};

/** A side of a link. */
export class LinkLayer {
  readonly #options: LinkLayerOptions;
  readonly #neighbors = new Map<string, Neighbor>();

  constructor(options: LinkLayerOptions) {
    this.#options = options;
  }

  /**
   * Takes a frame.
   * @returns The packet in it, if it is IPv6 for this side and not Neighbor Discovery, which is answered here: a view.
   */
  receive(frame: Uint8Array): Uint8Array | undefined {
    const ethernet = parseEthernet(frame);
    if (!ethernet.ok || ethernet.value.ethertype !== ETHERTYPE_IPV6) return undefined;
    const { destination } = ethernet.value;
    const isForGroup = ((destination[0] ?? 0) & 1) === 1;
    if (!isForGroup && !sameBytes(destination, this.#options.linkAddress)) return undefined;
    const packet = parseIpv6Packet(frame, ethernet.end);
    if (!packet.ok) return undefined;
    const { header, protocol, payloadAt, payloadEnd } = packet.value;
    if (protocol === PROTOCOL_ICMPV6 && header.hopLimit === 255) {
      const message = parseIcmpv6(frame, payloadAt, payloadEnd, header);
      if (message.ok && message.value.kind === 'information' && isDiscovery(message.value.type)) {
        const neighbor = parseNeighborMessage(message.value.type, message.value.body);
        if (neighbor.ok) this.#discover(neighbor.value, header.source);
        return undefined;
      }
    }
    if (isForGroup || isMulticast(header.destination)) return undefined;
    return frame.subarray(ethernet.end, payloadEnd);
  }

  /** Sends a packet to a neighbour, which is asked for its link-layer address if need be. @param now Milliseconds. */
  transmit(packet: Uint8Array, nextHop: Uint8Array, now: number): void {
    const neighbor = this.#neighbor(nextHop);
    if (neighbor.linkAddress !== undefined) {
      this.#sendTo(neighbor.linkAddress, packet);
      return;
    }
    if (neighbor.waiting.length === MOST_WAITING) neighbor.waiting.shift();
    neighbor.waiting.push(packet.slice());
    if (now - neighbor.asked < RETRANSMIT_MS) return;
    neighbor.asked = now;
    this.#solicit(nextHop);
  }

  /** Asks again for neighbours that packets wait for. Call it every second or so. */
  tick(now: number): void {
    for (const [key, neighbor] of this.#neighbors) {
      if (neighbor.linkAddress !== undefined || neighbor.waiting.length === 0) continue;
      if (now - neighbor.asked < RETRANSMIT_MS) continue;
      neighbor.asked = now;
      this.#solicit(Uint8Array.from(Buffer.from(key, 'hex')));
    }
  }

  /** Tells the link that an address is here now (RFC 4861, 7.2.6), as a home agent does for a node that left. */
  announce(address: Uint8Array): void {
    this.#advertise(address, ALL_NODES, false);
  }

  #neighbor(address: Uint8Array): Neighbor {
    const key = toHex(address);
    const found = this.#neighbors.get(key);
    if (found !== undefined) return found;
    const neighbor: Neighbor = { linkAddress: undefined, asked: Number.NEGATIVE_INFINITY, waiting: [] };
    this.#neighbors.set(key, neighbor);
    return neighbor;
  }

  #discover(message: NeighborMessage, source: Uint8Array): void {
    if (message.kind === 'neighborSolicitation') {
      const linkAddress = linkLayerAddress(message, ND_SOURCE_LINK_LAYER);
      if (linkAddress !== undefined) this.#learn(source, linkAddress);
      if (this.#options.owns(message.target)) {
        this.#advertise(message.target, linkAddress === undefined ? ALL_NODES : source, true);
      }
    } else if (message.kind === 'neighborAdvertisement') {
      const linkAddress = linkLayerAddress(message, ND_TARGET_LINK_LAYER);
      if (linkAddress !== undefined) this.#learn(message.target, linkAddress);
    }
  }

  #learn(address: Uint8Array, linkAddress: Uint8Array): void {
    const neighbor = this.#neighbor(address);
    const own = linkAddress.slice();
    neighbor.linkAddress = own;
    for (const packet of neighbor.waiting.splice(0)) this.#sendTo(own, packet);
  }

  #solicit(target: Uint8Array): void {
    this.#sendDiscovery(
      {
        kind: 'neighborSolicitation',
        target,
        options: [{ type: ND_SOURCE_LINK_LAYER, data: this.#options.linkAddress }],
      },
      this.#options.linkLocal,
      solicitedNode(target),
    );
  }

  #advertise(target: Uint8Array, destination: Uint8Array, solicited: boolean): void {
    this.#sendDiscovery(
      {
        kind: 'neighborAdvertisement',
        isRouter: false,
        solicited,
        override: true,
        target,
        options: [{ type: ND_TARGET_LINK_LAYER, data: this.#options.linkAddress }],
      },
      target,
      destination,
    );
  }

  #sendDiscovery(message: NeighborMessage, source: Uint8Array, destination: Uint8Array): void {
    const { type, body } = emitNeighborMessage(message);
    const icmpv6 = emitIcmpv6({ kind: 'information', type, code: 0, body }, source, destination);
    const header = emitIpv6({
      trafficClass: 0,
      flowLabel: 0,
      payloadLength: icmpv6.length,
      next: PROTOCOL_ICMPV6,
      hopLimit: 255,
      source,
      destination,
    });
    const known = this.#neighbors.get(toHex(destination))?.linkAddress;
    const to = isMulticast(destination) ? groupAddress(destination) : known;
    if (to !== undefined) this.#sendTo(to, concatBytes(header, icmpv6));
  }

  #sendTo(destination: Uint8Array, packet: Uint8Array): void {
    const { linkAddress: source, send } = this.#options;
    send(concatBytes(emitEthernet({ destination, source, tags: [], ethertype: ETHERTYPE_IPV6 }), packet));
  }
}

const ALL_NODES = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

function isDiscovery(type: number): boolean {
  return type === ICMPV6_NEIGHBOR_SOLICITATION || type === ICMPV6_NEIGHBOR_ADVERTISEMENT;
}

/** The solicited-node multicast address (RFC 4291, 2.7.1). */
function solicitedNode(address: Uint8Array): Uint8Array {
  const group = Uint8Array.of(0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff, 0, 0, 0);
  group.set(address.subarray(13), 13);
  return group;
}

/** The link-layer address of a multicast group (RFC 2464, section 7). */
function groupAddress(group: Uint8Array): Uint8Array {
  return Uint8Array.of(0x33, 0x33, ...group.subarray(12));
}
