/** For tests: an agent with a clock and a switch that does what it is told, and a mobile node that talks to it. */

import {
  concatBytes,
  emitHomeAddressHeader,
  emitIpv6,
  emitMobilityMessage,
  finalDestination,
  isMobilityChecksumRight,
  type MobilityMessage,
  type MobilityOption,
  PROTOCOL_DESTINATION_OPTIONS,
  PROTOCOL_MOBILITY,
  parseIpv6Address,
  parseIpv6Packet,
  parseMobilityHeader,
  parseMobilityMessage,
  putMobilityChecksum,
} from '../../wire/index.ts';
import { hmacKey } from './hmac-sha1.ts';
import type { Random } from './nonces.ts';
import { createMobilityState } from './state.ts';
import { step } from './step.ts';
import { bindingManagementKey, computeAuthenticator, isAuthentic } from './tokens.ts';
import { DEFAULT_CONFIG, type MobilityConfig, type MobilityEffect, type SavedValue } from './types.ts';

/** An address; throws for what is none. */
export function ip(text: string): Uint8Array {
  const address = parseIpv6Address(text);
  if (address === undefined) throw new Error(text);
  return address;
}

export const CN = ip('2001:db8:100::1');
export const HOME = ip('2001:db8:1::10');
export const CARE_OF = ip('2001:db8:2::20');
export const OTHER_CARE_OF = ip('2001:db8:7::7');

/** Numbers that look random and are the same each time. */
export function seededRandom(seed = 1): Random {
  let state = seed >>> 0 || 1;
  return (length) =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    });
}

/** An agent. By default the switch answers at once; without `answers`, tests do. */
export function makeAgent(
  config: Partial<MobilityConfig> = {},
  options: { readonly random?: Random; readonly now?: number; readonly saved?: readonly SavedValue[] } = {},
) {
  const start = options.now ?? 1_000_000_000_000;
  const state = createMobilityState(
    { ...DEFAULT_CONFIG, virtualAddresses: [CN], ...config },
    options.random ?? seededRandom(),
    start,
    options.saved,
  );
  const saved = new Map<string, SavedValue>();
  const agent = {
    state,
    saved,
    now: start,
    answers: true,
    /** The effects of the last event, those of the switch's answers included. */
    effects: [] as MobilityEffect[],
    run(event: Parameters<typeof step>[1]): readonly MobilityEffect[] {
      agent.effects = [];
      agent.runMore(event);
      return agent.effects;
    },
    runMore(event: Parameters<typeof step>[1]): void {
      for (const effect of step(state, event, agent.now)) {
        agent.effects.push(effect);
        if (effect.kind === 'save') {
          if (effect.change.value === undefined) saved.delete(effect.change.key);
          else saved.set(effect.change.key, effect.change.value);
        }
        const isForSwitch = effect.kind === 'installBinding' || effect.kind === 'removeBinding';
        if (agent.answers && isForSwitch) agent.runMore({ kind: 'done', ticket: effect.ticket });
      }
    },
    /** Gives a packet, and gives what is sent because of it. */
    receive(packet: Uint8Array): readonly Uint8Array[] {
      agent.run({ kind: 'packet', packet });
      return agent.sent();
    },
    /** Lets time pass, a tick each second, and gives what is sent. */
    wait(milliseconds: number): readonly Uint8Array[] {
      const all: MobilityEffect[] = [];
      for (let left = milliseconds; left > 0; left -= 1000) {
        agent.now += Math.min(1000, left);
        all.push(...agent.run({ kind: 'tick' }));
      }
      agent.effects = all;
      return agent.sent();
    },
    sent(): readonly Uint8Array[] {
      return agent.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.packet] : []));
    },
    of<Kind extends MobilityEffect['kind']>(kind: Kind): readonly Extract<MobilityEffect, { kind: Kind }>[] {
      const isWanted = (effect: MobilityEffect): effect is Extract<MobilityEffect, { kind: Kind }> =>
        effect.kind === kind;
      return agent.effects.filter(isWanted);
    },
    counted(name: string): number {
      return state.counters.get(name) ?? 0;
    },
  };
  return agent;
}

export type Agent = ReturnType<typeof makeAgent>;

/** A mobility message in a packet; throws if its checksum is wrong. */
export function readMessage(packet: Uint8Array) {
  const ipv6 = parseIpv6Packet(packet);
  if (!ipv6.ok) throw new Error(ipv6.problem);
  const header = parseMobilityHeader(packet, ipv6.value.payloadAt, ipv6.value.payloadEnd);
  if (!header.ok) throw new Error(header.problem);
  const source = ipv6.value.homeAddress ?? ipv6.value.header.source;
  if (!isMobilityChecksumRight(header.value, source, finalDestination(ipv6.value)))
    throw new Error('a wrong checksum');
  const message = parseMobilityMessage(header.value);
  if (!message.ok) throw new Error(message.problem);
  return { ipv6: ipv6.value, header: header.value, message: message.value };
}

/** A packet with a mobility message, with a Home Address option if there is a home address. */
export function sendMessage(
  source: Uint8Array,
  destination: Uint8Array,
  message: MobilityMessage | Uint8Array,
  homeAddress?: Uint8Array,
): Uint8Array {
  const bytes = message instanceof Uint8Array ? message : emitMobilityMessage(message);
  putMobilityChecksum(bytes, homeAddress ?? source, destination);
  const options = homeAddress === undefined ? [] : [emitHomeAddressHeader(PROTOCOL_MOBILITY, homeAddress)];
  const payload = concatBytes(...options, bytes);
  const next = homeAddress === undefined ? PROTOCOL_MOBILITY : PROTOCOL_DESTINATION_OPTIONS;
  return sendPayload(source, destination, next, payload);
}

/** A packet with any payload. */
export function sendPayload(
  source: Uint8Array,
  destination: Uint8Array,
  next: number,
  payload: Uint8Array,
): Uint8Array {
  const rest = { trafficClass: 0, flowLabel: 0, payloadLength: payload.length, next, hopLimit: 64 };
  return concatBytes(emitIpv6({ ...rest, source, destination }), payload);
}

/** What a Binding Update is made of, where it differs from a plain registration. */
export type UpdateOptions = {
  readonly sequence: number;
  /** In units of four seconds. */
  readonly lifetime?: number;
  readonly acknowledge?: boolean;
  readonly homeRegistration?: boolean;
  readonly keyManagementMobility?: boolean;
  /** L and all reserved bits set. */
  readonly reservedBits?: boolean;
  /** Sent from here instead of the care-of address. */
  readonly source?: Uint8Array;
  /** From home there is no Home Address option. */
  readonly isAtHome?: boolean;
  readonly alternate?: Uint8Array;
  readonly kbm?: Uint8Array;
  /** The address in the authenticator. */
  readonly authenticated?: Uint8Array;
  readonly indices?: readonly [number, number] | undefined;
  readonly withoutAuthenticator?: boolean;
  readonly more?: readonly MobilityOption[];
};

/** A mobile node. */
export class MobileNode {
  readonly home: Uint8Array;
  readonly correspondent: Uint8Array;
  careOf: Uint8Array;
  homeToken: Uint8Array = new Uint8Array(8);
  careOfToken: Uint8Array = new Uint8Array(8);
  indices: readonly [number, number] = [0, 0];

  constructor(home: Uint8Array = HOME, careOf: Uint8Array = CARE_OF, correspondent: Uint8Array = CN) {
    this.home = home;
    this.careOf = careOf;
    this.correspondent = correspondent;
  }

  homeTestInit(): Uint8Array {
    const cookie = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    return sendMessage(this.home, this.correspondent, { kind: 'homeTestInit', cookie, options: [] });
  }

  careOfTestInit(): Uint8Array {
    const cookie = Uint8Array.of(9, 10, 11, 12, 13, 14, 15, 16);
    return sendMessage(this.careOf, this.correspondent, { kind: 'careOfTestInit', cookie, options: [] });
  }

  /** Return routability with an agent. */
  test(agent: Agent): void {
    this.testHome(agent);
    this.testCareOf(agent);
  }

  testHome(agent: Agent): void {
    for (const packet of agent.receive(this.homeTestInit())) this.take(packet);
  }

  testCareOf(agent: Agent): void {
    for (const packet of agent.receive(this.careOfTestInit())) this.take(packet);
  }

  take(packet: Uint8Array): void {
    const { message } = readMessage(packet);
    if (message.kind === 'homeTest') {
      this.homeToken = message.keygenToken;
      this.indices = [message.nonceIndex, this.indices[1]];
    } else if (message.kind === 'careOfTest') {
      this.careOfToken = message.keygenToken;
      this.indices = [this.indices[0], message.nonceIndex];
    }
  }

  /** Kbm as a mobile node computes it. */
  key(isDeletion = false): Uint8Array {
    return bindingManagementKey(this.homeToken, isDeletion ? undefined : this.careOfToken);
  }

  update(options: UpdateOptions): Uint8Array {
    const { lifetime = 100, isAtHome = false } = options;
    const isDeletion = lifetime === 0 || isAtHome;
    const indices = 'indices' in options ? options.indices : this.indices;
    const careOf = options.alternate ?? (isAtHome ? this.home : this.careOf);
    const bytes = emitMobilityMessage({
      kind: 'bindingUpdate',
      sequence: options.sequence,
      acknowledge: options.acknowledge ?? true,
      homeRegistration: options.homeRegistration ?? false,
      linkLocalCompatibility: false,
      keyManagementMobility: options.keyManagementMobility ?? false,
      lifetime,
      options: [
        ...(options.alternate === undefined
          ? []
          : [{ kind: 'alternateCareOfAddress', address: options.alternate } as const]),
        ...(indices === undefined
          ? []
          : [{ kind: 'nonceIndices', home: indices[0], careOf: indices[1] } as const]),
        ...(options.more ?? []),
        ...(options.withoutAuthenticator
          ? []
          : [{ kind: 'bindingAuthorizationData', authenticator: new Uint8Array(12), isLast: true } as const]),
      ],
    });
    if (options.reservedBits) {
      bytes[3] = 0xff;
      bytes[8] = (bytes[8] ?? 0) | 0x2f;
      bytes[9] = 0xff;
    }
    if (!options.withoutAuthenticator) {
      const address = options.authenticated ?? (isDeletion ? this.home : careOf);
      const kbm = options.kbm ?? this.key(isDeletion);
      bytes.set(computeAuthenticator(hmacKey(kbm), address, this.correspondent, bytes), bytes.length - 12);
    }
    const source = options.source ?? (isAtHome ? this.home : this.careOf);
    return sendMessage(source, this.correspondent, bytes, isAtHome ? undefined : this.home);
  }

  /** A Binding Acknowledgement, and whether its authenticator is right; `undefined` if it has none. */
  read(packet: Uint8Array | undefined, address: Uint8Array = this.careOf, kbm: Uint8Array = this.key()) {
    if (packet === undefined) throw new Error('there is no packet');
    const { ipv6, header, message } = readMessage(packet);
    if (message.kind !== 'bindingAcknowledgement') throw new Error(message.kind);
    const isAuthorized = message.options.some((option) => option.kind === 'bindingAuthorizationData')
      ? isAuthentic(hmacKey(kbm), address, this.correspondent, header.bytes)
      : undefined;
    const { status, sequence, lifetime, keyManagementMobility } = message;
    const { routing2, header: ip6 } = ipv6;
    return {
      status,
      sequence,
      lifetime,
      keyManagementMobility,
      isAuthorized,
      destination: ip6.destination,
      routing2,
    };
  }

  /** A packet with a Home Address option and data. */
  data(source: Uint8Array = this.careOf, home: Uint8Array = this.home): Uint8Array {
    return sendPayload(
      source,
      this.correspondent,
      PROTOCOL_DESTINATION_OPTIONS,
      concatBytes(emitHomeAddressHeader(17, home), Uint8Array.of(0, 1, 0, 2, 0, 8, 0, 0)),
    );
  }
}

/** A node that has its binding, after sequence number 1. */
export function registered(
  agent: Agent,
  node: MobileNode = new MobileNode(),
  options: Partial<UpdateOptions> = {},
): MobileNode {
  node.test(agent);
  const answer = agent.receive(node.update({ sequence: 1, ...options }));
  const address = options.alternate ?? node.careOf;
  if (node.read(answer[0], address).status !== 0) throw new Error('not registered');
  return node;
}
