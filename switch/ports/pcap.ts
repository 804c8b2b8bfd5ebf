/**
 * Capture files: reading pcap (draft-ietf-opsawg-pcap) in both byte orders and both resolutions of time, and pcapng
 * (draft-ietf-opsawg-pcapng); writing pcap.
 *
 *     pcap    0xa1b2c3d4 (µs) or 0xa1b23c4d (ns), versions, 8 bytes unused, snapshot length, link type
 *             then for each packet: seconds, fraction, captured length, length, the bytes
 *     pcapng  blocks: type, length, body, length again
 *
 * Files come from outside: what is cut off or wrong ends the reading with a message, after the packets before it.
 */

/** Link type of Ethernet. */
export const LINKTYPE_ETHERNET = 1;

const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const MAGIC_NANOSECONDS = 0xa1b23c4d;
const SECTION_HEADER = 0x0a0d0d0a;
const BYTE_ORDER = 0x1a2b3c4d;
const INTERFACE_DESCRIPTION = 1;
const SIMPLE_PACKET = 3;
const ENHANCED_PACKET = 6;
const OPTION_RESOLUTION = 9;
const SECOND = 1_000_000_000n;
/** Longer packets than this are taken for a broken file. */
const LONGEST_PACKET = 1 << 20;

/** A packet of a file. */
export type CapturedPacket = {
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** What was captured of it. */
  readonly bytes: Uint8Array;
  /** How long it was. */
  readonly length: number;
};

/** A file's packets, and what ended the reading if not its end. */
export type Capture = { readonly packets: readonly CapturedPacket[]; readonly problem: string | undefined };

class BadCapture extends Error {}

/** Reads a capture file. Only Ethernet is taken. */
export function readCapture(file: Uint8Array): Capture {
  const packets: CapturedPacket[] = [];
  try {
    const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
    if (file.length < 4) throw new BadCapture('the file is too short for a capture file');
    const magic = view.getUint32(0, true);
    const swapped = view.getUint32(0, false);
    if (magic === SECTION_HEADER) readBlocks(view, file, packets);
    else if (magic === MAGIC_MICROSECONDS || magic === MAGIC_NANOSECONDS)
      readRecords(view, file, true, packets);
    else if (swapped === MAGIC_MICROSECONDS || swapped === MAGIC_NANOSECONDS)
      readRecords(view, file, false, packets);
    else throw new BadCapture('the file is no capture file: it begins neither as pcap nor as pcapng does');
    return { packets, problem: undefined };
  } catch (error) {
    if (error instanceof BadCapture) return { packets, problem: error.message };
    throw error;
  }
}

function readRecords(view: DataView, file: Uint8Array, little: boolean, packets: CapturedPacket[]): void {
  if (file.length < 24) throw new BadCapture('the file ends within its header of 24 bytes');
  const perUnit = view.getUint32(0, little) === MAGIC_NANOSECONDS ? 1n : 1000n;
  // The upper bits say whether packets end with a frame check sequence.
  checkLinkType(view.getUint32(20, little) & 0xffff);
  for (let at = 24; at < file.length; ) {
    if (at + 16 > file.length)
      throw new BadCapture(`the file ends within the header of packet ${packets.length + 1}`);
    const seconds = BigInt(view.getUint32(at, little));
    const fraction = BigInt(view.getUint32(at + 4, little));
    const captured = view.getUint32(at + 8, little);
    const length = view.getUint32(at + 12, little);
    at += 16;
    addPacket(file, at, captured, length, seconds * SECOND + fraction * perUnit, packets, file.length);
    at += captured;
  }
}

function addPacket(
  file: Uint8Array,
  at: number,
  captured: number,
  length: number,
  time: bigint,
  packets: CapturedPacket[],
  end: number,
): void {
  const number = packets.length + 1;
  if (captured > LONGEST_PACKET)
    throw new BadCapture(`packet ${number} has ${captured} bytes, which no packet has`);
  if (at + captured > end) throw new BadCapture(`the file ends within packet ${number}`);
  packets.push({ time, bytes: file.subarray(at, at + captured), length: Math.max(length, captured) });
}

function checkLinkType(type: number): void {
  if (type === LINKTYPE_ETHERNET) return;
  throw new BadCapture(
    `the file has packets of link type ${type}; only Ethernet, ${LINKTYPE_ETHERNET}, is taken`,
  );
}

type CaptureInterface = { readonly unitsPerSecond: bigint; readonly snapLength: number };

function readBlocks(view: DataView, file: Uint8Array, packets: CapturedPacket[]): void {
  let little = true;
  let interfaces: CaptureInterface[] = [];
  for (let at = 0; at < file.length; ) {
    if (at + 12 > file.length) throw new BadCapture('the file ends within the header of a block');
    const isSection = view.getUint32(at, true) === SECTION_HEADER;
    if (isSection) {
      if (at + 28 > file.length) throw new BadCapture('the file ends within the header of a section');
      little = view.getUint32(at + 8, true) === BYTE_ORDER;
      if (!little && view.getUint32(at + 8, false) !== BYTE_ORDER)
        throw new BadCapture('a section has no byte order');
      interfaces = [];
    }
    const type = view.getUint32(at, little);
    const bytes = view.getUint32(at + 4, little);
    if (bytes < 12 || bytes % 4 !== 0) throw new BadCapture(`a block has the length ${bytes}`);
    if (at + bytes > file.length) throw new BadCapture('the file ends within a block');
    const block = { view, file, little, at, bytes };
    if (type === INTERFACE_DESCRIPTION) interfaces.push(readInterface(block));
    else if (type === ENHANCED_PACKET) readEnhanced(block, interfaces, packets);
    else if (type === SIMPLE_PACKET) readSimple(block, interfaces, packets);
    at += bytes;
  }
}

type Block = {
  readonly view: DataView;
  readonly file: Uint8Array;
  readonly little: boolean;
  readonly at: number;
  readonly bytes: number;
};

function readInterface({ view, little, at, bytes }: Block): CaptureInterface {
  if (bytes < 20) throw new BadCapture('the description of an interface is too short');
  checkLinkType(view.getUint16(at + 8, little));
  let unitsPerSecond = 1_000_000n;
  const end = at + bytes - 4;
  for (let option = at + 16; option + 4 <= end; ) {
    const code = view.getUint16(option, little);
    const length = view.getUint16(option + 2, little);
    if (code === 0 || option + 4 + length > end) break;
    if (code === OPTION_RESOLUTION && length >= 1) {
      const resolution = view.getUint8(option + 4);
      unitsPerSecond =
        (resolution & 0x80) === 0 ? 10n ** BigInt(resolution) : 2n ** BigInt(resolution & 0x7f);
    }
    option += 4 + length + ((4 - (length % 4)) % 4);
  }
  return { unitsPerSecond, snapLength: view.getUint32(at + 12, little) };
}

function readEnhanced(
  block: Block,
  interfaces: readonly CaptureInterface[],
  packets: CapturedPacket[],
): void {
  const { view, file, little, at, bytes } = block;
  if (bytes < 32) throw new BadCapture('the block of a packet is too short');
  const found = interfaces[view.getUint32(at + 8, little)];
  if (found === undefined)
    throw new BadCapture(`packet ${packets.length + 1} is of an interface that is not described`);
  const units = (BigInt(view.getUint32(at + 12, little)) << 32n) | BigInt(view.getUint32(at + 16, little));
  const time = (units * SECOND) / found.unitsPerSecond;
  const captured = view.getUint32(at + 20, little);
  addPacket(file, at + 28, captured, view.getUint32(at + 24, little), time, packets, at + bytes - 4);
}

function readSimple(block: Block, interfaces: readonly CaptureInterface[], packets: CapturedPacket[]): void {
  const { view, file, little, at, bytes } = block;
  if (bytes < 16) throw new BadCapture('the block of a packet is too short');
  const length = view.getUint32(at + 8, little);
  const snapLength = interfaces[0]?.snapLength ?? 0;
  const captured = Math.min(length, bytes - 16, snapLength === 0 ? length : snapLength);
  addPacket(file, at + 12, captured, length, 0n, packets, at + bytes - 4);
}

/** The header of a pcap file with nanoseconds. */
export function captureHeader(): Uint8Array {
  const view = new DataView(new ArrayBuffer(24));
  view.setUint32(0, MAGIC_NANOSECONDS, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, LONGEST_PACKET, true);
  view.setUint32(20, LINKTYPE_ETHERNET, true);
  return new Uint8Array(view.buffer);
}

/** A packet of a pcap file with nanoseconds. @param time Nanoseconds since 1970. */
export function captureRecord(bytes: Uint8Array, time: bigint): Uint8Array {
  const record = new Uint8Array(16 + bytes.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, Number((time / SECOND) & 0xffff_ffffn), true);
  view.setUint32(4, Number(time % SECOND), true);
  view.setUint32(8, bytes.length, true);
  view.setUint32(12, bytes.length, true);
  record.set(bytes, 16);
  return record;
}
