/** The program after compile-time evaluation: a tree of instances (specification §18.2). */

import type { ConstantValue } from '../check/constant-values.ts';
import type { Type } from '../check/types.ts';
import type {
  ActionDeclaration,
  ActionReference,
  ControlDeclaration,
  CustomProperty,
  ExternDeclaration,
  Instantiation,
  KeyElement,
  Node,
  Parameter,
  ParserDeclaration,
  TableDeclaration,
  ValueSetDeclaration,
} from '../syntax/ast.ts';

/** What a constructor parameter can stand for. */
export type Value = ConstantValue | PackageInstance | BlockInstance | ExternInstance;

/** How an instance is called. */
export type InstanceName = {
  /** The name in its scope, after `@name`. */
  readonly local: string;
  /** The fully qualified control-plane name, parts joined with '.' (specification §18.3). */
  readonly controlPlane: string;
  /** Left out of the control plane by `@hidden`. */
  readonly hidden: boolean;
};

/** A package, above all `main`. */
export type PackageInstance = {
  readonly kind: 'package';
  readonly name: InstanceName;
  readonly type: Type;
  /** The arguments by parameter name, in order of the parameters; those left out are missing. */
  readonly arguments: ReadonlyMap<string, Value>;
};

/** A parser or control with everything in it. */
export type BlockInstance = {
  readonly kind: 'parser' | 'control';
  readonly name: InstanceName;
  readonly declaration: ParserDeclaration | ControlDeclaration;
  readonly typeArguments: readonly Type[];
  readonly constructorArguments: ReadonlyMap<Parameter, Value>;
  /** What each instantiation inside makes, and each direct application (`C.apply()`, keyed by the call), in source order. */
  readonly members: ReadonlyMap<Node, BlockInstance | ExternInstance>;
  readonly tables: readonly TableInstance[];
  readonly actions: readonly ActionInstance[];
  readonly valueSets: readonly ValueSetInstance[];
};

export type ExternInstance = {
  readonly kind: 'extern';
  readonly name: InstanceName;
  readonly declaration: ExternDeclaration;
  readonly type: Type;
  readonly arguments: ReadonlyMap<string, Value>;
  /** The instantiation, which may implement abstract methods; undefined for one made in an expression. */
  readonly instantiation: Instantiation | undefined;
};

export type KeyInstance = { readonly name: string; readonly matchKind: string; readonly element: KeyElement };

export type TableInstance = {
  readonly kind: 'table';
  readonly name: InstanceName;
  readonly declaration: TableDeclaration;
  readonly keys: readonly KeyInstance[];
  readonly actions: readonly { readonly reference: ActionReference; readonly action: ActionInstance }[];
  /** Properties other than key, actions, entries and default_action, evaluated. */
  readonly properties: ReadonlyMap<string, { readonly property: CustomProperty; readonly value: Value }>;
};

export type ActionInstance = {
  readonly kind: 'action';
  readonly name: InstanceName;
  readonly declaration: ActionDeclaration;
};

export type ValueSetInstance = {
  readonly kind: 'value_set';
  readonly name: InstanceName;
  readonly declaration: ValueSetDeclaration;
  readonly size: bigint | undefined;
};
