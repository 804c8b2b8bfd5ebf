/** The lowered program as JSON, for other tools: what `--dump-after` writes with `--json`. */

import { SourceFile, type Span } from '../syntax/source.ts';
import type { Program } from './program.ts';
import { showType, type Type } from './types.ts';

const TYPE_KEYS: ReadonlySet<string> = new Set([
  'type',
  'returnType',
  'elementType',
  'underlying',
  'typeArguments',
]);

/**
 * The program as JSON text: maps are objects, numbers beyond 2^53 and all bigints are decimal strings, a place is
 * `file:line:column`, a reference to a variable is its name, a type inside is its text.
 */
export function programToJson(program: Program): string {
  const known = new Set(['types', 'enums']);
  return JSON.stringify(
    Object.fromEntries(
      Object.entries(program).map(([key, value]) => [key, plain(value, known.has(key) ? '' : key)]),
    ),
    undefined,
    2,
  );
}

function isSpan(value: object): value is Span {
  return 'source' in value && value.source instanceof SourceFile && 'start' in value;
}

function isType(value: object): value is Type {
  return 'kind' in value && typeof value.kind === 'string';
}

function plain(value: unknown, key: string): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => plain(item, key));
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([name, item]) => [String(name), plain(item, '')]));
  if (isSpan(value)) {
    const { file, line, column } = value.source.location(value.start);
    return `${file}:${line}:${column}`;
  }
  if (TYPE_KEYS.has(key) && isType(value)) return showType(value);
  // A variable is spelled out where it is declared, and named where it is used.
  if (key === 'variable' && 'sourceName' in value && 'name' in value && !('direction' in value))
    return value.name;
  if (key === 'annotations' && 'name' in value && typeof value.name === 'object' && value.name !== null) {
    return 'name' in value.name ? value.name.name : undefined;
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item, name)]));
}
