/**
 * Ethernet frames with 802.1Q tags (IEEE 802.3, 3.2; IEEE 802.1Q, 9.6).
 *
 *     |        destination (6)        |          source (6)           |
 *     | 0x8100 or 0x88a8 | PCP 3, DEI 1, VID 12 |   … once for each tag
 *     | ethertype (2) | payload …
 */

import { fromHex, putUint16, uint16 } from './bytes.ts';
import { ETHERTYPE_SERVICE_VLAN, ETHERTYPE_VLAN } from './numbers.ts';
import { malformed, type Parsed, parsed } from './parsed.ts';

/** A tag of 802.1Q or, with 0x88a8, of 802.1ad. */
export type VlanTag = {
  readonly ethertype: typeof ETHERTYPE_VLAN | typeof ETHERTYPE_SERVICE_VLAN;
  readonly priority: number;
  readonly dropEligible: boolean;
  readonly id: number;
};

/** What stands before the payload. */
export type EthernetHeader = {
  readonly destination: Uint8Array;
  readonly source: Uint8Array;
  /** The outermost first. */
  readonly tags: readonly VlanTag[];
  /** Of the payload. */
  readonly ethertype: number;
};

/** Reads a link-layer address as people write it, as `02:00:00:00:00:01`; `undefined` if it is none. */
export function parseLinkAddress(text: string): Uint8Array | undefined {
  return /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text) ? fromHex(text.replaceAll(':', '')) : undefined;
}

/** How many bytes a header takes. */
export function ethernetLength(header: EthernetHeader): number {
  return 14 + 4 * header.tags.length;
}

/** Reads the header of a frame. The payload begins at `end`. */
export function parseEthernet(bytes: Uint8Array, from = 0): Parsed<EthernetHeader> {
  if (from + 14 > bytes.length) return malformed('a frame of less than 14 bytes', from);
  const tags: VlanTag[] = [];
  let at = from + 12;
  let ethertype = uint16(bytes, at);
  while (ethertype === ETHERTYPE_VLAN || ethertype === ETHERTYPE_SERVICE_VLAN) {
    if (at + 6 > bytes.length) return malformed('a frame that ends within a VLAN tag', at);
    const control = uint16(bytes, at + 2);
    tags.push({
      ethertype,
      priority: control >> 13,
      dropEligible: (control & 0x1000) !== 0,
      id: control & 0xfff,
    });
    at += 4;
    ethertype = uint16(bytes, at);
  }
  const destination = bytes.subarray(from, from + 6);
  return parsed({ destination, source: bytes.subarray(from + 6, from + 12), tags, ethertype }, at + 2);
}

/** Writes a header. */
export function emitEthernet(header: EthernetHeader): Uint8Array {
  const bytes = new Uint8Array(ethernetLength(header));
  bytes.set(header.destination, 0);
  bytes.set(header.source, 6);
  let at = 12;
  for (const tag of header.tags) {
    putUint16(bytes, at, tag.ethertype);
    putUint16(bytes, at + 2, (tag.priority << 13) | (tag.dropEligible ? 0x1000 : 0) | tag.id);
    at += 4;
  }
  putUint16(bytes, at, header.ethertype);
  return bytes;
}
