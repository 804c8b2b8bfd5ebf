/**
 * A home agent (RFC 6275, section 10) for the lab: it registers mobile nodes, stands in for them on the home link, and
 * carries their packets through tunnels. Registrations are taken without IPsec, which a home agent in operation must
 * insist on (5.1), and without detection of duplicate addresses.
 */

import {
  addressKey,
  type Ipv6Packet,
  type Ipv6Prefix,
  isInPrefix,
  type MobilityMessage,
  parseIpv6Packet,
  sameBytes,
} from '../wire/index.ts';
import { encapsulate, mobilityMessage, mobilityPacket, PROTOCOL_IPV6 } from './packets.ts';

const LIFETIME_UNIT_MS = 4000;
const ACCEPTED = 0;
const NOT_HOME_SUBNET = 132;
const SEQUENCE_OUT_OF_WINDOW = 135;

export type HomeAgentConfig = {
  /** Its own address, on the home link. */
  readonly address: Uint8Array;
  readonly homePrefix: Ipv6Prefix;
  /** Seconds that a registration is granted at most. */
  readonly maximumLifetime: number;
};

type Registration = {
  readonly home: Uint8Array;
  careOf: Uint8Array;
  sequence: number;
  /** Milliseconds. */
  expires: number;
};

/** A home agent: packets in, packets out. */
export class HomeAgent {
  readonly #config: HomeAgentConfig;
  readonly #registrations = new Map<string, Registration>();
  /** Packets and bytes that went through its tunnels, both ways. */
  readonly tunnelled = { packets: 0, bytes: 0 };

  constructor(config: HomeAgentConfig) {
    this.#config = config;
  }

  /** Nodes that it stands in for. */
  get size(): number {
    return this.#registrations.size;
  }

  /** The home addresses of nodes that are away. */
  homes(): readonly Uint8Array[] {
    return [...this.#registrations.values()].map(({ home }) => home);
  }

  /** Whether solicitations for an address are answered (10.4.1): its own, and those of nodes that are away. */
  owns(address: Uint8Array): boolean {
    return sameBytes(address, this.#config.address) || this.#registrations.has(addressKey(address));
  }

  /** Where a node is; undefined if it is at home, or unknown. */
  careOfAddress(home: Uint8Array): Uint8Array | undefined {
    return this.#registrations.get(addressKey(home))?.careOf;
  }

  /** Takes a packet from the home link, and gives what it sends. @param now Milliseconds. */
  receive(bytes: Uint8Array, now: number): readonly Uint8Array[] {
    const parsed = parseIpv6Packet(bytes);
    if (!parsed.ok) return [];
    const packet = parsed.value;
    if (!sameBytes(packet.header.destination, this.#config.address)) return this.#intercept(packet, now);
    if (packet.protocol === PROTOCOL_IPV6) return this.#fromTunnel(packet);
    const received = mobilityMessage(packet);
    if (received?.message.kind !== 'bindingUpdate') return [];
    return this.#register(packet, received.message, now);
  }

  /** Forgets registrations that are over. */
  tick(now: number): void {
    for (const [key, { expires }] of this.#registrations) if (expires <= now) this.#registrations.delete(key);
  }

  /** 10.4.2: a packet for a node that is away. */
  #intercept(packet: Ipv6Packet, now: number): readonly Uint8Array[] {
    const found = this.#registrations.get(addressKey(packet.header.destination));
    if (found === undefined || found.expires <= now) return [];
    this.#count(packet.bytes);
    return [encapsulate(this.#config.address, found.careOf, packet.bytes)];
  }

  /** 10.4.5: only what the node at the care-of address sends with its home address. */
  #fromTunnel(outer: Ipv6Packet): readonly Uint8Array[] {
    const inner = outer.bytes.subarray(outer.payloadAt, outer.payloadEnd);
    const parsed = parseIpv6Packet(inner);
    if (!parsed.ok) return [];
    const found = this.#registrations.get(addressKey(parsed.value.header.source));
    if (found === undefined || !sameBytes(found.careOf, outer.header.source)) return [];
    this.#count(inner);
    return [inner];
  }

  /** 10.3.1 and 10.3.2. */
  #register(
    packet: Ipv6Packet,
    update: MobilityMessage & { readonly kind: 'bindingUpdate' },
    now: number,
  ): readonly Uint8Array[] {
    if (!update.homeRegistration) return [];
    const careOf = packet.header.source;
    const home = packet.homeAddress ?? careOf;
    const key = addressKey(home);
    const found = this.#registrations.get(key);
    const isDeletion = update.lifetime === 0 || sameBytes(home, careOf);
    let status = ACCEPTED;
    if (!isInPrefix(home, this.#config.homePrefix)) status = NOT_HOME_SUBNET;
    else if (found !== undefined && !isLater(update.sequence, found.sequence))
      status = SEQUENCE_OUT_OF_WINDOW;
    const granted = Math.min(update.lifetime, Math.floor(this.#config.maximumLifetime / 4));
    if (status === ACCEPTED && isDeletion) this.#registrations.delete(key);
    else if (status === ACCEPTED) {
      this.#registrations.set(key, {
        home: home.slice(),
        careOf: careOf.slice(),
        sequence: update.sequence,
        expires: now + granted * LIFETIME_UNIT_MS,
      });
    }
    const answer: MobilityMessage = {
      kind: 'bindingAcknowledgement',
      status,
      keyManagementMobility: false,
      sequence: status === SEQUENCE_OUT_OF_WINDOW ? (found?.sequence ?? update.sequence) : update.sequence,
      lifetime: isDeletion || status !== ACCEPTED ? 0 : granted,
      options: [],
    };
    const { address } = this.#config;
    if (sameBytes(home, careOf)) return [mobilityPacket(address, home, answer)];
    return [mobilityPacket(address, careOf, answer, { routing2: home })];
  }

  #count(packet: Uint8Array): void {
    this.tunnelled.packets++;
    this.tunnelled.bytes += packet.length;
  }
}

/** 9.5.1: sequence numbers are compared modulo 2¹⁶. */
function isLater(sequence: number, than: number): boolean {
  const ahead = (sequence - than) & 0xffff;
  return ahead > 0 && ahead < 0x8000;
}
