/** Macros as they are defined. `expansion.ts` puts them in. */

import type { Related } from '../../diagnostics.ts';
import type { Span } from '../source.ts';
import type { Token } from '../tokens.ts';

/** A token with the white space before it, as macro bodies and arguments keep it. */
export type SpacedToken = { readonly token: Token; readonly spaced: boolean };

/** A macro without parameters. */
export type ObjectMacro = {
  readonly kind: 'object';
  readonly name: string;
  readonly body: readonly SpacedToken[];
  /** Where the name stands in the definition. */
  readonly span: Span;
};

/** A macro with parameters, also when there are none between its brackets. */
export type FunctionMacro = {
  readonly kind: 'function';
  readonly name: string;
  /** The place of each parameter by name; the last one of a variadic macro takes all further arguments. */
  readonly parameters: ReadonlyMap<string, number>;
  readonly isVariadic: boolean;
  readonly body: readonly SpacedToken[];
  /** Where the name stands in the definition. */
  readonly span: Span;
};

/** `__LINE__` and `__FILE__`. */
export type PlaceMacro = { readonly kind: 'place'; readonly name: '__LINE__' | '__FILE__' };

/** A macro of any kind. */
export type Macro = ObjectMacro | FunctionMacro | PlaceMacro;

/** Why a definition cannot be read, and where. */
export type DefinitionProblem = {
  readonly reason: string;
  readonly span: Span | undefined;
  /** It is about a `#` in the body. */
  readonly isStringMark?: boolean;
  /** What was most likely meant, so that the macro's uses are no further mistakes. */
  readonly likely?: ObjectMacro | FunctionMacro;
};

/** Whether a token can be the name of a macro or a parameter. */
export function isWord(token: Token): boolean {
  return token.kind === 'identifier' || token.kind === 'keyword';
}

/** Whether a token is the mark `text`. */
export function isMark(token: Token | undefined, text: string): boolean {
  return token?.kind === 'punctuation' && token.text === text;
}

/** Whether `##` (two `#` side by side) stands at `index` of a body. */
export function isPasteAt(body: readonly SpacedToken[], index: number): boolean {
  const second = body[index + 1];
  return isMark(body[index]?.token, '#') && isMark(second?.token, '#') && second?.spaced === false;
}

/** Reads what stands behind `#define`. A problem without a place lies at the end of the line. */
export function readDefinition(
  line: readonly SpacedToken[],
): ObjectMacro | FunctionMacro | DefinitionProblem {
  const [name, opening] = line;
  if (name === undefined) return { reason: 'the name of a macro is missing', span: undefined };
  const { text, span } = name.token;
  if (!isWord(name.token)) return { reason: `'${text}' cannot be the name of a macro`, span };
  if (text === 'defined') return { reason: "'defined' has a meaning of its own in conditions", span };
  const isFunction = isMark(opening?.token, '(') && opening?.spaced === false;
  if (!isFunction) {
    return checkPastes({ kind: 'object', name: text, body: line.slice(1), span });
  }
  const read = readParameters(line);
  if ('reason' in read) return read;
  const { parameters, isVariadic } = read;
  const body = line.slice(read.bodyStart);
  const macro: FunctionMacro = { kind: 'function', name: text, parameters, isVariadic, body, span };
  const checked = checkPastes(macro);
  return 'reason' in checked ? checked : checkStrings(checked);
}

/** The parameters between the brackets: names, the last of which may be `...` or `name...`. */
function readParameters(line: readonly SpacedToken[]):
  | {
      readonly parameters: ReadonlyMap<string, number>;
      readonly isVariadic: boolean;
      readonly bodyStart: number;
    }
  | DefinitionProblem {
  const parameters = new Map<string, number>();
  const unclosed = (index: number) => ({
    reason: "the ')' behind the parameters is missing",
    span: line[index]?.token.span,
  });
  let index = 2;
  if (isMark(line[index]?.token, ')')) return { parameters, isVariadic: false, bodyStart: index + 1 };
  for (;;) {
    const token = line[index]?.token;
    if (token === undefined) return unclosed(index);
    let isVariadic = isMark(token, '...');
    if (!isVariadic && !isWord(token))
      return { reason: `'${token.text}' is not the name of a parameter`, span: token.span };
    const name = isVariadic ? '__VA_ARGS__' : token.text;
    if (parameters.has(name)) return { reason: `parameter '${name}' stands twice`, span: token.span };
    parameters.set(name, parameters.size);
    index++;
    if (!isVariadic && isMark(line[index]?.token, '...')) {
      isVariadic = true;
      index++;
    }
    const separator = line[index]?.token;
    if (isMark(separator, ')')) return { parameters, isVariadic, bodyStart: index + 1 };
    if (!isMark(separator, ',')) return unclosed(index);
    if (isVariadic) return { reason: "nothing may follow '...' among the parameters", span: separator?.span };
    index++;
  }
}

/** `##` joins what stands before and behind it. */
function checkPastes<M extends ObjectMacro | FunctionMacro>(macro: M): M | DefinitionProblem {
  const { body } = macro;
  const end = body.length - 2;
  const at = isPasteAt(body, 0) ? 0 : end > 0 && isPasteAt(body, end) ? end : undefined;
  if (at === undefined) return macro;
  return {
    reason: "'##' joins two tokens, and one of them is missing",
    span: body[at]?.token.span,
    likely: { ...macro, body: body.toSpliced(at, 2) },
  };
}

/** `#` makes a string of a parameter, and means nothing else in a macro with parameters. */
function checkStrings(macro: FunctionMacro): FunctionMacro | DefinitionProblem {
  const { body, parameters } = macro;
  for (let index = 0; index < body.length; index++) {
    if (isPasteAt(body, index)) {
      index++;
      continue;
    }
    const token = body[index]?.token;
    if (token === undefined || !isMark(token, '#')) continue;
    const operand = body[index + 1]?.token;
    if (operand !== undefined && parameters.has(operand.text)) continue;
    const { span } = token;
    const value = operand?.text ?? '';
    const string: Token = { kind: 'string', text: JSON.stringify(value), value, span };
    return {
      reason: "'#' stands before no parameter",
      span,
      isStringMark: true,
      likely: { ...macro, body: body.toSpliced(index, 2, { token: string, spaced: true }) },
    };
  }
  return macro;
}

/** Where a macro is defined, for messages. */
export function definedHere(macro: Macro): readonly Related[] {
  return macro.kind === 'place'
    ? []
    : [{ message: `macro '${macro.name}' is defined here`, span: macro.span }];
}

/** Whether two macros are the same: parameters, tokens and where white space stands. */
export function sameMacro(left: Macro, right: Macro): boolean {
  if (left.kind === 'place' || right.kind === 'place') return left.kind === right.kind;
  return (
    sameParameters(left, right) && left.body.length === right.body.length && sameBody(left.body, right.body)
  );
}

function sameParameters(left: ObjectMacro | FunctionMacro, right: ObjectMacro | FunctionMacro): boolean {
  if (left.kind === 'object' || right.kind === 'object') return left.kind === right.kind;
  if (left.isVariadic !== right.isVariadic || left.parameters.size !== right.parameters.size) return false;
  return [...left.parameters].every(([name, index]) => right.parameters.get(name) === index);
}

function sameBody(left: readonly SpacedToken[], right: readonly SpacedToken[]): boolean {
  return left.every((item, index) => {
    const other = right[index];
    return other?.token.text === item.token.text && (index === 0 || other.spaced === item.spaced);
  });
}
