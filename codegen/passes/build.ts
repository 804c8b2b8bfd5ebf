/** Short ways to write expressions and statements of the lowered program, and simple questions about them. */

import type {
  Argument,
  Expression,
  LValue,
  Program,
  Statement,
  Type,
  Variable,
  VariableReference,
} from '../ir/index.ts';
import { BOOL, bits, visit } from '../ir/index.ts';
import type { Span } from '../syntax/source.ts';

export function read(variable: Variable, span: Span): VariableReference {
  return { kind: 'variable', variable, type: variable.type, span };
}

export function assign(target: LValue, value: Expression, span: Span): Statement {
  return { kind: 'assign', target, value, span };
}

export function bool(value: boolean, span: Span): Expression {
  return { kind: 'boolean', type: BOOL, value, span };
}

export function number(value: bigint, type: Type & { readonly kind: 'bits' }, span: Span): Expression {
  return { kind: 'constant', type, value, span };
}

/** A constant of as many bits as it needs, for stack indexes. */
export function index(value: number, span: Span): Expression {
  return { kind: 'constant', type: bits(32), value: BigInt(value), span };
}

export function not(operand: Expression): Expression {
  if (operand.kind === 'boolean') return { ...operand, value: !operand.value };
  if (operand.kind === 'unary' && operand.operator === '!') return operand.operand;
  return { kind: 'unary', operator: '!', operand, type: BOOL, span: operand.span };
}

export function and(left: Expression, right: Expression): Expression {
  if (left.kind === 'boolean') return left.value ? right : left;
  if (right.kind === 'boolean' && right.value) return left;
  return { kind: 'binary', operator: '&&', left, right, type: BOOL, span: left.span };
}

export function or(left: Expression, right: Expression): Expression {
  if (left.kind === 'boolean') return left.value ? left : right;
  if (right.kind === 'boolean' && !right.value) return left;
  return { kind: 'binary', operator: '||', left, right, type: BOOL, span: left.span };
}

export function equal(left: Expression, right: Expression): Expression {
  return { kind: 'binary', operator: '==', left, right, type: BOOL, span: left.span };
}

export function field(target: Expression, name: string, type: Type): Expression {
  return { kind: 'field', target, field: name, type, span: target.span };
}

/** `if`, left out where its condition is known or it does nothing. */
export function when(
  condition: Expression,
  whenTrue: readonly Statement[],
  whenFalse: readonly Statement[],
  span: Span,
): readonly Statement[] {
  if (condition.kind === 'boolean') return condition.value ? whenTrue : whenFalse;
  if (whenTrue.length === 0 && whenFalse.length === 0) return [];
  if (whenTrue.length === 0)
    return [{ kind: 'if', condition: not(condition), whenTrue: whenFalse, whenFalse: [], span }];
  return [{ kind: 'if', condition, whenTrue, whenFalse, span }];
}

/** Whether evaluating does something besides giving a value. */
export function hasEffects(expression: Expression): boolean {
  let found = false;
  visit([expression], (node) => {
    if (node.kind === 'call' || node.kind === 'apply_result') found = true;
    return !found;
  });
  return found;
}

/** Whether a value is the same wherever it is evaluated. */
export function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
    case 'boolean':
    case 'string':
    case 'member':
    case 'invalid':
      return true;
    case 'instance':
      return expression.index === undefined || isConstant(expression.index);
    case 'aggregate':
      return expression.elements.every(isConstant);
    default:
      return false;
  }
}

/** The variable that an l-value is part of; undefined for a value. */
export function rootOf(expression: Expression): Variable | undefined {
  switch (expression.kind) {
    case 'variable':
      return expression.variable;
    case 'field':
    case 'index':
    case 'stack_element':
    case 'slice':
    case 'part_select':
      return rootOf(expression.target);
    default:
      return undefined;
  }
}

/** The variables that nodes read or write. */
export function variablesIn(roots: readonly (Expression | Statement)[]): ReadonlySet<Variable> {
  const found = new Set<Variable>();
  visit(roots, (node) => {
    if (node.kind === 'variable') found.add(node.variable);
    if (node.kind === 'for_in') found.add(node.variable);
    return true;
  });
  return found;
}

/** Whether two l-values may share storage: neither ends before they differ. */
export function mayOverlap(left: Expression, right: Expression): boolean {
  const first = pathOf(left);
  const second = pathOf(right);
  if (first.root === undefined || second.root === undefined || first.root !== second.root) return false;
  const length = Math.min(first.steps.length, second.steps.length);
  for (let place = 0; place < length; place++) {
    const a = first.steps[place];
    const b = second.steps[place];
    // A computed step may be any.
    if (a === undefined || b === undefined || a === '*' || b === '*') return true;
    if (a !== b) return isUnionStep(first, place);
  }
  return true;
}

type Path = {
  readonly root: Variable | undefined;
  readonly steps: readonly string[];
  /** Which steps choose a member of a header union, whose members are not independent. */
  readonly unions: ReadonlySet<number>;
};

function isUnionStep(path: Path, place: number): boolean {
  return path.unions.has(place);
}

function pathOf(expression: Expression): Path {
  const steps: string[] = [];
  const unions = new Set<number>();
  const walk = (part: Expression): Variable | undefined => {
    switch (part.kind) {
      case 'variable':
        return part.variable;
      case 'field': {
        const root = walk(part.target);
        if (part.target.type.kind === 'header_union') unions.add(steps.length);
        steps.push(part.field);
        return root;
      }
      case 'index': {
        const root = walk(part.target);
        steps.push(part.index.kind === 'constant' ? String(part.index.value) : '*');
        return root;
      }
      case 'stack_element': {
        const root = walk(part.target);
        steps.push('*');
        return root;
      }
      case 'slice':
      case 'part_select':
        return walk(part.target);
      default:
        return undefined;
    }
  };
  const root = walk(expression);
  return { root, steps, unions };
}

/** Whether an argument is written to. */
export function isWritten(argument: Argument): boolean {
  return argument.direction === 'out' || argument.direction === 'inout';
}

/** Whether an expression is a variable, a field of one, and so on: the same place whenever it is evaluated. */
export function isFixedPlace(expression: Expression): expression is LValue {
  switch (expression.kind) {
    case 'variable':
      return true;
    case 'field':
      return isFixedPlace(expression.target);
    case 'index':
      return expression.index.kind === 'constant' && isInRange(expression) && isFixedPlace(expression.target);
    default:
      return false;
  }
}

function isInRange(expression: Expression & { readonly kind: 'index' }): boolean {
  const { type } = expression.target;
  if (expression.index.kind !== 'constant') return false;
  const { value } = expression.index;
  if (type.kind === 'stack' || type.kind === 'array') return value >= 0n && value < BigInt(type.size);
  return true;
}

/** Adds locals to whatever has the given name. */
export function withLocals<T extends { readonly locals: readonly Variable[] }>(
  item: T,
  added: readonly Variable[],
): T {
  return added.length === 0 ? item : { ...item, locals: [...item.locals, ...added] };
}

/** Functions, actions and blocks with a change to each, and the locals that the change adds. */
export type BodyChange = (
  statements: readonly Statement[],
  declare: (variable: Variable) => Variable,
) => readonly Statement[];

/** Applies a change to every body of the program: bodies that share locals get them together. */
export function changeBodies(program: Program, change: BodyChange): Program {
  const collect = () => {
    const added: Variable[] = [];
    const declare = (variable: Variable) => {
      added.push(variable);
      return variable;
    };
    return { added, declare };
  };
  const changed = <T extends { readonly body: readonly Statement[]; readonly locals: readonly Variable[] }>(
    item: T,
  ): T => {
    const { added, declare } = collect();
    const body = change(item.body, declare);
    return body === item.body && added.length === 0 ? item : withLocals({ ...item, body }, added);
  };
  const map = <T>(items: ReadonlyMap<string, T>, apply: (item: T) => T) =>
    new Map([...items].map(([name, item]) => [name, apply(item)]));
  return {
    ...program,
    functions: map(program.functions, changed),
    actions: map(program.actions, changed),
    blocks: map(program.blocks, (block) => {
      if (block.kind === 'control') return changed(block);
      const { added, declare } = collect();
      const prologue = change(block.prologue, declare);
      const states = block.states.map((state) => {
        const statements = change(state.statements, declare);
        return statements === state.statements ? state : { ...state, statements };
      });
      return withLocals({ ...block, prologue, states }, added);
    }),
  };
}
