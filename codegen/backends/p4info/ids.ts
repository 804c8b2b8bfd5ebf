/**
 * Ids and aliases (P4Runtime, "ID Allocation for P4Info Objects"). What has no `@id` gets one from a hash of its name,
 * so that ids stay the same while other things come and go. The hash and the way out of collisions are those that
 * other compilers use, so that all of them give a program the same ids.
 */

import { P4Ids_Prefix } from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { numberOf } from './annotation-values.ts';

/** What has an id of its own; the value is the upper byte of the id. */
export const ENTITY_KINDS = {
  action: P4Ids_Prefix.ACTION,
  table: P4Ids_Prefix.TABLE,
  'value set': P4Ids_Prefix.VALUE_SET,
  'controller header': P4Ids_Prefix.CONTROLLER_HEADER,
  'action profile': P4Ids_Prefix.ACTION_PROFILE,
  counter: P4Ids_Prefix.COUNTER,
  'direct counter': P4Ids_Prefix.DIRECT_COUNTER,
  meter: P4Ids_Prefix.METER,
  'direct meter': P4Ids_Prefix.DIRECT_METER,
  register: P4Ids_Prefix.REGISTER,
  digest: P4Ids_Prefix.DIGEST,
} as const;

export type EntityKind = keyof typeof ENTITY_KINDS;

/** Something that needs an id. */
export type NumberedEntity = {
  readonly kind: EntityKind;
  readonly name: string;
  readonly annotations: readonly Annotation[];
  /** What declares it; the same thing may come more than once. */
  readonly declaration: object;
  readonly span: Span;
  /** Where it stands in the program, for messages; undefined for what stands at top level. */
  readonly path: string | undefined;
};

export type Ids = {
  readonly id: (kind: EntityKind, name: string) => number;
  /** The shortest end of a name that no other name has. */
  readonly alias: (name: string) => string;
};

/** Gives every symbol its id; reports wrong and repeated `@id`s. */
export function allocateIds(symbols: readonly NumberedEntity[], sink: DiagnosticSink): Ids {
  const ids = new Map<string, number>();
  const taken = new Map<number, NumberedEntity>();
  const open = new Map<string, NumberedEntity>();
  for (const symbol of symbols) {
    const key = keyOf(symbol.kind, symbol.name);
    if (ids.has(key) || open.has(key)) continue;
    const id = writtenId(symbol, sink);
    const other = id === undefined ? undefined : taken.get(id);
    if (id === undefined) open.set(key, symbol);
    else if (other !== undefined) {
      const related = [{ message: 'the id is taken here', span: other.span }];
      sink.report('P4852', symbol.span, { id: hex(id) }, { related });
      open.set(key, symbol);
    } else {
      ids.set(key, id);
      taken.set(id, symbol);
    }
  }
  // Which id a name gets where hashes collide depends on the order: by kind, then by name.
  const ordered = [...open].sort(([, left], [, right]) => {
    return ENTITY_KINDS[left.kind] - ENTITY_KINDS[right.kind] || compareBytes(left.name, right.name);
  });
  for (const [key, symbol] of ordered) {
    const prefix = ENTITY_KINDS[symbol.kind];
    let suffix = hashOf(symbol.name);
    while (taken.has(joinId(prefix, suffix))) suffix = (suffix + 1) >>> 0;
    const id = joinId(prefix, suffix);
    ids.set(key, id);
    taken.set(id, symbol);
  }
  const aliases = shortestEnds(symbols.map(({ name }) => name));
  return {
    id: (kind, name) => ids.get(keyOf(kind, name)) ?? 0,
    alias: (name) => aliases.get(name) ?? name,
  };
}

function keyOf(kind: EntityKind, name: string): string {
  return `${kind} ${name}`;
}

function compareBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}

/** The id that `@id` gives, with its upper byte filled in. */
function writtenId({ kind, annotations }: NumberedEntity, sink: DiagnosticSink): number | undefined {
  const annotation = annotations.find(({ name }) => name.name === 'id');
  if (annotation === undefined) return undefined;
  const id = idNumber(annotation, sink);
  if (id === undefined) return undefined;
  const expected = ENTITY_KINDS[kind];
  const prefix = id >>> 24;
  if (prefix !== 0 && prefix !== expected) {
    sink.report('P4851', annotation.span, {
      id: hex(id),
      prefix: `0x${byte(prefix)}`,
      kind,
      expected: `0x${byte(expected)}`,
    });
    return undefined;
  }
  return joinId(expected, id);
}

/** The number of an `@id`, reported when it is none. */
export function idNumber(annotation: Annotation, sink: DiagnosticSink): number | undefined {
  const value = numberOf(annotation);
  if (value !== undefined && value > 0n && value < 1n << 32n) return Number(value);
  sink.report('P4850', annotation.span, {});
  return undefined;
}

/**
 * Ids of the parts of something: match fields, parameters, packet fields. Those without `@id` are numbered from 1 in
 * their order, over what is taken; one with `@id` moves the number on, too.
 */
export function partIds(
  parts: readonly { readonly annotations: readonly Annotation[]; readonly span: Span }[],
  sink: DiagnosticSink,
): readonly number[] {
  const taken = new Map<number, Span>();
  const written = parts.map(({ annotations, span }) => {
    const annotation = annotations.find(({ name }) => name.name === 'id');
    const id = annotation === undefined ? undefined : idNumber(annotation, sink);
    if (annotation === undefined || id === undefined) return undefined;
    const other = taken.get(id);
    if (other === undefined) taken.set(id, span);
    else {
      const related = [{ message: 'the id is taken here', span: other }];
      sink.report('P4852', annotation.span, { id }, { related });
    }
    return id;
  });
  let next = 1;
  return written.map((id, index) => {
    if (id !== undefined) {
      next++;
      return id;
    }
    while (taken.has(next)) next++;
    const span = parts[index]?.span;
    if (span !== undefined) taken.set(next, span);
    return next;
  });
}

function joinId(prefix: number, suffix: number): number {
  return ((prefix << 24) | (suffix & 0xffffff)) >>> 0;
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(8, '0')}`;
}

function byte(value: number): string {
  return value.toString(16).padStart(2, '0');
}

/** Bob Jenkins's one-at-a-time hash of a name's bytes, 32 bits. */
export function hashOf(name: string): number {
  let hash = 0;
  for (const value of Buffer.from(name)) {
    hash = (hash + value) >>> 0;
    hash = (hash + (hash << 10)) >>> 0;
    hash = (hash ^ (hash >>> 6)) >>> 0;
  }
  hash = (hash + (hash << 3)) >>> 0;
  hash = (hash ^ (hash >>> 11)) >>> 0;
  return (hash + (hash << 15)) >>> 0;
}

/** For each name the fewest of its last parts that no other name ends in. */
function shortestEnds(names: readonly string[]): ReadonlyMap<string, string> {
  const unique = new Set(names);
  const ends = new Map<string, number>();
  for (const name of unique) for (const end of endsOf(name)) ends.set(end, (ends.get(end) ?? 0) + 1);
  const aliases = new Map<string, string>();
  for (const name of unique) {
    aliases.set(name, endsOf(name).find((end) => ends.get(end) === 1) ?? name);
  }
  return aliases;
}

/** `a.b.c`: c, b.c, a.b.c. */
function endsOf(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.map((_, index) => parts.slice(parts.length - 1 - index).join('.'));
}
