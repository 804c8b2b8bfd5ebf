/**
 * Variables and out parameters that may be read, or handed back, without a value (warnings; specification §8.26).
 *
 * Definite assignment over the statements: a state is the set of places that certainly have a value. It is
 * deliberately quiet: variables that actions share, and anything whose way through the program is not plain, are
 * left out. A header that is declared locally has no values in it until it is written or made valid.
 */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type {
  AnyDeclaration,
  BlockStatement,
  Expression,
  Node,
  Parameter,
  ParserDeclaration,
  Statement,
  VariableDeclaration,
} from '../../syntax/ast.ts';
import { childrenOf, visit } from '../../syntax/visit.ts';
import type { CheckedProgram, ResolvedCall } from '../checked-program.ts';
import { fieldsOf } from '../fields.ts';
import type { Type } from '../types.ts';
import { isSilenced } from './rule.ts';

/** A variable, or one of its fields: `declaration` and the path behind it, '' for the whole. */
type Place = { readonly declaration: VariableDeclaration | Parameter; readonly path: string };

/** The places known to have a value, by declaration; undefined: the point cannot be reached. */
type State = ReadonlyMap<Node, ReadonlySet<string>> | undefined;

/** Checks every body of the program. */
export function warnOfUninitialisedReads(checked: CheckedProgram, sink: DiagnosticSink): void {
  for (const declaration of checked.program.declarations) {
    if (declaration.span.source.isLibrary || ('annotations' in declaration && isOff(declaration.annotations)))
      continue;
    switch (declaration.kind) {
      case 'ActionDeclaration':
      case 'FunctionDeclaration':
        checkBody(checked, sink, declaration.parameters, [], declaration.body, declaration);
        break;
      case 'ControlDeclaration': {
        for (const local of declaration.locals) {
          if (local.kind === 'ActionDeclaration')
            checkBody(checked, sink, local.parameters, [], local.body, local);
        }
        const shared = referredTo(
          checked,
          declaration.locals.filter(
            (local) => local.kind === 'ActionDeclaration' || local.kind === 'TableDeclaration',
          ),
        );
        const variables = declaration.locals.filter(
          (local) => local.kind === 'VariableDeclaration' && !shared.has(local),
        );
        checkBody(
          checked,
          sink,
          declaration.parameters.filter((parameter) => !shared.has(parameter)),
          variables.filter((local) => local.kind === 'VariableDeclaration'),
          declaration.body,
          declaration,
        );
        break;
      }
      case 'ParserDeclaration':
        checkParser(checked, sink, declaration);
        break;
      default:
        break;
    }
  }
}

function isOff(annotations: Parameter['annotations']): boolean {
  return isSilenced(annotations, 'uninitialized_use', 'uninitialized-use', 'uninitialized');
}

function referredTo(checked: CheckedProgram, nodes: readonly Node[]): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const node of nodes) {
    visit(node, {
      enter: (inner) => {
        const referent = checked.references.get(inner);
        if (referent !== undefined) found.add(referent);
        return true;
      },
    });
  }
  return found;
}

/** Whether a type has a value or none: no headers inside. */
function isPlain(checked: CheckedProgram, type: Type | undefined, depth = 0): boolean {
  if (type === undefined || depth > 20) return false;
  switch (type.kind) {
    case 'bits':
    case 'bool':
    case 'enum':
    case 'serializable_enum':
    case 'error':
      return true;
    case 'newtype':
      return isPlain(checked, type.underlying, depth + 1);
    case 'struct':
      return (
        type.declaration.fields.length > 0 &&
        fieldsOf(checked.declaredTypes, type).every((field) => isPlain(checked, field.type, depth + 1))
      );
    default:
      return false;
  }
}

/** Whether a variable of a type is watched: it has a value or none, or is a header or struct with such fields. */
function isWatched(checked: CheckedProgram, type: Type | undefined): boolean {
  return type?.kind === 'struct' || type?.kind === 'header' || isPlain(checked, type);
}

function checkBody(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  parameters: readonly Parameter[],
  variables: readonly VariableDeclaration[],
  body: BlockStatement,
  owner: AnyDeclaration,
): void {
  if (isOff(body.annotations) || ('annotations' in owner && isOff(owner.annotations))) return;
  const outs = parameters.filter(
    (parameter) => parameter.direction === 'out' && isPlain(checked, checked.declaredTypes.get(parameter)),
  );
  const flow = new Flow(checked, sink);
  const what = describeOwner(owner);
  let state: State = new Map();
  for (const parameter of outs) state = flow.declare(state, parameter);
  for (const variable of variables) state = flow.statement(state, variable);
  state = flow.statements(state, body.statements);
  for (const end of [state, ...flow.returns]) flow.checkOuts(end, outs, what);
}

function checkParser(checked: CheckedProgram, sink: DiagnosticSink, parser: ParserDeclaration): void {
  const silent = new Flow(checked, undefined);
  let entry: State = new Map();
  for (const local of parser.locals)
    if (local.kind === 'VariableDeclaration') entry = silent.statement(entry, local);
  const states = new Map(parser.states.map((state) => [state.name.name, state]));
  const before = new Map<string, State>([['start', entry]]);
  const waiting = ['start'];
  for (;;) {
    const name = waiting.pop();
    if (name === undefined) break;
    const state = states.get(name);
    if (state === undefined) continue;
    const after = silent.statements(before.get(name), state.statements);
    const { transition } = state;
    const next =
      transition === undefined
        ? []
        : transition.kind === 'DirectTransition'
          ? [transition.state.name]
          : transition.cases.map((one) => one.state.name);
    for (const successor of next) {
      const known = before.has(successor);
      const joined = known ? join(before.get(successor), after) : after;
      if (known && sameState(before.get(successor), joined)) continue;
      before.set(successor, joined);
      waiting.push(successor);
    }
  }
  const loud = new Flow(checked, sink);
  let initial: State = new Map();
  for (const local of parser.locals)
    if (local.kind === 'VariableDeclaration') initial = loud.statement(initial, local);
  for (const state of parser.states) {
    if (isOff(state.annotations) || !before.has(state.name.name)) continue;
    const after = loud.statements(before.get(state.name.name), state.statements);
    if (state.transition?.kind === 'SelectTransition') {
      let current = after;
      for (const key of state.transition.keys) current = loud.read(current, key);
    }
  }
}

function join(left: State, right: State): State {
  if (left === undefined) return right;
  if (right === undefined) return left;
  const joined = new Map<Node, ReadonlySet<string>>();
  for (const [declaration, paths] of left) {
    const others = right.get(declaration);
    if (others === undefined) continue;
    joined.set(
      declaration,
      new Set([...paths].filter((path) => others.has(path) || hasPrefix(others, path))),
    );
  }
  return joined;
}

function hasPrefix(paths: ReadonlySet<string>, path: string): boolean {
  for (let prefix = path; ; ) {
    if (paths.has(prefix)) return true;
    if (prefix === '') return false;
    const dot = prefix.lastIndexOf('.');
    prefix = dot < 0 ? '' : prefix.slice(0, dot);
  }
}

function sameState(left: State, right: State): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.size !== right.size) return false;
  for (const [declaration, paths] of left) {
    const others = right.get(declaration);
    if (others === undefined || others.size !== paths.size || [...paths].some((path) => !others.has(path)))
      return false;
  }
  return true;
}

/** Follows statements; reports to `sink` when it has one. */
class Flow {
  readonly #checked: CheckedProgram;
  readonly #sink: DiagnosticSink | undefined;
  /** The states at the return statements met. */
  readonly returns: State[] = [];
  #breaks: State[] = [];
  readonly #reported = new Set<Node>();

  constructor(checked: CheckedProgram, sink: DiagnosticSink | undefined) {
    this.#checked = checked;
    this.#sink = sink;
  }

  /** Begins to watch a declaration, without a value. */
  declare(state: State, declaration: VariableDeclaration | Parameter): State {
    if (state === undefined) return undefined;
    return new Map(state).set(declaration, new Set());
  }

  statements(state: State, statements: readonly Statement[]): State {
    let current = state;
    for (const statement of statements) current = this.statement(current, statement);
    return current;
  }

  statement(state: State, statement: Statement): State {
    if (state === undefined) return undefined;
    switch (statement.kind) {
      case 'VariableDeclaration': {
        const after = statement.initializer === undefined ? state : this.read(state, statement.initializer);
        if (
          !isWatched(this.#checked, this.#checked.declaredTypes.get(statement)) ||
          isOff(statement.annotations)
        )
          return after;
        const declared = this.declare(after, statement);
        return statement.initializer === undefined
          ? declared
          : this.#assign(declared, { declaration: statement, path: '' });
      }
      case 'ConstantDeclaration':
      case 'EmptyStatement':
      case 'Instantiation':
        return state;
      case 'BlockStatement':
        return isOff(statement.annotations)
          ? this.#quiet(state, statement.statements)
          : this.statements(state, statement.statements);
      case 'CallStatement':
        return this.read(state, statement.call);
      case 'AssignmentStatement': {
        let after = this.read(state, statement.value);
        if (statement.operator !== '=') after = this.read(after, statement.target);
        return this.#write(after, statement.target);
      }
      case 'IfStatement': {
        const condition = this.read(state, statement.condition);
        const whenTrue = this.statement(condition, statement.whenTrue);
        const whenFalse =
          statement.whenFalse === undefined ? condition : this.statement(condition, statement.whenFalse);
        return join(whenTrue, whenFalse);
      }
      case 'SwitchStatement': {
        const entry = this.read(state, statement.expression);
        const ends = statement.cases.flatMap((one) =>
          one.body === undefined ? [] : [this.statement(entry, one.body)],
        );
        const isTotal = statement.cases.some((one) => one.label.kind === 'DefaultExpression');
        let after: State = isTotal ? undefined : entry;
        for (const end of ends) after = join(after, end);
        return after;
      }
      case 'ForStatement': {
        const outer = this.#breaks;
        this.#breaks = [];
        const entry = this.read(this.statements(state, statement.initializers), statement.condition);
        const body = this.statement(entry, statement.body);
        this.statements(body, statement.updates);
        let after = entry;
        for (const end of this.#breaks) after = join(after, end);
        this.#breaks = outer;
        return after;
      }
      case 'ForInStatement': {
        const outer = this.#breaks;
        this.#breaks = [];
        const entry = this.read(state, statement.collection);
        this.statement(entry, statement.body);
        let after = entry;
        for (const end of this.#breaks) after = join(after, end);
        this.#breaks = outer;
        return after;
      }
      case 'BreakStatement':
        this.#breaks.push(state);
        return undefined;
      case 'ContinueStatement':
      case 'ExitStatement':
        return undefined;
      case 'ReturnStatement':
        this.returns.push(statement.value === undefined ? state : this.read(state, statement.value));
        return undefined;
    }
  }

  #quiet(state: State, statements: readonly Statement[]): State {
    return new Flow(this.#checked, undefined).statements(state, statements);
  }

  /** Evaluates an expression: what it reads must have a value, what it is given by calls has one behind it. */
  read(state: State, expression: Expression): State {
    if (state === undefined) return undefined;
    const place = this.#placeOf(expression);
    if (place !== undefined) {
      this.#require(state, place, expression);
      return state;
    }
    if (expression.kind === 'CallExpression') return this.#call(state, expression);
    let current: State = state;
    for (const child of childrenOf(expression)) current = this.#readNode(current, child);
    return current;
  }

  #readNode(state: State, node: Node): State {
    if (isExpressionKind(node)) return this.read(state, node);
    let current = state;
    for (const child of childrenOf(node)) current = this.#readNode(current, child);
    return current;
  }

  #call(state: State, call: Expression & { readonly kind: 'CallExpression' }): State {
    const resolved = this.#checked.calls.get(call);
    let current: State = state;
    if (call.callee.kind === 'MemberExpression' && resolved?.kind !== 'builtin')
      current = this.read(current, call.callee.target);
    const outs: Expression[] = [];
    for (const argument of call.arguments) {
      const direction = directionOf(resolved, argument);
      if (direction === 'out') outs.push(argument.value);
      else current = this.read(current, argument.value);
      if (direction === 'inout') outs.push(argument.value);
    }
    if (resolved?.kind === 'builtin' && resolved.name === 'setValid') outs.push(resolved.target);
    for (const written of outs) current = this.#write(current, written);
    return current;
  }

  #placeOf(expression: Expression): Place | undefined {
    if (expression.kind === 'ParenthesizedExpression') return this.#placeOf(expression.inner);
    if (expression.kind === 'NameExpression') {
      const referent = this.#checked.references.get(expression);
      return referent?.kind === 'VariableDeclaration' || referent?.kind === 'Parameter'
        ? { declaration: referent, path: '' }
        : undefined;
    }
    if (expression.kind !== 'MemberExpression') return undefined;
    const target = this.#placeOf(expression.target);
    if (target === undefined) return undefined;
    const { name } = expression.member;
    return { declaration: target.declaration, path: target.path === '' ? name : `${target.path}.${name}` };
  }

  #write(state: State, target: Expression): State {
    if (state === undefined) return undefined;
    const place = this.#placeOf(target);
    if (place !== undefined) return this.#assign(state, place);
    // A slice or element: the rest keeps what it had; taken as a value for all, to stay quiet.
    if (
      target.kind === 'SliceExpression' ||
      target.kind === 'PartSelectExpression' ||
      target.kind === 'IndexExpression'
    ) {
      return this.#write(state, target.target);
    }
    return state;
  }

  #assign(state: State, place: Place): State {
    const paths = state?.get(place.declaration);
    if (state === undefined || paths === undefined) return state;
    return new Map(state).set(place.declaration, new Set(paths).add(place.path));
  }

  #require(state: NonNullable<State>, place: Place, expression: Expression): void {
    const paths = state.get(place.declaration);
    if (paths === undefined || hasPrefix(paths, place.path)) return;
    // A header without values is handed on as invalid.
    if (!isPlain(this.#checked, this.#checked.types.get(expression))) return;
    // Some of its fields have values: whoever filled them may have filled what matters.
    if ([...paths].some((path) => place.path === '' || path.startsWith(`${place.path}.`))) return;
    // One message for a variable in a body: the others follow from it.
    if (this.#reported.has(place.declaration)) return;
    this.#reported.add(place.declaration);
    const name =
      place.path === '' ? place.declaration.name.name : `${place.declaration.name.name}.${place.path}`;
    this.#sink?.report(
      'P4910',
      expression.span,
      { name },
      {
        related: [{ message: 'declared here without a value', span: place.declaration.name.span }],
      },
    );
  }

  /** Reports out parameters that certainly or possibly have no value at an end. */
  checkOuts(state: State, parameters: readonly Parameter[], what: string): void {
    if (state === undefined) return;
    for (const parameter of parameters) {
      const paths = state.get(parameter);
      if (paths === undefined || paths.size > 0 || isOff(parameter.annotations)) continue;
      this.#sink?.report('P4912', parameter.name.span, { name: parameter.name.name, what });
    }
  }
}

function describeOwner(owner: AnyDeclaration): string {
  switch (owner.kind) {
    case 'ActionDeclaration':
      return `action '${owner.name.name}'`;
    case 'ControlDeclaration':
      return `control '${owner.name.name}'`;
    case 'FunctionDeclaration':
      return `function '${owner.name.name}'`;
    default:
      return 'this';
  }
}

function isExpressionKind(node: Node): node is Expression {
  return node.kind.endsWith('Expression') || node.kind.endsWith('Literal');
}

function directionOf(
  call: ResolvedCall | undefined,
  argument: Parameters<typeof Object.is>[0],
): Parameter['direction'] {
  if (call === undefined || !('bindings' in call)) return 'inout';
  return call.bindings.find((binding) => binding.argument === argument)?.parameter.direction;
}
