/**
 * How many bits of containers ingress takes for headers and metadata. Headers that a packet never has together share
 * theirs; fields that nothing reads, and are not sent, have none. Fields whose use does not overlap in time could share
 * too: that is not counted.
 */

import type { Node, Program, Type } from '../../codegen/ir/index.ts';
import { fieldsRead, widthOf } from '../harness/ir-fields.ts';

/** By the ethertype, by the last header's protocol, and what stands in the one place that the parser has for it. */
const EXCLUSIVE: readonly (readonly string[])[] = [
  ['arp', 'ipv4', 'ipv6'],
  ['mobility', 'icmp', 'tcp', 'udp'],
  // Of a Home Address option, and of a routing header of type 2.
  ['home', 'routing_address'],
];

/** The bits of headers and metadata that ingress keeps. @param ingress The name of its block. */
export function fieldBits(program: Program, ingress: string): number {
  const [headers, metadata] = (program.blocks.get(ingress)?.parameters ?? []).map(
    ({ variable }) => variable.type,
  );
  if (headers === undefined || metadata === undefined) return 0;
  const read = new Set(fieldsRead(nodesOf(program)).keys());
  const metadataBits = leaves('metadata', metadata)
    .filter(([path]) => read.has(path))
    .reduce((sum, [, bits]) => sum + bits, 0);
  return headerBits(headers) + metadataBits;
}

function headerBits(type: Type): number {
  if (!('fields' in type)) return 0;
  const widths = new Map(type.fields.map((field) => [field.name, widthOf(field.type)]));
  let sum = [...widths.values()].reduce((total, bits) => total + bits, 0);
  for (const group of EXCLUSIVE) {
    const bits = group.map((name) => widths.get(name) ?? 0);
    sum -= bits.reduce((total, one) => total + one, 0) - Math.max(...bits);
  }
  return sum;
}

function leaves(path: string, type: Type): readonly (readonly [string, number])[] {
  if (type.kind !== 'struct') return [[path, widthOf(type)]];
  return type.fields.flatMap((field) => leaves(`${path}.${field.name}`, field.type));
}

/** All that is run: also what register actions do. */
function nodesOf({ blocks, actions, tables, functions }: Program): readonly Node[] {
  const read: Node[] = [];
  const statements = [
    ...[...blocks.values()].flatMap((block) =>
      block.kind === 'control' ? block.body : block.states.flatMap((state) => state.statements),
    ),
    ...[...actions.values()].flatMap(({ body }) => body),
    ...[...functions.values()].flatMap(({ body }) => body),
  ];
  const walk = (statement: Node): void => {
    if (statement.kind === 'assign') read.push(statement.value);
    else if (statement.kind === 'if') {
      read.push(statement.condition);
      for (const one of [...statement.whenTrue, ...statement.whenFalse]) walk(one);
    } else if (statement.kind === 'apply') {
      if (statement.outcome.kind === 'hit') {
        for (const one of [...statement.outcome.hit, ...statement.outcome.miss]) walk(one);
      }
    } else if (statement.kind === 'call' && 'result' in statement) {
      read.push(...statement.call.arguments.flatMap(({ value }) => value ?? []));
    }
  };
  for (const statement of statements) walk(statement);
  for (const { keys } of tables.values()) read.push(...keys.map(({ expression }) => expression));
  return read;
}
