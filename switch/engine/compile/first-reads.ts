/**
 * What of a packet's metadata and headers may be read before it is written: only that is set to 0 for each packet. All else
 * may keep what the packet before has left. Found backwards, from what leaves the switch to where the parser begins.
 */

import type {
  Action,
  ExtractTarget,
  Field,
  Header,
  HeaderType,
  Parser,
  ParserOperation,
  ParseState,
  Pipeline,
  Program,
} from '../json/index.ts';
import { mayExit } from './actions.ts';
import type { Facts, OpenFacts } from './facts.ts';
import { fieldName, type IsReadFirst } from './layout.ts';
import { lastFact, NONE, ProgramReads, type Variables } from './program-reads.ts';
import { factsAtIngress, Specialization, switchHeaders } from './specialize.ts';

/** The graphs of the pipelines that packets go through. */
export type Graphs = ReadonlyMap<Pipeline, Specialization>;

/** Makes the graphs of ingress and egress. @param isTraced Whether every step is to be seen: then nothing is left out. */
export function pipelineGraphs(program: Program, isTraced: boolean): Graphs {
  const graphs = new Map<Pipeline, Specialization>();
  for (const pipeline of program.pipelines) {
    if (pipeline.name !== 'ingress' && pipeline.name !== 'egress') continue;
    const facts: Facts = pipeline.name === 'ingress' ? factsAtIngress(program) : new Map();
    graphs.set(pipeline, new Specialization(program, pipeline, isTraced ? undefined : facts));
  }
  return graphs;
}

/** What a pipeline asks for in front of it. @param behind What is asked for behind it. */
function beforePipeline(reads: ProgramReads, graph: Specialization, behind: Variables): Variables {
  const { nodes, initial } = graph;
  if (initial === undefined) return behind;
  const before: Variables[] = nodes.map(() => NONE);
  const of = (index: number | undefined) => (index === undefined ? behind : (before[index] ?? NONE));
  const steps = nodes.map(({ node, facts }, index) => {
    const branches = graph.branches(index);
    let own = NONE;
    // A condition whose outcome is known is not computed.
    if (node.kind === 'conditional' && branches.length > 1) own |= reads.bool(node.condition, facts);
    if (node.kind === 'table') {
      for (const { value } of node.keys) own |= reads.data(value, facts);
      for (const field of node.profile?.selector?.inputs ?? []) own |= reads.field(field);
    }
    return {
      own,
      branches: branches.map(({ action, next }) => ({ next, passes: passing(reads, action, facts) })),
    };
  });
  // Successors mostly have larger numbers.
  for (let changed = true; changed; ) {
    changed = false;
    for (let index = steps.length - 1; index >= 0; index--) {
      const step = steps[index];
      if (step === undefined) continue;
      let now = step.own;
      for (const { next, passes } of step.branches) {
        now |=
          (passes.mayExit ? (of(next) | behind) & ~passes.writes : of(next) & ~passes.writes) | passes.reads;
      }
      changed ||= now !== before[index];
      before[index] = now;
    }
  }
  return of(initial);
}

/** What an action reads first, what it surely writes, and whether it may end the pipeline. */
type Passing = { readonly reads: Variables; readonly writes: Variables; readonly mayExit: boolean };

function passing(reads: ProgramReads, action: Action | undefined, facts: Facts): Passing {
  if (action === undefined) return { reads: NONE, writes: NONE, mayExit: false };
  // What is asked for behind it comes through, but for what it writes.
  const own = reads.beforeAction(action, NONE, facts);
  const through = reads.beforeAction(action, reads.everything, facts);
  return { reads: own, writes: reads.everything & ~through, mayExit: mayExit(action) };
}

/** What an operation of a parser reads. */
function operationReads(reads: ProgramReads, operation: ParserOperation, facts: Facts): Variables {
  switch (operation.kind) {
    case 'extract': {
      const { target, length } = operation;
      const type = extractedType(target);
      // What the type says is made of fields in front, which are there by then, and perhaps of others.
      const own = type?.lengthExpression?.type === 'data' ? reads.data(type.lengthExpression.data) : NONE;
      return length === undefined ? own : own | reads.data(length, facts);
    }
    case 'set':
      return reads.data(operation.value, facts) | reads.target(operation.target, facts);
    case 'setVariable':
      return reads.field(operation.source) | reads.field(operation.target);
    case 'setLookahead':
      return reads.target(operation.target, facts);
    case 'verify':
      return reads.bool(operation.condition, facts) | reads.data(operation.error, facts);
    case 'advance':
      return reads.data(operation.bits, facts);
    case 'primitive':
      return reads.reads(operation.primitive, facts);
  }
}

function extractedType(target: ExtractTarget): HeaderType | undefined {
  switch (target.kind) {
    case 'header':
      return target.header.type;
    case 'stack':
      return target.stack.type;
    case 'unionStack':
      return target.stack.unions[0]?.headers[target.member]?.type;
  }
}

/** What an operation of a parser writes as a whole, unless it fails. */
function operationWrites(reads: ProgramReads, operation: ParserOperation): Variables {
  switch (operation.kind) {
    case 'extract':
      return operation.target.kind === 'header' ? reads.image(operation.target.header) : NONE;
    case 'set':
    case 'setLookahead':
      return reads.written(operation.target);
    case 'primitive':
      return reads.writes(operation.primitive);
    default:
      return NONE;
  }
}

/** What is known behind an operation: that a stack has a last element, which was extracted. */
function learnFromOperation(operation: ParserOperation, known: OpenFacts): void {
  if (operation.kind === 'extract' && operation.target.kind === 'stack') {
    known.set(lastFact(operation.target.stack), 1n);
  } else if (operation.kind === 'primitive') known.clear();
}

/** What is known in front of each state, whichever way the parser comes. */
function factsInParser({ states, initial }: Parser): readonly Facts[] {
  const known: (OpenFacts | undefined)[] = states.map((_, index) =>
    index === initial ? new Map() : undefined,
  );
  for (let changed = true; changed; ) {
    changed = false;
    for (const [index, state] of states.entries()) {
      const before = known[index];
      if (before === undefined) continue;
      const behind: OpenFacts = new Map(before);
      for (const operation of state.operations) learnFromOperation(operation, behind);
      for (const next of [...state.transitions.map((transition) => transition.next), state.defaultNext]) {
        if (next === undefined) continue;
        const there = known[next];
        if (there === undefined) {
          known[next] = new Map(behind);
          changed = true;
        } else {
          for (const name of there.keys()) {
            if (!behind.has(name)) changed = there.delete(name);
          }
        }
      }
    }
  }
  return known.map((facts) => facts ?? new Map());
}

/**
 * What a state asks for in front of it.
 * @param facts What is known there.
 * @param next What states behind it ask for.
 * @param failed What is asked for behind a parser, where any failure leads.
 */
function beforeState(
  reads: ProgramReads,
  state: ParseState,
  facts: Facts,
  next: Variables,
  failed: Variables,
): Variables {
  const known: OpenFacts = new Map(facts);
  const operations = state.operations.map((operation) => {
    const there: Facts = new Map(known);
    learnFromOperation(operation, known);
    return { operation, there };
  });
  let all = next | failed;
  for (const element of state.key) {
    if (element.kind === 'field') all |= reads.field(element.field);
    else if (element.kind === 'lastField') {
      all |= reads.data({ kind: 'lastField', stack: element.stack, field: element.field }, known);
    } else if (element.kind === 'lastUnionField') all |= reads.stack(element.stack);
  }
  for (const { operation, there } of operations.reverse()) {
    const canFail = operation.kind !== 'set' && operation.kind !== 'setVariable';
    all = (all & ~operationWrites(reads, operation)) | operationReads(reads, operation, there);
    if (canFail) all |= failed;
  }
  return all;
}

function beforeParser(reads: ProgramReads, parser: Parser, behind: Variables): Variables {
  const { states, initial } = parser;
  if (initial === undefined) return behind;
  const before: Variables[] = states.map(() => NONE);
  const of = (index: number | undefined) => (index === undefined ? behind : (before[index] ?? NONE));
  const facts = factsInParser(parser);
  for (let changed = true; changed; ) {
    changed = false;
    for (const [index, state] of [...states.entries()].reverse()) {
      const next = state.transitions.reduce(
        (all, { next: target }) => all | of(target),
        of(state.defaultNext),
      );
      const now = beforeState(reads, state, facts[index] ?? new Map(), next, behind);
      changed ||= now !== before[index];
      before[index] = now;
    }
  }
  return of(initial);
}

/** What is asked for before it is written again. */
export type Asked = {
  /** When a packet comes in: that must be 0. */
  readonly first: IsReadFirst;
  /** Behind the parser. */
  readonly behindParser: IsReadFirst;
  /** The names of fields that the parser's start sets to 0: they are, like all that must be when a packet comes in. */
  readonly zeroed: ReadonlySet<string>;
};

/** The fields that the parser's start sets to 0 before anything else, and that nothing has set in front of it. */
function zeroedAtStart(program: Program, isAskedBehind: IsReadFirst): ReadonlySet<string> {
  const zeroed = new Set<string>();
  const [parser] = program.parsers;
  const initial = parser?.initial;
  const start = initial === undefined ? undefined : parser?.states[initial];
  if (parser === undefined || start === undefined) return zeroed;
  const comesBack = parser.states.some(
    ({ transitions, defaultNext }) =>
      defaultNext === initial || transitions.some(({ next }) => next === initial),
  );
  if (comesBack) return zeroed;
  const bySwitch = switchHeaders(program);
  // Packets that come again have some.
  const kept = new Set(program.fieldLists.flatMap(({ fields }) => fields.map(fieldName)));
  const set = new Set<string>();
  for (const operation of start.operations) {
    if (operation.kind !== 'set' || operation.value.kind !== 'constant') break;
    const { target, value } = operation;
    if (target.kind !== 'field') break;
    const { field } = target;
    const name = fieldName(field);
    const isPlain = field.header.metadata && !bySwitch.has(field.header) && !field.type.variable;
    // What only the parser asks for may be in locals.
    if (value.value === 0n && isPlain && !kept.has(name) && !set.has(name) && isAskedBehind(field))
      zeroed.add(name);
    else zeroed.delete(name);
    set.add(name);
  }
  return zeroed;
}

/** Tells what must be 0 when a packet comes in, because something may read it first, and what is asked of the parser. */
export function readFirst(program: Program, graphs: Graphs): Asked {
  const reads = new ProgramReads(program);
  const graphOf = (name: string) => [...graphs].find(([pipeline]) => pipeline.name === name)?.[1];
  const through = (name: string, behind: Variables) => {
    const graph = graphOf(name);
    return graph === undefined ? behind : beforePipeline(reads, graph, behind);
  };
  let all = reads.named('standard_metadata.egress_spec');
  for (const primitive of program.deparsers[0]?.primitives ?? []) all |= reads.reads(primitive);
  for (const { update, condition, calculation } of program.checksums) {
    if (!update) continue;
    all |= reads.calculation(calculation) | (condition === undefined ? NONE : reads.bool(condition));
  }
  all = through('egress', all);
  // What `egress`, and in front of it `ingress`, set for each packet (traffic.ts).
  all &= ~reads.named(
    'intrinsic_metadata.egress_global_timestamp',
    'queueing_metadata.deq_timedelta',
    'queueing_metadata.deq_qdepth',
    'standard_metadata.egress_port',
    'standard_metadata.egress_spec',
    'standard_metadata.packet_length',
    'standard_metadata.instance_type',
    'queueing_metadata.enq_timestamp',
    'queueing_metadata.enq_qdepth',
  );
  all |= reads.named(
    'intrinsic_metadata.priority',
    'intrinsic_metadata.mcast_grp',
    'standard_metadata.egress_spec',
    'standard_metadata.ingress_port',
  );
  all = through('ingress', all);
  all &= ~reads.named('standard_metadata.checksum_error');
  for (const { verify, condition, calculation } of program.checksums) {
    if (!verify) continue;
    all |= reads.calculation(calculation) | (condition === undefined ? NONE : reads.bool(condition));
  }
  const [parser] = program.parsers;
  all &= ~reads.named('standard_metadata.parser_error');
  const behindParser = all;
  if (parser !== undefined) all = beforeParser(reads, parser, all);
  all &= ~reads.named(
    'standard_metadata.ingress_port',
    'standard_metadata.packet_length',
    'intrinsic_metadata.ingress_global_timestamp',
  );
  const isIn =
    (set: Variables): IsReadFirst =>
    (what) =>
      ((isField(what) ? reads.field(what) : reads.image(what)) & set) !== NONE;
  const zeroed = zeroedAtStart(program, isIn(behindParser));
  const isAsked = isIn(all);
  return {
    first: (what) => isAsked(what) || (isField(what) && zeroed.has(fieldName(what))),
    behindParser: isIn(behindParser),
    zeroed,
  };
}

function isField(what: Field | Header): what is Field {
  return 'header' in what;
}
