/** Random chains of extension headers, right ones and ones that nearly are. */

import { toBytes } from './bytes.ts';
import { IDENTIFICATIONS } from './pools.ts';
import type { Random } from './random.ts';

type Part = { readonly number: number; readonly bytes: readonly number[] };

const NO_PARTS: readonly Part[] = [];

/** A chain in front of an upper header: what names its first header, and its bytes. */
export function generateChain(
  random: Random,
  way: 'in' | 'out' | 'pass',
  home: readonly number[],
  protocol: number,
  upper: Uint8Array,
): { readonly first: number; readonly bytes: Uint8Array } {
  const withOption = random.oneIn(way === 'in' ? 2 : 12);
  const some = (times: number, make: () => Part): readonly Part[] =>
    random.oneIn(times) ? [make()] : NO_PARTS;
  let parts: readonly Part[] = [
    ...some(8, () => ({ number: 0, bytes: optionsHeader(random, random.oneIn(4) ? 11 : 3) })),
    ...some(12, () => ({ number: 60, bytes: optionsHeader(random, random.oneIn(4) ? 15 : 3) })),
    ...some(way === 'in' ? 14 : 10, () => routing(random, home)),
    ...(withOption ? [{ number: 60, bytes: homeAddressHeader(random, home) }] : NO_PARTS),
    ...some(6, () => fragment(random)),
    ...some(12, () => ({ number: 60, bytes: optionsHeader(random, random.oneIn(4) ? 15 : 3) })),
    ...some(200, () => ({ number: 60, bytes: homeAddressHeader(random, home) })),
  ];
  if (random.oneIn(12)) parts = [...parts].sort(() => random.below(3) - 1);
  if (random.oneIn(30)) parts = [...parts, ...parts];
  // Hop-by-hop options belong in front: elsewhere once in a while only.
  if (!random.oneIn(10)) parts = parts.filter(({ number }, index) => number !== 0 || index === 0);
  const first = parts[0]?.number ?? protocol;
  const bytes = parts.flatMap((part, index) => [
    parts[index + 1]?.number ?? protocol,
    ...part.bytes.slice(1),
  ]);
  return { first, bytes: Uint8Array.from(upper.length === 0 ? bytes.slice(0, -1) : bytes) };
}

function routing(random: Random, home: readonly number[]): Part {
  const type = random.pick([0, 2, 253, 4]);
  if (type === 2 || random.oneIn(2)) return { number: 43, bytes: [0, 2, type, 1, 0, 0, 0, 0, ...home] };
  const units = random.below(3);
  return { number: 43, bytes: [0, units, type, 0, ...random.bytes(4 + 8 * units)] };
}

function fragment(random: Random): Part {
  const place = random.pick([1, 1, 1, 0, 64 << 3, (64 << 3) | 1, (64 << 3) | 1, (1 << 3) | 6, 6]);
  return {
    number: 44,
    bytes: [
      0,
      random.oneIn(10) ? random.below(256) : 0,
      ...toBytes(place, 2),
      ...toBytes(random.pick(IDENTIFICATIONS), 4),
    ],
  };
}

/** A header of options that say nothing to a switch, of up to so many times eight bytes. */
function optionsHeader(random: Random, units: number): readonly number[] {
  const length = random.below(units) * 8 + 6;
  const options: number[] = [];
  while (options.length < length) options.push(...option(random, length - options.length));
  return [0, (length - 6) / 8 + (random.oneIn(60) ? random.pick([1, -1, 31]) : 0), ...options].map(
    (byte) => byte & 255,
  );
}

/** An option of no more than these bytes; rarely one that reaches beyond. */
function option(random: Random, room: number): readonly number[] {
  if (room === 1 || random.oneIn(5)) return [0];
  const size = 2 + random.below(Math.min(room - 1, random.oneIn(3) ? 254 : 8));
  const type = random.pick([1, 1, 5, 0x1e, 0x1e, 0xc2, 0xc8]);
  const body = random.oneIn(3)
    ? Array.from({ length: size - 2 }, (_, index) => (index % 2 === 0 ? 0xc9 : 0x10))
    : random.bytes(size - 2);
  return [type, size - 2 + (random.oneIn(100) ? random.below(20) : 0), ...body];
}

/** A destination-options header with a Home Address option at a place that is right, or nearly. */
function homeAddressHeader(random: Random, home: readonly number[]): readonly number[] {
  const front = random.oneIn(15) ? random.below(24) : 8 * random.below(random.oneIn(3) ? 13 : 3) + 4;
  const options: number[] = [];
  const onlyPadding = random.oneIn(2);
  const fill = (until: number) => {
    while (options.length < until) {
      const room = until - options.length;
      if (!onlyPadding) options.push(...option(random, room));
      else
        options.push(
          ...(room === 1 || random.oneIn(3) ? [0] : [1, room - 2, ...Array<number>(room - 2).fill(0)]),
        );
    }
  };
  fill(front);
  const length = random.oneIn(30) ? random.pick([0, 15, 17, 18, 32]) : 16;
  options.push(0xc9, length, ...[...home, ...home].slice(0, length));
  if (random.oneIn(20)) {
    fill(options.length + 4);
    options.push(0xc9, 16, ...home);
  }
  fill(options.length + 8 * random.below(random.oneIn(4) ? 10 : 2));
  fill(options.length + ((14 - (options.length % 8)) % 8));
  return [0, (options.length - 6) / 8 + (random.oneIn(100) ? 1 : 0), ...options];
}
