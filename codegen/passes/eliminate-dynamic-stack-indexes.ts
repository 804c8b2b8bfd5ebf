/**
 * Leaves only constant indexes of header stacks.
 *
 *     x = s[i].f;       x = i == 0 ? s[0].f : i == 1 ? s[1].f : 0;
 *     s[i].f = x;       if (i == 0) { s[0].f = x; } else if (i == 1) { s[1].f = x; }
 *
 * In a parser an index outside the stack is an error: `verify(i < 2, error.StackOutOfBounds);` stands before.
 */

import type { Block, Expression, Program, Statement, Variable } from '../ir/index.ts';
import {
  BOOL,
  ERROR,
  isLValue,
  mapValues,
  rewriteExpression,
  rewriteInside,
  rewriteTransition,
  VOID,
} from '../ir/index.ts';
import { and, assign, bool, equal, isFixedPlace, not, or, read, when } from './build.ts';
import type { Pass, PassContext } from './pass.ts';

type Index = Expression & { readonly kind: 'index' };

type State = {
  readonly context: PassContext;
  readonly inParser: boolean;
  readonly declare: (variable: Variable) => void;
};

/** The computed index of a stack in a path such as `s[i].f`. */
function dynamicIndex(expression: Expression): Index | undefined {
  switch (expression.kind) {
    case 'index':
      if (expression.target.type.kind === 'stack' && expression.index.kind !== 'constant') return expression;
      return dynamicIndex(expression.target);
    case 'field':
    case 'slice':
      return dynamicIndex(expression.target);
    default:
      return undefined;
  }
}

/** The path with its computed index replaced by a constant. */
function withIndex(expression: Expression, dynamic: Index, place: number): Expression {
  return rewriteExpression(expression, {
    expression: (inner) =>
      inner === dynamic ? { ...dynamic, index: constantLike(dynamic.index, place) } : inner,
  });
}

function constantLike(index: Expression, place: number): Expression {
  const type =
    index.type.kind === 'bits' ? index.type : ({ kind: 'bits', width: 32, signed: false } as const);
  return { kind: 'constant', type, value: BigInt(place), span: index.span };
}

/** The places that an index can name: those of the stack that its type can hold. */
function placesOf(dynamic: Index): readonly number[] {
  const { type } = dynamic.target;
  const size = type.kind === 'stack' ? type.size : 0;
  const { type: indexType } = dynamic.index;
  const width = indexType.kind === 'bits' ? (indexType.signed ? indexType.width - 1 : indexType.width) : 32;
  const count = width >= 31 ? size : Math.min(size, 2 ** width);
  return Array.from({ length: count }, (_, place) => place);
}

function isAt(dynamic: Index, place: number): Expression {
  return equal(dynamic.index, constantLike(dynamic.index, place));
}

function defaultScalar(expression: Expression): Expression | undefined {
  const { type, span } = expression;
  switch (type.kind) {
    case 'bits':
    case 'varbit':
      return { kind: 'constant', type, value: 0n, span };
    case 'bool':
      return bool(false, span);
    case 'error':
      return { kind: 'member', type, member: 'NoError', span };
    case 'enum':
      return { kind: 'member', type, member: type.members[0] ?? '', span };
    default:
      return undefined;
  }
}

/** A scalar read at a computed index as a choice. */
function choose(expression: Expression): Expression {
  const path = expression.kind === 'is_valid' ? expression.target : expression;
  const dynamic = dynamicIndex(path);
  const otherwise = defaultScalar(expression);
  if (dynamic === undefined || otherwise === undefined || expression.kind === 'slice') return expression;
  return placesOf(dynamic).reduceRight<Expression>((rest, place) => {
    const chosen = withIndex(expression, dynamic, place);
    const condition = isAt(dynamic, place);
    const { type, span } = expression;
    return { kind: 'conditional', condition, whenTrue: chosen, whenFalse: rest, type, span };
  }, otherwise);
}

function chooseIn(expression: Expression): Expression {
  return rewriteExpression(expression, { expression: choose });
}

/** What has to hold for every index that evaluating an expression reaches. */
function checksOf(expression: Expression): Expression {
  const { span } = expression;
  const all = (parts: readonly Expression[]) => parts.map(checksOf).reduce(and, bool(true, span));
  switch (expression.kind) {
    case 'binary': {
      const left = checksOf(expression.left);
      const right = checksOf(expression.right);
      if (expression.operator === '&&') return and(left, or(not(expression.left), right));
      if (expression.operator === '||') return and(left, or(expression.left, right));
      return and(left, right);
    }
    case 'conditional': {
      const whenTrue = or(not(expression.condition), checksOf(expression.whenTrue));
      const whenFalse = or(expression.condition, checksOf(expression.whenFalse));
      return and(checksOf(expression.condition), and(whenTrue, whenFalse));
    }
    case 'index': {
      const inner = all([expression.target, expression.index]);
      const { type } = expression.target;
      if (type.kind !== 'stack' || expression.index.kind === 'constant') return inner;
      const inRange = placesOf(expression)
        .map((place) => isAt(expression, place))
        .reduce(or, bool(false, span));
      return and(inner, inRange);
    }
    case 'field':
    case 'stack_element':
    case 'last_index':
    case 'slice':
    case 'is_valid':
      return checksOf(expression.target);
    case 'part_select':
      return all([expression.target, expression.low]);
    case 'unary':
    case 'cast':
      return checksOf(expression.operand);
    case 'aggregate':
      return all(expression.elements);
    default:
      return bool(true, span);
  }
}

function verify(
  state: State,
  expressions: readonly Expression[],
  span: Statement['span'],
): readonly Statement[] {
  if (!state.inParser) return [];
  const check = expressions.map(checksOf).reduce(and, bool(true, span));
  if (check.kind === 'boolean' && check.value) return [];
  const call = {
    callee: { kind: 'extern_function', name: 'verify', typeArguments: [] } as const,
    arguments: [
      { parameter: 'check', position: 0, direction: 'in', type: BOOL, value: chooseIn(check), span } as const,
      {
        parameter: 'toSignal',
        position: 1,
        direction: 'in',
        type: ERROR,
        value: { kind: 'member', type: ERROR, member: 'StackOutOfBounds', span },
        span,
      } as const,
    ],
    type: VOID,
    span,
  };
  return [{ kind: 'call', call, result: undefined, span }];
}

/** A statement for each place of a computed index that it writes to or copies from. */
function spread(state: State, statement: Statement): readonly Statement[] {
  const { span } = statement;
  const used = wholePaths(statement);
  const dynamic = used.map(dynamicIndex).find((one) => one !== undefined);
  if (dynamic === undefined)
    return [rewriteInside(statement, { expression: (one, isTarget) => (isTarget ? one : choose(one)) })];
  if (!isFixedPlace(dynamic.index)) {
    // The index is computed once.
    const variable = state.context.temporary('index', dynamic.index.type, span);
    state.declare(variable);
    const stored: Index = { ...dynamic, index: read(variable, span) };
    const replaced = rewriteInside(statement, {
      expression: (inner) => (inner === dynamic ? stored : inner),
    });
    const computed = assign(read(variable, span), chooseIn(dynamic.index), span);
    return [computed, ...spread(state, replaced)];
  }
  const at = (place: number) =>
    spread(
      state,
      rewriteInside(statement, {
        expression: (inner) =>
          inner.kind === 'index' && sameIndex(inner, dynamic)
            ? { ...inner, index: constantLike(inner.index, place) }
            : inner,
      }),
    );
  return placesOf(dynamic).reduceRight<readonly Statement[]>(
    (rest, place) => when(isAt(dynamic, place), at(place), rest, span),
    outOfRange(statement),
  );
}

function sameIndex(left: Index, right: Index): boolean {
  return left === right || (samePath(left.target, right.target) && samePath(left.index, right.index));
}

function samePath(left: Expression, right: Expression): boolean {
  if (left.kind === 'variable') return right.kind === 'variable' && left.variable === right.variable;
  if (left.kind === 'field')
    return right.kind === 'field' && left.field === right.field && samePath(left.target, right.target);
  return false;
}

/** Nothing is written outside; what is copied from there is an invalid header. */
function outOfRange(statement: Statement): readonly Statement[] {
  if (statement.kind !== 'assign' || dynamicIndex(statement.target) !== undefined) return [];
  const { target, value, span } = statement;
  if (value.type.kind === 'header') return [{ kind: 'set_validity', target, valid: false, span }];
  return [];
}

/** The places that a statement writes, and the headers that it copies: what cannot be a choice of scalars. */
function wholePaths(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'assign': {
      const isWhole = statement.value.type.kind === 'header' || statement.value.type.kind === 'header_union';
      return isWhole ? [statement.target, statement.value] : [statement.target];
    }
    case 'set_validity':
    case 'shift_stack':
      return [statement.target];
    case 'call': {
      const given = statement.call.arguments.flatMap((argument) => {
        const { value } = argument;
        if (value === undefined || !isLValue(value)) return [];
        const isScalar = defaultScalar(value) !== undefined;
        return argument.direction === 'out' || argument.direction === 'inout' || !isScalar ? [value] : [];
      });
      return statement.result === undefined ? given : [statement.result, ...given];
    }
    default:
      return [];
  }
}

function evaluated(statement: Statement): readonly Expression[] {
  switch (statement.kind) {
    case 'assign':
      return [statement.target, statement.value];
    case 'set_validity':
    case 'shift_stack':
      return [statement.target];
    case 'if':
      return [statement.condition];
    case 'switch':
      return [statement.value];
    case 'call': {
      const given = statement.call.arguments.flatMap((argument) =>
        argument.value === undefined ? [] : [argument.value],
      );
      return statement.result === undefined ? given : [statement.result, ...given];
    }
    default:
      return [];
  }
}

function eliminate(state: State, statements: readonly Statement[]): readonly Statement[] {
  const inside = (body: readonly Statement[]) => eliminate(state, body);
  return statements.flatMap((statement): readonly Statement[] => {
    const { span } = statement;
    const before = verify(state, evaluated(statement), span);
    switch (statement.kind) {
      case 'if':
        return [
          ...before,
          ...when(
            chooseIn(statement.condition),
            inside(statement.whenTrue),
            inside(statement.whenFalse),
            span,
          ),
        ];
      case 'switch': {
        const cases = statement.cases.map((item) => ({ ...item, body: inside(item.body) }));
        return [...before, { ...statement, value: chooseIn(statement.value), cases }];
      }
      case 'apply': {
        const { outcome } = statement;
        if (outcome.kind === 'none') return [statement];
        if (outcome.kind === 'hit')
          return [
            { ...statement, outcome: { ...outcome, hit: inside(outcome.hit), miss: inside(outcome.miss) } },
          ];
        const cases = outcome.cases.map((item) => ({ ...item, body: inside(item.body) }));
        return [{ ...statement, outcome: { ...outcome, cases } }];
      }
      case 'for':
        return [
          {
            ...statement,
            condition: chooseIn(statement.condition),
            updates: inside(statement.updates),
            body: inside(statement.body),
          },
        ];
      case 'labelled':
        return [{ ...statement, body: inside(statement.body) }];
      default:
        return [...before, ...spread(state, statement)];
    }
  });
}

function run(program: Program, context: PassContext): Program {
  const body = <T extends { readonly body: readonly Statement[]; readonly locals: readonly Variable[] }>(
    item: T,
  ): T => {
    const locals = [...item.locals];
    const state: State = { context, inParser: false, declare: (variable) => locals.push(variable) };
    return { ...item, body: eliminate(state, item.body), locals };
  };
  const block = (item: Block): Block => {
    if (item.kind === 'control') return body(item);
    const locals = [...item.locals];
    const state: State = { context, inParser: true, declare: (variable) => locals.push(variable) };
    const states = item.states.map((one) => {
      const { transition } = one;
      const checks = transition.kind === 'select' ? verify(state, transition.keys, transition.span) : [];
      return {
        ...one,
        statements: [...eliminate(state, one.statements), ...checks],
        transition: rewriteTransition(transition, { expression: choose }),
      };
    });
    return { ...item, prologue: eliminate(state, item.prologue), states, locals };
  };
  return {
    ...program,
    actions: mapValues(program.actions, body),
    tables: mapValues(program.tables, (table) => ({
      ...table,
      keys: table.keys.map((key) => ({ ...key, expression: chooseIn(key.expression) })),
    })),
    blocks: mapValues(program.blocks, block),
  };
}

export const eliminateDynamicStackIndexes: Pass = {
  name: 'eliminate-dynamic-stack-indexes',
  summary: 'indexes of header stacks are constants',
  run,
};
