/**
 * Where everything about one packet stands in linear memory.
 *
 *     metadata     each field in a slot of its own, little-endian, or big-endian if it is wide or comes and goes with packets
 *     counters     of every stack, how many elements are in use
 *     validity     of every header, one byte
 *     lengths      of every header with a variable field, how many bytes that field has
 *     images       every header as it stands in a packet, its variable field behind the others
 *
 * Headers are kept as the packet has them, so that extracting and emitting one copies its bytes, whatever its fields
 * are, and fields that nobody uses cost nothing. Metadata never is in a packet, so its fields have slots.
 *
 * There is one such area, at a constant address, for the packet that is being worked on; the packets that wait have
 * copies of it.
 */

import type {
  Field,
  FieldType,
  Header,
  HeaderStack,
  HeaderType,
  HeaderUnionStack,
  Program,
} from '../json/index.ts';

/** Bytes that code may read or write behind an image without harm: fields are loaded in whole words. */
const SLACK = 16;

const LINK_ADDRESS_BITS = 48;

/** Where a header stands. */
export type HeaderLayout = {
  readonly valid: number;
  /** Where the length in bytes of the variable field stands; 0 without one. */
  readonly length: number;
  readonly image: number;
};

/** How the elements of a stack follow each other. */
export type Stride = { readonly valid: number; readonly length: number; readonly image: number };

/** Bytes of an image: the fields of fixed width, then room for the variable one. */
export function imageBytes(type: HeaderType): number {
  return Math.ceil(type.fixedBits / 8) + Math.ceil((type.variableField?.bits ?? 0) / 8);
}

/** Bits of the fixed fields in front of a field. */
export function bitOffset(type: HeaderType, field: FieldType): number {
  let bits = 0;
  for (const other of type.fields) {
    if (other.index === field.index) break;
    if (!other.variable) bits += other.bits;
  }
  return bits;
}

/** Bytes of a slot that holds so many bits: a power of two up to 8, beyond that whole words. */
export function slotBytes(bits: number): number {
  if (bits <= 8) return 1;
  if (bits <= 16) return 2;
  if (bits <= 32) return 4;
  return Math.ceil(bits / 64) * 8;
}

/** The name of a field within its program. */
export function fieldName({ header, type }: Field): string {
  return `${header.index}.${type.index}`;
}

/**
 * Whether numbers of so many bits are kept as packets have them, big-endian, in metadata and in registers: wide ones are addresses
 * and the like, which are moved and compared with what is in headers and keys, and seldom computed with.
 */
export function isNetworkWidth(bits: number): boolean {
  return bits > 64 && bits % 8 === 0;
}

/** Whether parameters of actions are: those of 48 bits, too, which are link-layer addresses. */
export function isNetworkParameter(bits: number): boolean {
  return isNetworkWidth(bits) || bits === LINK_ADDRESS_BITS;
}

/** Bytes that the value of a variable field may have where it is part of metadata. */
export function variableRoom(type: HeaderType): number {
  return type.maximumBytes === 0 ? 256 : type.maximumBytes;
}

/** Bytes of memory, from an address on. */
export type Stretch = { readonly address: number; readonly bytes: number };

/** What may be read before it is written: fields of metadata, and the bytes of headers. */
export type IsReadFirst = (what: Field | Header) => boolean;

/** Bytes that one instruction clears. Stretches to be cleared are whole numbers of them: nothing is there yet that could be lost. */
const CLEARED = 16;

/** Where everything stands, counted from `base`. */
export class PacketLayout {
  readonly base: number;
  readonly bytes: number;
  /** From here to the end everything is about headers. */
  readonly headersStart: number;
  /** What must be 0 when a packet comes in; all else is written before it is read. */
  readonly first: readonly Stretch[];
  readonly #headers = new Map<Header, HeaderLayout>();
  readonly #slots = new Map<Header, readonly number[]>();
  readonly #nextIndex = new Map<HeaderStack | HeaderUnionStack, number>();
  readonly #networkFields: ReadonlySet<string>;

  /**
   * @param allocate Takes memory for the area.
   * @param isReadFirst Anything, unless said.
   * @param networkFields The names of narrow fields of metadata that are kept as packets have them.
   */
  constructor(
    program: Program,
    allocate: (bytes: number) => number,
    isReadFirst: IsReadFirst = () => true,
    networkFields: ReadonlySet<string> = new Set(),
  ) {
    this.#networkFields = networkFields;
    // Laid out from 0 first: the address is known only when the size is.
    let end = 0;
    const take = (bytes: number): number => {
      const start = end;
      end += bytes;
      return start;
    };
    const first: Stretch[] = [];
    const slots = new Map<Header, number[]>();
    const fields = program.headers
      .filter(({ metadata }) => metadata)
      .flatMap((header) => header.type.fields.map((type) => ({ header, type })));
    // What is read first stands together, next to what is always cleared.
    for (const isFirst of [false, true]) {
      if (isFirst) end = Math.ceil(end / CLEARED) * CLEARED;
      for (const field of fields) {
        const { header, type } = field;
        if (isReadFirst(field) !== isFirst) continue;
        // A variable field has its length in front.
        const bytes = type.variable ? 8 + variableRoom(header.type) : slotBytes(type.bits);
        end = Math.ceil(end / Math.min(bytes, 8)) * Math.min(bytes, 8);
        const address = take(bytes);
        const own = slots.get(header) ?? [];
        own[type.index] = address;
        slots.set(header, own);
        if (isFirst) first.push({ address, bytes });
      }
    }
    end = Math.ceil(end / 8) * 8;
    const metadataEnd = end;
    const stacks = [...program.stacks, ...program.unionStacks];
    const nextIndex = new Map(stacks.map((stack) => [stack, take(4)] as const));
    // The elements of stacks come first and in order, so that each stack has one stride. Behind them is one more that
    // no packet fills: what is read or written out of bounds goes there.
    const order: HeaderType[] = [];
    const placeOf = new Map<Header, number>();
    const place = (headers: readonly Header[]) => {
      for (const header of headers) {
        if (placeOf.has(header)) continue;
        placeOf.set(header, order.length);
        order.push(header.type);
      }
    };
    for (const { unions } of program.unionStacks) {
      place(unions.flatMap(({ headers }) => headers));
      order.push(...(unions[0]?.headers ?? []).map(({ type }) => type));
    }
    for (const { headers, type } of program.stacks) {
      place(headers);
      order.push(type);
    }
    const singles = program.headers.filter(({ metadata }) => !metadata);
    place(singles.filter(isReadFirst));
    place(singles);
    const valid = order.map(() => take(1));
    end = Math.ceil(end / 8) * 8;
    const lengths = order.map(({ variableField }) => (variableField === undefined ? undefined : take(4)));
    end = Math.ceil(end / 8) * 8;
    const images = order.map((type) => take(Math.ceil(imageBytes(type) / 8) * 8));
    this.bytes = Math.ceil((end + SLACK) / 16) * 16;
    first.push({ address: metadataEnd, bytes: (images[0] ?? end) - metadataEnd });
    const readFirst = new Set(order.map((_, index) => index));
    for (const [header, index] of placeOf) if (!isReadFirst(header)) readFirst.delete(index);
    for (const index of readFirst) {
      const type = order[index];
      if (type !== undefined) first.push({ address: images[index] ?? 0, bytes: imageBytes(type) });
    }
    const base = allocate(this.bytes);
    this.base = base;
    this.headersStart = base + metadataEnd;
    this.first = together(first).map(({ address, bytes }) => ({ address: base + address, bytes }));
    for (const [header, offsets] of slots) {
      this.#slots.set(
        header,
        Array.from(offsets, (offset = 0) => base + offset),
      );
    }
    for (const [stack, offset] of nextIndex) this.#nextIndex.set(stack, base + offset);
    for (const [header, index] of placeOf) {
      const length = lengths[index];
      this.#headers.set(header, {
        valid: base + (valid[index] ?? 0),
        length: length === undefined ? 0 : base + length,
        image: base + (images[index] ?? 0),
      });
    }
  }

  /** Where a header of packets stands. */
  header(header: Header): HeaderLayout {
    const found = this.#headers.get(header);
    if (found === undefined) throw new RangeError(`'${header.name}' is metadata`);
    return found;
  }

  /** Whether a field of metadata is kept as packets have it, big-endian. */
  isNetworkOrder(field: Field): boolean {
    const { bits, variable } = field.type;
    return !variable && (isNetworkWidth(bits) || this.#networkFields.has(fieldName(field)));
  }

  /** Where the slot of a field of metadata stands. */
  slot(field: Field): number {
    const found = this.#slots.get(field.header)?.[field.type.index];
    if (found === undefined) throw new RangeError(`'${field.header.name}' is no metadata`);
    return found;
  }

  /** Where a stack counts its elements. */
  nextIndex(stack: HeaderStack | HeaderUnionStack): number {
    const found = this.#nextIndex.get(stack);
    if (found === undefined) throw new RangeError(`there is no stack '${stack.name}'`);
    return found;
  }

  /** How far apart the elements of a stack are: of headers of one type, or of unions with these members. */
  stride(members: readonly HeaderType[]): Stride {
    return {
      valid: members.length,
      length: members.filter(({ variableField }) => variableField !== undefined).length * 4,
      image: members.reduce((bytes, type) => bytes + Math.ceil(imageBytes(type) / 8) * 8, 0),
    };
  }
}

/** Stretches in order, of whole vectors, those that touch as one. */
function together(stretches: readonly Stretch[]): readonly Stretch[] {
  const all: Stretch[] = [];
  for (const { address, bytes } of [...stretches].sort((left, right) => left.address - right.address)) {
    const start = Math.floor(address / CLEARED) * CLEARED;
    const end = Math.ceil((address + bytes) / CLEARED) * CLEARED;
    const last = all.at(-1);
    const lastEnd = last === undefined ? 0 : last.address + last.bytes;
    if (last !== undefined && start <= lastEnd)
      all[all.length - 1] = { address: last.address, bytes: Math.max(lastEnd, end) - last.address };
    else all.push({ address: start, bytes: end - start });
  }
  return all;
}
