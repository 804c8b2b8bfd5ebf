/** What checking finds out about a program: tables beside the syntax tree, keyed by its nodes. */

import type {
  AnyDeclaration,
  Argument,
  CallExpression,
  ConstructorPrototype,
  Expression,
  Identifier,
  Instantiation,
  MethodPrototype,
  Node,
  Parameter,
  Program,
  StructField,
  TypeParameter,
  TypeReference,
} from '../syntax/ast.ts';
import type { ConstantValue } from './constant-values.ts';
import type { Type } from './types.ts';

/** Anything that a name can refer to. Enum, error and match_kind members are their Identifier in the declaration. */
export type Referent =
  | AnyDeclaration
  | Parameter
  | TypeParameter
  | MethodPrototype
  | Identifier
  | StructField;

/** How one parameter of a call gets its value. */
export type BoundArgument = {
  readonly parameter: Parameter;
  /** The parameter's type with the call's type arguments put in. */
  readonly type: Type;
  /** Undefined: the default value is used, or the parameter is optional (or, in an actions list, comes from the control plane). */
  readonly argument: Argument | undefined;
};

/** What a call expression, or an instantiation, calls. */
export type ResolvedCall =
  /** A function, action, extern function or extern method. `target` is the object of a method. */
  | {
      readonly kind: 'function' | 'extern_function' | 'action' | 'method';
      readonly declaration: AnyDeclaration | MethodPrototype;
      readonly target: Expression | undefined;
      readonly typeArguments: readonly Type[];
      readonly bindings: readonly BoundArgument[];
      readonly returnType: Type;
    }
  /** `instance.apply(…)` of a parser or control; `target` undefined: applied directly on the type. */
  | {
      readonly kind: 'block_apply';
      readonly declaration: AnyDeclaration;
      readonly target: Expression | undefined;
      readonly bindings: readonly BoundArgument[];
      readonly returnType: Type;
    }
  | { readonly kind: 'table_apply'; readonly declaration: AnyDeclaration; readonly returnType: Type }
  /** An extern, parser, control or package is made. */
  | {
      readonly kind: 'constructor';
      readonly type: Type;
      readonly prototype: ConstructorPrototype | undefined;
      readonly bindings: readonly BoundArgument[];
      readonly returnType: Type;
    }
  /** `setValid`, `setInvalid`, `isValid`, `push_front`, `pop_front`, `minSizeInBits`, … */
  | {
      readonly kind: 'builtin';
      readonly name: string;
      readonly target: Expression;
      readonly arguments: readonly Argument[];
      readonly returnType: Type;
    };

/** A checked program. Where the program has errors the tables may lack entries. */
export type CheckedProgram = {
  readonly program: Program;
  /** The type of each expression before any implicit cast. */
  readonly types: ReadonlyMap<Expression, Type>;
  /** Expressions whose context casts them implicitly, with the type they become (specification §8.11.2). */
  readonly implicitCasts: ReadonlyMap<Expression, Type>;
  /** What each type as written means. */
  readonly writtenTypes: ReadonlyMap<TypeReference, Type>;
  /** The type of each declared thing: variables, constants, parameters, fields, instances, enum members, … */
  readonly declaredTypes: ReadonlyMap<Referent, Type>;
  /** What each name in an expression, type, transition, key or actions list refers to; the first of several overloads. */
  readonly references: ReadonlyMap<Node, Referent>;
  /** What each call and instantiation calls. */
  readonly calls: ReadonlyMap<CallExpression | Instantiation, ResolvedCall>;
  /** The values of expressions that are local compile-time known (specification §18.1), where they were needed. */
  readonly constants: ReadonlyMap<Expression, ConstantValue>;
  /** Members of all `error` declarations, in order of declaration. */
  readonly errors: ReadonlyMap<string, Identifier>;
  /** Members of all `match_kind` declarations, in order of declaration. */
  readonly matchKinds: ReadonlyMap<string, Identifier>;
};
