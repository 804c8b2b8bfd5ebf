import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { captureHeader, captureRecord, readCapture } from './pcap.ts';
import { PcapPorts } from './pcap-ports.ts';
import { PortError } from './port.ts';

function bytes(hexadecimal: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hexadecimal.replaceAll(' ', ''), 'hex'));
}

// Written by hand from draft-ietf-opsawg-pcap: one packet of 3 bytes, of which 5 there were, at 1.000002 s.
const FILES: { readonly [name: string]: readonly [Uint8Array, bigint] } = {
  'microseconds, little-endian': [
    bytes(
      'd4c3b2a1 0200 0400 00000000 00000000 00000400 01000000  01000000 02000000 03000000 05000000 aabbcc',
    ),
    1_000_002_000n,
  ],
  'microseconds, big-endian': [
    bytes(
      'a1b2c3d4 0002 0004 00000000 00000000 00040000 00000001  00000001 00000002 00000003 00000005 aabbcc',
    ),
    1_000_002_000n,
  ],
  'nanoseconds, little-endian': [
    bytes(
      '4d3cb2a1 0200 0400 00000000 00000000 00000400 01000000  01000000 02000000 03000000 05000000 aabbcc',
    ),
    1_000_000_002n,
  ],
  'nanoseconds, big-endian': [
    bytes(
      'a1b23c4d 0002 0004 00000000 00000000 00040000 00000001  00000001 00000002 00000003 00000005 aabbcc',
    ),
    1_000_000_002n,
  ],
};

for (const [name, [file, time]] of Object.entries(FILES)) {
  test(`pcap, ${name}`, (t) => {
    t.deepEqual(readCapture(file), {
      packets: [{ time, bytes: Uint8Array.of(0xaa, 0xbb, 0xcc), length: 5 }],
      problem: undefined,
    });
  });
}

// draft-ietf-opsawg-pcapng: a section, an interface with nanoseconds, an enhanced packet at 2³² + 7 ns, a block of a
// kind that is not known, a simple packet.
const NG = [
  '0a0d0d0a 1c000000 4d3c2b1a 0100 0000 ffffffffffffffff 1c000000',
  '01000000 20000000 0100 0000 00000400  0900 0100 09000000 0000 0000 20000000',
  '06000000 24000000 00000000 01000000 07000000 03000000 05000000 aabbcc00 24000000',
  '99990000 0c000000 0c000000',
  '03000000 14000000 02000000 ddee0000 14000000',
].join('');

test('pcapng, with what it has to say beside packets', (t) => {
  t.deepEqual(readCapture(bytes(NG)), {
    packets: [
      { time: 2n ** 32n + 7n, bytes: Uint8Array.of(0xaa, 0xbb, 0xcc), length: 5 },
      { time: 0n, bytes: Uint8Array.of(0xdd, 0xee), length: 2 },
    ],
    problem: undefined,
  });
});

test('pcapng, big-endian', (t) => {
  const file = [
    '0a0d0d0a 0000001c 1a2b3c4d 0001 0000 ffffffffffffffff 0000001c',
    '00000001 00000014 0001 0000 00040000 00000014',
    '00000006 00000024 00000000 00000000 000f4240 00000003 00000003 aabbcc00 00000024',
  ].join('');
  t.deepEqual(readCapture(bytes(file)).packets, [
    { time: 1_000_000_000n, bytes: Uint8Array.of(0xaa, 0xbb, 0xcc), length: 3 },
  ]);
});

test('what is broken is said, after the packets before it', (t) => {
  const [file] = FILES['microseconds, little-endian'] ?? [new Uint8Array(0)];
  const two = Uint8Array.from([...file, ...file.subarray(24)]);
  const problem = (some: Uint8Array) => {
    const { packets, problem: text } = readCapture(some);
    return `${packets.length}: ${text}`;
  };
  t.is(problem(two.subarray(0, -1)), '1: the file ends within packet 2');
  t.is(problem(two.subarray(0, -4)), '1: the file ends within the header of packet 2');
  t.is(problem(file.subarray(0, 20)), '0: the file ends within its header of 24 bytes');
  t.regex(problem(bytes('00112233')), /^0: the file is no capture file/);
  t.regex(problem(new Uint8Array(0)), /^0: the file is too short/);
  const loopback = file.slice();
  loopback[20] = 0;
  t.is(problem(loopback), '0: the file has packets of link type 0; only Ethernet, 1, is taken');
  const ng = bytes(NG);
  t.regex(problem(ng.subarray(0, ng.length - 2)), /^1: the file ends within a block/);
});

test('nothing that a file has makes reading it throw', (t) => {
  const seeds = [...Object.values(FILES).map(([file]) => file), bytes(NG)];
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 6 }),
      fc.nat(),
      (seed, changes, cut) => {
        const file = seed.slice(0, seed.length - (cut % 20));
        for (const [at, byte] of changes) file[at % Math.max(1, file.length)] = byte;
        const { packets } = readCapture(file);
        return packets.every((packet) => packet.bytes.length <= packet.length);
      },
    ),
    { seed: 6, numRuns: 3000 },
  );
  t.pass();
});

test('what is written is read back', (t) => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({ frame: fc.uint8Array({ maxLength: 100 }), time: fc.bigInt({ min: 0n, max: 2n ** 61n }) }),
      ),
      (frames) => {
        const file = Buffer.concat([
          captureHeader(),
          ...frames.map(({ frame, time }) => captureRecord(frame, time)),
        ]);
        const { packets, problem } = readCapture(file);
        t.is(problem, undefined);
        t.deepEqual(
          packets.map((packet) => ({ frame: Uint8Array.from(packet.bytes), time: packet.time })),
          frames.map(({ frame, time }) => ({ frame, time })),
        );
      },
    ),
    { seed: 7, numRuns: 50 },
  );
});

test('ports over files give frames in the order of their times, and write what is sent', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-pcap-'));
  try {
    const file = (name: string, ...frames: [number, number][]) => {
      const path = join(directory, name);
      const records = frames.map(([byte, time]) => captureRecord(Uint8Array.of(byte), BigInt(time)));
      writeFileSync(path, Buffer.concat([captureHeader(), ...records]));
      return path;
    };
    const ports = new PcapPorts(() => 77n);
    const output = join(directory, 'out.pcap');
    ports.add(0, file('a.pcap', [1, 10], [2, 30]), output);
    ports.add(5, file('b.pcap', [3, 20], [4, 40]), undefined);
    t.throws(() => ports.add(5, undefined, undefined), {
      instanceOf: PortError,
      message: /port 5 is there already/,
    });
    const seen: string[] = [];
    const take = (port: number, frame: Uint8Array) => seen.push(`${port} ${frame[0]}`);
    t.is(ports.receive(3, take), 3);
    t.false(ports.exhausted);
    t.is(ports.receive(3, take), 1);
    t.is(ports.receive(3, take), 0);
    t.true(ports.exhausted);
    t.deepEqual(seen, ['0 1', '5 3', '0 2', '5 4']);
    ports.send(0, Uint8Array.of(9, 9));
    ports.send(5, Uint8Array.of(8));
    ports.send(6, Uint8Array.of(8));
    ports.flush();
    t.deepEqual(
      readCapture(readFileSync(output)).packets.map((packet) => [...packet.bytes]),
      [[9, 9]],
    );
    const [first] = ports.ports();
    t.is(first?.counters.receivedFrames, 2);
    t.is(first?.counters.sentBytes, 2);
    await ports.close();
    t.deepEqual(ports.ports(), []);
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('files that cannot be read or written are named', (t) => {
  const ports = new PcapPorts();
  t.throws(() => ports.add(1, '/nowhere/a.pcap', undefined), {
    instanceOf: PortError,
    message: /capture file \/nowhere\/a\.pcap cannot be read: ENOENT/,
  });
  t.throws(() => ports.add(1, undefined, '/nowhere/b.pcap'), {
    instanceOf: PortError,
    message: /cannot be written/,
  });
});
