/** Packets between memories: most are short, and then words in a loop take less time than views and `set`. */

/** Memory seen as bytes and as words, as a `LinearMemory` is. Without words it is read by the byte. */
export type WordMemory = { readonly u8: Uint8Array; readonly u32: Uint32Array };

/** Takes a packet by where it stands; it is valid during the call only. */
export type PlaceTaker = (port: number, memory: WordMemory, start: number, length: number) => void;

/** Up to here a loop is faster. */
const SHORT = 512;

const NO_WORDS = new Uint32Array(0);

/** Bytes as a memory of their own. */
export function memoryOf(bytes: Uint8Array): WordMemory {
  return { u8: bytes, u32: NO_WORDS };
}

/**
 * Copies bytes. Up to three bytes behind them are written, too: there has to be room.
 * @param from Read up to the end of the last word.
 */
export function copyBytes(from: WordMemory, start: number, to: WordMemory, at: number, length: number): void {
  if (length > SHORT || ((start | at) & 3) !== 0 || from.u32.length === 0) {
    to.u8.set(from.u8.subarray(start, start + length), at);
    return;
  }
  const source = from.u32;
  const target = to.u32;
  const end = (start + length + 3) >>> 2;
  const shift = (at >>> 2) - (start >>> 2);
  for (let word = start >>> 2; word < end; word++) target[word + shift] = source[word] ?? 0;
}
