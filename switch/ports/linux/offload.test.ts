import test from 'ava';
import { completeFrame, insertTag } from './offload.ts';

function header(flags: number, kind: number, size: number, start: number, place: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(10));
  view.setUint8(0, flags);
  view.setUint8(1, kind);
  view.setUint16(4, size, true);
  view.setUint16(6, start, true);
  view.setUint16(8, place, true);
  return new Uint8Array(view.buffer);
}

/** A second implementation of the Internet checksum: of a right packet with its pseudo header it is 0. */
function checksum(bytes: readonly number[]): number {
  let sum = 0n;
  for (const [index, byte] of bytes.entries()) sum += BigInt(byte) << (index % 2 === 0 ? 8n : 0n);
  // Modulo 65535, where a sum that is not 0 never is.
  const rest = sum % 0xffffn;
  return Number(0xffffn - (rest === 0n && sum > 0n ? 0xffffn : rest));
}

const ETHERNET = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
const IPV4 = [0x45, 0, 0, 0, 0x12, 0xff, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2];
const TCP = [0x12, 0x34, 0, 80, 0xff, 0xff, 0xff, 0x00, 0, 0, 0, 1, 0x50, 0x89, 1, 0, 0, 0, 0, 0];

function tcpIsRight(frame: Uint8Array, network: number, version: 4 | 6): boolean {
  const transport = network + (version === 4 ? 20 : 40);
  const addresses =
    version === 4 ? frame.subarray(network + 12, network + 20) : frame.subarray(network + 8, network + 40);
  const segment = [...frame.subarray(transport)];
  return checksum([...addresses, 0, 6, segment.length >> 8, segment.length & 255, ...segment]) === 0;
}

test('a checksum is completed over what is stored in its place', (t) => {
  // UDP from 10.0.0.1:1 to 10.0.0.2:2 with two bytes. By hand: the pseudo header sums up to 0a00 + 0001 + 0a00 + 0002 +
  // 0011 + 000a = 141e; with the ports, the length and the data 0001 + 0002 + 000a + 4142 it is 556d: complement aa92.
  const udp = [0, 1, 0, 2, 0, 10, 0x14, 0x1e, 0x41, 0x42];
  const frame = Uint8Array.from([...ETHERNET, 8, 0, ...IPV4, ...udp]);
  const done = completeFrame(header(1, 0, 0, 34, 6), frame);
  t.deepEqual([...(done?.[0]?.subarray(34) ?? [])], [0, 1, 0, 2, 0, 10, 0xaa, 0x92, 0x41, 0x42]);
});

test('a checksum of 0 is stored as ffff, and frames that need nothing stay', (t) => {
  const done = completeFrame(header(1, 0, 0, 0, 2), Uint8Array.of(0xff, 0xff, 0, 0));
  t.deepEqual([...(done?.[0] ?? [])], [0xff, 0xff, 0xff, 0xff]);
  t.deepEqual(completeFrame(header(0, 0, 0, 0, 0), Uint8Array.of(1, 2)), [Uint8Array.of(1, 2)]);
});

test('what the header says beyond the frame is dropped', (t) => {
  t.is(completeFrame(header(1, 0, 0, 34, 6), new Uint8Array(20)), undefined);
  t.is(completeFrame(header(1, 1, 100, 34, 16), new Uint8Array(20)), undefined);
  t.is(completeFrame(header(1, 1, 0, 34, 16), new Uint8Array(200)), undefined);
  // UDP fragmentation, and what is not known.
  t.is(completeFrame(header(1, 3, 100, 34, 6), new Uint8Array(200)), undefined);
});

test('segments of TCP over IPv4 have their own lengths, numbers, flags and checksums', (t) => {
  const payload = Array.from({ length: 250 }, (_, index) => index);
  const frame = Uint8Array.from([...ETHERNET, 8, 0, ...IPV4, ...TCP, ...payload]);
  const done = completeFrame(header(1, 1 | 0x80, 100, 34, 16), frame) ?? [];
  t.deepEqual(
    done.map(({ length }) => length),
    [154, 154, 104],
  );
  for (const [index, one] of done.entries()) {
    const view = new DataView(one.buffer);
    t.is(view.getUint16(16), one.length - 14);
    t.is(view.getUint16(18), 0x12ff + index);
    t.is(checksum([...one.subarray(14, 34)]), 0);
    t.is(view.getUint32(38), (0xffffff00 + 100 * index) % 2 ** 32);
    // FIN and PSH with the last one only, CWR with the first one only.
    t.is(one[47], [0x80, 0x00, 0x09][index]);
    t.true(tcpIsRight(one, 14, 4));
  }
  t.deepEqual(
    done.flatMap((one) => [...one.subarray(54)]),
    payload,
  );
});

test('segments of TCP over IPv6, behind a tag', (t) => {
  const addresses = Array.from({ length: 32 }, (_, index) => index + 1);
  const ipv6 = [0x60, 0, 0, 0, 0, 0, 6, 64, ...addresses];
  const frame = Uint8Array.from([
    ...ETHERNET,
    0x81,
    0,
    0,
    5,
    0x86,
    0xdd,
    ...ipv6,
    ...TCP,
    ...new Array(30).fill(7),
  ]);
  const done = completeFrame(header(1, 4, 20, 58, 16), frame) ?? [];
  t.deepEqual(
    done.map((one) => new DataView(one.buffer).getUint16(22)),
    [40, 30],
  );
  for (const one of done) t.true(tcpIsRight(one, 18, 6));
});

test('datagrams of UDP are cut as well', (t) => {
  const ip = [...IPV4];
  ip[9] = 17;
  const frame = Uint8Array.from([...ETHERNET, 8, 0, ...ip, 0, 1, 0, 2, 0, 0, 0, 0, 1, 2, 3, 4, 5]);
  const done = completeFrame(header(1, 5, 2, 34, 6), frame) ?? [];
  t.deepEqual(
    done.map((one) => [...one.subarray(38, 40), ...one.subarray(42)]),
    [
      [0, 10, 1, 2],
      [0, 10, 3, 4],
      [0, 9, 5],
    ],
  );
  for (const one of done) {
    const datagram = [...one.subarray(34)];
    t.is(checksum([...one.subarray(26, 34), 0, 17, 0, datagram.length, ...datagram]), 0);
  }
});

test('a tag stands behind the addresses', (t) => {
  const tagged = new Uint8Array(20);
  insertTag(tagged, Uint8Array.from([...ETHERNET, 8, 0, 1, 2]), 0x88a8, 0x1234);
  t.deepEqual([...tagged], [...ETHERNET, 0x88, 0xa8, 0x12, 0x34, 8, 0, 1, 2]);
  insertTag(tagged, Uint8Array.from([...ETHERNET, 8, 0, 1, 2]), 0, 7);
  t.deepEqual([...tagged.subarray(12, 16)], [0x81, 0, 0, 7]);
});
