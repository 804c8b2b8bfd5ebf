/** Takes messages out of the bytes of a stream, which cuts them anywhere: `| compressed (1) | length (4) | message … |`. */

const PREFIX = 5;
const LARGEST_MESSAGE = 512 * 1024 * 1024;

export class MessageReader {
  /** The beginning of a message whose end has not come yet. */
  #parts: Uint8Array[] = [];
  #length = 0;
  /** How long `#parts` have to be together before there is anything to do. */
  #needed = PREFIX;

  /**
   * Gives each message that is whole by now. They are views of a copy: the chunk itself is part of something larger, and a Buffer,
   * whose views cost three times as much. @throws Error for what cannot be a message of ours.
   */
  take(chunk: Uint8Array, give: (message: Uint8Array) => void): void {
    let bytes: Uint8Array;
    if (this.#length === 0) bytes = new Uint8Array(chunk);
    else {
      this.#parts.push(new Uint8Array(chunk));
      this.#length += chunk.length;
      if (this.#length < this.#needed) return;
      bytes = joined(this.#parts, this.#length);
      this.#parts = [];
      this.#length = 0;
    }
    let at = 0;
    this.#needed = PREFIX;
    while (bytes.length - at >= PREFIX) {
      const length = lengthAt(bytes, at);
      if (length > LARGEST_MESSAGE) throw new Error(`it is ${length} bytes long`);
      if (bytes[at] !== 0) throw new Error('it is compressed, which was not offered');
      const end = at + PREFIX + length;
      if (end > bytes.length) {
        this.#needed = end - at;
        break;
      }
      give(bytes.subarray(at + PREFIX, end));
      at = end;
    }
    if (at === bytes.length) return;
    this.#parts.push(bytes.subarray(at));
    this.#length = bytes.length - at;
  }
}

function lengthAt(bytes: Uint8Array, at: number): number {
  const low = ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
  return (bytes[at + 1] ?? 0) * 0x1000000 + low;
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
