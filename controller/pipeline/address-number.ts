/**
 * Addresses in text as numbers of 128 bits, IPv4 as `::ffff:a.b.c.d` (RFC 4291, section 2.5.5.2). There are several in each message of
 * signalling, and most of what stands in their place is a name: a parser that throws for those costs more than all the rest.
 */

const scratch = new DataView(new ArrayBuffer(16));
const MAPPED = 0xffffn << 32n;
const [ZERO, NINE, A, F, DOT, COLON] = [48, 57, 97, 102, 46, 58] as const;

/**
 * The number of an address; undefined for what is none. IPv4 is four decimal numbers without leading zeros; IPv6 is what
 * RFC 4291, section 2.2, has, without a zone.
 */
export function addressNumber(text: string): bigint | undefined {
  if (text.includes(':')) return ipv6Number(text);
  const found = ipv4Value(text, 0);
  return found === undefined ? undefined : MAPPED | BigInt(found);
}

/** The 32 bits of a dotted quad that is all of the text from a place on. */
function ipv4Value(text: string, from: number): number | undefined {
  let whole = 0;
  let at = from;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(at++) !== DOT) return undefined;
    const begin = at;
    let value = 0;
    for (; at < text.length && at - begin < 3; at++) {
      const code = text.charCodeAt(at);
      if (code < ZERO || code > NINE) break;
      value = value * 10 + code - ZERO;
    }
    const isPadded = at - begin > 1 && text.charCodeAt(begin) === ZERO;
    if (at === begin || value > 255 || isPadded) return undefined;
    whole = whole * 256 + value;
  }
  return at === text.length ? whole : undefined;
}

function ipv6Number(text: string): bigint | undefined {
  const groups: number[] = [];
  /** How many groups stand before `::`. */
  let before: number | undefined;
  let at = 0;
  if (text.startsWith('::')) {
    before = 0;
    at = 2;
  }
  while (at < text.length) {
    const begin = at;
    let value = 0;
    for (; at < text.length && at - begin < 4; at++) {
      const digit = hexDigit(text.charCodeAt(at));
      if (digit < 0) break;
      value = value * 16 + digit;
    }
    if (at === begin) return undefined;
    if (text.charCodeAt(at) === DOT) {
      const tail = ipv4Value(text, begin);
      if (tail === undefined) return undefined;
      groups.push(tail >>> 16, tail & 0xffff);
      break;
    }
    groups.push(value);
    if (at === text.length) break;
    if (text.charCodeAt(at++) !== COLON || groups.length > 8) return undefined;
    if (text.charCodeAt(at) === COLON) {
      if (before !== undefined) return undefined;
      before = groups.length;
      at++;
    } else if (at === text.length) return undefined;
  }
  // `::` stands for one group at least.
  if (before === undefined ? groups.length !== 8 : groups.length > 7) return undefined;
  const gap = 8 - groups.length;
  for (let index = 0; index < 8; index++) {
    const isBefore = index < (before ?? 8);
    const value = isBefore ? groups[index] : index < (before ?? 8) + gap ? 0 : groups[index - gap];
    scratch.setUint16(2 * index, value ?? 0);
  }
  return (scratch.getBigUint64(0) << 64n) | scratch.getBigUint64(8);
}

function hexDigit(code: number): number {
  if (code >= ZERO && code <= NINE) return code - ZERO;
  const small = code | 0x20;
  return small >= A && small <= F ? small - A + 10 : -1;
}
