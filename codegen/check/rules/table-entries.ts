/** Entries of tables: what each match kind allows, priorities, duplicates (specification §14.2.1.4). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type {
  EntriesProperty,
  Expression,
  KeyProperty,
  TableDeclaration,
  TableEntry,
} from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { showType } from '../types.ts';
import { constantOf } from './rule.ts';

/** Up to this many entries, masks are compared with each other. */
const MAXIMUM_COMPARED = 400;

/** Match kinds whose tables choose by priority. */
const WITH_PRIORITY: ReadonlySet<string> = new Set(['ternary', 'range', 'optional']);

/** The priorities that P4Runtime can hold. */
const GREATEST_PRIORITY = 0x7fff_ffffn;

/** Checks the entries of every table. */
export function checkTableEntries(checked: CheckedProgram, sink: DiagnosticSink): void {
  visit(checked.program, {
    enter: (node) => {
      if (node.kind !== 'TableDeclaration') return true;
      checkTable(checked, sink, node);
      return false;
    },
  });
}

function checkTable(checked: CheckedProgram, sink: DiagnosticSink, table: TableDeclaration): void {
  const keyIndex = table.properties.findIndex((property) => property.kind === 'KeyProperty');
  const key = table.properties[keyIndex];
  if (key?.kind === 'KeyProperty') checkKeyTypes(checked, sink, key);
  for (const [index, entries] of table.properties.entries()) {
    if (entries.kind !== 'EntriesProperty' || key?.kind !== 'KeyProperty') continue;
    if (index < keyIndex) {
      sink.report(
        'P4575',
        entries.span,
        { later: 'entries', earlier: 'key', table: table.name.name },
        { related: [{ message: 'the key stands here', span: key.span }] },
      );
      continue;
    }
    checkMatches(checked, sink, key, entries);
    checkPriorities(checked, sink, table, key, entries);
    checkRepeated(checked, sink, table, key, entries);
  }
}

/** Longest-prefix and range matching need an order of values. */
function checkKeyTypes(checked: CheckedProgram, sink: DiagnosticSink, key: KeyProperty): void {
  for (const element of key.elements) {
    const kind = element.matchKind.name;
    if (kind !== 'lpm' && kind !== 'range') continue;
    const type = checked.types.get(element.expression);
    if (type?.kind !== 'bool' && type?.kind !== 'error' && type?.kind !== 'enum' && type?.kind !== 'varbit')
      continue;
    sink.report(
      'P4578',
      element.expression.span,
      { type: showType(type), kind },
      { hint: "match it 'exact' or 'ternary'" },
    );
  }
}

/** The keysets of an entry, one a key; undefined when they do not fit the keys (reported elsewhere). */
function keysetsOf(key: KeyProperty, entry: TableEntry): readonly Expression[] | undefined {
  const { keyset } = entry;
  const parts =
    keyset.kind === 'TupleKeysetExpression' || keyset.kind === 'ListExpression'
      ? keyset.elements
      : key.elements.length === 1
        ? [keyset]
        : key.elements.map(() => keyset);
  return parts.length === key.elements.length ? parts : undefined;
}

function isUniversal(keyset: Expression): boolean {
  return keyset.kind === 'DefaultExpression' || keyset.kind === 'DontCareExpression';
}

function checkMatches(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  key: KeyProperty,
  entries: EntriesProperty,
): void {
  for (const entry of entries.entries) {
    const keysets = keysetsOf(key, entry) ?? [];
    for (const [index, keyset] of keysets.entries()) {
      const element = key.elements[index];
      if (element !== undefined) checkMatch(checked, sink, element.matchKind.name, keyset);
    }
  }
}

function checkMatch(checked: CheckedProgram, sink: DiagnosticSink, kind: string, keyset: Expression): void {
  const form =
    keyset.kind === 'MaskExpression'
      ? 'a mask'
      : keyset.kind === 'RangeExpression'
        ? 'a range'
        : isUniversal(keyset)
          ? "'_'"
          : 'a value';
  const allowed: Readonly<Record<string, readonly string[]>> = {
    exact: ['a value'],
    lpm: ['a value', 'a mask', "'_'"],
    ternary: ['a value', 'a mask', "'_'"],
    range: ['a value', 'a range', "'_'"],
    optional: ['a value', "'_'"],
  };
  const forms = allowed[kind];
  if (forms !== undefined && !forms.includes(form)) {
    sink.report(
      'P4576',
      keyset.span,
      { given: form, kind },
      { hint: `'${kind}' matches ${forms.join(' or ')}` },
    );
    return;
  }
  if (kind !== 'lpm' || keyset.kind !== 'MaskExpression') return;
  const mask = constantOf(checked, keyset.mask);
  const type = checked.implicitCasts.get(keyset.mask) ?? checked.types.get(keyset.mask);
  if (mask?.kind !== 'integer' || type?.kind !== 'bits') return;
  const inverted = BigInt.asUintN(type.width, ~mask.value);
  if ((inverted & (inverted + 1n)) !== 0n)
    sink.report('P4577', keyset.mask.span, { mask: `0x${mask.value.toString(16)}` });
}

function property(
  checked: CheckedProgram,
  table: TableDeclaration,
  name: string,
): bigint | boolean | undefined {
  for (const candidate of table.properties) {
    if (candidate.kind !== 'CustomProperty' || candidate.name.name !== name) continue;
    const value = constantOf(checked, candidate.value);
    return value?.kind === 'integer' || value?.kind === 'boolean' ? value.value : undefined;
  }
  return undefined;
}

function checkPriorities(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  table: TableDeclaration,
  key: KeyProperty,
  entries: EntriesProperty,
): void {
  const [first] = entries.entries;
  const withPriority = entries.entries.find((entry) => entry.priority !== undefined);
  if (first === undefined || withPriority?.priority === undefined) return;
  const chosen = key.elements.some((element) => WITH_PRIORITY.has(element.matchKind.name));
  const known = key.elements.every((element) =>
    ['exact', 'lpm', ...WITH_PRIORITY].includes(element.matchKind.name),
  );
  if (!chosen) {
    if (!known) return;
    sink.report(
      'P4579',
      key.span,
      { reason: 'its keys leave no choice between entries' },
      { related: [{ message: 'a priority is given here', span: withPriority.priority.span }] },
    );
    return;
  }
  if (first.priority === undefined) {
    sink.report(
      'P4580',
      first.span,
      {},
      { related: [{ message: 'a priority is given here', span: withPriority.priority.span }] },
    );
    return;
  }
  const largestWins = property(checked, table, 'largest_priority_wins') !== false;
  const step = property(checked, table, 'priority_delta');
  const delta = typeof step === 'bigint' ? step : 1n;
  let priority = 0n;
  for (const entry of entries.entries) {
    const given = entry.priority === undefined ? undefined : constantOf(checked, entry.priority);
    if (entry.priority !== undefined && given?.kind !== 'integer') return;
    priority = given?.kind === 'integer' ? given.value : priority + (largestWins ? -delta : delta);
    if (priority >= 1n && priority <= GREATEST_PRIORITY) continue;
    sink.report(
      'P4581',
      table.name.span,
      { priority, table: table.name.name, greatest: GREATEST_PRIORITY },
      { related: [{ message: 'this entry gets it', span: entry.span }] },
    );
    return;
  }
}

/** Value and mask of one part of an entry; undefined when it is not a number. */
type Matched = { readonly value: bigint; readonly mask: bigint };

function matched(checked: CheckedProgram, keyset: Expression): Matched | undefined {
  if (isUniversal(keyset)) return { value: 0n, mask: 0n };
  if (keyset.kind === 'MaskExpression') {
    const value = constantOf(checked, keyset.value);
    const mask = constantOf(checked, keyset.mask);
    if (value?.kind !== 'integer' || mask?.kind !== 'integer') return undefined;
    return { value: value.value & mask.value, mask: mask.value };
  }
  if (keyset.kind === 'RangeExpression') return undefined;
  const value = constantOf(checked, keyset);
  if (value?.kind === 'boolean') return { value: value.value ? 1n : 0n, mask: -1n };
  return value?.kind === 'integer' ? { value: value.value, mask: -1n } : undefined;
}

/** Reports equal entries of exact tables, and ternary entries that an earlier one always beats. */
function checkRepeated(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  table: TableDeclaration,
  key: KeyProperty,
  entries: EntriesProperty,
): void {
  const isExact = key.elements.every((element) => element.matchKind.name === 'exact');
  const isTernary = key.elements.every(
    (element) => element.matchKind.name === 'exact' || element.matchKind.name === 'ternary',
  );
  if (!isTernary || entries.entries.some((entry) => entry.priority !== undefined)) return;
  const rows: { readonly entry: TableEntry; readonly parts: readonly Matched[] }[] = [];
  for (const entry of entries.entries) {
    const parts = keysetsOf(key, entry)?.map((keyset) => matched(checked, keyset)) ?? [];
    const known = parts.filter((part) => part !== undefined);
    if (known.length === parts.length && known.length > 0) rows.push({ entry, parts: known });
  }
  const seen = new Map<string, TableEntry>();
  for (const { entry, parts } of rows) {
    const text = parts.map((part) => `${part.value}&${part.mask}`).join(',');
    const previous = seen.get(text);
    if (previous === undefined) seen.set(text, entry);
    else if (isExact)
      sink.report(
        'P4582',
        entry.keyset.span,
        { table: table.name.name },
        { related: [{ message: 'first given here', span: previous.span }] },
      );
  }
  if (isExact || rows.length > MAXIMUM_COMPARED) return;
  for (const [index, { entry, parts }] of rows.entries()) {
    const covering = rows.slice(0, index).find((earlier) => covers(earlier.parts, parts));
    if (covering !== undefined) {
      sink.report(
        'P4921',
        entry.keyset.span,
        {},
        { related: [{ message: 'it matches all of that first', span: covering.entry.span }] },
      );
    }
  }
}

function covers(wide: readonly Matched[], narrow: readonly Matched[]): boolean {
  return wide.every((part, index) => {
    const other = narrow[index];
    return (
      other !== undefined &&
      (part.mask & other.mask) === part.mask &&
      (other.value & part.mask) === part.value
    );
  });
}
