/** Macro definitions and their expansion, with places kept (C's rules: a macro is not expanded inside itself). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import { Lexer } from '../lexer.ts';
import { SourceFile, type Span } from '../source.ts';
import type { Token } from '../tokens.ts';

/** A token with the white space before it, as macro bodies and arguments keep it. */
export type SpacedToken = { readonly token: Token; readonly spaced: boolean };

/** A macro. `parameters` is undefined for one without brackets; the last may be variadic (`...`). */
export type Macro = {
  readonly name: string;
  readonly parameters: readonly string[] | undefined;
  readonly isVariadic: boolean;
  readonly body: readonly SpacedToken[];
  /** Where the name stands in the definition; undefined for those given on the command line. */
  readonly span: Span | undefined;
};

/** Names that are not to be expanded again: a linked list, shared between the tokens of one expansion. */
type Hidden = { readonly name: string; readonly rest: Hidden } | undefined;

type PendingToken = SpacedToken & { readonly hidden: Hidden };

/** Where tokens come from once those pushed back by expansion are used up. */
export type TokenInput = {
  /** The next token of the text; undefined at its end, or before a directive. */
  readonly next: () => SpacedToken | undefined;
};

/** Together expansions may make this many tokens. */
const MAXIMUM_TOKENS = 1_000_000;

/** Arguments are expanded before they are put in; deeper than this they stay as they are. */
const MAXIMUM_DEPTH = 100;

function isHidden(hidden: Hidden, name: string): boolean {
  for (let link = hidden; link !== undefined; link = link.rest) if (link.name === name) return true;
  return false;
}

/** Expands macros over a whole compilation; counts what it makes. */
export class MacroExpander {
  readonly #macros: ReadonlyMap<string, Macro>;
  readonly #sink: DiagnosticSink;
  #made = 0;
  #exhausted = false;

  /** @param macros The live table of definitions, which directives change between calls. */
  constructor(macros: ReadonlyMap<string, Macro>, sink: DiagnosticSink) {
    this.#macros = macros;
    this.#sink = sink;
  }

  /** Whether a token begins a macro and has to go through `expand`. */
  mayExpand(token: Token): boolean {
    return (token.kind === 'identifier' || token.kind === 'keyword') && this.#macros.has(token.text);
  }

  /**
   * Expands one token, taking further tokens from `input` where a macro's arguments want them.
   * @param emit Receives the tokens that come out, in order.
   */
  expand(first: SpacedToken, input: TokenInput, emit: (token: SpacedToken) => void, depth = 0): void {
    // The next token to look at is the last element.
    const pending: PendingToken[] = [{ ...first, hidden: undefined }];
    while (pending.length > 0) {
      const current = pending.pop();
      if (current === undefined) return;
      const macro = this.#macroFor(current);
      if (macro === undefined) {
        emit(current);
        continue;
      }
      if (macro.parameters === undefined) {
        this.#push(pending, macro, substituteObject(macro, current), current);
        continue;
      }
      const opening = this.#take(pending, input);
      if (opening?.token.text !== '(' || opening.token.kind !== 'punctuation') {
        emit(current);
        if (opening !== undefined) pending.push(opening);
        continue;
      }
      const given = this.#collectArguments(macro, current, pending, input);
      if (given === undefined) {
        // A number stands in, so that what is around the macro is read without further complaints.
        emit({ token: standIn(current.token.span), spaced: current.spaced });
        continue;
      }
      this.#push(pending, macro, this.#substitute(macro, current, given, depth), current);
    }
  }

  /** Expands a list of tokens that stands by itself, such as an argument or the condition of `#if`. */
  expandAll(tokens: readonly SpacedToken[], depth = 0): readonly SpacedToken[] {
    const expanded: SpacedToken[] = [];
    let index = 0;
    const input: TokenInput = { next: () => tokens[index++] };
    for (;;) {
      const token = input.next();
      if (token === undefined) return expanded;
      if (this.mayExpand(token.token)) this.expand(token, input, (result) => expanded.push(result), depth);
      else expanded.push(token);
    }
  }

  #macroFor(current: PendingToken): Macro | undefined {
    if (this.#exhausted || !this.mayExpand(current.token) || isHidden(current.hidden, current.token.text))
      return undefined;
    return this.#macros.get(current.token.text);
  }

  #take(pending: PendingToken[], input: TokenInput): PendingToken | undefined {
    const pushed = pending.pop();
    if (pushed !== undefined) return pushed;
    const token = input.next();
    return token === undefined ? undefined : { ...token, hidden: undefined };
  }

  #push(pending: PendingToken[], macro: Macro, body: readonly PendingToken[], use: PendingToken): void {
    this.#made += body.length + 1;
    if (this.#made > MAXIMUM_TOKENS) {
      if (!this.#exhausted) {
        this.#sink.report(
          'P4017',
          use.token.span,
          { name: macro.name, limit: MAXIMUM_TOKENS },
          { related: definedHere(macro) },
        );
      }
      this.#exhausted = true;
      pending.length = 0;
      return;
    }
    const hidden: Hidden = { name: macro.name, rest: use.hidden };
    for (let index = body.length - 1; index >= 0; index--) {
      const token = body[index];
      if (token === undefined) continue;
      pending.push({
        token: token.token,
        spaced: index === 0 ? use.spaced : token.spaced,
        hidden: token.hidden === undefined ? hidden : { name: macro.name, rest: token.hidden },
      });
    }
  }

  /** The arguments between the brackets, still unexpanded; reports and gives undefined when they do not fit. */
  #collectArguments(
    macro: Macro,
    use: PendingToken,
    pending: PendingToken[],
    input: TokenInput,
  ): readonly (readonly PendingToken[])[] | undefined {
    const wanted = macro.parameters?.length ?? 0;
    const given: PendingToken[][] = [[]];
    let depth = 0;
    let last = use.token.span;
    for (;;) {
      const token = this.#take(pending, input);
      if (token === undefined || token.token.kind === 'end') {
        this.#sink.report('P4012', use.token.span, { name: macro.name }, { related: definedHere(macro) });
        // What was taken for arguments is read again from the end of the statement on.
        const taken = given.flat();
        const end = taken.findIndex((item) => item.token.kind === 'punctuation' && item.token.text === ';');
        if (end >= 0) pending.push(...taken.slice(end).reverse());
        return undefined;
      }
      last = token.token.span;
      const text = token.token.kind === 'punctuation' ? token.token.text : '';
      if (text === '(') depth++;
      if (text === ')') {
        if (depth === 0) break;
        depth--;
      }
      if (text === ',' && depth === 0 && !(macro.isVariadic && given.length >= wanted)) given.push([]);
      else given.at(-1)?.push(token);
    }
    if (wanted === 0 && given.length === 1 && given[0]?.length === 0) return [];
    if (macro.isVariadic && given.length === wanted - 1) given.push([]);
    if (given.length === wanted) return given;
    const place: Span =
      use.token.span.source === last.source
        ? { ...use.token.span, end: Math.max(use.token.span.end, last.end) }
        : use.token.span;
    this.#sink.report(
      'P4011',
      place,
      { name: macro.name, wanted, given: given.length },
      { related: definedHere(macro) },
    );
    return undefined;
  }

  #substitute(
    macro: Macro,
    use: PendingToken,
    given: readonly (readonly PendingToken[])[],
    depth: number,
  ): readonly PendingToken[] {
    const result: PendingToken[] = [];
    const argumentOf = (token: Token): readonly PendingToken[] | undefined => {
      if (token.kind !== 'identifier' && token.kind !== 'keyword') return undefined;
      const index = macro.parameters?.indexOf(token.text) ?? -1;
      return index < 0 ? undefined : given[index];
    };
    const { body } = macro;
    for (let index = 0; index < body.length; index++) {
      const item = body[index];
      if (item === undefined) continue;
      const following = body[index + 1];
      if (isMark(item.token, '#') && following !== undefined && !isPasteAt(body, index)) {
        const argument = argumentOf(following.token);
        if (argument === undefined) {
          this.#sink.report('P4014', item.token.span, {});
          result.push({
            token: stringize([following], originated(macro, use, item.token.span)),
            spaced: item.spaced,
            hidden: undefined,
          });
          index++;
          continue;
        } else {
          result.push({
            token: stringize(argument, originated(macro, use, item.token.span)),
            spaced: item.spaced,
            hidden: undefined,
          });
          index++;
          continue;
        }
      }
      if (isPasteAt(body, index)) {
        const right = body[index + 2];
        index += 2;
        if (right === undefined) continue;
        const rightTokens = argumentOf(right.token) ?? [placed(macro, use, right)];
        this.#paste(result, rightTokens, macro, use);
        continue;
      }
      const argument = argumentOf(item.token);
      if (argument === undefined) {
        result.push(placed(macro, use, item));
        continue;
      }
      // Beside ## an argument stays as it was written.
      const raw = isPasteAt(body, index + 1) || depth >= MAXIMUM_DEPTH;
      const expanded = raw ? argument : this.#expandArgument(argument, depth + 1);
      for (const [position, token] of expanded.entries()) {
        result.push(position === 0 ? { ...token, spaced: item.spaced } : token);
      }
    }
    return result;
  }

  #expandArgument(argument: readonly PendingToken[], depth: number): readonly PendingToken[] {
    if (!argument.some((token) => this.#macroFor(token) !== undefined)) return argument;
    const expanded: PendingToken[] = [];
    let index = 0;
    const input: TokenInput = { next: () => argument[index++] };
    for (;;) {
      const token = argument[index++];
      if (token === undefined) return expanded;
      if (this.#macroFor(token) === undefined) expanded.push(token);
      else this.expand(token, input, (result) => expanded.push({ ...result, hidden: token.hidden }), depth);
    }
  }

  /** Joins the last token of `result` with the first of `right` (C's ## operator). */
  #paste(result: PendingToken[], right: readonly PendingToken[], macro: Macro, use: PendingToken): void {
    const left = result.pop();
    const [first, ...rest] = right;
    if (left === undefined || first === undefined) {
      if (left !== undefined) result.push(left);
      result.push(...right);
      return;
    }
    const text = left.token.text + first.token.text;
    const lexer = new Lexer(new SourceFile('<##>', text), this.#sink);
    const joined = lexer.next();
    const span = originated(macro, use, left.token.span);
    if (joined.span.end !== text.length || joined.kind === 'invalid') {
      this.#sink.report('P4013', use.token.span, { text }, { related: definedHere(macro) });
      result.push(left, ...rest);
      return;
    }
    result.push({ token: { ...joined, span }, spaced: left.spaced, hidden: undefined }, ...rest);
  }
}

function isMark(token: Token, text: string): boolean {
  return token.kind === 'punctuation' && token.text === text;
}

/** Whether `##` (two `#` side by side) stands at `index` of a body. */
function isPasteAt(body: readonly SpacedToken[], index: number): boolean {
  const first = body[index];
  const second = body[index + 1];
  return (
    first !== undefined &&
    second !== undefined &&
    isMark(first.token, '#') &&
    isMark(second.token, '#') &&
    !second.spaced
  );
}

/** The place of a token from a macro's body: where the macro was used, remembering where the token is spelled. */
function originated(macro: Macro, use: PendingToken, spelling: Span): Span {
  const { source, start, end, macro: outer } = use.token.span;
  // A use that itself came out of a macro is spelled in that macro's body; its origin goes one level down.
  const inner: Span = outer === undefined ? spelling : { ...spelling, macro: outer };
  return { source, start, end, macro: { name: macro.name, spelling: inner } };
}

function placed(macro: Macro, use: PendingToken, item: SpacedToken): PendingToken {
  return {
    token: { ...item.token, span: originated(macro, use, item.token.span) },
    spaced: item.spaced,
    hidden: undefined,
  };
}

function substituteObject(macro: Macro, use: PendingToken): readonly PendingToken[] {
  return macro.body.map((item) => placed(macro, use, item));
}

function standIn(span: Span): Token {
  return {
    kind: 'integer',
    text: '0',
    value: { value: 0n, width: undefined, signed: false, base: 10 },
    span,
  };
}

/** A string literal of an argument as it was written (C's # operator). */
function stringize(argument: readonly SpacedToken[], span: Span): Token {
  const value = argument
    .map((item, index) => (index > 0 && item.spaced ? ' ' : '') + item.token.text)
    .join('');
  return { kind: 'string', text: `"${value.replace(/["\\]/g, '\\$&')}"`, value, span };
}

/** Where a macro is defined, for messages. */
export function definedHere(macro: Macro): readonly { readonly message: string; readonly span: Span }[] {
  return macro.span === undefined
    ? []
    : [{ message: `macro '${macro.name}' is defined here`, span: macro.span }];
}

/** Whether two macros are the same: parameters, tokens and where white space stands. */
export function sameMacro(left: Macro, right: Macro): boolean {
  return (
    left.parameters?.join(',') === right.parameters?.join(',') &&
    left.isVariadic === right.isVariadic &&
    left.body.length === right.body.length &&
    left.body.every((item, index) => {
      const other = right.body[index];
      return (
        other !== undefined &&
        other.token.text === item.token.text &&
        (index === 0 || other.spaced === item.spaced)
      );
    })
  );
}
