/**
 * The headers of packet-in and packet-out between bytes in front of the packet and P4Runtime's metadata
 * ("Packet I/O"): fields one after the other, the last byte filled up with zeros.
 */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { PacketMetadata } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { PacketHeaderInfo } from '../../p4runtime/schema/index.ts';
import type { DevicePipeline } from './device.ts';
import { invalid } from './entity-handler.ts';
import { checkNumber, shortest } from './numbers.ts';
import type { Translations, Translator } from './translation.ts';

/** Headers whose metadata is kept: more than there are ports and reasons. */
const MOST_DECODED = 4096;

type Field = {
  readonly id: number;
  readonly what: string;
  /** As the control plane sees it; 0 for a string. */
  readonly width: number;
  readonly deviceWidth: number;
  readonly translator: Translator | undefined;
};

export class PacketHeader {
  readonly #name: string;
  readonly #fields: readonly Field[];
  /** Bytes in front of the packet. */
  readonly length: number;
  /** Metadata by the header that it came from, one character a byte: few differ, and each is one list. */
  readonly #decoded = new Map<string, readonly PacketMetadata[]>();

  /** @throws EntityError INVALID_ARGUMENT where nothing says how wide a translated field is on the wire. */
  constructor(info: PacketHeaderInfo, pipeline: DevicePipeline, translations: Translations) {
    this.#name = info.name;
    const widths = wireWidths(info, pipeline, translations);
    this.#fields = info.fields.map((field, index) => ({
      id: field.id,
      what: `${info.name}, metadata '${field.name}'`,
      width: field.type.kind === 'bit' ? field.type.width : 0,
      deviceWidth: widths[index] ?? 0,
      translator: translations.of(info.message.metadata[index]?.typeName),
    }));
    this.length = Math.ceil(this.#fields.reduce((sum, { deviceWidth }) => sum + deviceWidth, 0) / 8);
  }

  /** The header of a packet-out. @throws EntityError INVALID_ARGUMENT for metadata that is not P4Info's. */
  encode(metadata: readonly PacketMetadata[]): Uint8Array {
    const values = new Map<number, Uint8Array>();
    for (const { metadataId, value } of metadata) {
      if (values.has(metadataId)) throw invalid(`${this.#name}: metadata ${metadataId} is given twice`);
      values.set(metadataId, value);
    }
    let bits = 0n;
    let count = 0;
    for (const { id, what, width, deviceWidth, translator } of this.#fields) {
      const given = values.get(id);
      if (given === undefined) throw invalid(`${what} (id ${id}) is missing`);
      values.delete(id);
      const value = inRange(() => {
        const number = width === 0 ? given : checkNumber(given, width, what);
        return translator === undefined ? number : translator.toDevice(number, deviceWidth, what);
      });
      bits = (bits << BigInt(deviceWidth)) | BigInt(`0x${Buffer.from(value).toString('hex')}`);
      count += deviceWidth;
    }
    const [unknown] = values.keys();
    if (unknown !== undefined) throw invalid(`${this.#name} has no metadata ${unknown}; ${this.#known()}`);
    if (this.length === 0) return new Uint8Array();
    bits <<= BigInt(8 * this.length - count);
    return Buffer.from(bits.toString(16).padStart(2 * this.length, '0'), 'hex');
  }

  #known(): string {
    return this.#fields.length === 0
      ? 'it has none'
      : `it has ${this.#fields.map(({ id, what }) => `${id} (${what.slice(what.lastIndexOf(' ') + 1)})`).join(', ')}`;
  }

  /** The metadata of a packet-in; undefined for one that is shorter than its header. */
  decode(bytes: Uint8Array): readonly PacketMetadata[] | undefined {
    if (bytes.length < this.length) return undefined;
    if (this.length === 0) return [];
    const key = Buffer.from(bytes.buffer, bytes.byteOffset, this.length).toString('latin1');
    const known = this.#decoded.get(key);
    if (known !== undefined) return known;
    const made = this.#decode(bytes);
    if (this.#decoded.size >= MOST_DECODED) this.#decoded.clear();
    this.#decoded.set(key, made);
    return made;
  }

  #decode(bytes: Uint8Array): PacketMetadata[] {
    const bits = BigInt(`0x${Buffer.from(bytes.subarray(0, this.length)).toString('hex')}`);
    let left = 8 * this.length;
    return this.#fields.map(({ id, deviceWidth, translator }) => {
      left -= deviceWidth;
      const value = BigInt.asUintN(deviceWidth, bits >> BigInt(left));
      const hex = value.toString(16);
      const number = shortest(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
      return {
        metadataId: id,
        value: Uint8Array.from(translator === undefined ? number : translator.toControl(number)),
      };
    });
  }
}

/** "If a metadata field does not match the P4Info specification": one code for all of it. */
function inRange(body: () => Uint8Array): Uint8Array {
  try {
    return body();
  } catch (problem) {
    if (!(problem instanceof EntityError)) throw problem;
    throw new EntityError(Code.INVALID_ARGUMENT, problem.message);
  }
}

/**
 * P4Info says how wide a translated field is for the control plane, and not how wide it is in the packet: that is
 * looked up in the header type of the program that has the same fields.
 */
function wireWidths(info: PacketHeaderInfo, pipeline: DevicePipeline, translations: Translations): number[] {
  const known = info.fields.map((field, index) =>
    translations.of(info.message.metadata[index]?.typeName) === undefined && field.type.kind === 'bit'
      ? field.type.width
      : undefined,
  );
  if (known.every((width) => width !== undefined)) return known;
  const type = pipeline.headerTypes.find(({ fields }) => {
    const named = fields.slice(0, info.fields.length);
    return (
      named.length === info.fields.length &&
      named.every(
        ({ name, width }, index) =>
          name === info.fields[index]?.name && (known[index] === undefined || known[index] === width),
      )
    );
  });
  if (type === undefined) {
    throw invalid(
      `${info.name}: the program has no header with the fields ${info.fields.map(({ name }) => name).join(', ')}`,
    );
  }
  return info.fields.map((_, index) => type.fields[index]?.width ?? 0);
}
