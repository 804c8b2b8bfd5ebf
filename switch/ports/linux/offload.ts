/**
 * What a network card would do to a frame before it is on the wire, done here: the kernel hands frames from the same
 * machine over with checksums to be completed, several segments in one, and the VLAN tag beside the frame.
 *
 * How is said in a header before the frame (virtio 1.2 section 5.1.6), in the machine's byte order:
 *
 *     u8 flags, 1: a checksum is to be completed; u8 kind of segments; u16 length of all headers; u16 bytes of each
 *     segment; u16 where the checksum begins; u16 where it is to be stored, from there
 */

/** Bytes of the header. */
export const OFFLOAD_HEADER_BYTES = 10;

const NEEDS_CHECKSUM = 1;
const KIND_NONE = 0;
const KIND_TCP4 = 1;
const KIND_TCP6 = 4;
const KIND_UDP = 5;
/** Set beside the kind: congestion notification is in use. */
const KIND_ECN = 0x80;

const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_IPV6 = 0x86dd;
const ETHERTYPE_VLAN = 0x8100;
const ETHERTYPE_SERVICE_VLAN = 0x88a8;
const FLAG_FIN = 0x01;
const FLAG_PSH = 0x08;
const FLAG_CWR = 0x80;

/** The sum of big-endian words, with its carries. An odd byte at the end is the upper half of a word. */
export function sumWords(bytes: Uint8Array, start: number, end: number, before = 0): number {
  let sum = before;
  let at = start;
  for (; at + 1 < end; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (at < end) sum += (bytes[at] ?? 0) << 8;
  // At most 2¹⁶ words of 16 bits each: the sum is exact before it is folded.
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

function put16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = (value >>> 8) & 0xff;
  bytes[at + 1] = value & 0xff;
}

function get16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

/** A checksum as it is stored: 0 would mean that there is none. */
function complement(sum: number): number {
  const checksum = ~sum & 0xffff;
  return checksum === 0 ? 0xffff : checksum;
}

/**
 * The frames that a network card would send for one that the kernel handed over.
 * @param header 10 bytes.
 * @param frame Is changed.
 * @returns Nothing for what cannot be done: the frame is to be dropped.
 */
export function completeFrame(header: Uint8Array, frame: Uint8Array): readonly Uint8Array[] | undefined {
  const view = new DataView(header.buffer, header.byteOffset, OFFLOAD_HEADER_BYTES);
  const kind = view.getUint8(1) & ~KIND_ECN;
  const start = view.getUint16(6, true);
  const place = start + view.getUint16(8, true);
  if (kind !== KIND_NONE) return segment(frame, kind, view.getUint16(4, true), start);
  if ((view.getUint8(0) & NEEDS_CHECKSUM) === 0) return [frame];
  if (place + 2 > frame.length || start > frame.length) return undefined;
  // What is stored there is the sum of the pseudo header, which is to be in it.
  put16(frame, place, complement(sumWords(frame, start, frame.length)));
  return [frame];
}

type Headers = { readonly network: number; readonly version: 4 | 6; readonly transport: number };

/** Where the headers are; nothing for tunnels and what is no IP. */
function findHeaders(frame: Uint8Array, transport: number): Headers | undefined {
  let network = 14;
  let type = get16(frame, 12);
  while ((type === ETHERTYPE_VLAN || type === ETHERTYPE_SERVICE_VLAN) && network + 4 <= frame.length) {
    type = get16(frame, network + 2);
    network += 4;
  }
  if (type === ETHERTYPE_IPV4) {
    return network + ((frame[network] ?? 0) & 0xf) * 4 === transport
      ? { network, version: 4, transport }
      : undefined;
  }
  // Extension headers are between; a tunnel would have an IP header among them, and no next header says TCP twice.
  if (type === ETHERTYPE_IPV6 && network + 40 <= transport) return { network, version: 6, transport };
  return undefined;
}

/** Cuts a frame of several segments; RFC 9293 section 3.1 has the TCP header. */
function segment(frame: Uint8Array, kind: number, size: number, transport: number): Uint8Array[] | undefined {
  const isTcp = kind === KIND_TCP4 || kind === KIND_TCP6;
  if ((!isTcp && kind !== KIND_UDP) || size === 0) return undefined;
  const headers = findHeaders(frame, transport);
  const transportBytes = isTcp ? ((frame[transport + 12] ?? 0) >>> 4) * 4 : 8;
  const payload = transport + transportBytes;
  if (headers === undefined || transportBytes < 8 || payload > frame.length) return undefined;
  const segments: Uint8Array[] = [];
  for (let at = payload; at < frame.length || segments.length === 0; at += size) {
    const end = Math.min(at + size, frame.length);
    const one = new Uint8Array(payload + end - at);
    one.set(frame.subarray(0, payload));
    one.set(frame.subarray(at, end), payload);
    fixNetwork(one, headers, segments.length);
    if (isTcp) fixTcp(one, transport, at - payload, segments.length === 0, end === frame.length);
    else put16(one, transport + 4, one.length - transport);
    fixChecksum(one, headers, isTcp);
    segments.push(one);
  }
  return segments;
}

function fixNetwork(frame: Uint8Array, { network, version, transport }: Headers, number: number): void {
  if (version === 6) {
    put16(frame, network + 4, frame.length - network - 40);
    return;
  }
  put16(frame, network + 2, frame.length - network);
  put16(frame, network + 4, (get16(frame, network + 4) + number) & 0xffff);
  put16(frame, network + 10, 0);
  put16(frame, network + 10, ~sumWords(frame, network, transport) & 0xffff);
}

function fixTcp(frame: Uint8Array, transport: number, offset: number, first: boolean, last: boolean): void {
  const view = new DataView(frame.buffer);
  view.setUint32(transport + 4, (view.getUint32(transport + 4) + offset) >>> 0);
  let flags = frame[transport + 13] ?? 0;
  if (!last) flags &= ~(FLAG_FIN | FLAG_PSH);
  if (!first) flags &= ~FLAG_CWR;
  frame[transport + 13] = flags;
}

function fixChecksum(frame: Uint8Array, { network, version, transport }: Headers, isTcp: boolean): void {
  const place = transport + (isTcp ? 16 : 6);
  const length = frame.length - transport;
  put16(frame, place, 0);
  // The pseudo header: both addresses, the length, the protocol.
  const addresses = version === 4 ? network + 12 : network + 8;
  const pseudo = sumWords(frame, addresses, addresses + (version === 4 ? 8 : 32), length + (isTcp ? 6 : 17));
  put16(frame, place, complement(sumWords(frame, transport, frame.length, pseudo)));
}

/** Puts a VLAN tag back between the addresses and the type. @param to 4 bytes longer than the frame. */
export function insertTag(to: Uint8Array, frame: Uint8Array, type: number, tag: number): void {
  to.set(frame.subarray(0, 12));
  put16(to, 12, type === 0 ? ETHERTYPE_VLAN : type);
  put16(to, 14, tag);
  to.set(frame.subarray(12), 16);
}
