/** Step 5 of docs/pipeline.md: addresses that are not for routing. */

import type { IpPacket } from './packet.ts';

const ALL = (1n << 128n) - 1n;
const IPV4 = 0xffffn << 32n;

function isIn(address: bigint, prefix: bigint, length: number): boolean {
  const mask = (ALL << BigInt(128 - length)) & ALL;
  return (address & mask) === prefix;
}

function isIn4(address: bigint, first: number, length: number): boolean {
  return isIn(address, IPV4 | (BigInt(first) << 24n), 96 + length);
}

/** Whether a frame's destination is a group. */
export function isGroupFrame(destination: bigint): boolean {
  return ((destination >> 40n) & 1n) === 1n;
}

/** Addresses that no packet has on a link. */
export function isForeign({ family, source, destination }: IpPacket): boolean {
  if (family === 4) {
    const nowhere = (address: bigint) => isIn4(address, 0, 8) || isIn4(address, 127, 8);
    return nowhere(source) || nowhere(destination) || isIn4(source, 224, 3);
  }
  const nowhere = (address: bigint) => address <= 1n || isIn(address, IPV4, 96);
  return nowhere(source) || nowhere(destination) || isIn(source, 0xffn << 120n, 8);
}

/** Groups as destination. */
export function isOnlyHere({ family, destination }: IpPacket): boolean {
  return family === 4 ? isIn4(destination, 224, 3) : isIn(destination, 0xffn << 120n, 8);
}

/** Link-local addresses as source or destination. */
export function isForLinkOnly({ family, source, destination }: IpPacket): boolean {
  const linkLocal = (address: bigint) =>
    family === 4 ? isIn(address, IPV4 | 0xa9fe0000n, 112) : isIn(address, 0xfe80n << 112n, 10);
  return linkLocal(source) || linkLocal(destination);
}
