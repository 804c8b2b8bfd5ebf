/** Puts the JSON of a program together. */

import type { DiagnosticSink } from '../../diagnostics.ts';
import {
  type Action,
  type Control,
  type EnumType,
  type Package,
  type Parameter,
  type Parser,
  type Program,
  type Statement,
  type Type,
  type ValueSet,
  visit,
} from '../../ir/index.ts';
import { ActionTable } from './actions.ts';
import { convertChecksums } from './checksums.ts';
import { convertControl } from './control.ts';
import type { BlockRole, Conversion } from './conversion.ts';
import { convertDeparser } from './deparser.ts';
import { makeFieldLists, type NamedNumber } from './field-lists.ts';
import { type Json, sourceInfo } from './json.ts';
import { bitsOf, Layout, type Place } from './layout.ts';
import type { Scope } from './locate.ts';
import { convertParser } from './parser.ts';
import { bindingsOf, convertResources, reserveMeterResults } from './resources.ts';
import { Selectors } from './selectors.ts';
import { TableContext, tableSize } from './tables.ts';

/** The version of the format. */
export const BMV2_JSON_VERSION: readonly [major: number, minor: number] = [2, 23];

/** The whole JSON. */
export type Bmv2Json = { readonly [section: string]: Json };

type Blocks = {
  readonly parser: Parser;
  readonly verify: Control;
  readonly ingress: Control;
  readonly egress: Control;
  readonly compute: Control;
  readonly deparser: Control;
};

/** The blocks of a `V1Switch`, by the order of its parameters. */
function blocksOf(program: Program, main: Package): Blocks | undefined {
  const blocks = [...main.arguments.values()].map((argument) =>
    argument.kind === 'block' ? program.blocks.get(argument.name) : undefined,
  );
  const [parser, verify, ingress, egress, compute, deparser] = blocks;
  if (
    parser?.kind !== 'parser' ||
    verify?.kind !== 'control' ||
    ingress?.kind !== 'control' ||
    egress?.kind !== 'control' ||
    compute?.kind !== 'control' ||
    deparser?.kind !== 'control'
  )
    return undefined;
  return { parser, verify, ingress, egress, compute, deparser };
}

/** What the parameters of the blocks stand for. */
type Things = {
  readonly headers: Place;
  readonly metadata: Place;
  readonly standard: Place;
  readonly object: Place;
};

function bind(layout: Layout, parameters: readonly Parameter[], places: readonly Place[]): void {
  for (const [index, { variable }] of parameters.entries()) {
    const place = places[index];
    if (place !== undefined) layout.bind(variable, place);
  }
}

function bindBlocks(layout: Layout, blocks: Blocks): Things {
  const [, headers, metadata, standard] = blocks.parser.parameters.map(({ variable }) => variable.type);
  const nothing: Type = { kind: 'void' };
  const things: Things = {
    object: { kind: 'object' },
    standard: layout.standardMetadata(standard ?? nothing),
    headers: layout.allocate('', headers ?? nothing),
    metadata: layout.allocate('userMetadata', metadata ?? nothing),
  };
  const pipeline = [things.headers, things.metadata, things.standard];
  bind(layout, blocks.parser.parameters, [things.object, ...pipeline]);
  bind(layout, blocks.verify.parameters, pipeline);
  bind(layout, blocks.ingress.parameters, pipeline);
  bind(layout, blocks.egress.parameters, pipeline);
  bind(layout, blocks.compute.parameters, pipeline);
  bind(layout, blocks.deparser.parameters, [things.object, things.headers]);
  return things;
}

/** Which pipeline each action runs in; ingress for one that runs in both, which only its errors can show. */
function actionRoles(program: Program, blocks: Blocks): ReadonlyMap<string, BlockRole> {
  const roles = new Map<string, BlockRole>();
  const use = (action: string, role: BlockRole) => {
    if (!roles.has(action)) roles.set(action, role);
  };
  const walk = (statements: readonly Statement[], role: BlockRole) =>
    visit(statements, (node) => {
      if (node.kind === 'call' && 'result' in node && node.call.callee.kind === 'action')
        use(node.call.callee.name, role);
      if (node.kind !== 'apply') return undefined;
      const table = program.tables.get(node.table);
      for (const { action } of table?.actions ?? []) use(action, role);
      if (table?.defaultAction !== undefined) use(table.defaultAction.action, role);
      return undefined;
    });
  walk(blocks.ingress.body, 'ingress');
  walk(blocks.egress.body, 'egress');
  return roles;
}

/**
 * A name giver for tables, conditions and actions of the back end's own. The tools find tables and actions by the ends
 * of their names, so ours end in what no name of a program has.
 */
function nodeNames(): (base: string) => string {
  const next = new Map<string, number>();
  return (wanted) => {
    const base = wanted.replaceAll(/\W/g, '_');
    const count = next.get(base) ?? 0;
    next.set(base, count + 1);
    return `${base}$${count}`;
  };
}

function enumsOf(enums: readonly EnumType[]): readonly Json[] {
  return enums.map(({ name, members }) => ({
    name,
    entries: members.map((member, index) => [member, index]),
  }));
}

function valueSets(sets: Iterable<ValueSet>): readonly Json[] {
  return [...sets].map((set, id) => ({
    name: set.controlPlaneName,
    id,
    source_info: sourceInfo(set.span),
    compressed_bitwidth: bitsOf(set.elementType),
    max_size: Number(set.size ?? 0n),
  }));
}

/** What the lowered program does not know of itself. */
export type Bmv2Input = {
  /** The name of the program, as the switch's log shows it. */
  readonly file: string;
  /** The numbers that names in annotations stand for. */
  readonly numberOf: NamedNumber;
};

/**
 * Converts a lowered program after the passes of this back end.
 * @returns The JSON; undefined when something was reported that the switch cannot do.
 */
export function makeBmv2Json(
  program: Program,
  sink: DiagnosticSink,
  { file, numberOf }: Bmv2Input,
): Bmv2Json | undefined {
  const { main } = program;
  const blocks = blocksOf(program, main);
  if (main.type !== 'V1Switch' || blocks === undefined) {
    sink.report('P4800', main.span, { package: main.type });
    return undefined;
  }
  const before = sink.errorCount;
  const layout = new Layout((type) => {
    const width = bitsOf(type);
    if (width % 8 !== 0) sink.report('P4802', type.span, { name: type.sourceName, width });
  });
  const things = bindBlocks(layout, blocks);
  for (const block of program.blocks.values()) for (const local of block.locals) layout.addLocal(local);
  for (const action of program.actions.values()) for (const local of action.locals) layout.addLocal(local);
  const scope: Scope = { program, layout, actionData: new Map() };
  const conversion: Conversion = {
    program,
    sink,
    layout,
    scope,
    calculations: [],
    learnLists: new Map(),
    fieldLists: makeFieldLists(things.metadata, numberOf, sink),
    meterResults: new Map(),
    nodeName: nodeNames(),
  };
  const json = convertBlocks(conversion, blocks, file);
  return sink.errorCount > before ? undefined : json;
}

function convertBlocks(conversion: Conversion, blocks: Blocks, file: string): Bmv2Json {
  const { program, layout } = conversion;
  const bindings = bindingsOf(program.tables.values());
  reserveMeterResults(conversion, bindings);
  const parser = convertParser(conversion, blocks.parser);
  const actions = new ActionTable(conversion);
  const roles = actionRoles(program, blocks);
  for (const action of usedActions(program, roles))
    actions.convert(action, roles.get(action.name) ?? 'ingress');
  const selectors = new Selectors(conversion);
  const context = (role: BlockRole) => new TableContext(conversion, actions, selectors, role);
  const ingress = convertControl(conversion, actions, context, blocks.ingress, 'ingress', 0);
  const egress = convertControl(conversion, actions, context, blocks.egress, 'egress', 1);
  const deparser = convertDeparser(conversion, blocks.deparser);
  const checksums: Json[] = [];
  convertChecksums(conversion, blocks.compute, 'compute', checksums);
  convertChecksums(conversion, blocks.verify, 'verify', checksums);
  const resources = convertResources(conversion, bindings, tableSize);
  return {
    program: file,
    ...layout.sections(),
    field_lists: conversion.fieldLists.lists,
    errors: program.errors.map((name, index) => [name, index]),
    enums: enumsOf(program.enums),
    parsers: [parser],
    parse_vsets: valueSets(program.valueSets.values()),
    deparsers: [deparser],
    ...resources,
    calculations: conversion.calculations,
    learn_lists: [...conversion.learnLists.values()].map(({ json }) => json),
    actions: actions.json,
    pipelines: [ingress, egress],
    checksums,
    force_arith: [],
    extern_instances: [],
    field_aliases: layout.aliases,
    __meta__: { version: BMV2_JSON_VERSION, compiler: 'moor' },
  };
}

/** The actions that some pipeline runs. */
function usedActions(program: Program, roles: ReadonlyMap<string, BlockRole>): readonly Action[] {
  return [...program.actions.values()].filter((action) => roles.has(action.name));
}
