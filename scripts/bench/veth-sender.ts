/** Sends frames over an interface, over and over, as fast as it goes: `veth-sender.ts INTERFACE FILE BYTES SECONDS`. */

import { readFileSync } from 'node:fs';
import { PacketSocket } from '../../switch/ports/linux/packet-socket.ts';

const [name = '', file = '', bytes = '', seconds = ''] = process.argv.slice(2);
const all = readFileSync(file);
const length = Number(bytes);
const frames = Array.from({ length: Math.floor(all.length / length) }, (_, index) =>
  all.subarray(index * length, (index + 1) * length),
);
const socket = new PacketSocket(name);
const end = performance.now() + 1000 * Number(seconds);
process.stdout.write('sending\n');
while (performance.now() < end) for (const frame of frames) socket.send(frame);
socket.close();
