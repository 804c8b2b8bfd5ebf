/**
 * ARP for IPv4 over Ethernet (RFC 826).
 *
 *     | hardware 1 (2) | protocol 0x0800 (2) | 6 | 4 | operation (2) |
 *     | sender MAC (6) | sender address (4) | target MAC (6) | target address (4) |
 */

import { putUint16, uint16 } from './bytes.ts';
import { ETHERTYPE_IPV4 } from './numbers.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

export const ARP_REQUEST = 1;
export const ARP_REPLY = 2;
export const ARP_LENGTH = 28;

/** A request or a reply. */
export type ArpPacket = {
  readonly operation: number;
  readonly senderHardware: Uint8Array;
  readonly senderAddress: Uint8Array;
  readonly targetHardware: Uint8Array;
  readonly targetAddress: Uint8Array;
};

/** Reads a packet. */
export function parseArp(bytes: Uint8Array, from = 0): Parsed<ArpPacket> {
  if (from + ARP_LENGTH > bytes.length) return malformed('an ARP packet of less than 28 bytes', from);
  if (uint16(bytes, from) !== 1 || uint16(bytes, from + 2) !== ETHERTYPE_IPV4)
    return malformed('ARP for something other than IPv4 over Ethernet', from);
  if (uint16(bytes, from + 4) !== 0x0604) return malformed('ARP with wrong address lengths', from + 4);
  return parsed(
    {
      operation: uint16(bytes, from + 6),
      senderHardware: bytes.subarray(from + 8, from + 14),
      senderAddress: bytes.subarray(from + 14, from + 18),
      targetHardware: bytes.subarray(from + 18, from + 24),
      targetAddress: bytes.subarray(from + 24, from + 28),
    },
    from + ARP_LENGTH,
  );
}

/** Writes a packet. */
export function emitArp(packet: ArpPacket): Uint8Array {
  const bytes = new Uint8Array(ARP_LENGTH);
  putUint16(bytes, 0, 1);
  putUint16(bytes, 2, ETHERTYPE_IPV4);
  putUint16(bytes, 4, 0x0604);
  putUint16(bytes, 6, packet.operation);
  bytes.set(packet.senderHardware, 8);
  bytes.set(packet.senderAddress, 14);
  bytes.set(packet.targetHardware, 18);
  bytes.set(packet.targetAddress, 24);
  return bytes;
}
