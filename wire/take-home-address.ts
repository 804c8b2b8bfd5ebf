/** Taking a Home Address option out of a packet (RFC 6275, 9.3.1), wherever it stands. */

import { concatBytes, putUint16, uint16 } from './bytes.ts';
import { holdsHomeAddress, type Ipv6Packet, ipv6Start, isPartOfPacket } from './extension-headers.ts';
import { OPTION_HOME_ADDRESS, OPTION_PADN } from './ipv6-options.ts';

/**
 * The packet as if it came from the home address, in an array of its own. A header of destination options that held nothing else goes;
 * among others the option becomes padding. Undefined without the option, or where it stands in the first of several fragments: the
 * others would not be changed alike.
 */
export function takeHomeAddressOut(packet: Ipv6Packet): Uint8Array | undefined {
  const { extensions, homeAddress } = packet;
  const start = ipv6Start(packet);
  const index = extensions.findIndex(holdsHomeAddress);
  const holder = extensions[index];
  if (homeAddress === undefined || holder?.kind !== 'destinationOptions') return undefined;
  const isInFragment = extensions.slice(0, index).some(isPartOfPacket);
  const option = holder.options.find(({ type }) => type === OPTION_HOME_ADDRESS);
  if (isInFragment || option === undefined) return undefined;
  const bytes = packet.bytes.slice(start, packet.payloadEnd);
  bytes.set(homeAddress, 8);
  if (holder.options.length > 1) {
    const at = option.at - start;
    bytes[at] = OPTION_PADN;
    bytes.fill(0, at + 2, at + 18);
    return bytes;
  }
  const before = extensions[index - 1];
  bytes[before === undefined ? 6 : before.at - start] = holder.next;
  putUint16(bytes, 4, uint16(bytes, 4) - (holder.end - holder.at));
  return concatBytes(bytes.subarray(0, holder.at - start), bytes.subarray(holder.end - start));
}
