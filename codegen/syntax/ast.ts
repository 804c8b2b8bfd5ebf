/**
 * The syntax tree of P4-16 (specification v1.2.5, grammar appendix).
 *
 * Nodes are plain read-only objects told apart by `kind`; `CHILD_KEYS` in visit.ts says which of their
 * fields hold nodes. What checking finds out (types, declarations, constants) stands beside the tree,
 * in `CheckedProgram`, never in it.
 * Longer than most: the nodes of one language.
 */

import type { Span } from './source.ts';

/** A name where it is declared or used, without any leading dot. */
export type Identifier = { readonly kind: 'Identifier'; readonly name: string; readonly span: Span };

/** A whole compilation unit after preprocessing. */
export type Program = {
  readonly kind: 'Program';
  readonly declarations: readonly Declaration[];
  readonly span: Span;
};

// --------------------------------------------------------------------------------------------------
// Annotations

/** `@name`, `@name(tokens)` or `@name[expressions]`, `@name[key = value]`. A `#pragma`/`@pragma` line is an Annotation too. */
export type Annotation = {
  readonly kind: 'Annotation';
  readonly name: Identifier;
  readonly body: AnnotationBody;
  readonly span: Span;
};

/** What follows an annotation's name. */
export type AnnotationBody =
  | { readonly form: 'none' }
  /** `(…)` or the rest of a pragma line: tokens not interpreted by the parser. `text` is the source text between the brackets. */
  | { readonly form: 'unstructured'; readonly tokens: readonly AnnotationToken[]; readonly text: string }
  | { readonly form: 'list'; readonly expressions: readonly Expression[] }
  | { readonly form: 'pairs'; readonly pairs: readonly NamedValue[] };

/** One token of an unstructured annotation; `value` for string and integer literals. */
export type AnnotationToken = {
  readonly text: string;
  readonly value: string | bigint | undefined;
  readonly span: Span;
};

// --------------------------------------------------------------------------------------------------
// Types as written

/** A type as the program writes it. */
export type TypeReference =
  | BaseTypeReference
  | SizedTypeReference
  | NamedTypeReference
  | SpecializedTypeReference
  | ArrayTypeReference
  | TupleTypeReference
  | ListTypeReference
  | MissingTypeReference;

/** `bool`, `error`, `string`, `match_kind`, `void`, `int`, or `_` (don't care). */
export type BaseTypeReference = {
  readonly kind: 'BaseType';
  readonly name: 'bool' | 'error' | 'string' | 'match_kind' | 'void' | 'int' | '_';
  readonly span: Span;
};

/** `bit`, `bit<W>`, `int<W>`, `varbit<W>`; plain `bit` has no width and means `bit<1>`. */
export type SizedTypeReference = {
  readonly kind: 'SizedType';
  readonly name: 'bit' | 'int' | 'varbit';
  readonly width: Expression | undefined;
  readonly span: Span;
};

/** `T` or `.T`: a type, or a type variable. */
export type NamedTypeReference = {
  readonly kind: 'NamedType';
  readonly name: Identifier;
  /** Written with a leading dot: looked up at top level. */
  readonly absolute: boolean;
  readonly span: Span;
};

/** `T<A, B>`. */
export type SpecializedTypeReference = {
  readonly kind: 'SpecializedType';
  readonly base: NamedTypeReference;
  readonly typeArguments: readonly TypeReference[];
  readonly span: Span;
};

/** `T[size]`: a header stack or an array. */
export type ArrayTypeReference = {
  readonly kind: 'ArrayType';
  readonly element: TypeReference;
  readonly size: Expression;
  readonly span: Span;
};

/** `tuple<A, B>`. */
export type TupleTypeReference = {
  readonly kind: 'TupleType';
  readonly elements: readonly TypeReference[];
  readonly span: Span;
};

/** `list<T>`. */
export type ListTypeReference = {
  readonly kind: 'ListType';
  readonly element: TypeReference;
  readonly span: Span;
};

/** Stands where a type could not be parsed; the mistake is already reported. */
export type MissingTypeReference = { readonly kind: 'MissingType'; readonly span: Span };

// --------------------------------------------------------------------------------------------------
// Expressions

export type Expression =
  | IntegerLiteral
  | BooleanLiteral
  | StringLiteral
  | NameExpression
  | ThisExpression
  | TypeExpression
  | MemberExpression
  | IndexExpression
  | SliceExpression
  | PartSelectExpression
  | UnaryExpression
  | BinaryExpression
  | ConditionalExpression
  | CastExpression
  | CallExpression
  | ListExpression
  | StructExpression
  | InvalidHeaderExpression
  | DotsExpression
  | ParenthesizedExpression
  | MaskExpression
  | RangeExpression
  | DefaultExpression
  | DontCareExpression
  | TupleKeysetExpression
  | MissingExpression;

/** `10`, `8w10`, `8s10`. `width` undefined: an arbitrary-precision `int`. Never negative: `-` is a UnaryExpression. */
export type IntegerLiteral = {
  readonly kind: 'IntegerLiteral';
  readonly value: bigint;
  readonly width: number | undefined;
  readonly signed: boolean;
  readonly base: number;
  readonly span: Span;
};

export type BooleanLiteral = {
  readonly kind: 'BooleanLiteral';
  readonly value: boolean;
  readonly span: Span;
};

/** A string with its escapes replaced. Adjacent literals are one. */
export type StringLiteral = { readonly kind: 'StringLiteral'; readonly value: string; readonly span: Span };

/** A name used as an expression: a variable, constant, action, table, type, … `absolute`: written `.name`. */
export type NameExpression = {
  readonly kind: 'NameExpression';
  readonly name: Identifier;
  readonly absolute: boolean;
  readonly span: Span;
};

export type ThisExpression = { readonly kind: 'ThisExpression'; readonly span: Span };

/**
 * A type used as an expression: the target of a member access (`error.NoError`, `E.A`, `Control<T>.apply`)
 * or the callee of a constructor call (`Register<bit<8>>(…)`). A plain type name stays a NameExpression.
 */
export type TypeExpression = {
  readonly kind: 'TypeExpression';
  readonly type: TypeReference;
  readonly span: Span;
};

/** `target.member`. */
export type MemberExpression = {
  readonly kind: 'MemberExpression';
  readonly target: Expression;
  readonly member: Identifier;
  readonly span: Span;
};

/** `target[index]`. */
export type IndexExpression = {
  readonly kind: 'IndexExpression';
  readonly target: Expression;
  readonly index: Expression;
  readonly span: Span;
};

/** `target[high:low]`. */
export type SliceExpression = {
  readonly kind: 'SliceExpression';
  readonly target: Expression;
  readonly high: Expression;
  readonly low: Expression;
  readonly span: Span;
};

/** `target[low +: width]`. */
export type PartSelectExpression = {
  readonly kind: 'PartSelectExpression';
  readonly target: Expression;
  readonly low: Expression;
  readonly width: Expression;
  readonly span: Span;
};

export type UnaryOperator = '!' | '~' | '-' | '+';

export type UnaryExpression = {
  readonly kind: 'UnaryExpression';
  readonly operator: UnaryOperator;
  readonly operand: Expression;
  readonly span: Span;
};

export type BinaryOperator =
  | '*'
  | '/'
  | '%'
  | '+'
  | '-'
  | '|+|'
  | '|-|'
  | '<<'
  | '>>'
  | '<='
  | '>='
  | '<'
  | '>'
  | '!='
  | '=='
  | '&'
  | '^'
  | '|'
  | '++'
  | '&&'
  | '||';

export type BinaryExpression = {
  readonly kind: 'BinaryExpression';
  readonly operator: BinaryOperator;
  readonly operatorSpan: Span;
  readonly left: Expression;
  readonly right: Expression;
  readonly span: Span;
};

/** `condition ? whenTrue : whenFalse`. */
export type ConditionalExpression = {
  readonly kind: 'ConditionalExpression';
  readonly condition: Expression;
  readonly whenTrue: Expression;
  readonly whenFalse: Expression;
  readonly span: Span;
};

/** `(type) operand`. */
export type CastExpression = {
  readonly kind: 'CastExpression';
  readonly type: TypeReference;
  readonly operand: Expression;
  readonly span: Span;
};

/** A function, method, action, table `apply` or constructor call. */
export type CallExpression = {
  readonly kind: 'CallExpression';
  readonly callee: Expression;
  readonly typeArguments: readonly TypeReference[];
  readonly arguments: readonly Argument[];
  readonly span: Span;
};

/** `value`, `name = value`, `_` or `name = _`. */
export type Argument = {
  readonly kind: 'Argument';
  readonly name: Identifier | undefined;
  readonly value: Expression;
  readonly span: Span;
};

/** `{ a, b }`; `trailingDots` when the last element is `...`. */
export type ListExpression = {
  readonly kind: 'ListExpression';
  /** Without the trailing dots. */
  readonly elements: readonly Expression[];
  readonly trailingDots: DotsExpression | undefined;
  readonly span: Span;
};

/** `{ a = 1, b = 2 }`, with an optional last `...` for defaults. */
export type StructExpression = {
  readonly kind: 'StructExpression';
  readonly fields: readonly NamedValue[];
  readonly trailingDots: DotsExpression | undefined;
  readonly span: Span;
};

/** `name = value` in a structure-valued expression or a structured annotation. */
export type NamedValue = {
  readonly kind: 'NamedValue';
  readonly name: Identifier;
  readonly value: Expression;
  readonly span: Span;
};

/** `{#}`: an invalid header or header union. */
export type InvalidHeaderExpression = { readonly kind: 'InvalidHeaderExpression'; readonly span: Span };

/** `...`: the default value of whatever type is wanted. */
export type DotsExpression = { readonly kind: 'DotsExpression'; readonly span: Span };

/** `( inner )`, kept so that messages and the printer show what was written. */
export type ParenthesizedExpression = {
  readonly kind: 'ParenthesizedExpression';
  readonly inner: Expression;
  readonly span: Span;
};

/** `value &&& mask`, in keysets. */
export type MaskExpression = {
  readonly kind: 'MaskExpression';
  readonly value: Expression;
  readonly mask: Expression;
  readonly span: Span;
};

/** `low .. high`, in keysets and `for … in`. */
export type RangeExpression = {
  readonly kind: 'RangeExpression';
  readonly low: Expression;
  readonly high: Expression;
  readonly span: Span;
};

/** `default`, in keysets and switch labels. */
export type DefaultExpression = { readonly kind: 'DefaultExpression'; readonly span: Span };

/** `_`, in keysets and arguments. */
export type DontCareExpression = { readonly kind: 'DontCareExpression'; readonly span: Span };

/** `(a, b, …)` as a keyset of several keys. */
export type TupleKeysetExpression = {
  readonly kind: 'TupleKeysetExpression';
  readonly elements: readonly Expression[];
  readonly span: Span;
};

/** Stands where an expression could not be parsed; the mistake is already reported. */
export type MissingExpression = { readonly kind: 'MissingExpression'; readonly span: Span };

// --------------------------------------------------------------------------------------------------
// Parameters

export type Direction = 'in' | 'out' | 'inout' | undefined;

/** `direction type name = defaultValue`. */
export type Parameter = {
  readonly kind: 'Parameter';
  readonly annotations: readonly Annotation[];
  readonly direction: Direction;
  readonly type: TypeReference;
  readonly name: Identifier;
  readonly defaultValue: Expression | undefined;
  readonly span: Span;
};

/** A type variable in `<T, U>`. */
export type TypeParameter = {
  readonly kind: 'TypeParameter';
  readonly name: Identifier;
  readonly span: Span;
};

// --------------------------------------------------------------------------------------------------
// Declarations

/** Anything that may stand at top level. */
export type Declaration =
  | ConstantDeclaration
  | ExternDeclaration
  | ExternFunctionDeclaration
  | ActionDeclaration
  | ParserDeclaration
  | ParserTypeDeclaration
  | ControlDeclaration
  | ControlTypeDeclaration
  | PackageTypeDeclaration
  | HeaderDeclaration
  | HeaderUnionDeclaration
  | StructDeclaration
  | EnumDeclaration
  | SerializableEnumDeclaration
  | ErrorDeclaration
  | MatchKindDeclaration
  | TypedefDeclaration
  | NewTypeDeclaration
  | FunctionDeclaration
  | Instantiation;

/** Declarations inside parsers, controls and blocks, and those of the top level. */
export type AnyDeclaration =
  | Declaration
  | VariableDeclaration
  | ValueSetDeclaration
  | TableDeclaration
  | ParserState;

export type ConstantDeclaration = {
  readonly kind: 'ConstantDeclaration';
  readonly annotations: readonly Annotation[];
  readonly type: TypeReference;
  readonly name: Identifier;
  readonly initializer: Expression;
  readonly span: Span;
};

export type VariableDeclaration = {
  readonly kind: 'VariableDeclaration';
  readonly annotations: readonly Annotation[];
  readonly type: TypeReference;
  readonly name: Identifier;
  readonly initializer: Expression | undefined;
  readonly span: Span;
};

/** `extern Name<T> { methods }`. */
export type ExternDeclaration = {
  readonly kind: 'ExternDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly constructors: readonly ConstructorPrototype[];
  readonly methods: readonly MethodPrototype[];
  readonly span: Span;
};

/** A constructor of an extern object. */
export type ConstructorPrototype = {
  readonly kind: 'ConstructorPrototype';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly span: Span;
};

/** A method of an extern object. */
export type MethodPrototype = {
  readonly kind: 'MethodPrototype';
  readonly annotations: readonly Annotation[];
  readonly isAbstract: boolean;
  readonly returnType: TypeReference;
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly span: Span;
};

/** `extern R name<T>(…);` */
export type ExternFunctionDeclaration = {
  readonly kind: 'ExternFunctionDeclaration';
  readonly annotations: readonly Annotation[];
  readonly returnType: TypeReference;
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly span: Span;
};

export type FunctionDeclaration = {
  readonly kind: 'FunctionDeclaration';
  readonly annotations: readonly Annotation[];
  readonly returnType: TypeReference;
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly body: BlockStatement;
  readonly span: Span;
};

export type ActionDeclaration = {
  readonly kind: 'ActionDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly parameters: readonly Parameter[];
  readonly body: BlockStatement;
  readonly span: Span;
};

export type ParserTypeDeclaration = {
  readonly kind: 'ParserTypeDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly span: Span;
};

export type ControlTypeDeclaration = {
  readonly kind: 'ControlTypeDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly span: Span;
};

export type PackageTypeDeclaration = {
  readonly kind: 'PackageTypeDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly span: Span;
};

export type ParserDeclaration = {
  readonly kind: 'ParserDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  /** Only parser and control *types* may have any; parsed so that the checker can say so. */
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly constructorParameters: readonly Parameter[];
  readonly locals: readonly ParserLocal[];
  readonly states: readonly ParserState[];
  readonly span: Span;
};

export type ParserLocal = ConstantDeclaration | VariableDeclaration | Instantiation | ValueSetDeclaration;

export type ValueSetDeclaration = {
  readonly kind: 'ValueSetDeclaration';
  readonly annotations: readonly Annotation[];
  readonly elementType: TypeReference;
  readonly size: Expression;
  readonly name: Identifier;
  readonly span: Span;
};

export type ParserState = {
  readonly kind: 'ParserState';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly statements: readonly Statement[];
  /** Undefined: none was written, which means `transition reject`. */
  readonly transition: Transition | undefined;
  readonly span: Span;
};

/** `transition name;` or `transition select (…) { … }`. */
export type Transition =
  | { readonly kind: 'DirectTransition'; readonly state: Identifier; readonly span: Span }
  | SelectTransition;

export type SelectTransition = {
  readonly kind: 'SelectTransition';
  readonly keys: readonly Expression[];
  readonly cases: readonly SelectCase[];
  readonly span: Span;
};

export type SelectCase = {
  readonly kind: 'SelectCase';
  readonly keyset: Expression;
  readonly state: Identifier;
  readonly span: Span;
};

export type ControlDeclaration = {
  readonly kind: 'ControlDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly parameters: readonly Parameter[];
  readonly constructorParameters: readonly Parameter[];
  readonly locals: readonly ControlLocal[];
  readonly body: BlockStatement;
  readonly span: Span;
};

export type ControlLocal =
  | ConstantDeclaration
  | VariableDeclaration
  | ActionDeclaration
  | TableDeclaration
  | Instantiation;

/** `Type<…>(arguments) name;`, with an initializer for abstract methods where there is one. */
export type Instantiation = {
  readonly kind: 'Instantiation';
  readonly annotations: readonly Annotation[];
  readonly type: TypeReference;
  readonly arguments: readonly Argument[];
  readonly name: Identifier;
  readonly initializer: ObjectInitializer | undefined;
  readonly span: Span;
};

/** `= { functions and instances }` behind an instantiation. */
export type ObjectInitializer = {
  readonly kind: 'ObjectInitializer';
  readonly members: readonly (FunctionDeclaration | Instantiation)[];
  readonly span: Span;
};

export type HeaderDeclaration = {
  readonly kind: 'HeaderDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly fields: readonly StructField[];
  readonly span: Span;
};

export type HeaderUnionDeclaration = {
  readonly kind: 'HeaderUnionDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly fields: readonly StructField[];
  readonly span: Span;
};

export type StructDeclaration = {
  readonly kind: 'StructDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly typeParameters: readonly TypeParameter[];
  readonly fields: readonly StructField[];
  readonly span: Span;
};

export type StructField = {
  readonly kind: 'StructField';
  readonly annotations: readonly Annotation[];
  readonly type: TypeReference;
  readonly name: Identifier;
  readonly span: Span;
};

/** `enum Name { A, B }`. */
export type EnumDeclaration = {
  readonly kind: 'EnumDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly members: readonly Identifier[];
  readonly span: Span;
};

/** `enum bit<8> Name { A = 1 }`. */
export type SerializableEnumDeclaration = {
  readonly kind: 'SerializableEnumDeclaration';
  readonly annotations: readonly Annotation[];
  readonly underlyingType: TypeReference;
  readonly name: Identifier;
  readonly members: readonly NamedValue[];
  readonly span: Span;
};

export type ErrorDeclaration = {
  readonly kind: 'ErrorDeclaration';
  readonly annotations: readonly Annotation[];
  readonly members: readonly Identifier[];
  readonly span: Span;
};

export type MatchKindDeclaration = {
  readonly kind: 'MatchKindDeclaration';
  readonly annotations: readonly Annotation[];
  readonly members: readonly Identifier[];
  readonly span: Span;
};

/** `typedef T Name;`, or `typedef struct S { … } Name;` with the declaration in `type`. */
export type TypedefDeclaration = {
  readonly kind: 'TypedefDeclaration';
  readonly annotations: readonly Annotation[];
  readonly type: TypeReference | DerivedTypeDeclaration;
  readonly name: Identifier;
  readonly span: Span;
};

export type DerivedTypeDeclaration =
  | HeaderDeclaration
  | HeaderUnionDeclaration
  | StructDeclaration
  | EnumDeclaration
  | SerializableEnumDeclaration;

/** `type T Name;` */
export type NewTypeDeclaration = {
  readonly kind: 'NewTypeDeclaration';
  readonly annotations: readonly Annotation[];
  readonly type: TypeReference;
  readonly name: Identifier;
  readonly span: Span;
};

// --------------------------------------------------------------------------------------------------
// Tables

export type TableDeclaration = {
  readonly kind: 'TableDeclaration';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly properties: readonly TableProperty[];
  readonly span: Span;
};

export type TableProperty = KeyProperty | ActionsProperty | EntriesProperty | CustomProperty;

export type KeyProperty = {
  readonly kind: 'KeyProperty';
  readonly annotations: readonly Annotation[];
  readonly elements: readonly KeyElement[];
  readonly span: Span;
};

export type KeyElement = {
  readonly kind: 'KeyElement';
  readonly expression: Expression;
  readonly matchKind: Identifier;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

export type ActionsProperty = {
  readonly kind: 'ActionsProperty';
  readonly annotations: readonly Annotation[];
  readonly actions: readonly ActionReference[];
  readonly span: Span;
};

/** `name`, `.name` or `name(arguments)`. */
export type ActionReference = {
  readonly kind: 'ActionReference';
  readonly annotations: readonly Annotation[];
  readonly name: Identifier;
  readonly absolute: boolean;
  /** Undefined: written without parentheses. */
  readonly arguments: readonly Argument[] | undefined;
  readonly span: Span;
};

export type EntriesProperty = {
  readonly kind: 'EntriesProperty';
  readonly annotations: readonly Annotation[];
  readonly isConst: boolean;
  readonly entries: readonly TableEntry[];
  readonly span: Span;
};

export type TableEntry = {
  readonly kind: 'TableEntry';
  readonly annotations: readonly Annotation[];
  readonly isConst: boolean;
  readonly priority: Expression | undefined;
  /** One key, or a TupleKeysetExpression. */
  readonly keyset: Expression;
  readonly action: ActionReference;
  readonly span: Span;
};

/** `size = …`, `default_action = …`, `implementation = …`, … */
export type CustomProperty = {
  readonly kind: 'CustomProperty';
  readonly annotations: readonly Annotation[];
  readonly isConst: boolean;
  readonly name: Identifier;
  readonly value: Expression;
  readonly span: Span;
};

// --------------------------------------------------------------------------------------------------
// Statements

export type Statement =
  | AssignmentStatement
  | CallStatement
  | EmptyStatement
  | BlockStatement
  | IfStatement
  | SwitchStatement
  | ForStatement
  | ForInStatement
  | BreakStatement
  | ContinueStatement
  | ReturnStatement
  | ExitStatement
  | VariableDeclaration
  | ConstantDeclaration
  /** Only where an object is instantiated inside a body, which the checker refuses or allows. */
  | Instantiation;

export type AssignmentOperator =
  | '='
  | '*='
  | '/='
  | '%='
  | '+='
  | '-='
  | '|+|='
  | '|-|='
  | '<<='
  | '>>='
  | '&='
  | '|='
  | '^=';

export type AssignmentStatement = {
  readonly kind: 'AssignmentStatement';
  readonly operator: AssignmentOperator;
  readonly operatorSpan: Span;
  readonly target: Expression;
  readonly value: Expression;
  readonly span: Span;
};

/** A call for its effect; `T.apply(…)` on a type is a call whose callee is a MemberExpression on a type. */
export type CallStatement = {
  readonly kind: 'CallStatement';
  readonly call: CallExpression;
  readonly span: Span;
};

export type EmptyStatement = { readonly kind: 'EmptyStatement'; readonly span: Span };

export type BlockStatement = {
  readonly kind: 'BlockStatement';
  readonly annotations: readonly Annotation[];
  readonly statements: readonly Statement[];
  readonly span: Span;
};

export type IfStatement = {
  readonly kind: 'IfStatement';
  readonly condition: Expression;
  readonly whenTrue: Statement;
  readonly whenFalse: Statement | undefined;
  readonly span: Span;
};

export type SwitchStatement = {
  readonly kind: 'SwitchStatement';
  readonly expression: Expression;
  readonly cases: readonly SwitchCase[];
  readonly span: Span;
};

export type SwitchCase = {
  readonly kind: 'SwitchCase';
  /** An expression or a DefaultExpression. */
  readonly label: Expression;
  /** Undefined: falls through to the next case. */
  readonly body: BlockStatement | undefined;
  readonly span: Span;
};

/** `for (init; condition; update) body`. */
export type ForStatement = {
  readonly kind: 'ForStatement';
  readonly annotations: readonly Annotation[];
  readonly initializers: readonly Statement[];
  readonly condition: Expression;
  readonly updates: readonly Statement[];
  readonly body: Statement;
  readonly span: Span;
};

/** `for (type name in collection) body`; the collection may be a RangeExpression. */
export type ForInStatement = {
  readonly kind: 'ForInStatement';
  readonly annotations: readonly Annotation[];
  readonly variable: VariableDeclaration;
  readonly collection: Expression;
  readonly body: Statement;
  readonly span: Span;
};

export type BreakStatement = { readonly kind: 'BreakStatement'; readonly span: Span };
export type ContinueStatement = { readonly kind: 'ContinueStatement'; readonly span: Span };
export type ReturnStatement = {
  readonly kind: 'ReturnStatement';
  readonly value: Expression | undefined;
  readonly span: Span;
};
export type ExitStatement = { readonly kind: 'ExitStatement'; readonly span: Span };

/** Every node of the tree. */
export type Node =
  | Program
  | Identifier
  | Annotation
  | TypeReference
  | Expression
  | Argument
  | NamedValue
  | Parameter
  | TypeParameter
  | AnyDeclaration
  | ConstructorPrototype
  | MethodPrototype
  | Transition
  | SelectCase
  | ObjectInitializer
  | StructField
  | TableProperty
  | KeyElement
  | ActionReference
  | TableEntry
  | Statement
  | SwitchCase;
