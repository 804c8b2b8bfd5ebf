/**
 * The lowered program: what stands between the checked program and the back ends. Plain data, never changed;
 * a pass makes a new one. Everything that has a body is kept in a map by its unique name and referred to by it, so
 * that a pass can change one without touching those that refer to it.
 */

import type { Annotation } from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import type { Argument, Direction, Expression, Variable } from './expressions.ts';
import type { Statement } from './statements.ts';
import type { EnumType, ExternType, HeaderType, StructType, Type, UnionType } from './types.ts';

/** How the control plane and people know something. */
export type Naming = {
  /** Unique in the program; the path of the program's own names for what comes from the source. */
  readonly name: string;
  /** The name in the source, in its scope. */
  readonly sourceName: string;
  /** The fully qualified control-plane name (specification §18.3). */
  readonly controlPlaneName: string;
  /** Left out of the control plane: `@hidden`, or made by a pass. */
  readonly hidden: boolean;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

/** A parameter of a parser, control, action or function. */
export type Parameter = { readonly direction: Direction; readonly variable: Variable };

/** A function of the program, specialized: its type arguments are put in. */
export type ProgramFunction = {
  readonly kind: 'function';
  readonly name: string;
  readonly sourceName: string;
  readonly parameters: readonly Parameter[];
  readonly returnType: Type;
  readonly locals: readonly Variable[];
  readonly body: readonly Statement[];
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

/** An action. Its body may use the parameters and locals of the control (`owner`) that it is in. */
export type Action = Naming & {
  readonly kind: 'action';
  /** The control that it is declared in; undefined for one at top level. */
  readonly owner: string | undefined;
  readonly parameters: readonly Parameter[];
  readonly locals: readonly Variable[];
  readonly body: readonly Statement[];
};

/** What one key has to match. */
export type Keyset =
  | { readonly kind: 'value'; readonly value: Expression }
  | { readonly kind: 'mask'; readonly value: Expression; readonly mask: Expression }
  | { readonly kind: 'range'; readonly low: Expression; readonly high: Expression }
  /** `_` or `default`. */
  | { readonly kind: 'any' }
  /** A value set, matched against the next `keys` keys together. Only in parsers. */
  | { readonly kind: 'value_set'; readonly name: string; readonly keys: number };

export type TableKey = {
  /** The control-plane name. */
  readonly name: string;
  readonly hidden: boolean;
  readonly expression: Expression;
  readonly matchKind: string;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

/** An action in a table's list. `arguments` are those for parameters with a direction; the rest are the control plane's. */
export type TableAction = {
  readonly action: string;
  readonly arguments: readonly Argument[];
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

/** An action with values for its parameters without direction, in their order. */
export type ActionCall = {
  readonly action: string;
  readonly arguments: readonly Expression[];
  readonly span: Span;
};

export type TableEntry = {
  /** One for each key. */
  readonly keysets: readonly Keyset[];
  readonly action: ActionCall;
  /** As written; undefined where none is. */
  readonly priority: bigint | undefined;
  readonly isConst: boolean;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

export type Table = Naming & {
  readonly kind: 'table';
  readonly owner: string;
  readonly keys: readonly TableKey[];
  readonly actions: readonly TableAction[];
  /** Undefined only where nothing declares `NoAction`: then nothing runs. */
  readonly defaultAction: (ActionCall & { readonly isConst: boolean }) | undefined;
  readonly size: bigint | undefined;
  readonly entries: readonly TableEntry[];
  /** `const entries`: the control plane cannot add any. */
  readonly constEntries: boolean;
  /** Every other property by name, such as `implementation`. */
  readonly properties: ReadonlyMap<string, Property>;
};

/** A table property that the language does not know. */
export type Property = {
  readonly value: Expression;
  readonly isConst: boolean;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

export type ValueSet = Naming & {
  readonly kind: 'value_set';
  readonly owner: string;
  readonly elementType: Type;
  readonly size: bigint | undefined;
};

/** `accept` and `reject` are states without a declaration. */
export type Transition =
  | { readonly kind: 'direct'; readonly state: string; readonly span: Span }
  /** The first case that matches; where none does, error.NoMatch and reject (specification §13.6). */
  | {
      readonly kind: 'select';
      readonly keys: readonly Expression[];
      readonly cases: readonly SelectCase[];
      readonly span: Span;
    };

export type SelectCase = {
  readonly keysets: readonly Keyset[];
  readonly state: string;
  readonly span: Span;
};

export type ParserState = {
  /** Unique in the parser. */
  readonly name: string;
  /** The name that debuggers see: that of the source, with those of the sub-parsers it stands in. */
  readonly sourceName: string;
  readonly statements: readonly Statement[];
  readonly transition: Transition;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

export type Parser = Naming & {
  readonly kind: 'parser';
  /** The name of the declaration in the source. */
  readonly declaration: string;
  readonly parameters: readonly Parameter[];
  readonly locals: readonly Variable[];
  /** Run before the first state: initial values of the parser's own variables. */
  readonly prologue: readonly Statement[];
  /** In the order of the text; the first state run is `start`. */
  readonly states: readonly ParserState[];
};

export type Control = Naming & {
  readonly kind: 'control';
  readonly declaration: string;
  readonly parameters: readonly Parameter[];
  readonly locals: readonly Variable[];
  /** Keys in `Program.actions`, in the order of the text. */
  readonly actions: readonly string[];
  /** Keys in `Program.tables`, in the order of the text. */
  readonly tables: readonly string[];
  /** Begins with the initial values of the control's own variables. */
  readonly body: readonly Statement[];
};

export type Block = Parser | Control;

/** An extern object made at compile time. */
export type Instance = Naming & {
  readonly kind: 'instance';
  /** The block it is made in; undefined for one at top level. */
  readonly owner: string | undefined;
  readonly type: ExternType;
  /** By parameter, in order; those left out are missing. */
  readonly arguments: ReadonlyMap<string, Expression>;
  /** For an array of externs, how many. */
  readonly arraySize: number | undefined;
  /** Keys in `Program.functions` of what implements its abstract methods, by method. */
  readonly methods: ReadonlyMap<string, string>;
};

/** What a package gets for a parameter. */
export type PackageArgument =
  | { readonly kind: 'block'; readonly name: string }
  | { readonly kind: 'package'; readonly package: Package }
  | { readonly kind: 'value'; readonly value: Expression };

/** `main`, or a package inside it. */
export type Package = {
  readonly kind: 'package';
  readonly name: string;
  /** The package's type in the source, such as `V1Switch`. */
  readonly type: string;
  readonly typeArguments: readonly Type[];
  /** By parameter, in order; those left out are missing. */
  readonly arguments: ReadonlyMap<string, PackageArgument>;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

export type SerializableEnum = {
  readonly name: string;
  readonly underlying: Type;
  readonly members: readonly { readonly name: string; readonly value: bigint }[];
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

export type Program = {
  /** The members of `error` in order of declaration; a member's number is its place. */
  readonly errors: readonly string[];
  readonly matchKinds: readonly string[];
  readonly enums: readonly EnumType[];
  readonly serializableEnums: readonly SerializableEnum[];
  /** Types used, in the order in which their first use or declaration is met. */
  readonly types: readonly (StructType | HeaderType | UnionType)[];
  readonly functions: ReadonlyMap<string, ProgramFunction>;
  readonly actions: ReadonlyMap<string, Action>;
  readonly tables: ReadonlyMap<string, Table>;
  readonly valueSets: ReadonlyMap<string, ValueSet>;
  readonly instances: ReadonlyMap<string, Instance>;
  readonly blocks: ReadonlyMap<string, Block>;
  readonly main: Package;
};
