/**
 * The Mobility Header and its messages (RFC 6275, 6.1).
 *
 *     | payload proto 59 | header length | MH type | reserved |
 *     | checksum (2) | the message …
 *
 *     0 binding refresh request   | reserved (2) |
 *     1 home test init            | reserved (2) | cookie (8) |
 *     2 care-of test init         | reserved (2) | cookie (8) |
 *     3 home test                 | nonce index (2) | cookie (8) | keygen token (8) |
 *     4 care-of test              | nonce index (2) | cookie (8) | keygen token (8) |
 *     5 binding update            | sequence (2) | A H L K, reserved (2) | lifetime in 4 s (2) |
 *     6 binding acknowledgement   | status | K, reserved | sequence (2) | lifetime in 4 s (2) |
 *     7 binding error             | status | reserved | home address (16) |
 *
 * Options follow; the header's length is in units of eight bytes without the first eight.
 */

import { concatBytes, putUint16, uint8, uint16 } from './bytes.ts';
import { ipv6PseudoSum, isChecksumRight, putChecksum } from './checksum.ts';
import { emitMobilityOptions, type MobilityOption, parseMobilityOptions } from './mobility-options.ts';
import { PROTOCOL_MOBILITY, PROTOCOL_NONE } from './numbers.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const MH_BINDING_REFRESH_REQUEST = 0;
export const MH_HOME_TEST_INIT = 1;
export const MH_CARE_OF_TEST_INIT = 2;
export const MH_HOME_TEST = 3;
export const MH_CARE_OF_TEST = 4;
export const MH_BINDING_UPDATE = 5;
export const MH_BINDING_ACKNOWLEDGEMENT = 6;
export const MH_BINDING_ERROR = 7;

/** What stands before any message, and the whole header as a view. */
export type MobilityHeader = {
  readonly payloadProto: number;
  readonly type: number;
  readonly checksum: number;
  /** From the first byte to the end that its length says. */
  readonly bytes: Uint8Array;
};

/** A message. */
export type MobilityMessage = { readonly options: readonly MobilityOption[] } & (
  | { readonly kind: 'bindingRefreshRequest' }
  | { readonly kind: 'homeTestInit' | 'careOfTestInit'; readonly cookie: Uint8Array }
  | {
      readonly kind: 'homeTest' | 'careOfTest';
      readonly nonceIndex: number;
      readonly cookie: Uint8Array;
      readonly keygenToken: Uint8Array;
    }
  | {
      readonly kind: 'bindingUpdate';
      readonly sequence: number;
      /** A */
      readonly acknowledge: boolean;
      /** H */
      readonly homeRegistration: boolean;
      /** L */
      readonly linkLocalCompatibility: boolean;
      /** K */
      readonly keyManagementMobility: boolean;
      /** In units of four seconds. */
      readonly lifetime: number;
    }
  | {
      readonly kind: 'bindingAcknowledgement';
      readonly status: number;
      /** K */
      readonly keyManagementMobility: boolean;
      readonly sequence: number;
      /** In units of four seconds. */
      readonly lifetime: number;
    }
  | { readonly kind: 'bindingError'; readonly status: number; readonly homeAddress: Uint8Array }
);

/** How long the fixed parts are, from the header's first byte, and what type they have. */
const KINDS = {
  bindingRefreshRequest: { type: MH_BINDING_REFRESH_REQUEST, fixed: 8 },
  homeTestInit: { type: MH_HOME_TEST_INIT, fixed: 16 },
  careOfTestInit: { type: MH_CARE_OF_TEST_INIT, fixed: 16 },
  homeTest: { type: MH_HOME_TEST, fixed: 24 },
  careOfTest: { type: MH_CARE_OF_TEST, fixed: 24 },
  bindingUpdate: { type: MH_BINDING_UPDATE, fixed: 12 },
  bindingAcknowledgement: { type: MH_BINDING_ACKNOWLEDGEMENT, fixed: 12 },
  bindingError: { type: MH_BINDING_ERROR, fixed: 24 },
} as const satisfies Readonly<Record<MobilityMessage['kind'], unknown>>;

const FIXED_LENGTHS: ReadonlyMap<number, number> = new Map(
  Object.values(KINDS).map(({ type, fixed }) => [type, fixed]),
);

/** The length of a type's fixed part; `undefined` for types that RFC 6275 does not have. */
export function mobilityFixedLength(type: number): number | undefined {
  return FIXED_LENGTHS.get(type);
}

/** Reads what stands before the message. */
export function parseMobilityHeader(
  bytes: Uint8Array,
  from = 0,
  to: number = bytes.length,
): Parsed<MobilityHeader> {
  if (from + 8 > to) return malformed('a mobility header of less than 8 bytes', from);
  const end = from + 8 + 8 * uint8(bytes, from + 1);
  if (end > to) return malformed('a mobility header that is longer than its packet', from + 1);
  return parsed(
    {
      payloadProto: uint8(bytes, from),
      type: uint8(bytes, from + 2),
      checksum: uint16(bytes, from + 4),
      bytes: bytes.subarray(from, end),
    },
    end,
  );
}

/**
 * Is the header's checksum right? The addresses are the home address where a Home Address option has one, and the final
 * destination where there is a routing header (RFC 6275, 6.1.1 and 11.3.1).
 */
export function isMobilityChecksumRight(
  header: MobilityHeader,
  source: Uint8Array,
  destination: Uint8Array,
): boolean {
  const pseudo = ipv6PseudoSum(source, destination, header.bytes.length, PROTOCOL_MOBILITY);
  return isChecksumRight(pseudo, header.bytes);
}

/** Reads the message of a header. */
export function parseMobilityMessage(header: MobilityHeader): Parsed<MobilityMessage> {
  const { bytes, type } = header;
  const fixed = mobilityFixedLength(type);
  if (fixed === undefined) return malformed('an MH type that is not known', 2);
  if (bytes.length < fixed) return malformed('a header length that is less than the message', 1);
  const options = parseMobilityOptions(bytes, fixed, bytes.length);
  if (!options.ok) return options;
  return parsed(makeMessage(type, bytes, options.value), bytes.length);
}

function makeMessage(type: number, bytes: Uint8Array, options: readonly MobilityOption[]): MobilityMessage {
  switch (type) {
    case MH_HOME_TEST_INIT:
    case MH_CARE_OF_TEST_INIT: {
      const kind = type === MH_HOME_TEST_INIT ? 'homeTestInit' : 'careOfTestInit';
      return { kind, cookie: bytes.subarray(8, 16), options };
    }
    case MH_HOME_TEST:
    case MH_CARE_OF_TEST: {
      const kind = type === MH_HOME_TEST ? 'homeTest' : 'careOfTest';
      const [cookie, keygenToken] = [bytes.subarray(8, 16), bytes.subarray(16, 24)];
      return { kind, nonceIndex: uint16(bytes, 6), cookie, keygenToken, options };
    }
    case MH_BINDING_UPDATE: {
      const flags = uint8(bytes, 8);
      return {
        kind: 'bindingUpdate',
        sequence: uint16(bytes, 6),
        acknowledge: (flags & 0x80) !== 0,
        homeRegistration: (flags & 0x40) !== 0,
        linkLocalCompatibility: (flags & 0x20) !== 0,
        keyManagementMobility: (flags & 0x10) !== 0,
        lifetime: uint16(bytes, 10),
        options,
      };
    }
    case MH_BINDING_ACKNOWLEDGEMENT:
      return {
        kind: 'bindingAcknowledgement',
        status: uint8(bytes, 6),
        keyManagementMobility: (uint8(bytes, 7) & 0x80) !== 0,
        sequence: uint16(bytes, 8),
        lifetime: uint16(bytes, 10),
        options,
      };
    case MH_BINDING_ERROR:
      return { kind: 'bindingError', status: uint8(bytes, 6), homeAddress: bytes.subarray(8, 24), options };
    default:
      return { kind: 'bindingRefreshRequest', options };
  }
}

/** Writes a message. Its checksum is zero until `putMobilityChecksum`, as authenticators want it (6.2.7). */
export function emitMobilityMessage(message: MobilityMessage): Uint8Array {
  const { type, fixed } = KINDS[message.kind];
  const bytes = new Uint8Array(fixed);
  bytes[0] = PROTOCOL_NONE;
  bytes[2] = type;
  putFixed(bytes, message);
  const isWhole = message.options.length === 0 && fixed % 8 === 0;
  const whole = isWhole ? bytes : concatBytes(bytes, emitMobilityOptions(message.options, fixed));
  whole[1] = whole.length / 8 - 1;
  return whole;
}

/** Computes the checksum of a message; which addresses, `isMobilityChecksumRight` says. */
export function putMobilityChecksum(message: Uint8Array, source: Uint8Array, destination: Uint8Array): void {
  putChecksum(ipv6PseudoSum(source, destination, message.length, PROTOCOL_MOBILITY), message, 4);
}

function putFixed(bytes: Uint8Array, message: MobilityMessage): void {
  switch (message.kind) {
    case 'bindingRefreshRequest':
      return;
    case 'homeTestInit':
    case 'careOfTestInit':
      bytes.set(message.cookie, 8);
      return;
    case 'homeTest':
    case 'careOfTest':
      putUint16(bytes, 6, message.nonceIndex);
      bytes.set(message.cookie, 8);
      bytes.set(message.keygenToken, 16);
      return;
    case 'bindingUpdate':
      putUint16(bytes, 6, message.sequence);
      bytes[8] =
        (message.acknowledge ? 0x80 : 0) |
        (message.homeRegistration ? 0x40 : 0) |
        (message.linkLocalCompatibility ? 0x20 : 0) |
        (message.keyManagementMobility ? 0x10 : 0);
      putUint16(bytes, 10, message.lifetime);
      return;
    case 'bindingAcknowledgement':
      bytes[6] = message.status;
      bytes[7] = message.keyManagementMobility ? 0x80 : 0;
      putUint16(bytes, 8, message.sequence);
      putUint16(bytes, 10, message.lifetime);
      return;
    case 'bindingError':
      bytes[6] = message.status;
      bytes.set(message.homeAddress, 8);
      return;
  }
}
