/** The program after compile-time evaluation: a tree of instances (specification §18.2). Plain data, never changed. */

import type { ConstantValue } from '../check/constant-values.ts';
import type { Type } from '../check/types.ts';
import type {
  ActionDeclaration,
  ActionReference,
  CallExpression,
  ControlDeclaration,
  CustomProperty,
  ExternDeclaration,
  FunctionDeclaration,
  Instantiation,
  KeyElement,
  Node,
  Parameter,
  ParserDeclaration,
  TableDeclaration,
  ValueSetDeclaration,
} from '../syntax/ast.ts';

/** A package, parser, control or extern: what an instantiation or a constructor call makes. */
export type MadeInstance = PackageInstance | BlockInstance | ExternInstance;

/** What a constructor parameter or a table property can stand for: constants and instances, nothing open any more. */
export type Value =
  | Exclude<ConstantValue, { readonly kind: 'sequence' | 'record' | 'instance' | 'parametric' }>
  | { readonly kind: 'sequence'; readonly elements: readonly Value[] }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<string, Value> }
  | MadeInstance;

/** How an instance is called. */
export type InstanceName = {
  /** The name in its scope, after `@name`. */
  readonly local: string;
  /** The fully qualified control-plane name, parts joined with '.' (specification §18.3). */
  readonly controlPlane: string;
  /** Left out of the control plane by `@hidden`. */
  readonly hidden: boolean;
  /**
   * Where the instance stands in the program: the names that the program gives to it and to what is around it,
   * such as `main.ig.c1.t`. No annotation changes it.
   */
  readonly path: string;
};

/** A whole program. */
export type EvaluatedProgram = {
  readonly main: PackageInstance;
  /** What is made at top level, `main` included, in the order of the text. */
  readonly instances: ReadonlyMap<Node, MadeInstance>;
  /** The program's actions at top level, and those of libraries that it uses, in the order of the text. */
  readonly actions: readonly ActionInstance[];
};

/** A package, above all `main`. */
export type PackageInstance = {
  readonly kind: 'package';
  readonly name: InstanceName;
  readonly type: Type & { readonly kind: 'package' };
  readonly origin: Origin;
  /** The arguments by parameter name, in order of the parameters; those left out are missing. */
  readonly arguments: ReadonlyMap<string, Value>;
};

/** What in the text makes an instance: a declaration, a constructor call, or a call `C.apply()` on a type. */
export type Origin = Instantiation | CallExpression;

/** A parser or control with everything in it. */
export type BlockInstance = {
  readonly kind: 'parser' | 'control';
  readonly name: InstanceName;
  readonly declaration: ParserDeclaration | ControlDeclaration;
  readonly typeArguments: readonly Type[];
  readonly origin: Origin;
  readonly constructorArguments: ReadonlyMap<Parameter, Value>;
  /**
   * What is made inside, by what makes it, in the order of the text. The same block applied twice on its type is
   * two instances (specification §15.1).
   */
  readonly members: ReadonlyMap<Node, MadeInstance>;
  readonly tables: readonly TableInstance[];
  readonly actions: readonly ActionInstance[];
  readonly valueSets: readonly ValueSetInstance[];
};

export type ExternInstance = {
  readonly kind: 'extern';
  readonly name: InstanceName;
  readonly declaration: ExternDeclaration;
  readonly type: Type & { readonly kind: 'extern' };
  readonly origin: Origin;
  /** The arguments by parameter name, in order of the parameters; those left out are missing. */
  readonly arguments: ReadonlyMap<string, Value>;
  /** For an array of externs, how many there are. */
  readonly arraySize: number | undefined;
  /** The functions that implement the extern's abstract methods, by name. */
  readonly methods: ReadonlyMap<string, FunctionDeclaration>;
  /** What is made beside those functions. */
  readonly members: ReadonlyMap<Node, MadeInstance>;
};

export type KeyInstance = {
  readonly name: string;
  readonly hidden: boolean;
  readonly matchKind: string;
  readonly element: KeyElement;
};

export type TableInstance = {
  readonly kind: 'table';
  readonly name: InstanceName;
  readonly declaration: TableDeclaration;
  readonly keys: readonly KeyInstance[];
  /** The actions list as written. */
  readonly actions: readonly { readonly reference: ActionReference; readonly action: ActionInstance }[];
  /** Undefined: the architecture chooses. */
  readonly size: bigint | undefined;
  /** Undefined only where nothing declares `NoAction`. */
  readonly defaultAction: DefaultAction | undefined;
  /** Properties other than key, actions, entries and default_action, evaluated; those without a value are missing. */
  readonly properties: ReadonlyMap<string, { readonly property: CustomProperty; readonly value: Value }>;
};

/** What a table runs when it misses. */
export type DefaultAction = {
  readonly action: ActionInstance;
  /** Values of the parameters without direction. */
  readonly arguments: ReadonlyMap<Parameter, Value>;
  /** Undefined: none was written, which means `NoAction` (specification §14.2.1.4). */
  readonly property: CustomProperty | undefined;
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

/** Whether a value is an instance rather than a constant. */
export function isMade(value: Value): value is MadeInstance {
  return (
    value.kind === 'package' || value.kind === 'parser' || value.kind === 'control' || value.kind === 'extern'
  );
}

/** Instances as constants know them: by what made them. */
export function asConstant(value: Value): ConstantValue {
  if (isMade(value)) return { kind: 'instance', origin: value.origin };
  switch (value.kind) {
    case 'sequence':
      return { kind: 'sequence', elements: value.elements.map(asConstant) };
    case 'record':
      return {
        kind: 'record',
        fields: new Map([...value.fields].map(([name, field]) => [name, asConstant(field)])),
      };
    default:
      return value;
  }
}
