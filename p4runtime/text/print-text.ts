/**
 * Any message in the protobuf text format (protobuf.dev, "Text Format Language Specification"): fields in the order of
 * their numbers, map entries in the order of their keys, an Any expanded where its message is known.
 */

import { type DescField, fromBinary, ScalarType } from '@bufbuild/protobuf';
import { type ReflectMessage, reflect } from '@bufbuild/protobuf/reflect';
import { findMessage, getMessage, messageOfUrl } from './descriptors.ts';

/** The text of a message, from its full name and its bytes. */
export function printText(name: string, bytes: Uint8Array): string {
  const desc = getMessage(name);
  const lines: string[] = [];
  printMessage(reflect(desc, fromBinary(desc, bytes)), '', lines);
  return lines.map((line) => `${line}\n`).join('');
}

function printMessage(message: ReflectMessage, indent: string, lines: string[]): void {
  if (message.desc.typeName === 'google.protobuf.Any' && printAny(message, indent, lines)) return;
  for (const field of [...message.fields].sort((left, right) => left.number - right.number)) {
    if (!message.isSet(field)) continue;
    switch (field.fieldKind) {
      case 'message':
        printBlock(field.name, message.get(field), indent, lines);
        break;
      case 'list':
        for (const item of message.get(field)) {
          if (field.listKind === 'message') printBlock(field.name, item, indent, lines);
          else lines.push(`${indent}${field.name}: ${scalar(field, item)}`);
        }
        break;
      case 'map': {
        const entries = [...message.get(field)]
          .map(([key, value]) => [String(key), key, value] as const)
          .sort(([left], [right]) => (left < right ? -1 : 1));
        for (const [, key, value] of entries) {
          lines.push(`${indent}${field.name} {`, `${indent}  key: ${keyText(field.mapKey, key)}`);
          if (field.mapKind === 'message') printBlock('value', value, `${indent}  `, lines);
          else lines.push(`${indent}  value: ${scalar(field, value)}`);
          lines.push(`${indent}}`);
        }
        break;
      }
      default:
        lines.push(`${indent}${field.name}: ${scalar(field, message.get(field))}`);
    }
  }
}

function printBlock(name: string, value: unknown, indent: string, lines: string[]): void {
  if (!isReflected(value)) throw new TypeError(`${name} is no message`);
  lines.push(`${indent}${name} {`);
  printMessage(value, `${indent}  `, lines);
  lines.push(`${indent}}`);
}

function isReflected(value: unknown): value is ReflectMessage {
  return typeof value === 'object' && value !== null && 'desc' in value && 'fields' in value;
}

/** Whether the Any could be expanded. */
function printAny(message: ReflectMessage, indent: string, lines: string[]): boolean {
  const [url, value] = message.desc.fields.map((field) => message.get(field));
  if (typeof url !== 'string' || !(value instanceof Uint8Array)) return false;
  const inner = findMessage(messageOfUrl(url) ?? '');
  if (inner === undefined) return false;
  lines.push(`${indent}[${url}] {`);
  printMessage(reflect(inner, fromBinary(inner, value)), `${indent}  `, lines);
  lines.push(`${indent}}`);
  return true;
}

function keyText(type: ScalarType, key: unknown): string {
  return type === ScalarType.STRING ? quote(String(key)) : String(key);
}

function scalar(field: DescField, value: unknown): string {
  if (field.enum !== undefined && typeof value === 'number') {
    return field.enum.value[value]?.name ?? String(value);
  }
  if (typeof value === 'string') return quote(value);
  if (value instanceof Uint8Array) return `"${[...value].map(escapeByte).join('')}"`;
  return String(value);
}

/** Text with what a reader could stumble over escaped; other than ASCII stays as it is. */
function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return `"${text.replace(/[\u0000-\u001f"'\\\u007f]/g, (character) => escapeByte(character.charCodeAt(0)))}"`;
}

const ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x09, '\\t'],
  [0x22, '\\"'],
  [0x27, "\\'"],
  [0x5c, '\\\\'],
]);

function escapeByte(byte: number): string {
  const named = ESCAPES.get(byte);
  if (named !== undefined) return named;
  return byte < 0x20 || byte > 0x7e ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte);
}
