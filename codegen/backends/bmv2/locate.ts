/** From l-values to where they are in the switch, also where that is known only when a packet runs. */

import { InternalError } from '../../diagnostics.ts';
import type { Expression, HeaderType, Program, Type, Variable } from '../../ir/index.ts';
import { choose, constant, field, type Operand, operation, truth } from './json.ts';
import { headerFields, isScalar, type Layout, type Place, type ScalarType } from './layout.ts';

/** What expressions are written in: the layout, and the data of the action that they stand in. */
export type Scope = {
  readonly program: Program;
  readonly layout: Layout;
  /** The parameters of the action, by their place in its data. */
  readonly actionData: ReadonlyMap<Variable, number>;
};

/** Where an l-value is. `guard` says when it is anywhere at all; the constant true where it always is. */
export type Located =
  | Place
  | { readonly kind: 'action_data'; readonly index: number; readonly type: ScalarType }
  /** One of several, by a number that is computed. */
  | {
      readonly kind: 'choice';
      readonly index: Operand;
      readonly options: readonly Place[];
      readonly guard: Operand;
    }
  | {
      readonly kind: 'some_header';
      readonly expression: Operand;
      readonly type: HeaderType;
      readonly guard: Operand;
    };

/** Writes a number: `value` of expressions.ts, given here so that the files need no cycle. */
export type WriteValue = (scope: Scope, expression: Expression) => Operand;

/** The condition under which a located thing exists. */
export function guardOf(located: Located): Operand {
  return located.kind === 'choice' || located.kind === 'some_header' ? located.guard : truth(true);
}

/** Finds what an l-value stands for. */
export function locate(scope: Scope, expression: Expression, write: WriteValue): Located {
  switch (expression.kind) {
    case 'variable': {
      const index = scope.actionData.get(expression.variable);
      if (index === undefined) return scope.layout.placeOf(expression.variable);
      const { type } = expression;
      if (!isScalar(type)) throw new InternalError('action data is no number', expression.span);
      return { kind: 'action_data', index, type };
    }
    case 'field':
      return memberOf(locate(scope, expression.target, write), expression.field, expression);
    case 'index':
      return elementOf(scope, expression, write);
    case 'stack_element': {
      const stack = locate(scope, expression.target, write);
      if (stack.kind !== 'stack') throw new InternalError('.next and .last are of a stack', expression.span);
      return stackEnd(stack, expression.which);
    }
    default:
      throw new InternalError(`an expression of kind '${expression.kind}' is nowhere`, expression.span);
  }
}

type StackPlace = Place & { readonly kind: 'stack' };

/** `header_stack` or `header_union_stack`, as an operand. */
export function stackOperand(stack: StackPlace): Operand {
  const isUnion = stack.type.element.kind === 'header_union';
  return { type: isUnion ? 'header_union_stack' : 'header_stack', value: stack.name };
}

/** The condition that `.next` or `.last` exists. */
export function stackEndExists(stack: StackPlace, which: 'next' | 'last'): Operand {
  const size = operation('size_stack', null, stackOperand(stack));
  return which === 'last'
    ? operation('>', size, constant(0n, 8))
    : operation('<', size, constant(BigInt(stack.type.size), 32));
}

function stackEnd(stack: StackPlace, which: 'next' | 'last'): Located {
  const index = operation(which === 'last' ? 'last_stack_index' : 'size_stack', null, stackOperand(stack));
  return pick(stack, index, stackEndExists(stack, which));
}

function pick(stack: StackPlace, index: Operand, guard: Operand): Located {
  const { element } = stack.type;
  if (element.kind === 'header_union') return { kind: 'choice', index, options: stack.elements, guard };
  const expression = operation('dereference_header_stack', stackOperand(stack), index);
  return { kind: 'some_header', expression, type: element, guard };
}

function elementOf(
  scope: Scope,
  expression: Expression & { readonly kind: 'index' },
  write: WriteValue,
): Located {
  const target = locate(scope, expression.target, write);
  const { index } = expression;
  const size =
    target.kind === 'stack' ? target.elements.length : target.kind === 'group' ? target.fields.size : 0;
  if (size === 0) throw new InternalError('this cannot be indexed', expression.span);
  if (index.kind === 'constant') {
    const found =
      target.kind === 'stack'
        ? target.elements[Number(index.value)]
        : target.kind === 'group'
          ? target.fields.get(`${index.value}`)
          : undefined;
    if (found === undefined) throw new InternalError('an index is out of range', expression.span);
    return found;
  }
  const number = write(scope, index);
  const alwaysInside = index.type.kind === 'bits' && !index.type.signed && 2 ** index.type.width <= size;
  const guard = alwaysInside ? truth(true) : operation('<', number, constant(BigInt(size), 32));
  if (target.kind === 'stack') return pick(target, number, guard);
  if (target.kind !== 'group') throw new InternalError('this cannot be indexed', expression.span);
  return { kind: 'choice', index: number, options: [...target.fields.values()], guard };
}

/** A field of a header, or the group of fields that a struct in it is. */
function inHeader(header: string, name: string, type: Type): Place {
  if (isScalar(type) || type.kind === 'varbit') return { kind: 'scalar', header, field: name, type };
  const parts = new Map<string, Place>();
  if (type.kind === 'struct')
    for (const one of type.fields) parts.set(one.name, inHeader(header, `${name}.${one.name}`, one.type));
  else if (type.kind === 'tuple')
    for (const [index, element] of type.elements.entries())
      parts.set(`${index}`, inHeader(header, `${name}.${index}`, element));
  else if (type.kind === 'array')
    for (let index = 0; index < type.size; index++)
      parts.set(`${index}`, inHeader(header, `${name}.${index}`, type.element));
  return { kind: 'group', type, fields: parts };
}

function placeMember(place: Place, name: string): Place | undefined {
  switch (place.kind) {
    case 'group':
      return place.fields.get(name);
    case 'union':
      return place.members.get(name);
    case 'header': {
      const found = place.type.fields.find((one) => one.name === name);
      return found === undefined ? undefined : inHeader(place.name, name, found.type);
    }
    default:
      return undefined;
  }
}

function memberOf(
  target: Located,
  name: string,
  expression: Expression & { readonly kind: 'field' },
): Located {
  if (target.kind === 'choice') {
    const options = target.options.map((option) => placeMember(option, name));
    const known = options.filter((option) => option !== undefined);
    if (known.length < options.length)
      throw new InternalError(`there is no field '${name}'`, expression.span);
    return { ...target, options: known };
  }
  // A field of a header that is computed is written as an access to it: see `fieldOperand`.
  if (target.kind === 'some_header' || target.kind === 'action_data')
    throw new InternalError('a field of a computed header is no place', expression.span);
  const place = placeMember(target, name);
  if (place === undefined) throw new InternalError(`there is no field '${name}'`, expression.span);
  return place;
}

/** The one of `options` that `index` says. */
function chain(index: Operand, options: readonly Operand[]): Operand {
  const last = options.at(-1);
  if (last === undefined) throw new InternalError('nothing to choose from');
  return options.slice(0, -1).reduceRight((otherwise, option, at) => {
    const isIt = operation('==', index, constant(BigInt(at), 32));
    return choose(isIt, option, otherwise);
  }, last);
}

/** A header as an operand; `undefined` for what is no header. */
export function headerOperand(located: Located): Operand | undefined {
  switch (located.kind) {
    case 'header':
      return { type: 'header', value: located.name };
    case 'some_header':
      return located.expression;
    case 'choice': {
      const headers = located.options.flatMap((option) => headerOperand(option) ?? []);
      return headers.length === located.options.length ? chain(located.index, headers) : undefined;
    }
    default:
      return undefined;
  }
}

/** A field with where it is and when; what is read and written in it. */
export type FieldLocation = {
  readonly operand: Operand;
  /** The header and the field, where they are known. */
  readonly fixed: readonly [header: string, field: string] | undefined;
  readonly guard: Operand;
};

/** The field that an l-value of scalar or varbit type stands for. */
export function locateField(scope: Scope, expression: Expression, write: WriteValue): FieldLocation {
  const access = computedField(scope, expression, write);
  if (access !== undefined) return access;
  const located = locate(scope, expression, write);
  switch (located.kind) {
    case 'scalar':
      return {
        operand: field(located.header, located.field),
        fixed: [located.header, located.field],
        guard: truth(true),
      };
    case 'action_data':
      return { operand: { type: 'local', value: located.index }, fixed: undefined, guard: truth(true) };
    case 'choice': {
      const fields = located.options.flatMap((option) =>
        option.kind === 'scalar' ? [field(option.header, option.field)] : [],
      );
      return { operand: chain(located.index, fields), fixed: undefined, guard: located.guard };
    }
    default:
      throw new InternalError('this is no field', expression.span);
  }
}

/** The header that a field path is in, and the path as the switch calls the field. */
function headerAround(
  expression: Expression,
): { readonly header: Expression; readonly path: string } | undefined {
  const names: string[] = [];
  let at = expression;
  for (;;) {
    if (at.kind === 'field') names.unshift(at.field);
    else if (at.kind === 'index' && at.index.kind === 'constant') names.unshift(`${at.index.value}`);
    else return undefined;
    at = at.target;
    if (at.type.kind === 'header') return { header: at, path: names.join('.') };
  }
}

/** A field of a header that is known only when a packet runs. */
function computedField(scope: Scope, expression: Expression, write: WriteValue): FieldLocation | undefined {
  const around = headerAround(expression);
  if (around === undefined) return undefined;
  const { header: target, path } = around;
  const header = locate(scope, target, write);
  if (header.kind !== 'some_header') return undefined;
  if (target.kind === 'stack_element' && target.which === 'last') {
    const stack = locate(scope, target.target, write);
    if (stack.kind === 'stack')
      return {
        operand: { type: 'stack_field', value: [stack.name, path] },
        fixed: undefined,
        guard: header.guard,
      };
  }
  const offset = headerFields(header.type).findIndex((one) => one.name === path);
  return {
    operand: operation('access_field', header.expression, offset),
    fixed: undefined,
    guard: header.guard,
  };
}
