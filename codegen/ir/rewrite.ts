/**
 * Rewriting expressions and statements. A pass says what it changes; everything around is rebuilt, and what does
 * not change is shared.
 */

import type { Argument, Call, Callee, Expression, LValue } from './expressions.ts';
import { isLValue } from './expressions.ts';
import type { Keyset, Parser, ParserState, Program, Transition } from './program.ts';
import type { ApplyOutcome, ForIn, Statement, SwitchCase } from './statements.ts';

/**
 * What to change. Both are called from the inside out, on nodes whose parts are already rewritten; what they return
 * is not gone into again.
 */
export type Edits = {
  /** `isTarget`: the expression is written to (or is part of what is); it has to stay an l-value. */
  readonly expression?: (expression: Expression, isTarget: boolean) => Expression;
  /** One statement becomes any number of statements. */
  readonly statement?: (statement: Statement) => readonly Statement[];
};

/** Maps a list; gives back the list itself where nothing changes. */
export function mapShared<T>(items: readonly T[], change: (item: T) => T): readonly T[] {
  let changed: T[] | undefined;
  for (const [index, item] of items.entries()) {
    const mapped = change(item);
    if (mapped !== item && changed === undefined) changed = items.slice(0, index);
    changed?.push(mapped);
  }
  return changed ?? items;
}

/** Rewrites an expression. */
export function rewriteExpression(expression: Expression, edits: Edits, isTarget = false): Expression {
  const inside = rewriteParts(expression, edits, isTarget);
  return edits.expression?.(inside, isTarget) ?? inside;
}

function rewriteParts(expression: Expression, edits: Edits, isTarget: boolean): Expression {
  switch (expression.kind) {
    case 'constant':
    case 'boolean':
    case 'string':
    case 'member':
    case 'variable':
    case 'invalid':
    case 'apply_result':
      return expression;
    case 'field':
    case 'stack_element':
    case 'last_index':
    case 'slice':
    case 'is_valid': {
      const target = rewriteExpression(expression.target, edits, isTarget);
      return target === expression.target ? expression : { ...expression, target };
    }
    case 'index': {
      const target = rewriteExpression(expression.target, edits, isTarget);
      const index = rewriteExpression(expression.index, edits);
      return target === expression.target && index === expression.index
        ? expression
        : { ...expression, target, index };
    }
    case 'part_select': {
      const target = rewriteExpression(expression.target, edits, isTarget);
      const low = rewriteExpression(expression.low, edits);
      return target === expression.target && low === expression.low
        ? expression
        : { ...expression, target, low };
    }
    case 'unary':
    case 'cast': {
      const operand = rewriteExpression(expression.operand, edits);
      return operand === expression.operand ? expression : { ...expression, operand };
    }
    case 'binary':
      return rewriteBinary(expression, edits);
    case 'conditional': {
      const condition = rewriteExpression(expression.condition, edits);
      const whenTrue = rewriteExpression(expression.whenTrue, edits);
      const whenFalse = rewriteExpression(expression.whenFalse, edits);
      return condition === expression.condition &&
        whenTrue === expression.whenTrue &&
        whenFalse === expression.whenFalse
        ? expression
        : { ...expression, condition, whenTrue, whenFalse };
    }
    case 'aggregate': {
      const elements = mapShared(expression.elements, (element) => rewriteExpression(element, edits));
      return elements === expression.elements ? expression : { ...expression, elements };
    }
    case 'instance': {
      if (expression.index === undefined) return expression;
      const index = rewriteExpression(expression.index, edits);
      return index === expression.index ? expression : { ...expression, index };
    }
    case 'call': {
      const call = rewriteCall(expression.call, edits);
      return call === expression.call ? expression : { ...expression, call };
    }
  }
}

/** A chain `a + b + c …` is as deep as it is long; its left sides are gone through without recursion. */
function rewriteBinary(expression: Expression & { readonly kind: 'binary' }, edits: Edits): Expression {
  const links = [expression];
  for (let left = expression.left; left.kind === 'binary'; left = left.left) links.push(left);
  const innermost = links.at(-1) ?? expression;
  let left = rewriteExpression(innermost.left, edits);
  for (let index = links.length - 1; index >= 0; index--) {
    const link = links[index] ?? expression;
    const right = rewriteExpression(link.right, edits);
    const rebuilt = left === link.left && right === link.right ? link : { ...link, left, right };
    if (index === 0) return rebuilt;
    left = edits.expression?.(rebuilt, false) ?? rebuilt;
  }
  return expression;
}

/** Rewrites what a call evaluates. */
export function rewriteCall(call: Call, edits: Edits): Call {
  const callee = rewriteCallee(call.callee, edits);
  const args = mapShared(call.arguments, (argument) => rewriteArgument(argument, edits));
  return callee === call.callee && args === call.arguments ? call : { ...call, callee, arguments: args };
}

function rewriteCallee(callee: Callee, edits: Edits): Callee {
  if (callee.kind !== 'method') return callee;
  const object = rewriteExpression(callee.object, edits);
  return object === callee.object ? callee : { ...callee, object };
}

/** Rewrites the value of an argument. */
export function rewriteArgument(argument: Argument, edits: Edits): Argument {
  if (argument.value === undefined) return argument;
  const isTarget = argument.direction === 'out' || argument.direction === 'inout';
  const value = rewriteExpression(argument.value, edits, isTarget);
  return value === argument.value ? argument : { ...argument, value };
}

/** Rewrites an l-value, which has to stay one. */
export function rewriteTarget(target: LValue, edits: Edits): LValue {
  const rewritten = rewriteExpression(target, edits, true);
  if (!isLValue(rewritten)) throw new TypeError('what is assigned to was rewritten to a value');
  return rewritten;
}

/** Rewrites statements. */
export function rewriteStatements(statements: readonly Statement[], edits: Edits): readonly Statement[] {
  let changed: Statement[] | undefined;
  for (const [index, statement] of statements.entries()) {
    const inside = rewriteInside(statement, edits);
    const rewritten = edits.statement?.(inside);
    const same =
      rewritten === undefined ? inside === statement : rewritten.length === 1 && rewritten[0] === statement;
    if (!same && changed === undefined) changed = statements.slice(0, index);
    if (changed === undefined) continue;
    if (rewritten === undefined) changed.push(inside);
    else for (const item of rewritten) changed.push(item);
  }
  return changed ?? statements;
}

/** Rewrites the parts of a statement: `expression` edits in it, `statement` edits in its bodies. */
export function rewriteInside(statement: Statement, edits: Edits): Statement {
  switch (statement.kind) {
    case 'assign': {
      const value = rewriteExpression(statement.value, edits);
      const target = rewriteTarget(statement.target, edits);
      return value === statement.value && target === statement.target
        ? statement
        : { ...statement, target, value };
    }
    case 'call': {
      const call = rewriteCall(statement.call, edits);
      const result = statement.result === undefined ? undefined : rewriteTarget(statement.result, edits);
      return call === statement.call && result === statement.result
        ? statement
        : { ...statement, call, result };
    }
    case 'set_validity':
    case 'shift_stack': {
      const target = rewriteTarget(statement.target, edits);
      return target === statement.target ? statement : { ...statement, target };
    }
    case 'if': {
      const condition = rewriteExpression(statement.condition, edits);
      const whenTrue = rewriteStatements(statement.whenTrue, edits);
      const whenFalse = rewriteStatements(statement.whenFalse, edits);
      return condition === statement.condition &&
        whenTrue === statement.whenTrue &&
        whenFalse === statement.whenFalse
        ? statement
        : { ...statement, condition, whenTrue, whenFalse };
    }
    case 'switch': {
      const value = rewriteExpression(statement.value, edits);
      const cases = mapShared(statement.cases, (item) => rewriteCase(item, edits));
      return value === statement.value && cases === statement.cases
        ? statement
        : { ...statement, value, cases };
    }
    case 'apply': {
      const outcome = rewriteOutcome(statement.outcome, edits);
      return outcome === statement.outcome ? statement : { ...statement, outcome };
    }
    case 'for': {
      const condition = rewriteExpression(statement.condition, edits);
      const updates = rewriteStatements(statement.updates, edits);
      const body = rewriteStatements(statement.body, edits);
      return condition === statement.condition && updates === statement.updates && body === statement.body
        ? statement
        : { ...statement, condition, updates, body };
    }
    case 'for_in': {
      const collection = rewriteCollection(statement.collection, edits);
      const body = rewriteStatements(statement.body, edits);
      return collection === statement.collection && body === statement.body
        ? statement
        : { ...statement, collection, body };
    }
    case 'return': {
      if (statement.value === undefined) return statement;
      const value = rewriteExpression(statement.value, edits);
      return value === statement.value ? statement : { ...statement, value };
    }
    case 'labelled': {
      const body = rewriteStatements(statement.body, edits);
      return body === statement.body ? statement : { ...statement, body };
    }
    case 'leave':
    case 'break':
    case 'continue':
    case 'exit':
      return statement;
  }
}

function rewriteCase<Label>(item: SwitchCase<Label>, edits: Edits): SwitchCase<Label> {
  const body = rewriteStatements(item.body, edits);
  return body === item.body ? item : { ...item, body };
}

function rewriteOutcome(outcome: ApplyOutcome, edits: Edits): ApplyOutcome {
  switch (outcome.kind) {
    case 'none':
      return outcome;
    case 'hit': {
      const hit = rewriteStatements(outcome.hit, edits);
      const miss = rewriteStatements(outcome.miss, edits);
      return hit === outcome.hit && miss === outcome.miss ? outcome : { ...outcome, hit, miss };
    }
    case 'action_run': {
      const cases = mapShared(outcome.cases, (item) => rewriteCase(item, edits));
      return cases === outcome.cases ? outcome : { ...outcome, cases };
    }
  }
}

function rewriteCollection(collection: ForIn['collection'], edits: Edits): ForIn['collection'] {
  if (collection.kind === 'elements') {
    const value = rewriteExpression(collection.value, edits);
    return value === collection.value ? collection : { ...collection, value };
  }
  const low = rewriteExpression(collection.low, edits);
  const high = rewriteExpression(collection.high, edits);
  return low === collection.low && high === collection.high ? collection : { ...collection, low, high };
}

/** Rewrites the expressions of a keyset. */
export function rewriteKeyset(keyset: Keyset, edits: Edits): Keyset {
  switch (keyset.kind) {
    case 'value': {
      const value = rewriteExpression(keyset.value, edits);
      return value === keyset.value ? keyset : { ...keyset, value };
    }
    case 'mask': {
      const value = rewriteExpression(keyset.value, edits);
      const mask = rewriteExpression(keyset.mask, edits);
      return value === keyset.value && mask === keyset.mask ? keyset : { ...keyset, value, mask };
    }
    case 'range': {
      const low = rewriteExpression(keyset.low, edits);
      const high = rewriteExpression(keyset.high, edits);
      return low === keyset.low && high === keyset.high ? keyset : { ...keyset, low, high };
    }
    case 'any':
    case 'value_set':
      return keyset;
  }
}

/** Rewrites the keys and keysets of a transition. */
export function rewriteTransition(transition: Transition, edits: Edits): Transition {
  if (transition.kind === 'direct') return transition;
  const keys = mapShared(transition.keys, (key) => rewriteExpression(key, edits));
  const cases = mapShared(transition.cases, (item) => {
    const keysets = mapShared(item.keysets, (keyset) => rewriteKeyset(keyset, edits));
    return keysets === item.keysets ? item : { ...item, keysets };
  });
  return keys === transition.keys && cases === transition.cases ? transition : { ...transition, keys, cases };
}

/** Rewrites the statements and the transition of a state. */
export function rewriteState(state: ParserState, edits: Edits): ParserState {
  const statements = rewriteStatements(state.statements, edits);
  const transition = rewriteTransition(state.transition, edits);
  return statements === state.statements && transition === state.transition
    ? state
    : { ...state, statements, transition };
}

/** Rewrites a parser's prologue and states. */
export function rewriteParser(parser: Parser, edits: Edits): Parser {
  const prologue = rewriteStatements(parser.prologue, edits);
  const states = mapShared(parser.states, (state) => rewriteState(state, edits));
  return prologue === parser.prologue && states === parser.states ? parser : { ...parser, prologue, states };
}

/** Maps the values of a map; gives back the map itself where nothing changes. */
export function mapValues<T>(map: ReadonlyMap<string, T>, change: (value: T) => T): ReadonlyMap<string, T> {
  let changed = false;
  const mapped = new Map<string, T>();
  for (const [key, value] of map) {
    const result = change(value);
    if (result !== value) changed = true;
    mapped.set(key, result);
  }
  return changed ? mapped : map;
}

/** Rewrites every body and every run-time expression of a program: functions, actions, keys, parsers, controls. */
export function rewriteProgram(program: Program, edits: Edits): Program {
  const body = <T extends { readonly body: readonly Statement[] }>(item: T): T => {
    const rewritten = rewriteStatements(item.body, edits);
    return rewritten === item.body ? item : { ...item, body: rewritten };
  };
  return {
    ...program,
    functions: mapValues(program.functions, body),
    actions: mapValues(program.actions, body),
    tables: mapValues(program.tables, (table) => {
      const keys = mapShared(table.keys, (key) => {
        const expression = rewriteExpression(key.expression, edits);
        return expression === key.expression ? key : { ...key, expression };
      });
      const actions = mapShared(table.actions, (action) => {
        const args = mapShared(action.arguments, (argument) => rewriteArgument(argument, edits));
        return args === action.arguments ? action : { ...action, arguments: args };
      });
      return keys === table.keys && actions === table.actions ? table : { ...table, keys, actions };
    }),
    blocks: mapValues(program.blocks, (block) =>
      block.kind === 'parser' ? rewriteParser(block, edits) : body(block),
    ),
  };
}
