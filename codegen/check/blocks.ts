/** Checking of parsers, controls, actions and functions (specification §10, §13, §14). */

import { didYouMean } from '../nearest-name.ts';
import type {
  ActionDeclaration,
  ControlDeclaration,
  Expression,
  ExternFunctionDeclaration,
  FunctionDeclaration,
  Identifier,
  MethodPrototype,
  ParserDeclaration,
  ParserState,
  SelectTransition,
  Statement,
  TypeParameter,
  ValueSetDeclaration,
} from '../syntax/ast.ts';
import {
  type Checker,
  type Context,
  checkAnnotations,
  declare,
  declaredHere,
  nested,
  resolveName,
  show,
} from './checker.ts';
import { convert, naturalType } from './conversions.ts';
import { checkInstantiation } from './instances.ts';
import { checkKeyset, type Key } from './keysets.ts';
import { checkConstant, checkParameters, checkVariable, type ParameterOwner } from './local-declarations.ts';
import { checkStatements } from './statements.ts';
import { checkTable } from './tables.ts';
import { describeReferent, localInteger, resolveType } from './type-references.ts';
import type { Type } from './types.ts';
import { STATE, UNKNOWN, VOID } from './types.ts';

/** Declares type variables in a scope; several of the same name are reported. */
export function declareTypeParameters(
  checker: Checker,
  context: Context,
  parameters: readonly TypeParameter[],
): void {
  for (const parameter of parameters) declare(checker, context.scope, parameter.name, parameter);
}

/** Reports locals that hide a parameter of the block they stand in. */
function rejectHiddenParameters(
  checker: Checker,
  declaration: ParserDeclaration | ControlDeclaration | ActionDeclaration | FunctionDeclaration,
  statements: readonly { readonly kind: string; readonly name?: unknown }[],
  owner: string,
): void {
  const parameters = new Map(
    [
      ...declaration.parameters,
      ...('constructorParameters' in declaration ? declaration.constructorParameters : []),
    ].map((parameter) => [parameter.name.name, parameter]),
  );
  for (const statement of statements as readonly Statement[]) {
    if (
      statement.kind !== 'VariableDeclaration' &&
      statement.kind !== 'ConstantDeclaration' &&
      statement.kind !== 'Instantiation'
    )
      continue;
    const parameter = parameters.get(statement.name.name);
    if (parameter === undefined) continue;
    checker.sink.report(
      'P4207',
      statement.name.span,
      { name: statement.name.name, owner },
      { related: declaredHere(parameter) },
    );
  }
}

/** Checks a parser with its states; its name is not yet visible inside it. */
export function checkParser(checker: Checker, outer: Context, parser: ParserDeclaration): void {
  const context: Context = { ...nested(outer), place: 'parser_local', returnType: undefined };
  declareTypeParameters(checker, context, parser.typeParameters);
  checkParameters(checker, context, parser.parameters, 'parser');
  checkParameters(checker, context, parser.constructorParameters, 'parser_constructor');
  const inside = nested(context);
  const forget = announce(checker, parser.locals);
  for (const local of parser.locals) {
    checkAnnotations(checker, inside, local.annotations);
    switch (local.kind) {
      case 'ConstantDeclaration':
        checkConstant(checker, inside, local);
        break;
      case 'VariableDeclaration':
        checkVariable(checker, inside, local);
        break;
      case 'Instantiation':
        checkInstantiation(checker, inside, local);
        break;
      case 'ValueSetDeclaration':
        checkValueSet(checker, inside, local);
        break;
    }
  }
  forget();
  declareStates(checker, inside, parser);
  for (const state of parser.states) checkState(checker, inside, state, parser);
}

/** Lets messages say that a name is declared further down among these locals; gives what ends that. */
function announce(checker: Checker, locals: readonly { readonly name: Identifier }[]): () => void {
  const before = new Map(locals.map(({ name }) => [name.name, checker.declaredLater.get(name.name)]));
  for (const { name } of locals.toReversed()) checker.declaredLater.set(name.name, name);
  return () => {
    for (const [name, earlier] of before) {
      if (earlier === undefined) checker.declaredLater.delete(name);
      else checker.declaredLater.set(name, earlier);
    }
  };
}

function declareStates(checker: Checker, context: Context, parser: ParserDeclaration): void {
  for (const state of parser.states) {
    const { name } = state.name;
    if (name === 'accept' || name === 'reject') {
      checker.sink.report('P4209', state.name.span, { name });
      continue;
    }
    declare(checker, context.scope, state.name, state);
    checker.declaredTypes.set(state, STATE);
  }
  if (!parser.states.some((state) => state.name.name === 'start')) {
    checker.sink.report(
      'P4210',
      parser.name.span,
      { name: parser.name.name },
      {
        hint: didYouMean(
          'start',
          parser.states.map((state) => state.name.name),
        ),
      },
    );
  }
}

function checkState(checker: Checker, outer: Context, state: ParserState, parser: ParserDeclaration): void {
  const context: Context = { ...nested(outer), place: 'parser_state' };
  checkStatements(checker, context, state.statements);
  const { transition } = state;
  if (transition === undefined) return;
  if (transition.kind === 'DirectTransition')
    resolveState(checker, context, transition.state, transition, parser);
  else checkSelect(checker, context, transition, parser);
}

function resolveState(
  checker: Checker,
  context: Context,
  name: SelectTransition['cases'][number]['state'],
  node: Parameters<Checker['references']['get']>[0],
  parser: ParserDeclaration,
): void {
  if (name.name === 'accept' || name.name === 'reject' || name.name === '') return;
  const found = resolveName(checker, context.scope, name, false, 'parser state');
  const state = found.find((referent) => referent.kind === 'ParserState');
  if (state !== undefined) {
    checker.references.set(node, state);
    checker.references.set(name, state);
    return;
  }
  const [other] = found;
  // A state whose name is taken by something else is reported where it is declared.
  const isTaken = parser.states.some((candidate) => candidate.name.name === name.name);
  if (other !== undefined && !isTaken) {
    checker.sink.report(
      'P4204',
      name.span,
      { name: name.name, found: describeReferent(other), wanted: 'a parser state' },
      { related: declaredHere(other) },
    );
  }
}

function checkSelect(
  checker: Checker,
  context: Context,
  transition: SelectTransition,
  parser: ParserDeclaration,
): void {
  const keys: Key[] = transition.keys.map((expression) => {
    const type = checker.inference.head(checker.checkExpression(checker, context, expression));
    if (isSelectable(checker, type)) return { type: tupleOf(checker, expression, type), expression };
    checker.sink.report(
      'P4442',
      expression.span,
      { type: show(checker, type) },
      {
        hint: type.kind === 'int' ? "write the number with its width, such as '32w1'" : undefined,
      },
    );
    return { type: UNKNOWN, expression };
  });
  for (const selectCase of transition.cases) {
    checkKeyset(checker, context, selectCase.keyset, keys);
    resolveState(checker, context, selectCase.state, selectCase, parser);
  }
}

/** A list in braces is selected on as the tuple of its elements. */
function tupleOf(checker: Checker, expression: Expression, type: Type): Type {
  if (type.kind !== 'list_expression') return type;
  const tuple = naturalType(checker, type) ?? UNKNOWN;
  convert(checker, expression, tuple);
  return tuple;
}

function isSelectable(checker: Checker, type: Type): boolean {
  switch (type.kind) {
    case 'unknown':
    case 'bits':
    case 'bool':
    case 'enum':
    case 'serializable_enum':
    case 'error':
      return true;
    case 'newtype':
      return isSelectable(checker, checker.inference.head(type.underlying));
    case 'tuple':
    case 'list_expression':
      return type.elements.every((element) => isSelectable(checker, checker.inference.head(element)));
    default:
      return false;
  }
}

/** Checks a value set and declares its name (specification §13.11). */
export function checkValueSet(checker: Checker, context: Context, declaration: ValueSetDeclaration): void {
  const element = resolveType(checker, context, declaration.elementType);
  if (!isValueSetElement(checker, element)) {
    checker.sink.report('P4443', declaration.elementType.span, { type: show(checker, element) });
  }
  localIntegerOrParameter(checker, context, declaration);
  checker.declaredTypes.set(declaration, { kind: 'value_set', element });
  declare(checker, context.scope, declaration.name, declaration);
}

function localIntegerOrParameter(checker: Checker, context: Context, declaration: ValueSetDeclaration): void {
  if (declaration.size.kind === 'NameExpression') {
    const [referent] = context.scope.lookup(declaration.size.name.name);
    if (referent?.kind === 'Parameter' && checker.constructorParameters.has(referent)) {
      checker.checkExpression(checker, context, declaration.size);
      return;
    }
  }
  localInteger(checker, context, declaration.size, 'the size of a value set');
}

function isValueSetElement(checker: Checker, type: Type): boolean {
  if (type.kind === 'struct' || type.kind === 'tuple') return true;
  return isSelectable(checker, type);
}

/** Checks a control: locals, then its apply block. */
export function checkControl(checker: Checker, outer: Context, control: ControlDeclaration): void {
  const context: Context = { ...nested(outer), place: 'control_local', returnType: undefined };
  declareTypeParameters(checker, context, control.typeParameters);
  checkParameters(checker, context, control.parameters, 'control');
  checkParameters(checker, context, control.constructorParameters, 'control_constructor');
  rejectHiddenParameters(checker, control, control.body.statements, `control '${control.name.name}'`);
  const inside = nested(context);
  const forget = announce(checker, control.locals);
  for (const local of control.locals) {
    checkAnnotations(checker, inside, local.annotations);
    switch (local.kind) {
      case 'ConstantDeclaration':
        checkConstant(checker, inside, local);
        break;
      case 'VariableDeclaration':
        checkVariable(checker, inside, local);
        break;
      case 'Instantiation':
        checkInstantiation(checker, inside, local);
        break;
      case 'ActionDeclaration':
        checkAction(checker, inside, local);
        break;
      case 'TableDeclaration':
        checkTable(checker, inside, local);
        break;
    }
  }
  forget();
  checkStatements(
    checker,
    { ...nested(inside), place: 'control_apply', returnType: VOID },
    control.body.statements,
  );
}

/** Checks an action and declares its name behind it, so that it cannot call itself. */
export function checkAction(checker: Checker, outer: Context, action: ActionDeclaration): void {
  const context: Context = { ...nested(outer), place: 'action', returnType: VOID, insideLoop: false };
  checkParameters(checker, context, action.parameters, 'action');
  rejectHiddenParameters(checker, action, action.body.statements, `action '${action.name.name}'`);
  const namesake = checker.underway.get(action.name.name);
  checker.underway.set(action.name.name, action.name);
  checkStatements(checker, nested(context), action.body.statements);
  if (namesake === undefined) checker.underway.delete(action.name.name);
  else checker.underway.set(action.name.name, namesake);
  declare(checker, outer.scope, action.name, action);
}

/** Types the head of a function-like declaration: type variables, result, parameters. Gives the scope of its body. */
export function checkSignature(
  checker: Checker,
  outer: Context,
  declaration: FunctionDeclaration | ExternFunctionDeclaration | MethodPrototype,
  owner: ParameterOwner,
): { readonly context: Context; readonly returnType: Type } {
  const context: Context = { ...nested(outer), returnType: undefined, insideLoop: false };
  declareTypeParameters(checker, context, declaration.typeParameters);
  const returnType = resolveType(checker, context, declaration.returnType, {
    voidAllowed: true,
    dontCare: false,
  });
  rejectResultType(checker, declaration, returnType, owner);
  checkParameters(checker, context, declaration.parameters, owner);
  return { context, returnType };
}

function rejectResultType(
  checker: Checker,
  declaration: FunctionDeclaration | ExternFunctionDeclaration | MethodPrototype,
  type: Type,
  owner: ParameterOwner,
): void {
  switch (type.kind) {
    case 'parser':
    case 'control':
    case 'parser_type':
    case 'control_type':
    case 'package':
    case 'table':
      checker.sink.report('P4316', declaration.returnType.span, {
        what: `the result of '${declaration.name.name}'`,
        type: show(checker, type),
      });
      return;
    case 'extern':
      // An extern function may make objects while the program is put together.
      if (owner === 'extern_function') return;
      checker.sink.report('P4316', declaration.returnType.span, {
        what: `the result of '${declaration.name.name}'`,
        type: show(checker, type),
      });
      return;
    case 'int':
      if (owner === 'extern_method' || owner === 'extern_function' || owner === 'function') {
        checker.sink.report(
          'P4316',
          declaration.returnType.span,
          { what: `the result of '${declaration.name.name}'`, type: 'int' },
          {
            hint: "'int' exists only while compiling: give the result a width, such as 'bit<32>'",
          },
        );
      }
      return;
    default:
      return;
  }
}

/** Checks a function and declares its name behind it. */
export function checkFunction(checker: Checker, outer: Context, declaration: FunctionDeclaration): void {
  const { context, returnType } = checkSignature(
    checker,
    { ...outer, place: 'function' },
    declaration,
    'function',
  );
  rejectHiddenParameters(
    checker,
    declaration,
    declaration.body.statements,
    `function '${declaration.name.name}'`,
  );
  checkStatements(
    checker,
    { ...nested(context), place: 'function', returnType },
    declaration.body.statements,
  );
  declare(checker, outer.scope, declaration.name, declaration);
}
