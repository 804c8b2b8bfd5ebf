/** What the lowering knows where it stands: the state of the whole, and the scope of one body. */

import type { CheckedProgram, Referent } from '../../check/checked-program.ts';
import type { ConstantContext } from '../../check/constants.ts';
import { type Type as CheckedType, type Substitution, substitute } from '../../check/types.ts';
import { type DiagnosticSink, InternalError } from '../../diagnostics.ts';
import type {
  ActionInstance,
  BlockInstance,
  EvaluatedProgram,
  ExternInstance,
  MadeInstance,
  Value,
} from '../../evaluate/instances.ts';
import { asConstant } from '../../evaluate/instances.ts';
import type {
  ActionDeclaration,
  Annotation,
  Expression,
  FunctionDeclaration,
  Node,
  Parameter,
  TableDeclaration,
  ValueSetDeclaration,
} from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import type { Expression as LoweredExpression, Variable } from '../expressions.ts';
import type { Names } from '../names.ts';
import type { Action, Block, Instance, ProgramFunction, Table, ValueSet } from '../program.ts';
import type { Type } from '../types.ts';
import { declaredTypeName, type TypeLowering } from './types.ts';

/** The state of one lowering: what has been made so far, under which names. */
export type Lowering = {
  readonly checked: CheckedProgram;
  readonly evaluated: EvaluatedProgram;
  readonly sink: DiagnosticSink;
  readonly names: Names;
  readonly types: TypeLowering;
  readonly functions: Map<string, ProgramFunction>;
  readonly actions: Map<string, Action>;
  readonly tables: Map<string, Table>;
  readonly valueSets: Map<string, ValueSet>;
  readonly instances: Map<string, Instance>;
  readonly blocks: Map<string, Block>;
  /** Names given to instances, actions and functions, by what they are lowered from. */
  readonly known: Map<object, string>;
  /** Names of specialized functions, by declaration and type arguments. */
  readonly specialized: Map<FunctionDeclaration, Map<string, string>>;
  /** How things are lowered that are met in bodies; set by whoever starts. */
  readonly demand: {
    readonly expression: (scope: Scope, expression: Expression) => LoweredExpression;
    /** `substitution`: what the block's own type parameters stand for. */
    readonly block: (instance: BlockInstance, substitution: Substitution) => string;
    /** `around`: the scope that functions for abstract methods see. */
    readonly instance: (instance: ExternInstance, around?: Scope) => string;
    readonly function: (declaration: FunctionDeclaration, typeArguments: readonly CheckedType[]) => string;
    readonly globalAction: (declaration: ActionDeclaration, instance: ActionInstance | undefined) => string;
  };
};

/** Where a body stands. */
export type Scope = {
  readonly lowering: Lowering;
  /** The block around; undefined at top level. */
  readonly block: BlockInstance | undefined;
  /** The lowered name of that block. */
  readonly owner: string | undefined;
  /** Variables and parameters of the body and of what is around it. */
  readonly variables: Map<Referent, Variable>;
  /** The scope around: an action's is that of its control. */
  readonly outer: Scope | undefined;
  /** The variables that the body declares. */
  readonly locals: Variable[];
  readonly constants: ConstantContext;
  /** What type variables stand for. */
  readonly substitution: Substitution;
  /** The lowered names of actions, tables and value sets of the block. */
  readonly actions: ReadonlyMap<ActionDeclaration, string>;
  readonly tables: ReadonlyMap<TableDeclaration, string>;
  readonly valueSets: ReadonlyMap<ValueSetDeclaration, string>;
  /** The extern object whose method is lowered. */
  readonly self: ExternInstance | undefined;
};

/** The constants of a scope: those of the program with constructor parameters put in. */
export function constantsOf(
  lowering: Pick<Lowering, 'checked' | 'sink'>,
  parameters: ReadonlyMap<Parameter, Value>,
  substitution: Substitution,
): ConstantContext {
  const { types, implicitCasts, writtenTypes, declaredTypes, references, calls, errors } = lowering.checked;
  return {
    types,
    implicitCasts,
    writtenTypes,
    declaredTypes,
    references,
    calls,
    errors,
    values: new Map(),
    sink: lowering.sink,
    resolve: (type) => substitute(type, substitution),
    parameterValue: (parameter) => {
      const value = parameters.get(parameter);
      return value === undefined ? undefined : asConstant(value);
    },
  };
}

/** The scope of a body inside `outer`, with variables of its own. */
export function inside(outer: Scope, changes: Partial<Scope> = {}): Scope {
  return { ...outer, outer, variables: new Map(), locals: [], ...changes };
}

/** The checked type of an expression before its implicit cast. */
export function naturalType(scope: Scope, expression: Expression): CheckedType {
  const type = scope.lowering.checked.types.get(expression);
  if (type === undefined) throw new InternalError('an expression has no type', expression.span);
  return substitute(type, scope.substitution);
}

/** The type that an expression is implicitly cast to. */
export function castType(scope: Scope, expression: Expression): CheckedType | undefined {
  const type = scope.lowering.checked.implicitCasts.get(expression);
  return type === undefined ? undefined : substitute(type, scope.substitution);
}

/** The checked type of something declared. */
export function declaredType(scope: Scope, referent: Referent, span: Span): CheckedType {
  const type = scope.lowering.checked.declaredTypes.get(referent);
  if (type === undefined) throw new InternalError('a declaration has no type', span);
  return substitute(type, scope.substitution);
}

/** Lowers a checked type. */
export function lowerType(scope: Scope, type: CheckedType, span: Span): Type {
  return scope.lowering.types.lower(substitute(type, scope.substitution), span);
}

/** Declares a parameter or local variable. */
export function declareVariable(
  scope: Scope,
  referent: Referent & {
    readonly name: { readonly name: string; readonly span: Span };
    readonly annotations: readonly Annotation[];
  },
  role: 'parameter' | 'local',
): Variable {
  const { name, annotations } = referent;
  const type = declaredType(scope, referent, name.span);
  const variable: Variable = {
    name: scope.lowering.names.fresh(name.name),
    sourceName: name.name,
    type: lowerType(scope, type, name.span),
    declaredType: declaredTypeName(type),
    role,
    annotations,
    span: name.span,
  };
  scope.variables.set(referent, variable);
  if (role === 'local') scope.locals.push(variable);
  return variable;
}

/** Makes a variable that the source does not have. */
export function temporary(scope: Scope, base: string, type: Type, span: Span): Variable {
  const variable: Variable = {
    name: scope.lowering.names.fresh(base),
    sourceName: base,
    type,
    declaredType: undefined,
    role: 'temporary',
    annotations: [],
    span,
  };
  scope.locals.push(variable);
  return variable;
}

/** The variable that a name refers to, here or around. */
export function findVariable(scope: Scope, referent: Referent): Variable | undefined {
  for (let place: Scope | undefined = scope; place !== undefined; place = place.outer) {
    const variable = place.variables.get(referent);
    if (variable !== undefined) return variable;
  }
  return undefined;
}

/** What an instantiation or constructor call makes, in this instance of the block. */
export function findMade(scope: Scope, origin: Node): MadeInstance | undefined {
  return (
    scope.self?.members.get(origin) ??
    scope.block?.members.get(origin) ??
    scope.lowering.evaluated.instances.get(origin)
  );
}

/** Leaves out the parentheses around an expression. */
export function withoutParentheses(expression: Expression): Expression {
  let inner = expression;
  while (inner.kind === 'ParenthesizedExpression') inner = inner.inner;
  return inner;
}
