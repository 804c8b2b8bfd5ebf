/**
 * A pipeline as a graph of nodes with what is known there: the same table or condition stands in it as often as it is
 * reached with other facts that matter behind it. So a flag that an action sets is not asked for: what follows the action
 * already is what follows the flag.
 */

import type {
  Action,
  BoolExpression,
  ControlNode,
  Field,
  Header,
  ParserOperation,
  Pipeline,
  Program,
  Table,
} from '../json/index.ts';
import {
  applyAction,
  assignFact,
  type Facts,
  fieldFact,
  forgetTouched,
  hasJumps,
  knownBool,
  learnFrom,
  type OpenFacts,
  type SingleHeaders,
  singleHeaders,
  validityFact,
} from './facts.ts';

/** A node with what is known in front of it. */
export type SpecialNode = { readonly node: ControlNode; readonly facts: Facts };

/** A way on from a node: the action that runs there, if one does, and what follows it. */
export type Branch = { readonly action: Action | undefined; readonly next: number | undefined };

/** Nodes of the graph for each node of the pipeline, on average; beyond it nothing more is known. */
const GROWTH = 3;
const LEAST_NODES = 64;

/** The action that a table runs for packets that match nothing, if nobody can change it. */
export function missAction({ defaultEntry, profile }: Table): Action | undefined {
  if (profile !== undefined || defaultEntry === undefined) return undefined;
  return defaultEntry.constAction && defaultEntry.constEntry ? defaultEntry.action : undefined;
}

/** The action of a table that always runs the same one: compilers put code into such tables. */
export function fixedAction(table: Table): Action | undefined {
  return table.keys.length === 0 ? missAction(table) : undefined;
}

/** The graph of a pipeline. Nodes are numbered; `undefined` is behind the pipeline. */
export class Specialization {
  readonly nodes: SpecialNode[] = [];
  readonly initial: number | undefined;
  readonly single: SingleHeaders;
  readonly #numbers = new Map<string, number>();
  readonly #pipeline: Pipeline;
  readonly #program: Program;
  /** For each node, the names of facts that matter there, in order. */
  readonly #relevant: readonly (readonly string[])[];
  readonly #most: number;

  /** @param facts What is known in front of the pipeline. `undefined`: nothing is to be made of facts. */
  constructor(program: Program, pipeline: Pipeline, facts: Facts | undefined) {
    this.#program = program;
    this.#pipeline = pipeline;
    this.single = singleHeaders(program);
    this.#relevant =
      facts === undefined ? [] : relevantFacts(pipeline, this.single).map((names) => [...names].sort());
    this.#most = facts === undefined ? 0 : GROWTH * pipeline.nodes.length + LEAST_NODES;
    this.initial = this.#number(pipeline.initial, facts ?? new Map());
    // Numbers are given while successors are worked out, until there are no more of them.
    for (let index = 0; index < this.nodes.length; index++) this.successors(index);
  }

  #number(index: number | undefined, facts: Facts): number | undefined {
    const node = index === undefined ? undefined : this.#pipeline.nodes[index];
    if (index === undefined || node === undefined) return undefined;
    const relevant = this.#relevant[index];
    const kept: [string, bigint][] = [];
    let key = `${index}`;
    for (const name of relevant ?? []) {
      const value = facts.get(name);
      if (value === undefined) continue;
      kept.push([name, value]);
      key += ` ${name}=${value}`;
    }
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    // What was once made without facts stays so, whatever the graph has become since.
    const number =
      kept.length > 0 && this.nodes.length >= this.#most
        ? this.#number(index, new Map())
        : this.nodes.push({ node, facts: new Map(kept) }) - 1;
    if (number !== undefined) this.#numbers.set(key, number);
    return number;
  }

  /** What may follow a node. */
  successors(index: number): readonly (number | undefined)[] {
    return this.branches(index).map(({ next }) => next);
  }

  /** The ways on from a node, once for each place in its code that goes on. */
  branches(index: number): readonly Branch[] {
    const special = this.nodes[index];
    if (special === undefined) return [];
    const { node, facts } = special;
    switch (node.kind) {
      case 'conditional':
        return this.outcomes(node.condition, facts).map((outcome) => ({
          action: undefined,
          next: this.afterCondition(special, outcome),
        }));
      case 'call':
        return [{ action: node.action, next: this.afterAction(node.next, node.action, facts) }];
      case 'table':
        return this.#afterTable(node, facts);
    }
  }

  #afterTable(table: Table, facts: Facts): readonly Branch[] {
    const after = (action: Action | undefined, hit: boolean): Branch => ({
      action,
      next: this.afterTable(table, facts, action, hit),
    });
    const always = fixedAction(table);
    if (always !== undefined) return [after(always, false)];
    const onMiss = missAction(table);
    const hits = table.actions.map((action) => after(action, true));
    if (onMiss !== undefined) return [...hits, after(onMiss, false)];
    // Without an action it goes on from several places.
    const without = [after(undefined, true), after(undefined, false)];
    return [...hits, ...table.actions.map((action) => after(action, false)), ...without, ...without];
  }

  /** How a condition can come out. */
  outcomes(condition: BoolExpression, facts: Facts): readonly boolean[] {
    const known = this.#most === 0 ? undefined : knownBool(condition, facts);
    return known === undefined ? [true, false] : [known];
  }

  /** What follows a condition that came out so. */
  afterCondition({ node, facts }: SpecialNode, outcome: boolean): number | undefined {
    if (node.kind !== 'conditional') return undefined;
    const behind: OpenFacts = new Map(facts);
    learnFrom(node.condition, outcome, behind, this.single);
    return this.#number(outcome ? node.trueNext : node.falseNext, behind);
  }

  /** What follows a call of an action, if this node does. */
  afterAction(next: number | undefined, action: Action, facts: Facts): number | undefined {
    const behind: OpenFacts = new Map(facts);
    applyAction(action, behind, this.#program, this.single);
    return this.#number(next, behind);
  }

  /** What is known when a table has been looked up, and its action has not run. */
  atAction(table: Table, facts: Facts): Facts {
    const behind: OpenFacts = new Map(facts);
    const target = table.directMeter?.direct?.target;
    if (target !== undefined) assignFact({ kind: 'field', field: target }, undefined, behind);
    return behind;
  }

  /** What follows a table that ran an action, or none. */
  afterTable(table: Table, facts: Facts, action: Action | undefined, hit: boolean): number | undefined {
    const { next } = table;
    const missWithout = next.kind === 'hitMiss' ? next.miss : table.baseDefaultNext;
    const behind = this.atAction(table, facts);
    const target =
      next.kind === 'hitMiss'
        ? hit
          ? next.hit
          : next.miss
        : action === undefined
          ? missWithout
          : next.next.get(action);
    return action === undefined ? this.#number(target, behind) : this.afterAction(target, action, behind);
  }
}

/** For each node, the facts that something behind it may ask for before they change. */
function relevantFacts(pipeline: Pipeline, single: SingleHeaders): readonly ReadonlySet<string>[] {
  const reads = pipeline.nodes.map((node) => readsOf(node, single));
  const relevant = reads.map((own) => new Set(own));
  const kills = pipeline.nodes.map(killsOf);
  const order = lastFirst(pipeline);
  for (let changed = true; changed; ) {
    changed = false;
    for (const index of order) {
      const node = pipeline.nodes[index];
      const own = relevant[index];
      if (node === undefined || own === undefined) continue;
      const kept = own.size;
      for (const next of new Set(nextOf(node))) {
        for (const name of next === undefined ? [] : (relevant[next] ?? []))
          if (kills[index]?.has(name) !== true) own.add(name);
      }
      changed ||= own.size !== kept;
    }
  }
  return relevant;
}

/** The nodes that are reached, each behind what follows it, so that going through them once is mostly enough. */
function lastFirst(pipeline: Pipeline): readonly number[] {
  const seen = new Set<number>();
  const order: number[] = [];
  const path = [{ index: pipeline.initial, isDone: false }];
  for (let top = path.pop(); top !== undefined; top = path.pop()) {
    const { index, isDone } = top;
    const node = index === undefined ? undefined : pipeline.nodes[index];
    if (index === undefined || node === undefined) continue;
    if (isDone) order.push(index);
    else if (!seen.has(index)) {
      seen.add(index);
      path.push({ index, isDone: true });
      for (const next of nextOf(node)) path.push({ index: next, isDone: false });
    }
  }
  return order;
}

function nextOf(node: ControlNode): readonly (number | undefined)[] {
  switch (node.kind) {
    case 'conditional':
      return [node.trueNext, node.falseNext];
    case 'call':
      return [node.next];
    case 'table':
      return node.next.kind === 'hitMiss'
        ? [node.next.hit, node.next.miss]
        : [...node.next.next.values(), node.baseDefaultNext];
  }
}

/** Facts that a node gives another value, whatever happens. */
function killsOf(node: ControlNode): ReadonlySet<string> {
  const [action, ...others] =
    node.kind === 'table' ? node.actions : node.kind === 'call' ? [node.action] : [];
  const always =
    node.kind === 'call' || (node.kind === 'table' && node.keys.length === 0 && others.length === 0);
  if (action === undefined || !always || hasJumps(action)) return new Set();
  const killed = new Set<string>();
  for (const primitive of action.primitives) {
    if (primitive.op !== 'assign' || primitive.target.kind !== 'field') continue;
    const name = fieldFact(primitive.target.field);
    if (name !== undefined) killed.add(name);
  }
  return killed;
}

/** Facts that a node may ask for. */
function readsOf(node: ControlNode, single: SingleHeaders): ReadonlySet<string> {
  const reads = new Set<string>();
  const field = (one: Field) => {
    const name = fieldFact(one);
    if (name !== undefined) reads.add(name);
  };
  const header = (one: Header) => {
    if (single.has(one)) reads.add(validityFact(one));
  };
  if (node.kind === 'conditional') visit(node.condition, field, header);
  if (node.kind === 'table') for (const key of node.keys) visit(key.value, field, header);
  const actions = node.kind === 'table' ? node.actions : node.kind === 'call' ? [node.action] : [];
  for (const action of actions) {
    for (const primitive of action.primitives) visit(primitive, field, header);
  }
  return reads;
}

/** Finds the fields and headers in anything of a program, but not in what else the program has. */
export function visit(
  thing: unknown,
  field: (one: Field) => void,
  header: (one: Header) => void = () => undefined,
): void {
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    if (isField(value)) field(value);
    else if (isHeader(value)) header(value);
    else if (!('name' in value)) for (const part of Object.values(value)) walk(part);
  };
  walk(thing);
}

function isHeader(value: object): value is Header {
  return 'metadata' in value && 'type' in value;
}

function isField(value: object): value is Field {
  return 'header' in value && 'type' in value && !('kind' in value);
}

/** Headers with fields that the switch sets by itself: nothing is known of them in front of a pipeline. */
const SWITCH_FIELDS = [
  'standard_metadata.ingress_port',
  'standard_metadata.egress_spec',
  'standard_metadata.instance_type',
  'standard_metadata.parser_error',
  'intrinsic_metadata.ingress_global_timestamp',
  'intrinsic_metadata.mcast_grp',
  'intrinsic_metadata.egress_rid',
  'intrinsic_metadata.priority',
  'queueing_metadata.enq_timestamp',
  'queueing_metadata.qid',
];

/** Headers of metadata that the switch writes fields of. */
export function switchHeaders(program: Program): ReadonlySet<Header | undefined> {
  return new Set(SWITCH_FIELDS.map((name) => program.field(name)?.header));
}

/**
 * What is known in front of ingress: metadata is 0, but for what the parser and the switch set, and what copies of packets
 * keep where they come again.
 */
export function factsAtIngress(program: Program): Facts {
  const facts: OpenFacts = new Map();
  const bySwitch = switchHeaders(program);
  for (const header of program.headers) {
    if (!header.metadata || bySwitch.has(header)) continue;
    for (const type of header.type.fields) {
      const name = fieldFact({ header, type });
      if (name !== undefined) facts.set(name, 0n);
    }
  }
  const single = singleHeaders(program);
  for (const header of single) facts.set(validityFact(header), 0n);
  if (comesAgain(program)) {
    for (const { fields } of program.fieldLists) {
      for (const field of fields) assignFact({ kind: 'field', field }, undefined, facts);
    }
  }
  for (const { states } of program.parsers) {
    for (const { operations } of states) {
      for (const operation of operations) forgetParsed(operation, facts, program, single);
    }
  }
  return facts;
}

function comesAgain(program: Program): boolean {
  return program.actions.some(({ primitives }) =>
    primitives.some(({ op }) => op === 'resubmit' || op === 'recirculate'),
  );
}

function forgetParsed(
  operation: ParserOperation,
  facts: OpenFacts,
  program: Program,
  single: SingleHeaders,
): void {
  switch (operation.kind) {
    case 'extract':
      if (operation.target.kind === 'header') facts.delete(validityFact(operation.target.header));
      return;
    case 'set': {
      // A parser that sets a flag to 0 at its start leaves it as it was.
      const isZero = operation.value.kind === 'constant' && operation.value.value === 0n;
      if (!isZero) assignFact(operation.target, undefined, facts);
      return;
    }
    case 'setLookahead':
      assignFact(operation.target, undefined, facts);
      return;
    case 'primitive':
      forgetTouched(operation.primitive, facts, program, single);
      return;
    default:
      return;
  }
}
