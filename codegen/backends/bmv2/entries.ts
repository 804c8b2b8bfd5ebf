/** Entries that the program itself gives a table. */

import { InternalError } from '../../diagnostics.ts';
import type { Expression, Keyset, Table, TableEntry, TableKey } from '../../ir/index.ts';
import { type Conversion, report } from './conversion.ts';
import { memberNumber } from './expressions.ts';
import { hexadecimal, type Json, sourceInfo } from './json.ts';
import { isScalar, widthOf } from './layout.ts';

/** The bits of a constant, as the switch keeps them. */
export function constantBits(conversion: Conversion, expression: Expression): bigint {
  switch (expression.kind) {
    case 'constant':
      return expression.type.kind === 'bits'
        ? BigInt.asUintN(expression.type.width, expression.value)
        : expression.value;
    case 'boolean':
      return expression.value ? 1n : 0n;
    case 'member':
      return BigInt(memberNumber(conversion.scope, expression));
    default:
      throw new InternalError('a value that has to be known is not', expression.span);
  }
}

/** How many bits a key has. */
export function keyWidth(key: TableKey): number {
  const { type } = key.expression;
  if (!isScalar(type)) throw new InternalError('a key is no number', key.span);
  return widthOf(type);
}

/** What BMv2 matches a kind of key with. */
export function switchMatchKind(matchKind: string): string {
  return matchKind === 'optional' ? 'ternary' : matchKind;
}

/** The values of an action's data, in order. */
export function actionData(conversion: Conversion, values: readonly Expression[]): readonly Json[] {
  return values.map((value) => {
    const width = isScalar(value.type) ? widthOf(value.type) : 0;
    return hexadecimal(constantBits(conversion, value), width);
  });
}

function matchKey(conversion: Conversion, key: TableKey, keyset: Keyset): Json {
  const width = keyWidth(key);
  const full = (1n << BigInt(width)) - 1n;
  const hex = (value: bigint) => hexadecimal(value, width);
  const kind = switchMatchKind(key.matchKind);
  switch (kind) {
    case 'lpm': {
      const { value, mask } = valueAndMask(conversion, keyset, full);
      return { match_type: kind, key: hex(value), prefix_length: prefixLength(mask, width) };
    }
    case 'ternary': {
      const { value, mask } = valueAndMask(conversion, keyset, full);
      return { match_type: kind, key: hex(value & mask), mask: hex(mask) };
    }
    case 'range': {
      const { low, high } = bounds(conversion, keyset, full);
      return { match_type: kind, start: hex(low), end: hex(high) };
    }
    default:
      return { match_type: kind, key: hex(valueAndMask(conversion, keyset, full).value) };
  }
}

function valueAndMask(conversion: Conversion, keyset: Keyset, full: bigint): { value: bigint; mask: bigint } {
  switch (keyset.kind) {
    case 'value':
      return { value: constantBits(conversion, keyset.value), mask: full };
    case 'mask': {
      const mask = constantBits(conversion, keyset.mask) & full;
      return { value: constantBits(conversion, keyset.value) & full, mask };
    }
    case 'any':
      return { value: 0n, mask: 0n };
    default:
      throw new InternalError(`a ${keyset.kind} is no value with a mask`);
  }
}

function bounds(conversion: Conversion, keyset: Keyset, full: bigint): { low: bigint; high: bigint } {
  switch (keyset.kind) {
    case 'range':
      return { low: constantBits(conversion, keyset.low), high: constantBits(conversion, keyset.high) };
    case 'any':
      return { low: 0n, high: full };
    case 'value': {
      const value = constantBits(conversion, keyset.value);
      return { low: value, high: value };
    }
    default:
      throw new InternalError(`a ${keyset.kind} is no range`);
  }
}

function prefixLength(mask: bigint, width: number): number {
  let length = 0;
  while (length < width && (mask >> BigInt(width - 1 - length)) & 1n) length++;
  return length;
}

/** `@priority(n)`, an older way than `priority = n`: there the smallest wins. */
function annotatedPriority(entry: TableEntry): bigint | undefined {
  for (const { name, body } of entry.annotations) {
    if (name.name !== 'priority' || body.form !== 'unstructured') continue;
    const value = body.tokens[0]?.value;
    if (typeof value === 'bigint') return value;
  }
  return undefined;
}

function booleanProperty(table: Table, name: string, otherwise: boolean): boolean {
  const value = table.properties.get(name)?.value;
  return value?.kind === 'boolean' ? value.value : otherwise;
}

function numberProperty(table: Table, name: string, otherwise: bigint): bigint {
  const value = table.properties.get(name)?.value;
  return value?.kind === 'constant' ? value.value : otherwise;
}

/**
 * The entries' numbers for the switch, where the smallest wins. An entry without priority follows the one before it
 * at `priority_delta` (specification §14.2.1.4); where no entry has one, the order is that of the text.
 */
function switchPriorities(table: Table): readonly number[] {
  const { entries } = table;
  const annotated = entries.map(annotatedPriority);
  if (annotated.some((one) => one !== undefined))
    return annotated.map((one, index) => (one === undefined ? index + 1 : Number(one)));
  if (entries.every((entry) => entry.priority === undefined)) return entries.map((_, index) => index + 1);
  const largestWins = booleanProperty(table, 'largest_priority_wins', true);
  const delta = numberProperty(table, 'priority_delta', 1n);
  const priorities: bigint[] = [];
  for (const entry of entries) {
    const last = priorities.at(-1);
    const next = last === undefined ? 1n : largestWins ? last - delta : last + delta;
    priorities.push(entry.priority ?? next);
  }
  const sorted = [...new Set(priorities)].sort((left, right) => (left < right ? -1 : 1));
  if (largestWins) sorted.reverse();
  return priorities.map((priority) => sorted.indexOf(priority) + 1);
}

/** Converts the entries of a table. `actionId` gives the number of an action. */
export function convertEntries(
  conversion: Conversion,
  table: Table,
  actionId: (action: string) => number,
): readonly Json[] {
  const priorities = switchPriorities(table);
  return table.entries.map((entry, index) => ({
    source_info: sourceInfo(entry.span),
    match_key: table.keys.flatMap((key, place) => {
      const keyset = entry.keysets[place];
      if (key.matchKind === 'selector' || keyset === undefined) return [];
      if (key.matchKind === 'exact' && keyset.kind !== 'value') {
        const given = keyset.kind === 'any' ? "'_'" : `a ${keyset.kind}`;
        report(conversion, 'P4815', entry.span, { table: table.name, given, key: key.name });
        return [];
      }
      return [matchKey(conversion, key, keyset)];
    }),
    action_entry: {
      action_id: actionId(entry.action.action),
      action_data: actionData(conversion, entry.action.arguments),
    },
    priority: priorities[index] ?? index + 1,
  }));
}
