/**
 * One direction of a TCP connection, put together from copies of its segments (RFC 9293, section 3.4): they may come out
 * of order, twice, overlapping, or not at all, since a copy that is lost is not sent again. What the other end has
 * acknowledged it has got, so a gap before that will not fill any more and is given up.
 */

import { TCP_SYN, type TcpSegment } from '../../wire/index.ts';

/** What comes next, in order. */
export type Piece = { readonly kind: 'bytes'; readonly bytes: Uint8Array } | { readonly kind: 'lost' };

/** Segments behind a gap: bytes, and how many. */
const MOST_HELD = 65_536;
const MOST_SEGMENTS = 64;
/** A segment further ahead than any window (RFC 7323, section 2.3: 2^30) is of another connection. */
const FARTHEST = 2 ** 30;

type Held = { readonly sequence: number; readonly bytes: Uint8Array };

export class TcpStream {
  #next: number | undefined;
  #acknowledged: number | undefined;
  #held: Held[] = [];
  #heldBytes = 0;

  /** Bytes that wait for others. */
  get held(): number {
    return this.#heldBytes;
  }

  /** Takes a segment of this direction. */
  take({ sequence, flags, payload }: Pick<TcpSegment, 'sequence' | 'flags' | 'payload'>): readonly Piece[] {
    const isFirst = (flags & TCP_SYN) !== 0;
    const begin = isFirst ? (sequence + 1) >>> 0 : sequence;
    // Without a SYN it has begun before we looked.
    this.#next ??= begin;
    const ahead = distance(begin, this.#next);
    if (payload.length === 0 || ahead > FARTHEST) return [];
    if (ahead <= 0) {
      const pieces = this.#deliver({ sequence: begin, bytes: payload });
      return [...pieces, ...this.#drain()];
    }
    this.#hold({ sequence: begin, bytes: Uint8Array.from(payload) });
    const isGivenUp = this.#acknowledged !== undefined && distance(this.#acknowledged, begin) >= 0;
    const isTooMuch = this.#heldBytes > MOST_HELD || this.#held.length > MOST_SEGMENTS;
    return isGivenUp || isTooMuch ? this.#skip() : [];
  }

  /** The other end has got everything before this number. */
  acknowledge(number: number): readonly Piece[] {
    if (this.#acknowledged !== undefined && distance(number, this.#acknowledged) <= 0) return [];
    this.#acknowledged = number;
    const pieces: Piece[] = [];
    for (;;) {
      const [first] = this.#held;
      if (first === undefined || distance(number, first.sequence) < 0) return pieces;
      pieces.push(...this.#skip());
    }
  }

  /** Gives up what waits. */
  drop(): readonly Piece[] {
    if (this.#held.length === 0) return [];
    const last = this.#held.at(-1);
    if (last !== undefined) this.#next = (last.sequence + last.bytes.length) >>> 0;
    this.#held = [];
    this.#heldBytes = 0;
    return [{ kind: 'lost' }];
  }

  /** Goes on behind the gap. */
  #skip(): readonly Piece[] {
    const [first] = this.#held;
    if (first === undefined) return [];
    this.#next = first.sequence;
    return [{ kind: 'lost' }, ...this.#drain()];
  }

  #drain(): readonly Piece[] {
    const pieces: Piece[] = [];
    for (;;) {
      const [first] = this.#held;
      if (first === undefined || this.#next === undefined || distance(first.sequence, this.#next) > 0) {
        return pieces;
      }
      this.#held.shift();
      this.#heldBytes -= first.bytes.length;
      pieces.push(...this.#deliver(first));
    }
  }

  /** What of it is new. It begins at what is next, or before. */
  #deliver({ sequence, bytes }: Held): readonly Piece[] {
    const known = distance(this.#next ?? sequence, sequence);
    if (known >= bytes.length) return [];
    this.#next = (sequence + bytes.length) >>> 0;
    return [{ kind: 'bytes', bytes: bytes.subarray(known) }];
  }

  #hold(one: Held): void {
    const same = this.#held.find(({ sequence }) => sequence === one.sequence);
    if (same !== undefined) {
      if (same.bytes.length >= one.bytes.length) return;
      this.#held.splice(this.#held.indexOf(same), 1);
      this.#heldBytes -= same.bytes.length;
    }
    const at = this.#held.findIndex(({ sequence }) => distance(sequence, one.sequence) > 0);
    this.#held.splice(at < 0 ? this.#held.length : at, 0, one);
    this.#heldBytes += one.bytes.length;
  }
}

/** How far a sequence number is behind another one, modulo 2^32. */
function distance(left: number, right: number): number {
  return (left - right) | 0;
}
