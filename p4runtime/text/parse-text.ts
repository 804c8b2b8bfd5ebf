/** Reads any message from the protobuf text format (protobuf.dev, "Text Format Language Specification"). */

import {
  create,
  type DescEnum,
  type DescField,
  type DescMessage,
  ScalarType,
  toBinary,
} from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { findMessage, getMessage, messageOfUrl } from './descriptors.ts';
import { errorAt, type TextToken, tokenizeText } from './text-tokens.ts';

/**
 * The bytes of the message of that full name which the text is.
 * @throws TextFormatError with the place of what is wrong.
 */
export function parseText(name: string, text: string): Uint8Array {
  const desc = getMessage(name);
  const message = reflect(desc, create(desc));
  new Parser(text).message(message, undefined);
  return toBinary(desc, message.message);
}

/** Deeper than any P4Info or write request, and far from the end of the stack. */
const MAXIMUM_DEPTH = 100;

class Parser {
  readonly #text: string;
  readonly #tokens: readonly TextToken[];
  #position = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenizeText(text);
  }

  /** message = { field }, up to the closing mark or the end of the text. */
  message(message: ReflectMessage, closing: string | undefined): void {
    if (++this.#depth > MAXIMUM_DEPTH) throw this.#error('messages are nested too deeply');
    const once = new Set<string>();
    for (;;) {
      const token = this.#peek();
      if (token.kind === 'end') {
        if (closing !== undefined) throw this.#error(`expected '${closing}'`);
        break;
      }
      if (closing !== undefined && this.#accept(closing)) break;
      if (token.kind === 'mark' && token.text === '[') this.#any(message);
      else this.#field(message, once);
      if (!this.#accept(',')) this.#accept(';');
    }
    this.#depth--;
  }

  /** field = name ':' ( value | '[' value { ',' value } ']' ) | name [ ':' ] message */
  #field(message: ReflectMessage, once: Set<string>): void {
    const token = this.#next();
    if (token.kind !== 'name') throw this.#error('expected the name of a field', token);
    const field = message.fields.find((candidate) => candidate.name === token.text);
    if (field === undefined)
      throw this.#error(`${message.desc.typeName} has no field '${token.text}'`, token);
    if (field.fieldKind !== 'list' && field.fieldKind !== 'map') {
      // Two members of a oneof, or one field twice, are mistakes that the text format does not let pass.
      const slot = field.oneof?.name ?? field.name;
      if (once.has(slot)) throw this.#error(`'${slot}' is set twice`, token);
      once.add(slot);
    }
    const colon = this.#accept(':');
    if (field.message === undefined && !colon) throw this.#error("expected ':'");
    if (this.#isRepeated(field) && this.#accept('[')) {
      if (this.#accept(']')) return;
      do this.#value(message, field);
      while (this.#accept(','));
      this.#expect(']');
    } else this.#value(message, field);
  }

  #isRepeated(field: DescField): boolean {
    return field.fieldKind === 'list' || field.fieldKind === 'map';
  }

  #value(message: ReflectMessage, field: DescField): void {
    switch (field.fieldKind) {
      case 'message':
        message.set(field, this.#nested(field.message));
        break;
      case 'map':
        this.#mapEntry(message, field);
        break;
      case 'list':
        message
          .get(field)
          .add(
            field.listKind === 'message'
              ? this.#nested(field.message)
              : this.#scalar(field.scalar, field.enum),
          );
        break;
      default:
        message.set(field, this.#scalar(field.scalar, field.enum));
    }
  }

  #nested(desc: DescMessage): ReflectMessage {
    const inner = reflect(desc, create(desc));
    this.message(inner, this.#open());
    return inner;
  }

  /** '{' or '<'; the mark that closes it. */
  #open(): string {
    if (this.#accept('{')) return '}';
    if (this.#accept('<')) return '>';
    throw this.#error("expected '{'");
  }

  /** A map entry is a message with the fields `key` and `value`. */
  #mapEntry(message: ReflectMessage, field: DescField & { readonly fieldKind: 'map' }): void {
    const closing = this.#open();
    let key: unknown;
    let value: unknown;
    while (!this.#accept(closing)) {
      const token = this.#next();
      const name = token.kind === 'name' ? token.text : undefined;
      const colon = this.#accept(':');
      if (name === 'key' && colon) key = this.#scalar(field.mapKey, undefined);
      else if (name === 'value' && field.mapKind === 'message') value = this.#nested(field.message);
      else if (name === 'value' && colon) value = this.#scalar(field.scalar, field.enum);
      else throw this.#error("expected 'key: …' or 'value: …'", token);
      if (!this.#accept(',')) this.#accept(';');
    }
    const keyOrDefault = key ?? (field.mapKey === ScalarType.STRING ? '' : undefined);
    if (typeof keyOrDefault !== 'string' && typeof keyOrDefault !== 'number')
      throw this.#error('expected a key');
    if (value === undefined && field.mapKind === 'message')
      value = reflect(field.message, create(field.message));
    message.get(field).set(keyOrDefault, value);
  }

  /** any = '[' domain '/' name ']' [ ':' ] message */
  #any(message: ReflectMessage): void {
    const token = this.#next();
    let url = '';
    for (;;) {
      const part = this.#next();
      if (part.kind === 'mark' && part.text === ']') break;
      if (part.kind === 'name' || part.kind === 'number') url += part.text;
      else if (part.kind === 'mark' && /[./-]/.test(part.text)) url += part.text;
      else throw this.#error("expected ']'", part);
    }
    this.#accept(':');
    const [typeUrl, value] = message.desc.fields;
    if (message.desc.typeName !== 'google.protobuf.Any' || typeUrl === undefined || value === undefined) {
      throw this.#error(`${message.desc.typeName} is no Any`, token);
    }
    const desc = findMessage(messageOfUrl(url) ?? '');
    if (desc === undefined) throw this.#error(`no proto of ours has a message '${url}'`, token);
    const inner = this.#nested(desc);
    message.set(typeUrl, url);
    message.set(value, toBinary(desc, inner.message));
  }

  #scalar(type: ScalarType | undefined, enumeration: DescEnum | undefined): unknown {
    const token = this.#peek();
    if (enumeration !== undefined) return this.#enumValue(enumeration);
    switch (type) {
      case ScalarType.STRING:
      case ScalarType.BYTES: {
        const bytes = this.#strings();
        if (type === ScalarType.BYTES) return bytes;
        try {
          return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
        } catch {
          throw this.#error('a string that is no UTF-8', token);
        }
      }
      case ScalarType.BOOL: {
        const next = this.#next();
        const text = next.kind === 'name' || next.kind === 'number' ? next.text : '';
        if (/^(?:true|True|t|1|0x1|01)$/.test(text)) return true;
        if (/^(?:false|False|f|0|0x0|00)$/.test(text)) return false;
        throw this.#error("expected 'true' or 'false'", next);
      }
      case ScalarType.DOUBLE:
      case ScalarType.FLOAT:
        return this.#float();
      default:
        return this.#integer(type ?? ScalarType.INT32);
    }
  }

  #enumValue(enumeration: DescEnum): number {
    const token = this.#peek();
    if (token.kind !== 'name') return Number(this.#integer(ScalarType.INT32));
    this.#position++;
    const found = enumeration.values.find(({ name }) => name === token.text);
    if (found === undefined) throw this.#error(`${enumeration.typeName} has no '${token.text}'`, token);
    return found.number;
  }

  #strings(): Uint8Array {
    const parts: Uint8Array[] = [];
    for (let token = this.#peek(); token.kind === 'string'; token = this.#peek()) {
      parts.push(token.bytes);
      this.#position++;
    }
    if (parts.length === 0) throw this.#error('expected a string');
    return Uint8Array.from(Buffer.concat(parts));
  }

  #integer(type: ScalarType): number | bigint {
    const negative = this.#accept('-');
    const token = this.#next();
    const literal = token.kind === 'number' ? token.text : '';
    if (!/^(?:0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)$/.test(literal))
      throw this.#error('expected a whole number', token);
    const magnitude = BigInt(/^0[0-7]+$/.test(literal) ? `0o${literal}` : literal);
    const value = negative ? -magnitude : magnitude;
    const unsigned = UNSIGNED.has(type);
    const width = WIDE.has(type) ? 64 : 32;
    const fits = unsigned ? BigInt.asUintN(width, value) : BigInt.asIntN(width, value);
    if (fits !== value)
      throw this.#error(`${value} does not fit in ${unsigned ? 'u' : ''}int${width}`, token);
    return width === 64 ? value : Number(value);
  }

  #float(): number {
    const sign = this.#accept('-') ? -1 : 1;
    const token = this.#next();
    if (token.kind === 'name' && /^inf(?:inity)?$/i.test(token.text)) return sign * Number.POSITIVE_INFINITY;
    if (token.kind === 'name' && /^nan$/i.test(token.text)) return Number.NaN;
    if (token.kind !== 'number') throw this.#error('expected a number', token);
    return sign * Number(token.text.replace(/f$/i, ''));
  }

  #peek(): TextToken {
    return this.#tokens[this.#position] ?? { kind: 'end', start: this.#text.length };
  }

  #next(): TextToken {
    const token = this.#peek();
    this.#position++;
    return token;
  }

  #accept(mark: string): boolean {
    const token = this.#peek();
    const found = token.kind === 'mark' && token.text === mark;
    if (found) this.#position++;
    return found;
  }

  #expect(mark: string): void {
    if (!this.#accept(mark)) throw this.#error(`expected '${mark}'`);
  }

  #error(message: string, token = this.#peek()): Error {
    return errorAt(this.#text, token.start, message);
  }
}

const UNSIGNED: ReadonlySet<ScalarType> = new Set([
  ScalarType.UINT32,
  ScalarType.UINT64,
  ScalarType.FIXED32,
  ScalarType.FIXED64,
]);
const WIDE: ReadonlySet<ScalarType> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);
