/** Addresses as the pipeline's tables have them: 128 bits for both families (p4/include/headers.p4). */

import ipaddr from 'ipaddr.js';
import { type Ipv6Text, type MacText, mac } from '../../p4runtime/bindings/index.ts';

/** An address of either family as a table has it: IPv4 as `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2). */
export function tableAddress(text: string): Ipv6Text {
  const parsed = ipaddr.parse(text);
  const wide = parsed instanceof ipaddr.IPv4 ? parsed.toIPv4MappedAddress() : parsed;
  return asIpv6Text(wide.toNormalizedString());
}

/** A prefix as a table has it. */
export function tablePrefix(text: string): { readonly value: Ipv6Text; readonly prefixLength: number } {
  const [address = '', length = '0'] = text.split('/');
  const isWide = address.includes(':');
  const prefixLength = Number(length) + (isWide ? 0 : 96);
  const bytes = ipaddr.IPv6.parse(tableAddress(address)).toByteArray();
  // Bits behind the prefix are not part of it.
  const kept = bytes.map(
    (byte, index) => byte & (0xff << Math.max(0, Math.min(8, 8 * (index + 1) - prefixLength))) & 0xff,
  );
  return { value: asIpv6Text(new ipaddr.IPv6(kept).toNormalizedString()), prefixLength };
}

/** An address as people write it: IPv4 where it is one. */
export function readableAddress(text: string): string {
  const parsed = ipaddr.parse(text);
  if (parsed instanceof ipaddr.IPv4) return parsed.toString();
  return parsed.isIPv4MappedAddress() ? parsed.toIPv4Address().toString() : parsed.toRFC5952String();
}

/** The 4 or 16 bytes of an address. */
export function addressBytes(text: string): readonly number[] {
  return ipaddr.parse(text).toByteArray();
}

function asIpv6Text(text: string): Ipv6Text {
  const [first = '', second = '', ...rest] = text.split(':');
  return `${first}:${second}:${rest.join(':')}`;
}

/** The number of 128 bits that an address in text stands for. */
export function wholeIpv6(text: string): bigint {
  return ipaddr.IPv6.parse(text)
    .toByteArray()
    .reduce((whole, byte) => (whole << 8n) | BigInt(byte), 0n);
}

/** The address of either family that a number of 128 bits stands for in a table. */
export function addressText(value: bigint): string {
  const bytes = [...Buffer.from(value.toString(16).padStart(32, '0'), 'hex')];
  return readableAddress(new ipaddr.IPv6(bytes).toRFC5952String());
}

/** A link-layer address as a table has it. Its form was checked when the configuration was read. */
export function macText(text: string): MacText {
  const [a = '', b = '', c = '', d = '', e = '', f = ''] = text.split(':');
  const made: MacText = `${a}:${b}:${c}:${d}:${e}:${f}`;
  mac(made);
  return made;
}
