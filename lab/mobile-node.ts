/**
 * A mobile node (RFC 6275, section 11) for the lab: it registers with its home agent, proves to correspondents by return
 * routability where it is, and sends and gets packets by the optimized route; through the tunnel of the home agent until
 * that is possible. Between home agent and node there is no IPsec, which nodes in operation have.
 */

import { randomBytes } from 'node:crypto';
import { hmacKey } from '../controller/mobility/hmac-sha1.ts';
import { bindingManagementKey, computeAuthenticator, isAuthentic } from '../controller/mobility/tokens.ts';
import {
  addressKey,
  emitIcmpv6,
  emitMobilityMessage,
  ICMPV6_PACKET_TOO_BIG,
  type Ipv6Packet,
  isMulticast,
  type MobilityMessage,
  PROTOCOL_ICMPV6,
  PROTOCOL_MOBILITY,
  parseIpv6Packet,
  sameBytes,
} from '../wire/index.ts';
import {
  encapsulate,
  makePacket,
  mobilityMessage,
  mobilityPacket,
  PROTOCOL_IPV6,
  withHomeAddress,
  withoutRouting2,
} from './packets.ts';

/** INITIAL_BINDACK_TIMEOUT and MAX_BINDACK_TIMEOUT (section 12). */
const FIRST_TIMEOUT_MS = 1000;
const LAST_TIMEOUT_MS = 32_000;
/** MAX_TOKEN_LIFETIME (section 12). */
const TOKEN_LIFETIME_MS = 210_000;
const LIFETIME_UNIT_MS = 4000;
/** The part of a lifetime after which a binding is made anew. */
const REFRESH_AFTER = 0.8;
/** After a correspondent refused or did not know of bindings, it is left alone so long. */
const REST_MS = 10_000;

export type MobileNodeConfig = {
  readonly home: Uint8Array;
  readonly homeAgent: Uint8Array;
  /** Seconds, of each binding. */
  readonly lifetime: number;
  readonly routeOptimization: boolean;
};

/** IPv6's least, and what links carry unless said. */
export const LEAST_MTU = 1280;
export const USUAL_MTU = 1500;

/** Where a packet goes: up into the node's own stack, or out to the link. */
export type Output = { readonly to: 'stack' | 'link'; readonly packet: Uint8Array };

/** How packets of upper layers travelled. */
export type Path = 'home' | 'tunnel' | 'optimized';

/** Something that happened, for those who watch. */
export type NodeEvent =
  | { readonly kind: 'registered'; readonly afterMs: number }
  | { readonly kind: 'bound'; readonly correspondent: Uint8Array; readonly afterMs: number }
  | { readonly kind: 'refused'; readonly correspondent: Uint8Array; readonly status: number }
  | { readonly kind: 'unbound'; readonly correspondent: Uint8Array };

type Token = { readonly token: Uint8Array; readonly index: number; readonly got: number };

/** An entry of the binding update list (11.1), with return routability in progress. */
type Correspondent = {
  readonly address: Uint8Array;
  readonly homeCookie: Uint8Array;
  readonly careOfCookie: Uint8Array;
  homeToken: Token | undefined;
  careOfToken: Token | undefined;
  sequence: number;
  /** What the binding says; undefined: none. */
  bound: { readonly careOf: Uint8Array; readonly expires: number; readonly made: number } | undefined;
  /** What is waited for. */
  pending: 'tests' | 'acknowledgement' | undefined;
  began: number;
  again: number;
  timeout: number;
  key: Uint8Array;
};

/** A mobile node: packets in, packets out. */
export class MobileNode {
  readonly #config: MobileNodeConfig;
  readonly #emit: (output: Output) => void;
  readonly #tell: (event: NodeEvent) => void;
  readonly #correspondents = new Map<string, Correspondent>();
  #careOf: Uint8Array | undefined;
  #mtu = USUAL_MTU;
  #registration: {
    sequence: number;
    done: boolean;
    began: number;
    again: number;
    timeout: number;
    expires: number;
  } = { sequence: 0, done: true, began: 0, again: 0, timeout: FIRST_TIMEOUT_MS, expires: 0 };
  routeOptimization: boolean;
  /** Packets of upper layers, their bytes, and the bytes that they took on the link. */
  readonly carried: Readonly<Record<Path, { packets: number; bytes: number; onLink: number }>> = {
    home: { packets: 0, bytes: 0, onLink: 0 },
    tunnel: { packets: 0, bytes: 0, onLink: 0 },
    optimized: { packets: 0, bytes: 0, onLink: 0 },
  };

  /** @param emit Takes packets during calls. @param tell Hears what happens. */
  constructor(
    config: MobileNodeConfig,
    emit: (output: Output) => void,
    tell: (event: NodeEvent) => void = () => {},
  ) {
    this.#config = config;
    this.#emit = emit;
    this.#tell = tell;
    this.routeOptimization = config.routeOptimization;
  }

  get careOf(): Uint8Array | undefined {
    return this.#careOf;
  }

  /** Whether packets to a correspondent take the optimized route. */
  isBound(correspondent: Uint8Array): boolean {
    const found = this.#correspondents.get(addressKey(correspondent));
    return found !== undefined && this.#isOptimized(found);
  }

  /** The node is at another link (11.5.1): everybody is told. @param careOf Undefined: at home. @param mtu Of the link. */
  move(careOf: Uint8Array | undefined, now: number, mtu = USUAL_MTU): void {
    this.#careOf = careOf?.slice();
    this.#mtu = mtu;
    const registration = this.#registration;
    Object.assign(registration, { done: false, began: now, timeout: FIRST_TIMEOUT_MS });
    this.#sendRegistration(now);
    for (const correspondent of this.#correspondents.values()) {
      correspondent.careOfToken = undefined;
      if (correspondent.bound === undefined) correspondent.pending = undefined;
      else this.#test(correspondent, now);
    }
  }

  /** A packet of the node's own stack, from its home address. */
  fromStack(bytes: Uint8Array, now: number): void {
    const destination = bytes.subarray(24, 40);
    const careOf = this.#careOf;
    if (isMulticast(destination) || !sameBytes(bytes.subarray(8, 24), this.#config.home)) return;
    if (careOf === undefined) {
      if (!this.#fits(bytes, bytes)) return;
      this.#carry('home', bytes.length, bytes.length);
      this.#emit({ to: 'link', packet: bytes });
      return;
    }
    const correspondent = this.#correspondent(destination, now);
    if (correspondent !== undefined && this.#isOptimized(correspondent)) {
      const packet = withHomeAddress(bytes, careOf);
      if (!this.#fits(bytes, packet)) return;
      this.#carry('optimized', bytes.length, packet.length);
      this.#emit({ to: 'link', packet });
      return;
    }
    const packet = encapsulate(careOf, this.#config.homeAgent, bytes);
    if (!this.#fits(bytes, packet)) return;
    this.#carry('tunnel', bytes.length, packet.length);
    this.#emit({ to: 'link', packet });
  }

  /** A packet from the link, for the care-of or the home address. */
  fromLink(bytes: Uint8Array, now: number): void {
    const parsed = parseIpv6Packet(bytes);
    if (!parsed.ok) return;
    const packet = parsed.value;
    if (packet.protocol === PROTOCOL_IPV6 && sameBytes(packet.header.source, this.#config.homeAgent)) {
      const inner = packet.bytes.subarray(packet.payloadAt, packet.payloadEnd);
      this.#deliver(inner, bytes.length, 'tunnel', now);
      return;
    }
    if (packet.routing2 !== undefined) {
      if (!sameBytes(packet.routing2, this.#config.home)) return;
      if (this.#hear(packet, now)) return;
      const inner = withoutRouting2(packet);
      if (inner !== undefined) this.#up('optimized', inner, bytes.length);
      return;
    }
    if (packet.protocol === PROTOCOL_MOBILITY) {
      this.#hear(packet, now);
      return;
    }
    if (sameBytes(packet.header.destination, this.#config.home)) this.#up('home', bytes, bytes.length);
  }

  /** Time passes: what was not answered is sent again, and what ends soon is renewed. Call it every 100 ms or so. */
  tick(now: number): void {
    const registration = this.#registration;
    if (!registration.done && now >= registration.again) this.#sendRegistration(now);
    else if (this.#careOf !== undefined && registration.done && now >= registration.expires) {
      Object.assign(registration, { done: false, began: now, timeout: FIRST_TIMEOUT_MS });
      this.#sendRegistration(now);
    }
    for (const correspondent of this.#correspondents.values()) {
      if (correspondent.pending !== undefined) {
        if (now < correspondent.again) continue;
        correspondent.timeout = Math.min(correspondent.timeout * 2, LAST_TIMEOUT_MS);
        // An update without an answer begins with tests again: the nonces may have gone.
        this.#sendTests(correspondent, now);
      } else if (correspondent.bound !== undefined) {
        const { made, expires } = correspondent.bound;
        if (now >= expires) correspondent.bound = undefined;
        else if (this.routeOptimization && now >= made + (expires - made) * REFRESH_AFTER)
          this.#test(correspondent, now);
      }
    }
  }

  /** Whether the link takes a packet; if not, the stack is told how much it may send (RFC 8200, section 5; RFC 2473, 7.1). */
  #fits(inner: Uint8Array, packet: Uint8Array): boolean {
    if (packet.length <= this.#mtu) return true;
    const room = this.#mtu - (packet.length - inner.length);
    const { home } = this.#config;
    const quote = inner.subarray(0, LEAST_MTU - 48);
    const error = emitIcmpv6(
      { kind: 'error', type: ICMPV6_PACKET_TOO_BIG, code: 0, parameter: Math.max(LEAST_MTU, room), quote },
      inner.subarray(24, 40),
      home,
    );
    this.#emit({ to: 'stack', packet: makePacket(inner.subarray(24, 40), home, PROTOCOL_ICMPV6, error) });
    return false;
  }

  #isOptimized({ bound }: Correspondent): boolean {
    const careOf = this.#careOf;
    return (
      this.routeOptimization && careOf !== undefined && bound !== undefined && sameBytes(bound.careOf, careOf)
    );
  }

  #deliver(inner: Uint8Array, onLink: number, path: Path, now: number): void {
    const parsed = parseIpv6Packet(inner);
    if (!parsed.ok || !sameBytes(parsed.value.header.destination, this.#config.home)) return;
    if (parsed.value.protocol === PROTOCOL_MOBILITY) {
      this.#hear(parsed.value, now);
      return;
    }
    this.#up(path, inner, onLink);
    // 11.7.2: who sends by way of home may be told where the node is.
    this.#correspondent(parsed.value.header.source, now);
  }

  #up(path: Path, packet: Uint8Array, onLink: number): void {
    this.#carry(path, packet.length, onLink);
    this.#emit({ to: 'stack', packet });
  }

  #carry(path: Path, bytes: number, onLink: number): void {
    const count = this.carried[path];
    count.packets++;
    count.bytes += bytes;
    count.onLink += onLink;
  }

  /** The entry for a correspondent; a new one begins return routability. */
  #correspondent(address: Uint8Array, now: number): Correspondent | undefined {
    const key = addressKey(address);
    const found = this.#correspondents.get(key);
    if (!this.routeOptimization || this.#careOf === undefined) return found;
    if (found !== undefined) {
      if (found.pending === undefined && found.bound === undefined && now >= found.again)
        this.#test(found, now);
      return found;
    }
    if (sameBytes(address, this.#config.homeAgent)) return undefined;
    const made: Correspondent = {
      address: address.slice(),
      homeCookie: randomBytes(8),
      careOfCookie: randomBytes(8),
      homeToken: undefined,
      careOfToken: undefined,
      sequence: randomBytes(2).readUInt16BE(),
      bound: undefined,
      pending: undefined,
      began: now,
      again: now,
      timeout: FIRST_TIMEOUT_MS,
      key: new Uint8Array(20),
    };
    this.#correspondents.set(key, made);
    this.#test(made, now);
    return made;
  }

  #test(correspondent: Correspondent, now: number): void {
    correspondent.began = now;
    correspondent.timeout = FIRST_TIMEOUT_MS;
    this.#sendTests(correspondent, now);
  }

  /** 11.6.1: Home Test Init by way of home, Care-of Test Init straight; only what is not known. */
  #sendTests(correspondent: Correspondent, now: number): void {
    const { address } = correspondent;
    const { home, homeAgent } = this.#config;
    const careOf = this.#careOf;
    correspondent.homeToken = stillGood(correspondent.homeToken, now);
    correspondent.careOfToken = stillGood(correspondent.careOfToken, now);
    const { homeToken, careOfToken } = correspondent;
    correspondent.pending = 'tests';
    correspondent.again = now + correspondent.timeout;
    if (homeToken === undefined) {
      const init: MobilityMessage = { kind: 'homeTestInit', cookie: correspondent.homeCookie, options: [] };
      const packet = mobilityPacket(home, address, init);
      this.#emit({
        to: 'link',
        packet: careOf === undefined ? packet : encapsulate(careOf, homeAgent, packet),
      });
    }
    if (careOf !== undefined && careOfToken === undefined) {
      const init: MobilityMessage = {
        kind: 'careOfTestInit',
        cookie: correspondent.careOfCookie,
        options: [],
      };
      this.#emit({ to: 'link', packet: mobilityPacket(careOf, address, init) });
    }
    this.#updateIfTested(correspondent, now);
  }

  /** 11.7.2: a Binding Update, once both tokens are there; at home the home token is enough. */
  #updateIfTested(correspondent: Correspondent, now: number): void {
    const { homeToken, careOfToken, address } = correspondent;
    const careOf = this.#careOf;
    if (correspondent.pending !== 'tests' || homeToken === undefined) return;
    if (careOf !== undefined && careOfToken === undefined) return;
    const { home, lifetime } = this.#config;
    correspondent.sequence = (correspondent.sequence + 1) & 0xffff;
    correspondent.pending = 'acknowledgement';
    correspondent.key = bindingManagementKey(homeToken.token, careOf && careOfToken?.token);
    const bytes = emitMobilityMessage({
      kind: 'bindingUpdate',
      sequence: correspondent.sequence,
      acknowledge: true,
      homeRegistration: false,
      linkLocalCompatibility: false,
      keyManagementMobility: false,
      lifetime: careOf === undefined ? 0 : Math.floor(lifetime / 4),
      options: [
        { kind: 'nonceIndices', home: homeToken.index, careOf: careOfToken?.index ?? 0 },
        { kind: 'bindingAuthorizationData', authenticator: new Uint8Array(12), isLast: true },
      ],
    });
    const from = careOf ?? home;
    bytes.set(computeAuthenticator(hmacKey(correspondent.key), from, address, bytes), bytes.length - 12);
    const packet = mobilityPacket(from, address, bytes, careOf === undefined ? {} : { option: home });
    correspondent.again = now + correspondent.timeout;
    this.#emit({ to: 'link', packet });
  }

  /** Takes a mobility message. @returns Whether it is one. */
  #hear(packet: Ipv6Packet, now: number): boolean {
    if (packet.protocol !== PROTOCOL_MOBILITY) return false;
    const received = mobilityMessage(packet);
    if (received === undefined) return true;
    const { message, bytes } = received;
    const source = packet.header.source;
    if (message.kind === 'bindingAcknowledgement' && sameBytes(source, this.#config.homeAgent)) {
      this.#hearHomeAgent(message, now);
      return true;
    }
    const correspondent = this.#correspondents.get(addressKey(source));
    if (correspondent === undefined) return true;
    switch (message.kind) {
      case 'homeTest':
        if (sameBytes(message.cookie, correspondent.homeCookie)) {
          correspondent.homeToken = tokenOf(message, now);
          this.#updateIfTested(correspondent, now);
        }
        break;
      case 'careOfTest':
        if (sameBytes(message.cookie, correspondent.careOfCookie) && this.#careOf !== undefined) {
          correspondent.careOfToken = tokenOf(message, now);
          this.#updateIfTested(correspondent, now);
        }
        break;
      case 'bindingAcknowledgement':
        this.#acknowledge(correspondent, message, bytes, now);
        break;
      case 'bindingRefreshRequest':
        if (correspondent.pending === undefined) this.#test(correspondent, now);
        break;
      case 'bindingError':
        // 11.3.6: the correspondent has lost the binding.
        correspondent.bound = undefined;
        this.#tell({ kind: 'unbound', correspondent: correspondent.address });
        if (correspondent.pending === undefined) this.#test(correspondent, now);
        break;
      default:
        break;
    }
    return true;
  }

  /** 11.7.3. */
  #acknowledge(
    correspondent: Correspondent,
    message: MobilityMessage & { readonly kind: 'bindingAcknowledgement' },
    bytes: Uint8Array,
    now: number,
  ): void {
    if (correspondent.pending !== 'acknowledgement') return;
    const { address, key, began } = correspondent;
    const careOf = this.#careOf;
    const isSigned = message.options.some(({ kind }) => kind === 'bindingAuthorizationData');
    if (isSigned && !isAuthentic(hmacKey(key), careOf ?? this.#config.home, address, bytes)) return;
    if (message.status >= 128) {
      // 135: the sequence number is behind; 136 to 138: nonces have gone. The tests, or a later number, help.
      if (message.status === 135) correspondent.sequence = message.sequence;
      else correspondent.homeToken = undefined;
      correspondent.careOfToken = undefined;
      correspondent.pending = undefined;
      correspondent.again = now + REST_MS;
      this.#tell({ kind: 'refused', correspondent: address, status: message.status });
      if (message.status >= 135 && message.status <= 138) this.#test(correspondent, now);
      return;
    }
    if (!isSigned || message.sequence !== correspondent.sequence) return;
    correspondent.pending = undefined;
    if (careOf === undefined) {
      correspondent.bound = undefined;
      this.#tell({ kind: 'unbound', correspondent: address });
      return;
    }
    const expires = now + message.lifetime * LIFETIME_UNIT_MS;
    correspondent.bound = { careOf: careOf.slice(), expires, made: now };
    this.#tell({ kind: 'bound', correspondent: address, afterMs: now - began });
  }

  #hearHomeAgent(message: MobilityMessage & { readonly kind: 'bindingAcknowledgement' }, now: number): void {
    const registration = this.#registration;
    if (registration.done) return;
    if (message.status === 135) registration.sequence = message.sequence;
    if (message.status !== 0 || message.sequence !== registration.sequence) return;
    registration.done = true;
    registration.expires = now + message.lifetime * LIFETIME_UNIT_MS * REFRESH_AFTER;
    this.#tell({ kind: 'registered', afterMs: now - registration.began });
  }

  /** 11.7.1. */
  #sendRegistration(now: number): void {
    const registration = this.#registration;
    const { home, homeAgent, lifetime } = this.#config;
    const careOf = this.#careOf;
    registration.sequence = (registration.sequence + 1) & 0xffff;
    registration.again = now + registration.timeout;
    registration.timeout = Math.min(registration.timeout * 2, LAST_TIMEOUT_MS);
    const update: MobilityMessage = {
      kind: 'bindingUpdate',
      sequence: registration.sequence,
      acknowledge: true,
      homeRegistration: true,
      linkLocalCompatibility: false,
      keyManagementMobility: false,
      lifetime: careOf === undefined ? 0 : Math.floor(lifetime / 4),
      options: [],
    };
    const packet =
      careOf === undefined
        ? mobilityPacket(home, homeAgent, update)
        : mobilityPacket(careOf, homeAgent, update, { option: home });
    this.#emit({ to: 'link', packet });
  }
}

/** A token, unless it may be over before an update with it arrives. */
function stillGood(token: Token | undefined, now: number): Token | undefined {
  return token !== undefined && now - token.got < TOKEN_LIFETIME_MS - LAST_TIMEOUT_MS ? token : undefined;
}

function tokenOf(
  message: { readonly keygenToken: Uint8Array; readonly nonceIndex: number },
  now: number,
): Token {
  return { token: message.keygenToken.slice(), index: message.nonceIndex, got: now };
}
