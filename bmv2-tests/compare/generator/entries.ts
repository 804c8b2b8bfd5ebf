/** Random entries of the control plane, as plain data that both switches are given. */

import type { ParserModel } from './parser.ts';
import { GROUPS, type Plan, PORTS, SESSIONS } from './plan.ts';
import type { KeyModel, TableModel } from './tables.ts';
import { needsPriority } from './tables.ts';

export type KeyValue =
  | { readonly kind: 'exact'; readonly value: bigint }
  | { readonly kind: 'lpm'; readonly value: bigint; readonly length: number }
  | { readonly kind: 'ternary'; readonly value: bigint; readonly mask: bigint }
  | { readonly kind: 'range'; readonly low: bigint; readonly high: bigint };

export type Call = { readonly action: string; readonly arguments: readonly bigint[] };

export type Target =
  | ({ readonly kind: 'action' } & Call)
  | { readonly kind: 'member'; readonly member: number }
  | { readonly kind: 'group'; readonly group: number };

export type Command =
  | {
      readonly kind: 'entry';
      readonly table: string;
      readonly keys: readonly KeyValue[];
      readonly target: Target;
      /** The smaller wins; undefined where none is needed. */
      readonly priority: number | undefined;
    }
  /** Members are numbered from 0 as they come, and so are groups. */
  | ({ readonly kind: 'member'; readonly profile: string } & Call)
  | { readonly kind: 'group'; readonly profile: string; readonly members: readonly number[] }
  | { readonly kind: 'session'; readonly session: number; readonly port: number }
  | { readonly kind: 'session-group'; readonly session: number; readonly group: number }
  | {
      readonly kind: 'multicast';
      readonly group: number;
      readonly nodes: readonly { readonly rid: number; readonly ports: readonly number[] }[];
    }
  | { readonly kind: 'value'; readonly set: string; readonly value: bigint };

/** Everything that the control plane does before packets come. */
export function makeCommands(
  plan: Plan,
  tables: readonly TableModel[],
  parser: ParserModel,
): readonly Command[] {
  return [
    ...replication(plan),
    ...parser.valueSets.flatMap(({ name, width }) =>
      [...new Set(Array.from({ length: plan.random.between(1, 3) }, () => setMember(plan, width)))].map(
        (value): Command => ({ kind: 'value', set: name, value }),
      ),
    ),
    ...tables.flatMap((table) => fill(plan, table)),
  ];
}

/** A member that simple_switch_CLI passes on as it is: no byte has its first bit set. */
function setMember(plan: Plan, width: number): bigint {
  const bytes = BigInt(`0x${'7f'.repeat(Math.ceil(width / 8))}`);
  // Ports mostly, which packets come from.
  return width === 9 && plan.random.chance(70) ? BigInt(plan.random.pick(4)) : plan.value(width) & bytes;
}

function replication({ random }: Plan): readonly Command[] {
  const ports = () =>
    [...new Set(Array.from({ length: random.between(1, 3) }, () => random.pick(PORTS)))].sort();
  const groups = Array.from(
    { length: GROUPS },
    (_, index): Command => ({
      kind: 'multicast',
      group: index + 1,
      nodes: Array.from({ length: random.between(1, 2) }, (_, node) => ({
        rid: index * 4 + node + 1,
        ports: ports(),
      })),
    }),
  );
  const sessions = Array.from(
    { length: SESSIONS },
    (_, index): Command =>
      index === 0
        ? { kind: 'session-group', session: 1, group: random.between(1, GROUPS) }
        : { kind: 'session', session: index + 1, port: random.pick(PORTS) },
  );
  return [...groups, ...sessions];
}

function call(plan: Plan, table: TableModel): Call | undefined {
  const action = plan.random.oneOf(table.actions);
  if (action === undefined) return undefined;
  return { action: action.name, arguments: action.widths.map((width) => plan.value(width)) };
}

function fill(plan: Plan, table: TableModel): readonly Command[] {
  const { random } = plan;
  if (table.keys.length === 0 || table.hasConstantEntries) return [];
  const commands: Command[] = [];
  const { profile } = table;
  let groups = 0;
  let members = 0;
  if (profile !== undefined) {
    for (let count = random.between(2, 6); count > 0; count--) {
      const made = call(plan, table);
      if (made === undefined) continue;
      commands.push({ kind: 'member', profile: profile.name, ...made });
      members++;
    }
    for (let count = profile.isSelector ? random.between(1, 3) : 0; count > 0; count--) {
      const chosen = Array.from({ length: members }, (_, index) => index).filter(() => random.chance(60));
      commands.push({ kind: 'group', profile: profile.name, members: chosen.length === 0 ? [0] : chosen });
      groups++;
    }
  }
  const seen = new Set<string>();
  const target = (): Target | undefined => {
    if (profile === undefined) {
      const made = call(plan, table);
      return made === undefined ? undefined : { kind: 'action', ...made };
    }
    if (groups > 0 && random.chance(70)) return { kind: 'group', group: random.pick(groups) };
    return { kind: 'member', member: random.pick(members) };
  };
  const count = random.between(2, 16);
  const priorities = random.shuffled(Array.from({ length: count }, (_, index) => index + 1));
  for (const priority of priorities) {
    const keys = table.keys.map((key) => keyValue(plan, key));
    const text = keys.map((key) => Object.values(key).join()).join(';');
    const chosen = target();
    if (seen.has(text) || chosen === undefined) continue;
    seen.add(text);
    commands.push({
      kind: 'entry',
      table: table.name,
      keys,
      target: chosen,
      priority: needsPriority(table) ? priority : undefined,
    });
  }
  return commands;
}

function keyValue(plan: Plan, { kind, width }: KeyModel): KeyValue {
  const { random } = plan;
  const value = plan.value(width);
  const all = (1n << BigInt(width)) - 1n;
  switch (kind) {
    case 'exact':
      return { kind, value };
    case 'optional':
      return random.chance(30)
        ? { kind: 'ternary', value: 0n, mask: 0n }
        : { kind: 'ternary', value, mask: all };
    case 'ternary': {
      const mask = random.one([all, 0n, random.bits(width), value, all ^ (all >> BigInt(width >> 1))]);
      return { kind, value: value & mask, mask };
    }
    case 'lpm': {
      const length = random.pick(width + 1);
      const shift = BigInt(width - length);
      return { kind, value: (value >> shift) << shift, length };
    }
    case 'range': {
      const other = plan.value(width);
      return value < other ? { kind, low: value, high: other } : { kind, low: other, high: value };
    }
  }
}
