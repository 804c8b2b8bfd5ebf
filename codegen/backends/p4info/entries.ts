/** The entries of tables as the request that would insert them (P4Runtime, "P4Runtime Entries files", "Match Format"). */

import {
  type TableEntry as EntryMessage,
  type FieldMatch,
  type Update,
  Update_Type,
  type WriteRequest,
  WriteRequest_Atomicity,
} from '../../../p4runtime/gen/p4/v1/p4runtime.ts';
import { UNKNOWN } from '../../check/types.ts';
import type { TableInstance } from '../../evaluate/index.ts';
import type { Expression, TableEntry } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { parameterIds } from './actions.ts';
import { paddedBytes } from './bytes.ts';
import { constantIn, type P4InfoContext, valueBytes } from './context.ts';
import type { ReachableTable } from './reachable.ts';
import { entriesOf, type NumberedKey, numberedKeys } from './tables.ts';

/** All entries of all tables, each as an insertion. */
export function makeEntries(context: P4InfoContext, tables: readonly ReachableTable[]): WriteRequest {
  const updates = tables.flatMap((table) => (table.table.name.hidden ? [] : tableEntries(context, table)));
  return {
    deviceId: 0n,
    roleId: 0n,
    electionId: undefined,
    updates,
    atomicity: WriteRequest_Atomicity.CONTINUE_ON_ERROR,
    role: '',
  };
}

function tableEntries(context: P4InfoContext, reachable: ReachableTable): readonly Update[] {
  const property = entriesOf(reachable.table);
  if (property === undefined) return [];
  const keys = numberedKeys(context, reachable.table);
  const priorities = prioritiesOf(context, reachable, keys);
  const updates = property.entries.map((entry, index) => {
    const value: EntryMessage = {
      tableId: context.ids.id('table', reachable.table.name.controlPlane),
      match: matchesOf(context, reachable, keys, entry),
      action: { type: { $case: 'action', value: actionOf(context, reachable, entry) } },
      priority: priorities[index] ?? 0,
      controllerMetadata: 0n,
      meterConfig: undefined,
      counterData: undefined,
      isDefaultAction: false,
      idleTimeoutNs: 0n,
      timeSinceLastHit: undefined,
      metadata: new Uint8Array(),
      meterCounterData: undefined,
      isConst: property.isConst || entry.isConst,
    };
    const update: Update = { type: Update_Type.INSERT, entity: { entity: { $case: 'tableEntry', value } } };
    return { update, priority: value.priority };
  });
  // Written priorities may be out of order.
  const direction = largestPriorityWins(reachable.table) ? -1 : 1;
  return updates
    .sort((left, right) => direction * (left.priority - right.priority))
    .map(({ update }) => update);
}

function largestPriorityWins({ properties }: TableInstance): boolean {
  const value = properties.get('largest_priority_wins')?.value;
  return value?.kind === 'boolean' ? value.value : true;
}

const WITH_PRIORITY: ReadonlySet<string> = new Set(['ternary', 'range', 'optional']);

/** Entries that stand earlier win; others say so by their priorities (P4-16 specification §14.2.1.5). */
function prioritiesOf(
  context: P4InfoContext,
  { table, block }: ReachableTable,
  keys: readonly NumberedKey[],
): readonly number[] {
  const property = entriesOf(table);
  if (property === undefined || !keys.some(({ key }) => WITH_PRIORITY.has(key.matchKind))) return [];
  const { entries, isConst } = property;
  if (isConst) return entries.map((_, index) => entries.length - index);
  const largestWins = largestPriorityWins(table);
  const deltaValue = table.properties.get('priority_delta')?.value;
  const delta = deltaValue?.kind === 'integer' ? Number(deltaValue.value) : 1;
  if (entries.every(({ priority }) => priority === undefined)) {
    return entries.map((_, index) => 1 + delta * (largestWins ? entries.length - 1 - index : index));
  }
  const priorities: number[] = [];
  for (const { priority } of entries) {
    const written = priority === undefined ? undefined : constantIn(context, block, priority);
    const previous = priorities.at(-1);
    if (written?.kind === 'integer') priorities.push(Number(written.value));
    else priorities.push(previous === undefined ? 1 : largestWins ? previous - delta : previous + delta);
  }
  for (const [index, value] of priorities.entries()) {
    const entry = entries[index];
    if (entry !== undefined && (value < 1 || value >= 2 ** 31)) {
      context.sink.report('P4867', entry.span, {
        value: `the priority ${value}`,
        wanted: 'a number from 1 to 2147483647',
      });
    }
  }
  return priorities;
}

function matchesOf(
  context: P4InfoContext,
  { table, block }: ReachableTable,
  keys: readonly NumberedKey[],
  { keyset }: TableEntry,
): readonly FieldMatch[] {
  const parts = partsOf(keyset, table.keys.length);
  return keys.flatMap((numbered) => {
    const part = parts?.[table.keys.indexOf(numbered.key)];
    if (numbered.key.matchKind === 'exact' && (part === undefined || isEverything(part))) {
      wrong(context, part?.span ?? keyset.span, "'_'", 'one value, which exact takes');
      return [];
    }
    if (part === undefined) return [];
    const fieldMatchType = matchOfPart(
      {
        context,
        numbered,
        width: context.types.width(numbered.type),
        value: (expression) => numberIn(context, block, expression),
      },
      part,
    );
    return fieldMatchType === undefined ? [] : [{ fieldId: numbered.id, fieldMatchType }];
  });
}

/** The keyset of each key; undefined: all of them match everything. */
function partsOf(keyset: Expression, count: number): readonly Expression[] | undefined {
  if (keyset.kind === 'ParenthesizedExpression' && count === 1) return [keyset.inner];
  if (keyset.kind === 'TupleKeysetExpression' || keyset.kind === 'ListExpression') return keyset.elements;
  if (isEverything(keyset) && count > 1) return undefined;
  return [keyset];
}

function isEverything({ kind }: Expression): boolean {
  return kind === 'DefaultExpression' || kind === 'DontCareExpression';
}

type Part = {
  readonly context: P4InfoContext;
  readonly numbered: NumberedKey;
  readonly width: number;
  readonly value: (expression: Expression) => bigint | undefined;
};

/** One match; undefined for one that matches everything, and for what has been reported. */
function matchOfPart(part: Part, keyset: Expression): FieldMatch['fieldMatchType'] {
  const { context, numbered, width, value } = part;
  if (isEverything(keyset)) return undefined;
  if (keyset.kind === 'ParenthesizedExpression') return matchOfPart(part, keyset.inner);
  const bytes = (number: bigint) => paddedBytes(number, width);
  const all = (1n << BigInt(width)) - 1n;
  if (keyset.kind === 'MaskExpression' || keyset.kind === 'RangeExpression') {
    const [first, second] =
      keyset.kind === 'MaskExpression' ? [keyset.value, keyset.mask] : [keyset.low, keyset.high];
    const left = value(first);
    const right = value(second);
    if (left === undefined || right === undefined) return notKnown(context, keyset.span);
    switch (numbered.key.matchKind) {
      case 'lpm': {
        const prefixLen = prefixLength(right, width);
        if (keyset.kind === 'RangeExpression' || prefixLen === undefined) {
          return wrong(context, keyset.span, 'this set', 'a prefix: a mask of ones and then zeros');
        }
        if (prefixLen === 0) return undefined;
        return { $case: 'lpm', value: { value: bytes(left & right), prefixLen } };
      }
      case 'ternary':
        if (keyset.kind === 'RangeExpression')
          return wrong(context, keyset.span, 'a range', 'a value and mask');
        if (right === 0n) return undefined;
        return { $case: 'ternary', value: { value: bytes(left & right), mask: bytes(right) } };
      case 'range':
        if (keyset.kind === 'MaskExpression') return wrong(context, keyset.span, 'a mask', 'a range');
        if (left > right) return wrong(context, keyset.span, `${left} .. ${right}`, 'a range: it is empty');
        if (left === 0n && right === all) return undefined;
        return { $case: 'range', value: { low: bytes(left), high: bytes(right) } };
      default:
        return wrong(context, keyset.span, 'this set', `one value, which ${numbered.key.matchKind} takes`);
    }
  }
  const number = value(keyset);
  if (number === undefined) return notKnown(context, keyset.span);
  switch (numbered.key.matchKind) {
    case 'exact':
    case 'optional':
      return { $case: numbered.key.matchKind, value: { value: bytes(number) } };
    case 'lpm':
      return { $case: 'lpm', value: { value: bytes(number), prefixLen: width } };
    case 'ternary':
      return { $case: 'ternary', value: { value: bytes(number), mask: bytes(all) } };
    case 'range':
      return { $case: 'range', value: { low: bytes(number), high: bytes(number) } };
    default:
      return wrong(context, keyset.span, 'a value', `known for the match kind ${numbered.key.matchKind}`);
  }
}

/** How many ones a mask begins with; undefined when more come after the first zero. */
function prefixLength(mask: bigint, width: number): number | undefined {
  const digits = mask.toString(2).padStart(width, '0');
  return /^1*0*$/.test(digits) ? digits.replaceAll('0', '').length : undefined;
}

function numberIn(
  context: P4InfoContext,
  block: ReachableTable['block'],
  expression: Expression,
): bigint | undefined {
  const constant = constantIn(context, block, expression);
  if (constant?.kind === 'boolean') return constant.value ? 1n : 0n;
  return constant?.kind === 'integer' ? constant.value : undefined;
}

function actionOf(context: P4InfoContext, { table, block }: ReachableTable, { action }: TableEntry) {
  const { checked, ids, types } = context;
  const declaration = checked.references.get(action);
  const use = table.actions.find((candidate) => candidate.action.declaration === declaration);
  if (use === undefined) return { actionId: 0, params: [] };
  const parameters = [...parameterIds(context, use.action.declaration)];
  const params = parameters.flatMap(([parameter, paramId], index) => {
    const args = action.arguments ?? [];
    const argument = args.find(({ name }) => name?.name === parameter.name.name) ?? args[index];
    const expression = argument?.value ?? parameter.defaultValue;
    if (expression === undefined) return [];
    const width = types.width(checked.declaredTypes.get(parameter) ?? UNKNOWN);
    const value = valueBytes(constantIn(context, block, expression), width);
    if (value === undefined) notKnown(context, expression.span);
    return value === undefined ? [] : [{ paramId, value }];
  });
  return { actionId: ids.id('action', use.action.name.controlPlane), params };
}

function notKnown(context: P4InfoContext, span: Span): undefined {
  return wrong(context, span, 'this', 'a number or boolean that is known while compiling');
}

function wrong({ sink }: P4InfoContext, span: Span, value: string, wanted: string): undefined {
  sink.report('P4867', span, { value, wanted });
  return undefined;
}
