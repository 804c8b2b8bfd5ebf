/** What inlining a call of a function, action, parser or control has in common: how parameters get their arguments. */

import type { Argument, Expression, Parameter, Statement, Variable } from '../ir/index.ts';
import { defaultExpression, isLValue, isStorable } from '../ir/index.ts';
import { assign, isConstant, isFixedPlace, isWritten, mayOverlap, read, rootOf } from './build.ts';

/** How one parameter gets its value. */
export type Binding =
  /** The argument stands in its place. */
  | { readonly kind: 'reference'; readonly value: Expression }
  /** A variable of its own, copied in before and out after. */
  | { readonly kind: 'copy' };

/**
 * Whether an argument can stand in place of its parameter. A body uses nothing but its parameters and locals, so
 * all that matters is whether another argument of the same call shares the place (specification §6.8.1).
 * @param captured Variables that the body uses by name: those of the control that an action stands in.
 */
export function bindingOf(
  argument: Argument,
  all: readonly Argument[],
  captured: ReadonlySet<Variable>,
): Binding {
  const { value } = argument;
  if (value === undefined) return { kind: 'copy' };
  if (argument.type.kind === 'extern' || !isStorable(argument.type)) return { kind: 'reference', value };
  if (!isWritten(argument) && isConstant(value)) return { kind: 'reference', value };
  if (!isFixedPlace(value)) return { kind: 'copy' };
  // A parameter keeps what is written to it; a field of a header that is invalid does not.
  if (isWritten(argument) && isInHeader(value)) return { kind: 'copy' };
  const root = rootOf(value);
  if (root !== undefined && captured.has(root)) return { kind: 'copy' };
  const shares = all.some(
    (other) =>
      other !== argument &&
      other.value !== undefined &&
      (isWritten(argument) || isWritten(other)) &&
      isLValue(other.value) &&
      mayOverlap(value, other.value),
  );
  return shares ? { kind: 'copy' } : { kind: 'reference', value };
}

function isInHeader(place: Expression): boolean {
  if (place.kind !== 'field' && place.kind !== 'index') return false;
  const { kind } = place.target.type;
  return kind === 'header' || isInHeader(place.target);
}

/** Whether two calls bind a parameter alike, so that one copy of the body can serve both. */
export function sameBinding(left: Binding, right: Binding): boolean {
  if (left.kind !== 'reference' || right.kind !== 'reference') return left.kind === right.kind;
  return sameFixed(left.value, right.value);
}

function sameFixed(left: Expression, right: Expression): boolean {
  if (left.kind === 'variable') return right.kind === 'variable' && left.variable === right.variable;
  if (left.kind === 'field')
    return right.kind === 'field' && left.field === right.field && sameFixed(left.target, right.target);
  if (left.kind === 'index')
    return (
      right.kind === 'index' && sameFixed(left.target, right.target) && sameFixed(left.index, right.index)
    );
  if (left.kind === 'constant') return right.kind === 'constant' && left.value === right.value;
  if (left.kind === 'boolean') return right.kind === 'boolean' && left.value === right.value;
  if (left.kind === 'member') return right.kind === 'member' && left.member === right.member;
  if (left.kind === 'instance')
    return right.kind === 'instance' && left.instance === right.instance && left.index === right.index;
  return false;
}

export type Copies = {
  readonly before: readonly Statement[];
  readonly after: readonly Statement[];
};

/**
 * The copying around an inlined body: values in from left to right, then defaults for `out`; afterwards values out
 * from left to right.
 * @param variableOf The variable that stands for a parameter that is copied.
 */
export function copiesOf(
  parameters: readonly Parameter[],
  given: readonly Argument[],
  bindings: readonly Binding[],
  variableOf: (parameter: Parameter) => Variable,
): Copies {
  const before: Statement[] = [];
  const resets: Statement[] = [];
  const after: Statement[] = [];
  for (const [place, argument] of given.entries()) {
    const parameter = parameters[argument.position];
    const binding = bindings[place];
    if (parameter === undefined || binding === undefined || argument.type.kind === 'extern') continue;
    const { span, value } = argument;
    const isOut = argument.direction === 'out' || value === undefined;
    if (binding.kind === 'reference') {
      if (argument.direction === 'out' && isLValue(binding.value))
        resets.push(assign(binding.value, defaultExpression(argument.type, span), span));
      continue;
    }
    const own = read(variableOf(parameter), span);
    if (isOut) resets.push(assign(own, defaultExpression(argument.type, span), span));
    else if (value !== undefined) before.push(assign(own, value, span));
    if (isWritten(argument) && value !== undefined && isLValue(value)) after.push(assign(value, own, span));
  }
  return { before: [...before, ...resets], after };
}
