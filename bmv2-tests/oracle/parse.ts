/** Step 1 of docs/pipeline.md: bytes as values. */

import { addressAt, mapped, numberAt, onesComplementSum } from './bytes.ts';
import type { Frame, IpPacket, Upper } from './packet.ts';
import { parseChain } from './parse-chain.ts';

const TAGS: ReadonlySet<number> = new Set([0x8100, 0x88a8]);

/** A frame; undefined for one that is too short to be any. */
export function parseFrame(bytes: Uint8Array): Frame | undefined {
  if (bytes.length < 14) return undefined;
  let end = 14;
  while (end < 22 && TAGS.has(numberAt(bytes, end - 2, 2))) end += 4;
  return {
    destination: BigInt(numberAt(bytes, 0, 6)),
    source: BigInt(numberAt(bytes, 6, 6)),
    tags: bytes.subarray(12, end),
    network:
      end > bytes.length ? { kind: 'other' } : parseNetwork(numberAt(bytes, end - 2, 2), bytes.subarray(end)),
  };
}

function parseNetwork(ethertype: number, bytes: Uint8Array): Frame['network'] {
  if (ethertype === 0x0806 && bytes.length >= 8) return { kind: 'arp' };
  if (ethertype === 0x0800 && bytes.length >= 20) return parseIpv4(bytes) ?? { kind: 'other' };
  if (ethertype === 0x86dd && bytes.length >= 40 && (bytes[0] ?? 0) >> 4 === 6) return parseIpv6(bytes);
  return { kind: 'other' };
}

/** Undefined for a header that is none (RFC 1812, section 5.2.2). */
function parseIpv4(bytes: Uint8Array): IpPacket | undefined {
  const first = bytes[0] ?? 0;
  const headerLength = (first & 15) * 4;
  const length = numberAt(bytes, 2, 2);
  const inFragments = numberAt(bytes, 6, 2);
  const protocol = bytes[9] ?? 0;
  const isLater = (inFragments & 0x1fff) !== 0;
  const broken =
    first >> 4 !== 4 || headerLength < 20 || headerLength > bytes.length || length < headerLength;
  if (broken) return undefined;
  const rest = bytes.subarray(headerLength);
  const upper = isLater ? NONE : parseUpper(protocol, rest, 4);
  return {
    kind: 'ip',
    family: 4,
    source: mapped(numberAt(bytes, 12, 4)),
    destination: mapped(numberAt(bytes, 16, 4)),
    hopLimit: bytes[8] ?? 0,
    length,
    header: bytes.subarray(0, headerLength),
    extensions: [],
    protocol,
    fragment:
      (inFragments & 0x3fff) === 0 ? undefined : { first: !isLater, identification: numberAt(bytes, 4, 2) },
    upper: upper ?? NONE,
    rest,
    malformed: upper === undefined,
    unplaced: false,
    homeAddress: undefined,
    checksumRight: onesComplementSum(bytes.subarray(0, headerLength)) === 0xffff,
  };
}

function parseIpv6(bytes: Uint8Array): IpPacket {
  const payload = numberAt(bytes, 4, 2);
  const chain = parseChain(bytes[6] ?? 0, bytes.subarray(40), payload);
  const isLater = chain.fragment !== undefined && !chain.fragment.first;
  const rest = bytes.subarray(40 + chain.extensions.reduce((sum, one) => sum + one.bytes.length, 0));
  const upper = chain.malformed || chain.unplaced || isLater ? NONE : parseUpper(chain.protocol, rest, 6);
  return {
    kind: 'ip',
    family: 6,
    source: addressAt(bytes, 8),
    destination: addressAt(bytes, 24),
    hopLimit: bytes[7] ?? 0,
    length: 40 + payload,
    header: bytes.subarray(0, 40),
    ...chain,
    upper: upper ?? NONE,
    rest,
    malformed: chain.malformed || upper === undefined,
    checksumRight: true,
  };
}

const NONE: Upper = { kind: 'none' };

/** The header behind the chain; undefined where it ends early. */
function parseUpper(protocol: number, bytes: Uint8Array, family: 4 | 6): Upper | undefined {
  const sourcePort = numberAt(bytes, 0, 2);
  const destinationPort = numberAt(bytes, 2, 2);
  if (protocol === 6) {
    return bytes.length < 20
      ? undefined
      : { kind: 'tcp', sourcePort, destinationPort, flags: bytes[13] ?? 0 };
  }
  if (protocol === 17) return bytes.length < 8 ? undefined : { kind: 'udp', sourcePort, destinationPort };
  if (protocol === (family === 4 ? 1 : 58)) {
    return bytes.length < 4 ? undefined : { kind: 'icmp', type: bytes[0] ?? 0 };
  }
  if (protocol === 135 && family === 6) {
    return bytes.length < 6 ? undefined : { kind: 'mobility', type: bytes[2] ?? 0 };
  }
  return NONE;
}
