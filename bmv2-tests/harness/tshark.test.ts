/** What counts as wrong with a packet that tshark reads. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { captureHeader, captureRecord } from '../../switch/ports/index.ts';
import { whatIsMissing } from './lab-needs.ts';
import { readPackets } from './tshark.ts';

const missing = await whatIsMissing('tshark');
if (missing !== undefined) process.stdout.write(`skipped: packets as tshark reads them: ${missing}\n`);
const withTshark = missing === undefined ? test : test.skip;

/** A segment whose checksum is 0, which Linux wrote as ffff: seen on the wire behind a server without offloads. */
const OTHER_ZERO =
  '02000000010502000000000108004500' +
  '00a7a5e740003f062f0dcb00711ec633' +
  '640a0050e41a761ff106f9ce52c08018' +
  '0055ffff00000101080a97e94b4af809' +
  'cd32485454502f312e3120323030204f' +
  '4b0d0a582d5365727665723a2062320d' +
  '0a436f6e74656e742d4c656e6774683a' +
  '20370d0a446174653a205468752c2032' +
  '36204e6f7620323032362031363a3132' +
  '3a333220474d540d0a436f6e6e656374' +
  '696f6e3a20636c6f73650d0a0d0a6d6f' +
  '6f7265640a';

/** A datagram of random bytes, by scapy, which tshark takes for a report of RTCP that is malformed. */
const RANDOM =
  '02000000000202000000000108004500' +
  '0030000100004011f6b8c0000201c000' +
  '020223289c40001ce58ea0c872ba4f1b' +
  '9749f334297603617064c816844b';

/** A capture with these frames. */
function captureOf(t: ExecutionContext, frames: readonly string[]): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'moor-tshark-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const file = path.join(directory, 'some.pcap');
  const records = frames.map((hex) => captureRecord(Buffer.from(hex, 'hex'), 0n));
  writeFileSync(file, Buffer.concat([captureHeader(), ...records]));
  return file;
}

withTshark('what a payload looks like says nothing, and a packet that ends early does', async (t) => {
  const file = captureOf(t, [RANDOM, RANDOM.slice(0, -16)]);
  t.deepEqual(await readPackets(file, 'udp', ['udp.srcport']), [
    { fields: ['9000'], problem: '' },
    { fields: ['9000'], problem: '_ws.malformed' },
  ]);
});

withTshark('a TCP checksum of ffff in place of 0 is right, another one is not', async (t) => {
  const file = captureOf(t, [OTHER_ZERO, OTHER_ZERO.replace('0055ffff', '0055fffe')]);
  t.deepEqual(await readPackets(file, 'tcp', ['tcp.srcport']), [
    { fields: ['80'], problem: '' },
    { fields: ['80'], problem: 'tcp.checksum.status' },
  ]);
});
