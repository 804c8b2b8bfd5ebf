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
import { findCovered, isUniversal, matchedBy } from './keyset-cover.ts';
import { constantOf, isSilenced } from './rule.ts';

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
  checkOrder(sink, table);
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

/** The default action is one of the list, so the list stands before it (specification §14.2.1.3). */
function checkOrder(sink: DiagnosticSink, table: TableDeclaration): void {
  const { properties } = table;
  const actionsIndex = properties.findIndex(({ kind }) => kind === 'ActionsProperty');
  const actions = properties[actionsIndex];
  const early = properties
    .slice(0, Math.max(0, actionsIndex))
    .find((property) => property.kind === 'CustomProperty' && property.name.name === 'default_action');
  if (actions === undefined || early === undefined) return;
  sink.report(
    'P4575',
    early.kind === 'CustomProperty' ? early.name.span : early.span,
    { later: 'default_action', earlier: 'actions', table: table.name.name },
    { related: [{ message: 'the actions stand here', span: actions.span }] },
  );
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
  if (kind === 'exact') {
    // A compiler may make several entries of one (specification §14.2.1.4), but few do.
    if (form !== 'a value') sink.report('P4922', keyset.span, { given: form });
    return;
  }
  const allowed: Readonly<Record<string, readonly string[]>> = {
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
  if (entries.isConst) {
    sink.report(
      'P4579',
      withPriority.priority.span,
      { reason: "'const entries' match in the order in which they stand" },
      { hint: "leave the priorities out, or write 'entries' without 'const'" },
    );
    return;
  }
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
  const priorities = prioritiesOf(checked, sink, table, entries, largestWins, delta);
  if (priorities !== undefined) warnOfPriorities(sink, entries, priorities, largestWins);
}

/** The priority of each entry, those that are left out counted on from the one before; undefined when one is none. */
function prioritiesOf(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  table: TableDeclaration,
  entries: EntriesProperty,
  largestWins: boolean,
  delta: bigint,
): readonly bigint[] | undefined {
  const priorities: bigint[] = [];
  let priority = 0n;
  for (const entry of entries.entries) {
    const given = entry.priority === undefined ? undefined : constantOf(checked, entry.priority);
    if (entry.priority !== undefined && given?.kind !== 'integer') return undefined;
    priority = given?.kind === 'integer' ? given.value : priority + (largestWins ? -delta : delta);
    priorities.push(priority);
    if (priority >= 1n && priority <= GREATEST_PRIORITY) continue;
    sink.report(
      'P4581',
      entry.priority?.span ?? entry.keyset.span,
      { priority, table: table.name.name, greatest: GREATEST_PRIORITY },
      { related: [{ message: 'the table is declared here', span: table.name.span }] },
    );
    return undefined;
  }
  return priorities;
}

/** Warns of equal priorities, and of those that go against the order of the program (specification §14.2.1.4.1). */
function warnOfPriorities(
  sink: DiagnosticSink,
  entries: EntriesProperty,
  priorities: readonly bigint[],
  largestWins: boolean,
): void {
  const mayRepeat = isSilenced(entries.annotations, 'duplicate_priorities', 'duplicate-priorities');
  const mayTurn = isSilenced(
    entries.annotations,
    'entries_out_of_priority_order',
    'entries-out-of-priority-order',
  );
  const seen = new Map<bigint, TableEntry>();
  for (const [index, entry] of entries.entries.entries()) {
    const priority = priorities[index];
    const before = priorities[index - 1];
    const previous = entries.entries[index - 1];
    if (priority === undefined) return;
    const place = entry.priority?.span ?? entry.keyset.span;
    const same = seen.get(priority);
    if (same !== undefined && !mayRepeat) {
      sink.report(
        'P4923',
        place,
        { priority },
        { related: [{ message: 'this entry has it too', span: same.span }] },
      );
    } else seen.set(priority, entry);
    if (before === undefined || previous === undefined || mayTurn) continue;
    if (largestWins ? before < priority : before > priority) {
      sink.report(
        'P4924',
        place,
        { priority, before, wins: largestWins ? 'largest' : 'smallest' },
        { related: [{ message: `this entry has priority ${before}`, span: previous.span }] },
      );
    }
  }
}

/** Reports equal entries of exact tables, and entries that an earlier one always beats. */
function checkRepeated(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  table: TableDeclaration,
  key: KeyProperty,
  entries: EntriesProperty,
): void {
  const kinds = key.elements.map((element) => element.matchKind.name);
  const isExact = kinds.every((kind) => kind === 'exact');
  const isOrdered = kinds.every((kind) => kind === 'exact' || WITH_PRIORITY.has(kind));
  if (!isOrdered || entries.entries.some((entry) => entry.priority !== undefined)) return;
  const rows = entries.entries.map((entry) => {
    const parts = keysetsOf(key, entry)?.map((keyset) => matchedBy(checked, keyset)) ?? [];
    const known = parts.filter((part) => part !== undefined);
    return known.length === parts.length && known.length > 0 ? known : undefined;
  });
  for (const { covered, by } of findCovered(rows)) {
    const entry = entries.entries[covered];
    const earlier = entries.entries[by];
    if (entry === undefined || earlier === undefined) continue;
    if (isExact)
      sink.report(
        'P4582',
        entry.keyset.span,
        { table: table.name.name },
        { related: [{ message: 'first given here', span: earlier.span }] },
      );
    else
      sink.report(
        'P4921',
        entry.keyset.span,
        {},
        { related: [{ message: 'it matches all of that first', span: earlier.span }] },
      );
  }
}
