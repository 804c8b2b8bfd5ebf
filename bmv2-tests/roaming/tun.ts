/** A TUN device: a network interface of the kernel whose packets are read and written here (Linux, `tun(4)`). */

import { closeSync, constants, openSync } from 'node:fs';
import koffi from 'koffi';
import { call, lastError, tryCall } from '../../switch/ports/linux/system-calls.ts';

const TUNSETIFF = 0x400454ca;
const IFF_TUN = 1;
const IFF_NO_PI = 0x1000;
const LARGEST = 65_536;

export type Tun = {
  readonly write: (packet: Uint8Array) => void;
  /** Packets that the kernel did not take. */
  readonly drops: () => number;
  readonly close: () => void;
};

/**
 * Makes a device.
 * @param take Is given each packet that the kernel sends; the bytes are valid during the call.
 * @throws SystemCallError.
 */
export function openTun(name: string, take: (packet: Uint8Array) => void): Tun {
  const descriptor = openSync('/dev/net/tun', constants.O_RDWR | constants.O_NONBLOCK);
  const request = new Uint8Array(40);
  request.set(new TextEncoder().encode(name).subarray(0, 15));
  new DataView(request.buffer).setUint16(16, IFF_TUN | IFF_NO_PI, true);
  call('ioctl', descriptor, TUNSETIFF, request);
  const buffer = new Uint8Array(LARGEST);
  let drops = 0;
  const poll = koffi.node.poll(descriptor, { readable: true }, () => {
    for (;;) {
      const length = tryCall('read', descriptor, buffer, LARGEST);
      if (length <= 0) return;
      take(buffer.subarray(0, length));
    }
  });
  return {
    write: (packet) => {
      if (tryCall('write', descriptor, packet, packet.length) === packet.length) return;
      drops++;
      if (lastError() === 'EIO') throw new Error(`the interface ${name} is down`);
    },
    drops: () => drops,
    close: () => {
      poll.close();
      closeSync(descriptor);
    },
  };
}
