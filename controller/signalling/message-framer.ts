/**
 * Finds messages of a start line, header fields and a body of `Content-Length` bytes in a stream (RFC 7826, section 5;
 * RFC 3261, section 18.3), and passes over interleaved binary data (RFC 7826, section 14). Where bytes were lost, or are
 * nothing that can be read, it goes on at the next start line. It keeps no more than a message of the greatest size.
 */

import type { Framer } from './protocol.ts';
import { contentLength, latin1 } from './text-message.ts';

export type FramerOptions = {
  /** A start line, to its end. */
  readonly startLine: RegExp;
  /** The same, wherever it begins: behind other bytes. */
  readonly startLineInside: RegExp;
  /** The body's length, in the head of a message. */
  readonly lengthField: RegExp;
  /** Whether '$', a channel and a length of two bytes begin binary data. */
  readonly isInterleaved: boolean;
};

const MOST_HEAD = 16_384;
const MOST_BODY = 65_536;
const DOLLAR = 0x24;
const CR = 13;
const LF = 10;

export function makeMessageFramer(options: FramerOptions): Framer {
  let buffer: Uint8Array = new Uint8Array();
  /** Bytes to pass over, of binary data or of a body that is too long. */
  let skipping = 0;
  /** Between messages it is known where the next one begins; after a loss it is not. */
  let isSearching = false;

  const drop = (count: number) => {
    buffer = buffer.subarray(count);
  };

  /** A message, or 'more' where there was something else, or undefined where more bytes are needed. */
  const step = (): Uint8Array | 'more' | undefined => {
    if (skipping > 0) {
      const passed = Math.min(skipping, buffer.length);
      drop(passed);
      skipping -= passed;
      if (skipping > 0) return undefined;
    }
    let from = 0;
    while (buffer[from] === CR || buffer[from] === LF) from++;
    drop(from);
    if (buffer.length === 0) return undefined;
    if (options.isInterleaved && !isSearching && buffer[0] === DOLLAR) {
      if (buffer.length < 4) return undefined;
      skipping = 4 + (((buffer[2] ?? 0) << 8) | (buffer[3] ?? 0));
      return 'more';
    }
    const lineEnd = buffer.indexOf(LF);
    if (lineEnd < 0) {
      if (buffer.length <= MOST_HEAD) return undefined;
      // Where a start line may begin is not known any more; its end is kept.
      isSearching = true;
      drop(buffer.length - MOST_HEAD / 2);
      return undefined;
    }
    const line = latin1(buffer.subarray(0, lineEnd)).trimEnd();
    const begin = isSearching
      ? options.startLineInside.exec(line)?.index
      : options.startLine.exec(line)?.index;
    if (begin === undefined) {
      isSearching = true;
      drop(lineEnd + 1);
      return 'more';
    }
    drop(begin);
    return whole();
  };

  /** The message that begins here. */
  const whole = (): Uint8Array | 'more' | undefined => {
    const found = latin1(buffer.subarray(0, MOST_HEAD));
    const end = /\r?\n\r?\n/.exec(found);
    if (end === null) {
      // An opened head that never ends.
      if (buffer.length <= MOST_HEAD) return undefined;
      isSearching = true;
      drop(buffer.indexOf(LF) + 1);
      return 'more';
    }
    const headLength = end.index + end[0].length;
    const length = contentLength(options.lengthField.exec(found.slice(0, end.index))?.[1]) ?? 0;
    if (length > MOST_BODY) {
      const head = Uint8Array.from(buffer.subarray(0, headLength));
      drop(headLength);
      skipping = length;
      isSearching = false;
      return head;
    }
    if (buffer.length < headLength + length) return undefined;
    const message = Uint8Array.from(buffer.subarray(0, headLength + length));
    drop(headLength + length);
    isSearching = false;
    return message;
  };

  return {
    take: (bytes) => {
      buffer = buffer.length === 0 ? bytes : joined(buffer, bytes);
      const messages: Uint8Array[] = [];
      for (;;) {
        const one = step();
        if (one === undefined) break;
        if (one !== 'more') messages.push(one);
      }
      // What stays is copied, so that it keeps no packet alive.
      buffer = new Uint8Array(buffer);
      return messages;
    },
    lose: () => {
      buffer = new Uint8Array();
      skipping = 0;
      isSearching = true;
    },
    held: () => buffer.length,
  };
}

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const whole = new Uint8Array(left.length + right.length);
  whole.set(left);
  whole.set(right, left.length);
  return whole;
}
