/**
 * Puts everything that has effects into statements of its own, in the order of specification §8.1:
 *
 *     x = f(a) + g(b);              tmp = f(a);
 *                                   tmp_0 = g(b);
 *                                   x = tmp + tmp_0;
 *     if (a && t.apply().hit) …     tmp = a;
 *                                   if (tmp) { if (t.apply().hit) { tmp = true; } else { tmp = false; } }
 *                                   if (tmp) …
 *
 * Afterwards expressions have no calls and no table results; a call statement stores what it returns; arguments are
 * in the order of the parameters; the place of an `out` argument does not depend on what the call changes.
 */

import type {
  Argument,
  Block,
  Call,
  Expression,
  LValue,
  Program,
  Statement,
  Table,
  Variable,
} from '../ir/index.ts';
import { isLValue, isStorable, mapShared } from '../ir/index.ts';
import { assign, bool, hasEffects, isConstant, isWritten, not, read } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

type State = {
  readonly context: PassContext;
  readonly declare: (variable: Variable) => void;
  /** What has to run before a table with such keys is applied. */
  readonly keys: ReadonlyMap<string, readonly Statement[]>;
};

function temporary(state: State, base: string, expression: Expression): Variable {
  const variable = state.context.temporary(base, expression.type, expression.span);
  state.declare(variable);
  return variable;
}

/** Stores a value now, unless nothing can change it. */
function keep(state: State, expression: Expression, into: Statement[]): Expression {
  const isFixed =
    isConstant(expression) ||
    expression.type.kind === 'extern' ||
    !isStorable(expression.type) ||
    (expression.kind === 'variable' && expression.variable.role === 'temporary');
  if (isFixed) return expression;
  const variable = temporary(state, 'tmp', expression);
  into.push(assign(read(variable, expression.span), expression, expression.span));
  return read(variable, expression.span);
}

/** Orders several expressions that are evaluated one after the other. */
function orderAll(
  state: State,
  expressions: readonly Expression[],
  into: Statement[],
): readonly Expression[] {
  let last = -1;
  for (const [index, expression] of expressions.entries()) if (hasEffects(expression)) last = index;
  if (last < 0) return expressions;
  return expressions.map((expression, index) => {
    const ordered = order(state, expression, into);
    return index < last ? keep(state, ordered, into) : ordered;
  });
}

/** An expression without effects that has the value; what has effects goes into `into`. */
function order(state: State, expression: Expression, into: Statement[]): Expression {
  if (!hasEffects(expression)) return expression;
  switch (expression.kind) {
    case 'call': {
      const variable = temporary(state, 'tmp', expression);
      orderCall(state, expression.call, read(variable, expression.span), into);
      return read(variable, expression.span);
    }
    case 'apply_result': {
      const variable = temporary(state, 'hit', expression);
      const { span, table } = expression;
      const store = (value: boolean) => [assign(read(variable, span), bool(value, span), span)];
      const isHit = expression.result === 'hit';
      into.push(...(state.keys.get(table) ?? []));
      into.push({
        kind: 'apply',
        table,
        outcome: { kind: 'hit', hit: store(isHit), miss: store(!isHit) },
        span,
      });
      return read(variable, span);
    }
    case 'binary':
      return orderBinary(state, expression, into);
    case 'conditional': {
      const condition = order(state, expression.condition, into);
      const { whenTrue, whenFalse, span } = expression;
      if (!hasEffects(whenTrue) && !hasEffects(whenFalse)) return { ...expression, condition };
      const variable = temporary(state, 'tmp', expression);
      const branch = (value: Expression) => {
        const statements: Statement[] = [];
        const ordered = order(state, value, statements);
        statements.push(assign(read(variable, span), ordered, span));
        return statements;
      };
      into.push({ kind: 'if', condition, whenTrue: branch(whenTrue), whenFalse: branch(whenFalse), span });
      return read(variable, span);
    }
    case 'aggregate':
      return { ...expression, elements: orderAll(state, expression.elements, into) };
    case 'index': {
      const [target, index] = orderAll(state, [expression.target, expression.index], into);
      return { ...expression, target: target ?? expression.target, index: index ?? expression.index };
    }
    case 'part_select': {
      const [target, low] = orderAll(state, [expression.target, expression.low], into);
      return { ...expression, target: target ?? expression.target, low: low ?? expression.low };
    }
    case 'field':
    case 'stack_element':
    case 'last_index':
    case 'slice':
    case 'is_valid':
      return { ...expression, target: order(state, expression.target, into) };
    case 'unary':
    case 'cast':
      return { ...expression, operand: order(state, expression.operand, into) };
    case 'instance':
      return expression.index === undefined
        ? expression
        : { ...expression, index: order(state, expression.index, into) };
    default:
      return expression;
  }
}

function orderBinary(
  state: State,
  expression: Expression & { readonly kind: 'binary' },
  into: Statement[],
): Expression {
  const { operator, left, right, span } = expression;
  const isLogical = operator === '&&' || operator === '||';
  if (!isLogical || !hasEffects(right)) {
    const [first, second] = orderAll(state, [left, right], into);
    return { ...expression, left: first ?? left, right: second ?? right };
  }
  const variable = temporary(state, 'tmp', expression);
  const result = read(variable, span);
  into.push(assign(result, order(state, left, into), span));
  const rest: Statement[] = [];
  rest.push(assign(result, order(state, right, rest), span));
  const condition = operator === '&&' ? result : not(result);
  into.push({ kind: 'if', condition, whenTrue: rest, whenFalse: [], span });
  return result;
}

/** Makes a place that stays the same whatever is changed: computed indexes are stored first. */
function fix(state: State, target: Expression, into: Statement[]): Expression {
  switch (target.kind) {
    case 'field':
    case 'stack_element':
    case 'slice':
      return { ...target, target: fix(state, target.target, into) };
    case 'index': {
      const inner = fix(state, target.target, into);
      return { ...target, target: inner, index: keep(state, order(state, target.index, into), into) };
    }
    case 'part_select': {
      const inner = fix(state, target.target, into);
      return { ...target, target: inner, low: keep(state, order(state, target.low, into), into) };
    }
    default:
      return target;
  }
}

function fixTarget(state: State, target: LValue, into: Statement[]): LValue {
  const fixed = fix(state, target, into);
  return isLValue(fixed) ? fixed : target;
}

type OrderedArguments = { readonly given: readonly Argument[]; readonly after: readonly Statement[] };

/**
 * Evaluates arguments from left to right. Where a later one has effects, an earlier `inout` argument is copied in
 * before them (specification §6.8); then everything that is written is copied out behind the call, in order.
 */
function orderArguments(state: State, given: readonly Argument[], into: Statement[]): OrderedArguments {
  let last = -1;
  for (const [index, argument] of given.entries())
    if (argument.value !== undefined && hasEffects(argument.value)) last = index;
  const copies = given.some((argument, index) => argument.direction === 'inout' && index < last);
  const after: Statement[] = [];
  const ordered = given.map((argument, index): Argument => {
    const { value, span } = argument;
    if (value === undefined || value.type.kind === 'extern') return argument;
    if (!isWritten(argument)) {
      const plain = order(state, value, into);
      return { ...argument, value: index < last ? keep(state, plain, into) : plain };
    }
    const place = fix(state, value, into);
    if (!copies || !isLValue(place)) return { ...argument, value: place };
    const own = read(temporary(state, 'tmp', place), span);
    if (argument.direction === 'inout') into.push(assign(own, place, span));
    after.push(assign(place, own, span));
    return { ...argument, value: own };
  });
  return { given: ordered.toSorted((left, right) => left.position - right.position), after };
}

function orderCall(state: State, call: Call, result: LValue | undefined, into: Statement[]): void {
  let { callee } = call;
  const { span } = call;
  if (callee.kind === 'method') callee = { ...callee, object: order(state, callee.object, into) };
  const { given, after } = orderArguments(state, call.arguments, into);
  const ordered: Call = { ...call, callee, arguments: given };
  if (after.length === 0 || result === undefined) {
    into.push({ kind: 'call', call: ordered, result, span }, ...after);
    return;
  }
  // The result is stored last.
  const own = read(temporary(state, 'tmp', result), span);
  into.push({ kind: 'call', call: ordered, result: own, span }, ...after, assign(result, own, span));
}

function orderStatements(state: State, statements: readonly Statement[]): readonly Statement[] {
  const ordered: Statement[] = [];
  for (const statement of statements) orderStatement(state, statement, ordered);
  return ordered;
}

function orderStatement(state: State, statement: Statement, into: Statement[]): void {
  const inside = (statements: readonly Statement[]) => orderStatements(state, statements);
  switch (statement.kind) {
    case 'assign': {
      const { value, span } = statement;
      const needsFixing = hasEffects(value) || hasEffects(statement.target);
      const target = needsFixing ? fixTarget(state, statement.target, into) : statement.target;
      if (value.kind === 'call') orderCall(state, value.call, target, into);
      else into.push({ kind: 'assign', target, value: order(state, value, into), span });
      return;
    }
    case 'call': {
      const result = statement.result === undefined ? undefined : fixTarget(state, statement.result, into);
      orderCall(state, statement.call, result, into);
      return;
    }
    case 'set_validity':
    case 'shift_stack':
      into.push({ ...statement, target: fixTarget(state, statement.target, into) });
      return;
    case 'if':
      orderIf(state, statement, into);
      return;
    case 'switch': {
      const value = order(state, statement.value, into);
      const cases = statement.cases.map((item) => ({ ...item, body: inside(item.body) }));
      into.push({ ...statement, value, cases });
      return;
    }
    case 'apply': {
      into.push(...(state.keys.get(statement.table) ?? []));
      const { outcome } = statement;
      switch (outcome.kind) {
        case 'none':
          into.push(statement);
          return;
        case 'hit':
          into.push({
            ...statement,
            outcome: { ...outcome, hit: inside(outcome.hit), miss: inside(outcome.miss) },
          });
          return;
        case 'action_run': {
          const cases = outcome.cases.map((item) => ({ ...item, body: inside(item.body) }));
          into.push({ ...statement, outcome: { ...outcome, cases } });
          return;
        }
      }
      return;
    }
    case 'for': {
      if (!hasEffects(statement.condition)) {
        into.push({ ...statement, updates: inside(statement.updates), body: inside(statement.body) });
        return;
      }
      const { span } = statement;
      const variable = temporary(state, 'holds', statement.condition);
      const test = () => {
        const statements: Statement[] = [];
        const condition = order(state, statement.condition, statements);
        return [...statements, assign(read(variable, span), condition, span)];
      };
      into.push(...test());
      const updates = [...inside(statement.updates), ...test()];
      into.push({ ...statement, condition: read(variable, span), updates, body: inside(statement.body) });
      return;
    }
    case 'for_in': {
      const { collection } = statement;
      if (collection.kind === 'elements') {
        const value = order(state, collection.value, into);
        into.push({ ...statement, collection: { kind: 'elements', value }, body: inside(statement.body) });
        return;
      }
      const [low, high] = orderAll(state, [collection.low, collection.high], into);
      const ordered = { kind: 'range', low: low ?? collection.low, high: high ?? collection.high } as const;
      into.push({ ...statement, collection: ordered, body: inside(statement.body) });
      return;
    }
    case 'return':
      into.push(
        statement.value === undefined
          ? statement
          : { ...statement, value: order(state, statement.value, into) },
      );
      return;
    case 'labelled':
      into.push({ ...statement, body: inside(statement.body) });
      return;
    default:
      into.push(statement);
  }
}

function orderIf(state: State, statement: Statement & { readonly kind: 'if' }, into: Statement[]): void {
  const { span } = statement;
  let { condition } = statement;
  let whenTrue = orderStatements(state, statement.whenTrue);
  let whenFalse = orderStatements(state, statement.whenFalse);
  while (condition.kind === 'unary' && condition.operator === '!' && hasEffects(condition)) {
    condition = condition.operand;
    [whenTrue, whenFalse] = [whenFalse, whenTrue];
  }
  if (condition.kind === 'apply_result') {
    into.push(...(state.keys.get(condition.table) ?? []));
    const [hit, miss] = condition.result === 'hit' ? [whenTrue, whenFalse] : [whenFalse, whenTrue];
    into.push({ kind: 'apply', table: condition.table, outcome: { kind: 'hit', hit, miss }, span });
    return;
  }
  into.push({ kind: 'if', condition: order(state, condition, into), whenTrue, whenFalse, span });
}

type Prepared = {
  readonly table: Table;
  readonly statements: readonly Statement[];
  readonly locals: readonly Variable[];
};

/** Keys with effects are computed into variables before the table is applied. */
function prepareTable(context: PassContext, table: Table): Prepared {
  const locals: Variable[] = [];
  const state: State = { context, declare: (variable) => locals.push(variable), keys: new Map() };
  const statements: Statement[] = [];
  const values = orderAll(
    state,
    table.keys.map((key) => key.expression),
    statements,
  );
  if (statements.length === 0) return { table, statements, locals };
  const keys = table.keys.map((key, index) => {
    const value = values[index] ?? key.expression;
    return { ...key, expression: hasEffects(key.expression) ? keep(state, value, statements) : value };
  });
  return { table: { ...table, keys }, statements, locals };
}

function run(program: Program, context: PassContext): Program {
  const prepared = new Map<string, Prepared>();
  for (const [name, table] of program.tables) prepared.set(name, prepareTable(context, table));
  const keys = new Map([...prepared].map(([name, one]) => [name, one.statements]));
  const localsOf = (names: readonly string[]) => names.flatMap((name) => prepared.get(name)?.locals ?? []);
  const change = <T extends { readonly body: readonly Statement[]; readonly locals: readonly Variable[] }>(
    item: T,
    more: readonly Variable[] = [],
  ): T => {
    const locals: Variable[] = [...item.locals, ...more];
    const state: State = { context, declare: (variable) => locals.push(variable), keys };
    return { ...item, body: orderStatements(state, item.body), locals };
  };
  return {
    ...program,
    functions: new Map([...program.functions].map(([name, one]) => [name, change(one)])),
    actions: new Map([...program.actions].map(([name, one]) => [name, change(one)])),
    tables: new Map([...prepared].map(([name, one]) => [name, one.table])),
    blocks: new Map(
      [...program.blocks].map(([name, block]): [string, Block] => {
        if (block.kind === 'control') return [name, change(block, localsOf(block.tables))];
        const locals: Variable[] = [...block.locals];
        const state: State = { context, declare: (variable) => locals.push(variable), keys };
        const prologue = orderStatements(state, block.prologue);
        const states = mapShared(block.states, (one) => {
          const statements = [...orderStatements(state, one.statements)];
          const { transition } = one;
          if (transition.kind === 'direct') return { ...one, statements };
          const ordered = orderAll(state, transition.keys, statements);
          return { ...one, statements, transition: { ...transition, keys: ordered } };
        });
        return [name, { ...block, prologue, states, locals }];
      }),
    ),
  };
}

export const orderSideEffects: Pass = {
  name: 'order-side-effects',
  summary: 'calls and table results become statements, in the order of evaluation',
  run,
};
