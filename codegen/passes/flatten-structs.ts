/**
 * Leaves only scalars, headers, header unions and header stacks.
 *
 *     struct S { bit<8> a; H h; }  S s; S u;       bit<8> s_a; H s_h; bit<8> u_a; H u_h;
 *     s = { 1, u.h };                              s_a = 1; s_h = u_h;
 *     if (s == u) …                                if (s_a == u_a && (both h invalid, or valid and equal)) …
 *     meta.s = s;                                  meta.s.a = s_a; meta.s.h = s_h;
 *
 * Local structs, tuples and arrays become a variable for each leaf; parameters of blocks stay, and are used by path.
 * Header values are written out: `h = { a, b }` makes `h` valid and assigns its fields; `h = {#}` makes it invalid;
 * `==` compares fields. Arguments of externs are aggregates of leaves. A local that an extern writes as a whole stays.
 * Longer than most files: expressions and statements of composite types are spelled out together.
 */

import type {
  Action,
  Aggregate,
  Argument,
  Block,
  Expression,
  LValue,
  Program,
  ProgramFunction,
  Statement,
  Type,
  Variable,
} from '../ir/index.ts';
import { isLValue, mapValues, rewriteExpression, rewriteTransition, visit } from '../ir/index.ts';
import {
  and,
  assign,
  bool,
  equal,
  field,
  index,
  isConstant,
  isWritten,
  mayOverlap,
  not,
  or,
  read,
  when,
} from './build.ts';
import type { Pass, PassContext } from './pass.ts';

type State = {
  readonly context: PassContext;
  /** What stands for each local that is split: an aggregate of its parts. */
  readonly split: ReadonlyMap<Variable, Expression>;
  readonly declare: (variable: Variable) => void;
};

/** Struct, tuple or array: what is taken apart. */
function isComposite(type: Type): type is Type & { readonly kind: 'struct' | 'tuple' | 'array' } {
  return type.kind === 'struct' || type.kind === 'tuple' || type.kind === 'array';
}

function partTypes(type: Type & { readonly kind: 'struct' | 'tuple' | 'array' }): readonly Type[] {
  if (type.kind === 'struct') return type.fields.map((one) => one.type);
  return type.kind === 'tuple' ? type.elements : new Array<Type>(type.size).fill(type.element);
}

/** The parts of a composite value, one level down. */
function partsOf(expression: Expression): readonly Expression[] {
  const { type } = expression;
  if (expression.kind === 'aggregate') return expression.elements;
  if (!isComposite(type)) return [expression];
  if (type.kind === 'struct') return type.fields.map((one) => field(expression, one.name, one.type));
  return partTypes(type).map((part, place) => ({
    kind: 'index',
    target: expression,
    index: index(place, expression.span),
    type: part,
    span: expression.span,
  }));
}

/** The parts of a composite value all the way down. */
function leavesOf(expression: Expression): readonly Expression[] {
  return isComposite(expression.type) ? partsOf(expression).flatMap(leavesOf) : [expression];
}

// --------------------------------------------------------------------------------------------------
// Expressions

/** An expression without split variables; a composite one is an aggregate or a path from a parameter. */
function flatten(state: State, expression: Expression): Expression {
  return rewriteExpression(expression, { expression: (inner) => flattenOne(state, inner) });
}

function flattenOne(state: State, expression: Expression): Expression {
  switch (expression.kind) {
    case 'variable':
      return state.split.get(expression.variable) ?? expression;
    case 'field': {
      const { target } = expression;
      if (target.kind !== 'aggregate' || (target.type.kind !== 'struct' && target.type.kind !== 'header'))
        return expression;
      const place = target.type.fields.findIndex((one) => one.name === expression.field);
      return target.elements[place] ?? expression;
    }
    case 'index':
      return flattenIndex(expression);
    case 'conditional': {
      const { type, condition, span } = expression;
      if (!isComposite(type)) return expression;
      const whenFalse = partsOf(expression.whenFalse);
      const elements = partsOf(expression.whenTrue).map((part, place): Expression => {
        const choice: Expression = {
          kind: 'conditional',
          condition,
          whenTrue: part,
          whenFalse: whenFalse[place] ?? part,
          type: part.type,
          span,
        };
        return flattenOne(state, choice);
      });
      return { kind: 'aggregate', type, elements, span };
    }
    case 'binary': {
      if (expression.operator !== '==' && expression.operator !== '!=') return expression;
      const same = compare(expression.left, expression.right);
      if (same === undefined) return expression;
      return expression.operator === '==' ? same : not(same);
    }
    case 'is_valid':
      if (expression.target.kind === 'aggregate') return bool(true, expression.span);
      return expression.target.kind === 'invalid' ? bool(false, expression.span) : expression;
    default:
      return expression;
  }
}

/** An element of an array or tuple; a computed index chooses among all elements. */
function flattenIndex(expression: Expression & { readonly kind: 'index' }): Expression {
  const { target, span, type } = expression;
  if (!isComposite(target.type) && target.type.kind !== 'list') return expression;
  const parts = partsOf(target);
  if (expression.index.kind === 'constant')
    return parts[Number(expression.index.value)] ?? defaultOf(type, span);
  return parts.reduceRight<Expression>(
    (otherwise, part, place) => {
      const condition = equal(expression.index, numberLike(expression.index, place));
      return { kind: 'conditional', condition, whenTrue: part, whenFalse: otherwise, type, span };
    },
    defaultOf(type, span),
  );
}

function numberLike(expression: Expression, value: number): Expression {
  const { type, span } = expression;
  return type.kind === 'bits' ? { kind: 'constant', type, value: BigInt(value), span } : index(value, span);
}

function defaultOf(type: Type, span: Expression['span']): Expression {
  if (type.kind === 'bits') return { kind: 'constant', type, value: 0n, span };
  if (type.kind === 'error') return { kind: 'member', type, member: 'NoError', span };
  if (type.kind === 'enum') return { kind: 'member', type, member: type.members[0] ?? '', span };
  if (isComposite(type))
    return { kind: 'aggregate', type, elements: partTypes(type).map((part) => defaultOf(part, span)), span };
  return bool(false, span);
}

/** `left == right` spelled out; undefined for scalars. */
function compare(left: Expression, right: Expression): Expression | undefined {
  const { type, span } = left;
  const all = (conditions: readonly Expression[]) => conditions.reduce(and, bool(true, span));
  switch (type.kind) {
    case 'struct':
    case 'tuple':
    case 'array': {
      const others = partsOf(right);
      return all(partsOf(left).map((part, place) => sameOf(part, others[place] ?? part)));
    }
    case 'header':
      return compareHeaders(left, right);
    case 'header_union':
      return all(
        type.fields.map((one) =>
          sameOf(memberOf(left, one.name, one.type), memberOf(right, one.name, one.type)),
        ),
      );
    case 'stack': {
      const others = elementsOf(right);
      return all(elementsOf(left).map((part, place) => sameOf(part, others[place] ?? part)));
    }
    default:
      return undefined;
  }
}

function sameOf(left: Expression, right: Expression): Expression {
  return compare(left, right) ?? equal(left, right);
}

function memberOf(union: Expression, name: string, type: Type): Expression {
  if (union.kind === 'invalid' && type.kind === 'header') return { kind: 'invalid', type, span: union.span };
  return field(union, name, type);
}

function elementsOf(stack: Expression): readonly Expression[] {
  const { type, span } = stack;
  if (stack.kind === 'aggregate') return stack.elements;
  if (type.kind !== 'stack') return [];
  return Array.from({ length: type.size }, (_, place): Expression => {
    return { kind: 'index', target: stack, index: index(place, span), type: type.element, span };
  });
}

/** Both invalid, or both valid with equal fields (specification §8.17). */
function compareHeaders(left: Expression, right: Expression): Expression {
  const { type, span } = left;
  if (type.kind !== 'header') return bool(true, span);
  const valid = (header: Expression): Expression => {
    if (header.kind === 'aggregate') return bool(true, span);
    if (header.kind === 'invalid') return bool(false, span);
    return { kind: 'is_valid', target: header, type: { kind: 'bool' }, span };
  };
  const leftValid = valid(left);
  const rightValid = valid(right);
  const fields = type.fields.map((one, place) => {
    const part = (header: Expression) =>
      header.kind === 'aggregate' ? (header.elements[place] ?? header) : field(header, one.name, one.type);
    return left.kind === 'invalid' || right.kind === 'invalid'
      ? bool(false, span)
      : sameOf(part(left), part(right));
  });
  const sameFields = and(and(leftValid, rightValid), fields.reduce(and, bool(true, span)));
  const bothInvalid = and(not(leftValid), not(rightValid));
  return or(bothInvalid, sameFields);
}

// --------------------------------------------------------------------------------------------------
// Assignments

/** `target = value`, both without split variables, as assignments of leaves. */
function assignAll(
  state: State,
  target: Expression,
  value: Expression,
  span: Statement['span'],
): readonly Statement[] {
  const before: Statement[] = [];
  const kept = keepWhatIsOverwritten(state, target, value, before);
  return [...before, ...assignParts(target, kept, span)];
}

/** Parts of the value that the assignment itself changes before they are read are stored first. */
function keepWhatIsOverwritten(
  state: State,
  target: Expression,
  value: Expression,
  before: Statement[],
): Expression {
  if (value.kind !== 'aggregate') return value;
  const targets = leavesOf(target);
  const keep = (part: Expression): Expression => {
    if (part.kind === 'aggregate') return { ...part, elements: part.elements.map(keep) };
    if (isConstant(part) || !reads(part, targets)) return part;
    const variable = state.context.temporary('old', part.type, part.span);
    state.declare(variable);
    before.push(...assignParts(read(variable, part.span), part, part.span));
    return read(variable, part.span);
  };
  return keep(value);
}

function reads(value: Expression, targets: readonly Expression[]): boolean {
  let found = false;
  visit([value], (node) => {
    if ('type' in node && node.kind !== 'call' && isLValue(node)) {
      if (targets.some((target) => mayOverlap(node, target))) found = true;
    }
    return !found;
  });
  return found;
}

function assignParts(target: Expression, value: Expression, span: Statement['span']): readonly Statement[] {
  const { type } = target;
  if (isComposite(type)) {
    const values = partsOf(value);
    return partsOf(target).flatMap((part, place) => assignParts(part, values[place] ?? part, span));
  }
  if (target.kind === 'conditional') {
    // An element of an array at a computed place.
    const { condition } = target;
    return when(
      condition,
      assignParts(target.whenTrue, value, span),
      assignParts(target.whenFalse, value, span),
      span,
    );
  }
  // Out of range: nothing is written.
  if (!isLValue(target)) return [];
  if (type.kind === 'header' || type.kind === 'header_union' || type.kind === 'stack')
    return assignHeaders(target, value, span);
  return [assign(target, value, span)];
}

function assignHeaders(target: LValue, value: Expression, span: Statement['span']): readonly Statement[] {
  const { type } = target;
  if (value.kind === 'conditional') {
    return when(
      value.condition,
      assignParts(target, value.whenTrue, span),
      assignParts(target, value.whenFalse, span),
      span,
    );
  }
  if (value.kind === 'invalid') {
    if (type.kind !== 'header_union') return [{ kind: 'set_validity', target, valid: false, span }];
    return type.fields.flatMap((one): readonly Statement[] => {
      const member = field(target, one.name, one.type);
      return isLValue(member) ? [{ kind: 'set_validity', target: member, valid: false, span }] : [];
    });
  }
  if (value.kind !== 'aggregate') return [assign(target, value, span)];
  if (type.kind === 'header') {
    const assigned = type.fields.flatMap((one, place) => {
      const part = value.elements[place];
      return part === undefined ? [] : assignParts(field(target, one.name, one.type), part, span);
    });
    return [{ kind: 'set_validity', target, valid: true, span }, ...assigned];
  }
  if (type.kind !== 'stack') return [assign(target, value, span)];
  // Popping everything leaves no header valid and 'next' at the first.
  const emptied: Statement = { kind: 'shift_stack', target, direction: 'pop', count: type.size, span };
  const filled = elementsOf(target).flatMap((element, place) => {
    const part = value.elements[place];
    return part === undefined || part.kind === 'invalid' ? [] : assignParts(element, part, span);
  });
  return [emptied, ...filled];
}

// --------------------------------------------------------------------------------------------------
// Statements

function flattenStatements(state: State, statements: readonly Statement[]): readonly Statement[] {
  return statements.flatMap((statement) => flattenStatement(state, statement));
}

function flattenTarget(state: State, target: LValue): LValue | undefined {
  const flat = flatten(state, target);
  return isLValue(flat) ? flat : undefined;
}

function flattenStatement(state: State, statement: Statement): readonly Statement[] {
  const { span } = statement;
  const inside = (statements: readonly Statement[]) => flattenStatements(state, statements);
  switch (statement.kind) {
    case 'assign':
      return flattenAssign(state, statement);
    case 'call': {
      const { callee } = statement.call;
      const args = statement.call.arguments.map((argument) => flattenArgument(state, argument));
      const flatCallee =
        callee.kind === 'method' ? { ...callee, object: flatten(state, callee.object) } : callee;
      const result = statement.result === undefined ? undefined : flattenTarget(state, statement.result);
      return [{ ...statement, call: { ...statement.call, callee: flatCallee, arguments: args }, result }];
    }
    case 'set_validity': {
      const target = flattenTarget(state, statement.target);
      return target === undefined ? [] : [{ ...statement, target }];
    }
    case 'shift_stack': {
      const target = flattenTarget(state, statement.target);
      return target === undefined ? [] : [{ ...statement, target }];
    }
    case 'if':
      return when(
        flatten(state, statement.condition),
        inside(statement.whenTrue),
        inside(statement.whenFalse),
        span,
      );
    case 'switch':
      return [
        {
          ...statement,
          value: flatten(state, statement.value),
          cases: statement.cases.map((item) => ({ ...item, body: inside(item.body) })),
        },
      ];
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
          condition: flatten(state, statement.condition),
          updates: inside(statement.updates),
          body: inside(statement.body),
        },
      ];
    case 'for_in': {
      const { collection } = statement;
      const flat =
        collection.kind === 'range'
          ? ({
              kind: 'range',
              low: flatten(state, collection.low),
              high: flatten(state, collection.high),
            } as const)
          : ({ kind: 'elements', value: flatten(state, collection.value) } as const);
      return [{ ...statement, collection: flat, body: inside(statement.body) }];
    }
    case 'labelled':
      return [{ ...statement, body: inside(statement.body) }];
    case 'return':
      return [
        statement.value === undefined ? statement : { ...statement, value: flatten(state, statement.value) },
      ];
    default:
      return [statement];
  }
}

function flattenAssign(
  state: State,
  statement: Statement & { readonly kind: 'assign' },
): readonly Statement[] {
  const { span } = statement;
  // A slice of something at a computed place is written by way of the whole.
  const target = flatten(state, statement.target);
  const value = flatten(state, statement.value);
  if (target.kind === 'slice' && target.target.kind === 'conditional')
    return sliceOfChoice(target, target.target, value, span);
  return assignAll(state, target, value, span);
}

function sliceOfChoice(
  slice: Expression & { readonly kind: 'slice' },
  choice: Expression,
  value: Expression,
  span: Statement['span'],
): readonly Statement[] {
  if (choice.kind !== 'conditional') return assignParts({ ...slice, target: choice }, value, span);
  return when(
    choice.condition,
    sliceOfChoice(slice, choice.whenTrue, value, span),
    sliceOfChoice(slice, choice.whenFalse, value, span),
    span,
  );
}

function spelledOut(expression: Expression): Expression {
  const { type, span } = expression;
  if (!isComposite(type)) return expression;
  return { kind: 'aggregate', type, elements: partsOf(expression).map(spelledOut), span };
}

function flattenArgument(state: State, argument: Argument): Argument {
  if (argument.value === undefined) return argument;
  const value = flatten(state, argument.value);
  return { ...argument, value: isWritten(argument) ? value : spelledOut(value) };
}

// --------------------------------------------------------------------------------------------------
// Variables

/** Locals that an extern fills as a whole: they stay together. */
function pinned(bodies: readonly (readonly Statement[])[]): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  const pin = (target: Expression | undefined) => {
    let root = target;
    // Only where the place that is written is itself composite.
    if (root === undefined || !isComposite(root.type)) return;
    while (root.kind === 'field' || root.kind === 'index') root = root.target;
    if (root.kind === 'variable') found.add(root.variable);
  };
  for (const body of bodies) {
    visit(body, (node) => {
      if (node.kind !== 'call' || !('result' in node)) return true;
      pin(node.result);
      for (const argument of node.call.arguments) if (isWritten(argument)) pin(argument.value);
      return true;
    });
  }
  return found;
}

function splitVariable(
  variable: Variable,
  context: PassContext,
  declare: (variable: Variable) => void,
): Expression {
  const split = (type: Type, name: string): Expression => {
    const { span } = variable;
    if (!isComposite(type)) {
      const part: Variable = {
        ...variable,
        name: context.freshName(name),
        sourceName: name,
        type,
        declaredType: undefined,
        annotations: [],
      };
      declare(part);
      return read(part, span);
    }
    const names =
      type.kind === 'struct'
        ? type.fields.map((one) => one.name)
        : partTypes(type).map((_, place) => String(place));
    const elements = partTypes(type).map((part, place) => split(part, `${name}_${names[place] ?? place}`));
    const aggregate: Aggregate = { kind: 'aggregate', type, elements, span };
    return aggregate;
  };
  return split(variable.type, variable.sourceName);
}

function run(program: Program, context: PassContext): Program {
  const split = new Map<Variable, Expression>();
  const keep = pinned([
    ...[...program.functions.values()].map((one) => one.body),
    ...[...program.actions.values()].map((one) => one.body),
    ...[...program.blocks.values()].flatMap((block) =>
      block.kind === 'control'
        ? [block.body]
        : [block.prologue, ...block.states.map((one) => one.statements)],
    ),
  ]);
  const newLocals = (locals: readonly Variable[]): Variable[] => {
    const kept: Variable[] = [];
    for (const local of locals) {
      if (!isComposite(local.type) || keep.has(local)) kept.push(local);
      else
        split.set(
          local,
          splitVariable(local, context, (part) => kept.push(part)),
        );
    }
    return kept;
  };
  // Actions use the locals of their control: all variables are split before any body is rewritten.
  const localsOf = new Map<object, Variable[]>();
  for (const item of [...program.functions.values(), ...program.actions.values(), ...program.blocks.values()])
    localsOf.set(item, newLocals(item.locals));
  const stateOf = (locals: Variable[]): State => ({
    context,
    split,
    declare: (variable) => locals.push(variable),
  });
  const body = <T extends Action | ProgramFunction | (Block & { readonly kind: 'control' })>(item: T): T => {
    const locals = localsOf.get(item) ?? [];
    return { ...item, body: flattenStatements(stateOf(locals), item.body), locals };
  };
  const flat = (expression: Expression) => flatten({ context, split, declare: () => undefined }, expression);
  return {
    ...program,
    functions: mapValues(program.functions, body),
    actions: mapValues(program.actions, body),
    tables: mapValues(program.tables, (table) => ({
      ...table,
      keys: table.keys.map((key) => ({ ...key, expression: flat(key.expression) })),
      actions: table.actions.map((one) => ({
        ...one,
        arguments: one.arguments.map((argument) =>
          argument.value === undefined ? argument : { ...argument, value: flat(argument.value) },
        ),
      })),
    })),
    blocks: mapValues(program.blocks, (block) => {
      if (block.kind === 'control') return body(block);
      const locals = localsOf.get(block) ?? [];
      const state = stateOf(locals);
      const prologue = flattenStatements(state, block.prologue);
      const edits = { expression: (inner: Expression) => flattenOne(state, inner) };
      const states = block.states.map((one) => {
        const statements = flattenStatements(state, one.statements);
        return { ...one, statements, transition: rewriteTransition(one.transition, edits) };
      });
      return { ...block, prologue, states, locals };
    }),
  };
}

export const flattenStructs: Pass = {
  name: 'flatten-structs',
  summary: 'structs, tuples and arrays become their scalars, headers and stacks',
  run,
};
