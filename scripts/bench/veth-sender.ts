/** Sends frames over an interface, over and over, as fast as it goes: `veth-sender.ts INTERFACE FILE BYTES SECONDS`. */

import { readFileSync } from 'node:fs';
import { PacketSocket } from '../../switch/ports/linux/packet-socket.ts';

const [name = '', file = '', bytes = '', seconds = ''] = process.argv.slice(2);
const all = readFileSync(file);
const length = Number(bytes);
// Each at the beginning of a word, so that it takes the short way into the queue.
const step = (length + 3) & ~3;
const count = Math.floor(all.length / length);
const u8 = new Uint8Array(count * step);
for (let index = 0; index < count; index++)
  u8.set(all.subarray(index * length, (index + 1) * length), index * step);
const memory = { u8, u32: new Uint32Array(u8.buffer) };
const socket = new PacketSocket(name);
const end = performance.now() + 1000 * Number(seconds);
process.stdout.write('sending\n');
while (performance.now() < end)
  for (let index = 0; index < count; index++) socket.send(memory, index * step, length);
socket.close();
