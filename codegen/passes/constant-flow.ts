/**
 * What is known about local variables as a body runs: the engine of `propagate-constants` and `unroll-loops`.
 * Only whole scalar locals are followed. Longer than most files: all statements change what is known.
 */

import type { Argument, Expression, LValue, Statement, Variable } from '../ir/index.ts';
import { BOOL, bits, rewriteCall, rewriteExpression, visit } from '../ir/index.ts';
import { assign, isConstant, isWritten, read, rootOf, variablesIn, when } from './build.ts';
import { fold } from './fold.ts';
import type { PassContext } from './pass.ts';
import { renewLabels } from './substitute.ts';

/** Values of variables, as constants. */
export type Known = Map<Variable, Expression>;

/** Loops may make this many statements in a program. */
const MAXIMUM_UNROLLED = 20_000;

export type Flow = {
  readonly context: PassContext;
  /** Variables that something else than this body may change, by kind of statement: tables run actions. */
  readonly changedByTables: ReadonlySet<Variable>;
  /** Whether loops are written out; `where_known`: the others stay, unless they apply tables. */
  readonly unroll: 'never' | 'always' | 'where_known';
  readonly declare: (variable: Variable) => void;
  /** What is known where a label is left. */
  readonly left: Map<string, Known[]>;
  /** How many statements loops have made so far. */
  readonly made: { count: number };
};

/** Statements with what is known put in. `known` undefined: what follows is never reached. */
export type Flowed = { readonly statements: readonly Statement[]; readonly known: Known | undefined };

function isFollowed(variable: Variable): boolean {
  if (variable.role === 'parameter') return false;
  const { kind } = variable.type;
  return kind === 'bits' || kind === 'bool' || kind === 'enum' || kind === 'error';
}

/** An expression with known values put in, and computed as far as possible. */
export function foldWith(known: Known, expression: Expression): Expression {
  return rewriteExpression(expression, {
    expression: (inner, isTarget) => {
      if (isTarget) return inner;
      if (inner.kind !== 'variable') return fold(inner);
      const value = known.get(inner.variable);
      return value === undefined ? inner : { ...value, span: inner.span };
    },
  });
}

function forget(known: Known, target: Expression | undefined): void {
  const root = target === undefined ? undefined : rootOf(target);
  if (root !== undefined) known.delete(root);
}

/** What two ways that meet both know. */
function meet(ways: readonly (Known | undefined)[]): Known | undefined {
  const reached = ways.filter((way) => way !== undefined);
  const [first, ...others] = reached;
  if (first === undefined) return undefined;
  if (others.length === 0) return first;
  const both: Known = new Map();
  for (const [variable, value] of first) {
    if (others.every((other) => sameConstant(other.get(variable), value))) both.set(variable, value);
  }
  return both;
}

function sameConstant(left: Expression | undefined, right: Expression): boolean {
  if (left === right) return true;
  if (left?.kind === 'constant') return right.kind === 'constant' && left.value === right.value;
  if (left?.kind === 'boolean') return right.kind === 'boolean' && left.value === right.value;
  return left?.kind === 'member' && right.kind === 'member' && left.member === right.member;
}

/** Variables that statements may change. */
function changedIn(flow: Flow, statements: readonly Statement[]): ReadonlySet<Variable> {
  const changed = new Set<Variable>();
  const add = (target: Expression | undefined) => {
    const root = target === undefined ? undefined : rootOf(target);
    if (root !== undefined) changed.add(root);
  };
  visit(statements, (node) => {
    switch (node.kind) {
      case 'assign':
      case 'set_validity':
      case 'shift_stack':
        add(node.target);
        break;
      case 'call':
        if ('result' in node) add(node.result);
        for (const argument of node.call.arguments) if (isWritten(argument)) add(argument.value);
        break;
      case 'apply':
        for (const variable of flow.changedByTables) changed.add(variable);
        break;
      case 'for_in':
        changed.add(node.variable);
        break;
      default:
        break;
    }
    return true;
  });
  return changed;
}

/** Runs statements through. `known` is changed. */
export function flowThrough(flow: Flow, statements: readonly Statement[], known: Known): Flowed {
  const done: Statement[] = [];
  let now: Known | undefined = known;
  for (const statement of statements) {
    if (now === undefined) break;
    const flowed = flowOne(flow, statement, now);
    done.push(...flowed.statements);
    now = flowed.known;
  }
  return { statements: done, known: now };
}

function targetWith(known: Known, target: LValue): LValue {
  const rewritten = rewriteExpression(
    target,
    {
      expression: (inner, isTarget) => {
        if (isTarget) return inner;
        if (inner.kind !== 'variable') return fold(inner);
        const value = known.get(inner.variable);
        return value === undefined ? inner : { ...value, span: inner.span };
      },
    },
    true,
  );
  return 'target' in rewritten || rewritten.kind === 'variable' ? asTarget(rewritten, target) : target;
}

function asTarget(rewritten: Expression, original: LValue): LValue {
  switch (rewritten.kind) {
    case 'variable':
    case 'field':
    case 'index':
    case 'stack_element':
    case 'slice':
    case 'part_select':
      return rewritten;
    default:
      return original;
  }
}

function flowOne(flow: Flow, statement: Statement, known: Known): Flowed {
  const { span } = statement;
  switch (statement.kind) {
    case 'assign': {
      const value = foldWith(known, statement.value);
      const target = targetWith(known, statement.target);
      forget(known, target);
      if (target.kind === 'variable' && isFollowed(target.variable) && isConstant(value))
        known.set(target.variable, value);
      return { statements: [{ ...statement, target, value }], known };
    }
    case 'call': {
      const call = rewriteCall(statement.call, {
        expression: (inner, isTarget) => {
          if (isTarget) return inner;
          if (inner.kind !== 'variable') return fold(inner);
          const value = known.get(inner.variable);
          return value === undefined ? inner : { ...value, span: inner.span };
        },
      });
      const result = statement.result === undefined ? undefined : targetWith(known, statement.result);
      for (const argument of call.arguments) forgetArgument(known, argument);
      forget(known, result);
      if (call.callee.kind === 'action' || call.callee.kind === 'block')
        for (const variable of flow.changedByTables) known.delete(variable);
      return { statements: [{ ...statement, call, result }], known };
    }
    case 'set_validity':
    case 'shift_stack':
      return { statements: [{ ...statement, target: targetWith(known, statement.target) }], known };
    case 'if': {
      const condition = foldWith(known, statement.condition);
      if (condition.kind === 'boolean')
        return flowThrough(flow, condition.value ? statement.whenTrue : statement.whenFalse, known);
      const whenTrue = flowThrough(flow, statement.whenTrue, new Map(known));
      const whenFalse = flowThrough(flow, statement.whenFalse, new Map(known));
      return {
        statements: when(condition, whenTrue.statements, whenFalse.statements, span),
        known: meet([whenTrue.known, whenFalse.known]),
      };
    }
    case 'switch':
      return flowSwitch(flow, statement, known);
    case 'apply':
      return flowApply(flow, statement, known);
    case 'labelled': {
      const body = flowThrough(flow, statement.body, known);
      const ways = flow.left.get(statement.label) ?? [];
      flow.left.delete(statement.label);
      return { statements: [{ ...statement, body: body.statements }], known: meet([body.known, ...ways]) };
    }
    case 'leave': {
      const ways = flow.left.get(statement.label) ?? [];
      ways.push(known);
      flow.left.set(statement.label, ways);
      return { statements: [statement], known: undefined };
    }
    case 'exit':
    case 'break':
    case 'continue':
      return { statements: [statement], known: undefined };
    case 'return': {
      const value = statement.value === undefined ? undefined : foldWith(known, statement.value);
      return { statements: [{ ...statement, value }], known: undefined };
    }
    case 'for':
      return flow.unroll === 'never' ? flowFor(flow, statement, known) : unrollFor(flow, statement, known);
    case 'for_in':
      return flow.unroll === 'never'
        ? flowForIn(flow, statement, known)
        : unrollForIn(flow, statement, known);
  }
}

function forgetArgument(known: Known, argument: Argument): void {
  if (isWritten(argument)) forget(known, argument.value);
}

function flowSwitch(flow: Flow, statement: Statement & { readonly kind: 'switch' }, known: Known): Flowed {
  const value = foldWith(known, statement.value);
  if (isConstant(value)) {
    const matching = (label: Expression | undefined) => label !== undefined && sameConstant(label, value);
    const found =
      statement.cases.find((item) => item.labels.some(matching)) ??
      statement.cases.find((item) => item.labels.includes(undefined));
    return found === undefined ? { statements: [], known } : flowThrough(flow, found.body, known);
  }
  const flowed = statement.cases.map((item) => flowThrough(flow, item.body, new Map(known)));
  const cases = statement.cases.map((item, place) => ({
    ...item,
    body: flowed[place]?.statements ?? item.body,
  }));
  const hasDefault = statement.cases.some((item) => item.labels.includes(undefined));
  const ways = flowed.map((one) => one.known);
  return {
    statements: [{ ...statement, value, cases }],
    known: meet(hasDefault ? ways : [...ways, known]),
  };
}

function flowApply(flow: Flow, statement: Statement & { readonly kind: 'apply' }, known: Known): Flowed {
  for (const variable of flow.changedByTables) known.delete(variable);
  const { outcome } = statement;
  switch (outcome.kind) {
    case 'none':
      return { statements: [statement], known };
    case 'hit': {
      const hit = flowThrough(flow, outcome.hit, new Map(known));
      const miss = flowThrough(flow, outcome.miss, new Map(known));
      const flowed = { ...outcome, hit: hit.statements, miss: miss.statements };
      return { statements: [{ ...statement, outcome: flowed }], known: meet([hit.known, miss.known]) };
    }
    case 'action_run': {
      const flowed = outcome.cases.map((item) => flowThrough(flow, item.body, new Map(known)));
      const cases = outcome.cases.map((item, place) => ({
        ...item,
        body: flowed[place]?.statements ?? item.body,
      }));
      // An action without a case goes on behind.
      return {
        statements: [{ ...statement, outcome: { ...outcome, cases } }],
        known: meet([known, ...flowed.map((one) => one.known)]),
      };
    }
  }
}

function flowFor(flow: Flow, statement: Statement & { readonly kind: 'for' }, known: Known): Flowed {
  for (const variable of changedIn(flow, [statement])) known.delete(variable);
  const condition = foldWith(known, statement.condition);
  const body = flowThrough(flow, statement.body, new Map(known)).statements;
  const updates = flowThrough(flow, statement.updates, new Map(known)).statements;
  return { statements: [{ ...statement, condition, body, updates }], known };
}

function flowForIn(flow: Flow, statement: Statement & { readonly kind: 'for_in' }, known: Known): Flowed {
  const { collection } = statement;
  const folded =
    collection.kind === 'range'
      ? { ...collection, low: foldWith(known, collection.low), high: foldWith(known, collection.high) }
      : { ...collection, value: foldWith(known, collection.value) };
  for (const variable of changedIn(flow, [statement])) known.delete(variable);
  const body = flowThrough(flow, statement.body, new Map(known)).statements;
  return { statements: [{ ...statement, collection: folded, body }], known };
}

// --------------------------------------------------------------------------------------------------
// Loops written out

/** One round of a loop: `break` leaves `outer`, `continue` leaves the round. */
function round(flow: Flow, body: readonly Statement[], outer: string, span: Statement['span']): Statement {
  const inner = flow.context.freshName('round');
  const replaced = replaceJumps(body, outer, inner);
  return { kind: 'labelled', label: inner, body: renewLabels(replaced, flow.context.freshName), span };
}

/** Replaces the `break` and `continue` of a loop, not those of loops inside. */
function replaceJumps(statements: readonly Statement[], outer: string, inner: string): readonly Statement[] {
  return statements.map((statement): Statement => {
    const { span } = statement;
    const inside = (body: readonly Statement[]) => replaceJumps(body, outer, inner);
    switch (statement.kind) {
      case 'break':
        return { kind: 'leave', label: outer, span };
      case 'continue':
        return { kind: 'leave', label: inner, span };
      case 'if':
        return { ...statement, whenTrue: inside(statement.whenTrue), whenFalse: inside(statement.whenFalse) };
      case 'labelled':
        return { ...statement, body: inside(statement.body) };
      case 'switch':
        return { ...statement, cases: statement.cases.map((one) => ({ ...one, body: inside(one.body) })) };
      case 'apply': {
        const { outcome } = statement;
        if (outcome.kind === 'none') return statement;
        if (outcome.kind === 'hit')
          return {
            ...statement,
            outcome: { ...outcome, hit: inside(outcome.hit), miss: inside(outcome.miss) },
          };
        const cases = outcome.cases.map((one) => ({ ...one, body: inside(one.body) }));
        return { ...statement, outcome: { ...outcome, cases } };
      }
      default:
        return statement;
    }
  });
}

function countOf(statements: readonly Statement[]): number {
  let count = 0;
  visit(statements, (node) => {
    if (!('type' in node)) count++;
    return true;
  });
  return count;
}

/** Whether one more round of a loop may be written out. */
function mayGoOn(flow: Flow, rounds: readonly Statement[]): boolean {
  flow.made.count += countOf(rounds.slice(-1)) + 1;
  return flow.made.count <= MAXIMUM_UNROLLED;
}

/** Why a loop cannot be written out. */
type Obstacle = { readonly kind: 'unknown'; readonly place: Expression } | { readonly kind: 'too_long' };

/** A loop that cannot be written out: it stays, or is an error. */
function keepLoop(
  flow: Flow,
  statement: Statement & { readonly kind: 'for' },
  known: Known,
  obstacle: Obstacle,
): Flowed {
  const { span } = statement;
  if (flow.unroll === 'always' || appliesTables(statement)) {
    if (obstacle.kind === 'unknown') flow.context.sink.report('P4701', obstacle.place.span, {});
    else flow.context.sink.report('P4702', span, { limit: MAXIMUM_UNROLLED });
    return { statements: [], known };
  }
  const label = flow.context.freshName('loop');
  const flowed = flowFor(flow, { ...statement, body: [round(flow, statement.body, label, span)] }, known);
  // Leaving early knows no more than not running at all.
  flow.left.delete(label);
  return { statements: [{ kind: 'labelled', label, body: flowed.statements, span }], known: flowed.known };
}

function appliesTables(statement: Statement): boolean {
  let found = false;
  visit([statement], (node) => {
    if (node.kind === 'apply') found = true;
    return !found;
  });
  return found;
}

function unrollFor(flow: Flow, statement: Statement & { readonly kind: 'for' }, known: Known): Flowed {
  const { span } = statement;
  const before = new Map(known);
  const madeBefore = flow.made.count;
  const label = flow.context.freshName('loop');
  const done: Statement[] = [];
  let now: Known | undefined = known;
  const keep = (obstacle: Obstacle): Flowed => {
    flow.left.delete(label);
    flow.made.count = madeBefore;
    return keepLoop(flow, statement, before, obstacle);
  };
  if (statement.unroll === false && flow.unroll === 'where_known' && !appliesTables(statement))
    return keep({ kind: 'too_long' });
  while (now !== undefined) {
    const condition = foldWith(now, statement.condition);
    if (condition.kind !== 'boolean') return keep({ kind: 'unknown', place: statement.condition });
    if (!condition.value) break;
    const one = flowThrough(flow, [round(flow, statement.body, label, span), ...statement.updates], now);
    done.push(...one.statements);
    now = one.known;
    if (!mayGoOn(flow, done)) return keep({ kind: 'too_long' });
  }
  return closeLoop(flow, label, done, now, span);
}

function closeLoop(
  flow: Flow,
  label: string,
  done: readonly Statement[],
  now: Known | undefined,
  span: Statement['span'],
): Flowed {
  const ways = flow.left.get(label) ?? [];
  flow.left.delete(label);
  return { statements: [{ kind: 'labelled', label, body: done, span }], known: meet([now, ...ways]) };
}

function unrollForIn(flow: Flow, statement: Statement & { readonly kind: 'for_in' }, known: Known): Flowed {
  const { span, variable, collection } = statement;
  const before: Statement[] = [];
  const values = valuesOf(flow, statement, known, before);
  if (values === undefined && collection.kind === 'range')
    return flowThrough(flow, asFor(flow, statement, collection), known);
  const label = flow.context.freshName('loop');
  const done: Statement[] = [];
  let now = flowThrough(flow, before, known).known;
  for (const value of values ?? []) {
    if (now === undefined) break;
    const first = assign(read(variable, span), value, span);
    const one = flowThrough(flow, [first, round(flow, statement.body, label, span)], now);
    done.push(...one.statements);
    now = one.known;
    if (mayGoOn(flow, done)) continue;
    flow.context.sink.report('P4702', span, { limit: MAXIMUM_UNROLLED });
    break;
  }
  const closed = closeLoop(flow, label, done, now, span);
  return { ...closed, statements: [...before, ...closed.statements] };
}

/** A range that is not known as a loop that counts; the last value may be the greatest there is. */
function asFor(
  flow: Flow,
  statement: Statement & { readonly kind: 'for_in' },
  range: { readonly low: Expression; readonly high: Expression },
): readonly Statement[] {
  const { span, variable } = statement;
  const last = flow.context.temporary('last', variable.type, span);
  const goesOn = flow.context.temporary('goes_on', BOOL, span);
  flow.declare(last);
  flow.declare(goesOn);
  const value = read(variable, span);
  const compare = (operator: '==' | '<='): Expression => {
    return { kind: 'binary', operator, left: value, right: read(last, span), type: BOOL, span };
  };
  const one: Expression =
    variable.type.kind === 'bits'
      ? { kind: 'constant', type: variable.type, value: 1n, span }
      : { kind: 'constant', type: bits(1), value: 1n, span };
  const next: Expression = {
    kind: 'binary',
    operator: '+',
    left: value,
    right: one,
    type: variable.type,
    span,
  };
  return [
    assign(read(last, span), range.high, span),
    assign(value, range.low, span),
    assign(read(goesOn, span), compare('<='), span),
    {
      kind: 'for',
      condition: read(goesOn, span),
      updates: [
        {
          kind: 'if',
          condition: compare('=='),
          whenTrue: [assign(read(goesOn, span), { kind: 'boolean', type: BOOL, value: false, span }, span)],
          whenFalse: [assign(value, next, span)],
          span,
        },
      ],
      body: statement.body,
      unroll: false,
      span,
    },
  ];
}

/** The values that a loop variable takes, or undefined where they are not known or too many. */
function valuesOf(
  flow: Flow,
  statement: Statement & { readonly kind: 'for_in' },
  known: Known,
  before: Statement[],
): readonly Expression[] | undefined {
  const { collection, span } = statement;
  if (collection.kind === 'range') {
    const low = foldWith(known, collection.low);
    const high = foldWith(known, collection.high);
    if (low.kind !== 'constant' || high.kind !== 'constant') return undefined;
    if (high.value - low.value >= BigInt(MAXIMUM_UNROLLED)) return undefined;
    const values: Expression[] = [];
    for (let value = low.value; value <= high.value; value++) values.push({ ...low, value });
    return values;
  }
  let source = foldWith(known, collection.value);
  const { type } = source;
  const changed = changedIn(flow, statement.body);
  const isChanged = [...variablesIn([source])].some((one) => changed.has(one));
  if (source.kind === 'aggregate' && !isChanged) return source.elements;
  if (isChanged && type.kind !== 'list') {
    // The loop goes over the collection as it was.
    const copy = flow.context.temporary('collection', type, span);
    flow.declare(copy);
    before.push(assign(read(copy, span), source, span));
    source = read(copy, span);
  }
  if (source.kind === 'aggregate') return source.elements;
  const count =
    type.kind === 'stack' || type.kind === 'array'
      ? type.size
      : type.kind === 'tuple'
        ? type.elements.length
        : 0;
  return Array.from({ length: count }, (_, place): Expression => {
    const element =
      type.kind === 'stack' || type.kind === 'array'
        ? type.element
        : type.kind === 'tuple'
          ? type.elements[place]
          : undefined;
    const index: Expression = { kind: 'constant', type: bits(32), value: BigInt(place), span };
    return { kind: 'index', target: source, index, type: element ?? statement.variable.type, span };
  });
}
