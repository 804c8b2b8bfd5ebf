/** The state that checking a program builds up, and the small steps that every part of the checker takes. */

import type { DiagnosticSink, Related } from '../diagnostics.ts';
import { didYouMean } from '../nearest-name.ts';
import type {
  Annotation,
  CallExpression,
  Expression,
  Identifier,
  Instantiation,
  Node,
  Parameter,
  StructField,
  TableDeclaration,
  TypeReference,
} from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';
import type { CheckedProgram, Referent, ResolvedCall } from './checked-program.ts';
import type { ConstantValue } from './constant-values.ts';
import type { ConstantContext } from './constants.ts';
import { Inference } from './inference.ts';
import type { NestingContext } from './nesting.ts';
import { Scope } from './scope.ts';
import type { TypeSize } from './type-size.ts';
import type { Type } from './types.ts';
import { showType, UNKNOWN } from './types.ts';

/** Where in a program something stands; decides which names it sees and which statements are legal. */
export type Context = {
  readonly scope: Scope;
  readonly place:
    | 'top_level'
    | 'parser_local'
    | 'parser_state'
    | 'control_local'
    | 'control_apply'
    | 'action'
    | 'function'
    | 'method'
    | 'table';
  /** What `return` must give; undefined where `return` is not allowed. */
  readonly returnType: Type | undefined;
  readonly insideLoop: boolean;
  /** Only the size of the expression matters: it is not evaluated, so an index may be out of bounds. */
  readonly onlySized?: boolean;
  /** A '-' stands before the literal that is looked at. */
  readonly isNegated?: boolean;
  /** The type of `this` inside the implementation of an abstract method. */
  readonly thisType: Type | undefined;
};

/** The tables of a CheckedProgram while they are being filled, and what checking needs besides. */
export type Checker = {
  readonly sink: DiagnosticSink;
  readonly inference: Inference;
  readonly topLevel: Scope;
  readonly types: Map<Expression, Type>;
  readonly implicitCasts: Map<Expression, Type>;
  readonly writtenTypes: Map<TypeReference, Type>;
  readonly declaredTypes: Map<Referent, Type>;
  readonly references: Map<Node, Referent>;
  readonly calls: Map<CallExpression | Instantiation, ResolvedCall>;
  /** Values before implicit casts; `undefined` once it is known that there is none. */
  readonly values: Map<Expression, ConstantValue | undefined>;
  readonly errors: Map<string, Identifier>;
  readonly matchKinds: Map<string, Identifier>;
  /** Top-level names that are declared further down, for a better message than "not found". */
  readonly declaredLater: Map<string, Identifier>;
  /** Top-level declarations whose checking is under way: they are not visible inside themselves. */
  readonly underway: Map<string, Identifier>;
  readonly nesting: NestingContext;
  /** Fields by name, for declarations that have been looked into. */
  readonly fieldsByName: Map<Node, ReadonlyMap<string, StructField>>;
  /** Sizes of types, as far as they were needed. */
  readonly typeSizes: Map<Type, TypeSize>;
  /** Tables whose checking is under way: they cannot be used inside themselves. */
  readonly openTables: Set<TableDeclaration>;
  /**
   * Types an expression and records its type. Held here so that the parts of the checker need not import
   * each other in a circle.
   */
  readonly checkExpression: (checker: Checker, context: Context, expression: Expression) => Type;
  /** Parameters of constructors: their values are compile-time known (specification §18.1). */
  readonly constructorParameters: Set<Parameter>;
  readonly constantContext: ConstantContext;
};

/** A checker that has seen nothing yet. */
export function createChecker(sink: DiagnosticSink, checkExpression: Checker['checkExpression']): Checker {
  const inference = new Inference();
  const constructorParameters = new Set<Parameter>();
  const declaredTypes: Checker['declaredTypes'] = new Map();
  const tables = {
    sink,
    types: new Map(),
    implicitCasts: new Map(),
    writtenTypes: new Map(),
    declaredTypes,
    references: new Map(),
    calls: new Map(),
    values: new Map(),
    errors: new Map(),
  };
  return {
    ...tables,
    inference,
    topLevel: new Scope(undefined),
    matchKinds: new Map(),
    declaredLater: new Map(),
    underway: new Map(),
    nesting: { declaredTypes, head: (type) => inference.head(type) },
    fieldsByName: new Map(),
    typeSizes: new Map(),
    openTables: new Set(),
    checkExpression,
    constructorParameters,
    constantContext: {
      ...tables,
      resolve: (type) => inference.resolve(type),
      parameterValue: (parameter) =>
        constructorParameters.has(parameter)
          ? { kind: 'parametric', type: declaredTypes.get(parameter) ?? UNKNOWN }
          : undefined,
    },
  };
}

/** What the checker has found, for everybody behind it. Types still open are resolved as far as they are known. */
export function finishChecking(checker: Checker, program: CheckedProgram['program']): CheckedProgram {
  const { inference } = checker;
  for (const [expression, type] of checker.types) checker.types.set(expression, inference.resolve(type));
  for (const [expression, type] of checker.implicitCasts) {
    checker.implicitCasts.set(expression, inference.resolve(type));
  }
  const constants = new Map<Expression, ConstantValue>();
  for (const [expression, value] of checker.values) if (value !== undefined) constants.set(expression, value);
  return {
    program,
    types: checker.types,
    implicitCasts: checker.implicitCasts,
    writtenTypes: checker.writtenTypes,
    declaredTypes: checker.declaredTypes,
    references: checker.references,
    calls: checker.calls,
    constants,
    errors: checker.errors,
    matchKinds: checker.matchKinds,
  };
}

/** The view of a checker that constant evaluation works on. Constructor parameters stay parametric. */
export function constantContext(checker: Checker): ConstantContext {
  return checker.constantContext;
}

/** A type for a message, with everything inferred so far put in. */
export function show(checker: Checker, type: Type): string {
  return showType(checker.inference.resolve(type));
}

/** The same context with a fresh scope inside it. */
export function nested(context: Context): Context {
  return { ...context, scope: new Scope(context.scope) };
}

/** The name under which a referent was declared. */
export function nameOf(referent: Referent): Identifier | undefined {
  if (referent.kind === 'Identifier') return referent;
  if (referent.kind === 'ErrorDeclaration' || referent.kind === 'MatchKindDeclaration') return undefined;
  return referent.name;
}

/** "declared here", pointing at a referent's name; nothing for what has no name. */
export function declaredHere(referent: Referent | undefined, message = 'declared here'): readonly Related[] {
  const name = referent === undefined ? undefined : nameOf(referent);
  return name === undefined ? [] : [{ message, span: name.span }];
}

/** Whether `name` is written on one of the annotations. */
export function hasAnnotation(annotations: readonly Annotation[], name: string): boolean {
  return annotations.some((annotation) => annotation.name.name === name);
}

/** The source text of a span for a hint; undefined when it is long, spans lines or came out of a macro. */
export function textOf(span: Span): string | undefined {
  if (span.macro !== undefined || span.end - span.start > 60) return undefined;
  const text = span.source.text.slice(span.start, span.end);
  return text.includes('\n') ? undefined : text;
}

/** Kinds of declaration that may share their name with others of their kind (specification §7.2.9.1). */
const OVERLOADABLE: ReadonlySet<Node['kind']> = new Set([
  'FunctionDeclaration',
  'ExternFunctionDeclaration',
  'MethodPrototype',
]);

type Parameterized = { readonly parameters: readonly { readonly name: Identifier }[] };

/** Whether a name can have this meaning besides others: functions, when calls can tell them apart. */
function isOverloadable(referent: Referent): referent is Referent & Parameterized {
  return OVERLOADABLE.has(referent.kind) && 'parameters' in referent;
}

function parameterNames(declaration: Parameterized): string {
  return declaration.parameters.map((parameter) => parameter.name.name).join(',');
}

/** Adds a declaration to a scope; reports a duplicate (and then leaves the first in place). */
export function declare(checker: Checker, scope: Scope, name: Identifier, referent: Referent): void {
  if (name.name === '') return;
  const previous = scope.own(name.name);
  const [first] = previous;
  // Calls tell functions apart by number and names of parameters, so no two have the same.
  const clash =
    isOverloadable(referent) && (first === undefined || isOverloadable(first))
      ? scope.addApart(name.name, parameterNames(referent), referent)
      : previous.find((other) => other !== referent);
  if (clash !== undefined) {
    checker.sink.report(
      'P4201',
      name.span,
      { name: name.name },
      { related: declaredHere(clash, 'first declared here') },
    );
    return;
  }
  if (!isOverloadable(referent)) scope.add(name.name, referent);
}

/**
 * What a name refers to; reports when it refers to nothing.
 * @param absolute Look only at top level (the name has a leading dot).
 * @param what What was wanted, for the message: 'type', 'action', …
 */
export function resolveName(
  checker: Checker,
  scope: Scope,
  name: Identifier,
  absolute: boolean,
  what: string,
): readonly Referent[] {
  const found = absolute ? scope.topLevel.own(name.name) : scope.lookup(name.name);
  if (found.length > 0) return found;
  if (name.name === '') return [];
  reportUnknownName(checker, scope, name, what);
  return [];
}

/** The library file that declares a well-known name, so that a missing include can be named. */
const LIBRARY_NAMES: Readonly<Record<string, string>> = {
  packet_in: 'core.p4',
  packet_out: 'core.p4',
  NoAction: 'core.p4',
  verify: 'core.p4',
  static_assert: 'core.p4',
  exact: 'core.p4',
  ternary: 'core.p4',
  lpm: 'core.p4',
  standard_metadata_t: 'v1model.p4',
  V1Switch: 'v1model.p4',
  mark_to_drop: 'v1model.p4',
  verify_checksum: 'v1model.p4',
  update_checksum: 'v1model.p4',
  clone_preserving_field_list: 'v1model.p4',
  direct_counter: 'v1model.p4',
  action_selector: 'v1model.p4',
  PSA_Switch: 'psa.p4',
  IngressPipeline: 'psa.p4',
  EgressPipeline: 'psa.p4',
  psa_ingress_input_metadata_t: 'psa.p4',
  PNA_NIC: 'pna.p4',
  pna_main_input_metadata_t: 'pna.p4',
  ingress_intrinsic_metadata_t: 'tna.p4',
};

function reportUnknownName(checker: Checker, scope: Scope, name: Identifier, what: string): void {
  const own = checker.underway.get(name.name);
  if (own !== undefined) {
    checker.sink.report(
      'P4206',
      name.span,
      { name: name.name },
      { related: [{ message: 'its declaration begins here', span: own.span }] },
    );
    return;
  }
  const later = checker.declaredLater.get(name.name);
  if (later !== undefined) {
    checker.sink.report(
      'P4203',
      name.span,
      { name: name.name },
      {
        related: [{ message: 'declared here, further down', span: later.span }],
        hint: 'move the declaration above its first use',
      },
    );
    return;
  }
  const library = LIBRARY_NAMES[name.name];
  const hint =
    library !== undefined
      ? `'${name.name}' is declared in ${library}: add '#include <${library}>' at the top`
      : didYouMean(name.name, names(scope, what));
  const related: Related[] = [];
  if (library === undefined && hint !== undefined) {
    const meant = /'(.*)'/.exec(hint)?.[1];
    const referent = meant === undefined ? undefined : scope.lookup(meant)[0];
    related.push(...declaredHere(referent, `'${meant}' is declared here`));
  }
  checker.sink.report('P4202', name.span, { name: name.name, what }, { hint, related });
}

/** The names that could have been meant: of actions where an action is wanted, and so on. */
function* names(scope: Scope, what: string): Generator<string> {
  const kind = what === 'action' ? 'ActionDeclaration' : what === 'parser state' ? 'ParserState' : undefined;
  for (const [name, referent] of scope.visibleNames())
    if (kind === undefined || referent.kind === kind) yield name;
}

/** Types the expressions of structured annotations (specification §20.2). */
export function checkAnnotations(
  checker: Checker,
  context: Context,
  annotations: readonly Annotation[],
): void {
  for (const { body } of annotations) {
    if (body.form === 'list')
      for (const expression of body.expressions) checker.checkExpression(checker, context, expression);
    else if (body.form === 'pairs')
      for (const pair of body.pairs) checker.checkExpression(checker, context, pair.value);
  }
}

/** Records an expression's type and gives it back. */
export function record(checker: Checker, expression: Expression, type: Type): Type {
  checker.types.set(expression, type);
  return type;
}

/** The recorded type of an expression, resolved at its head; unknown if it was never checked. */
export function typeOf(checker: Checker, expression: Expression): Type {
  return checker.inference.head(checker.types.get(expression) ?? UNKNOWN);
}
