/**
 * Expansion of macros, with places kept (C's rules).
 *
 * What is still to be looked at lies on a stack. A macro's tokens go onto it above a mark that says where the
 * macro ends; until the mark comes up again the macro is not expanded, and a name that met its own macro so is
 * never expanded later. Every step is constant time, whatever expands into what.
 */

import { DiagnosticSink } from '../../diagnostics.ts';
import { Lexer } from '../lexer.ts';
import { joinSpans, SourceFile, type Span } from '../source.ts';
import type { Token } from '../tokens.ts';
import {
  definedHere,
  type FunctionMacro,
  isMark,
  isPasteAt,
  isWord,
  type Macro,
  type ObjectMacro,
  type SpacedToken,
} from './macros.ts';

/** Where tokens come from once those on the stack are used up. */
export type TokenInput = {
  /** Takes the '(' that comes next; what else comes next is left where it is. */
  readonly opening: () => SpacedToken | undefined;
  /** The next token; undefined at the end. */
  readonly next: () => (SpacedToken & { readonly isPainted?: boolean }) | undefined;
  /** A directive that keeps `next` from giving more, for the message. */
  readonly barrier?: () => Span | undefined;
};

/** A token on the stack. `isPainted`: it met its own macro while that was being expanded. */
type Pending = SpacedToken & { readonly isPainted: boolean };

/** What lies on the stack: tokens, and the ends of macros. */
type Entry = Pending | { readonly token: undefined; readonly ended: string };

/** An operand of `##` that has no tokens. */
type Operand = Pending | undefined;

/** The further arguments of a variadic macro where none are given, which is not the same as an empty one. */
const OMITTED: readonly Pending[] = [];

/** Together expansions may make this many tokens. */
const MAXIMUM_TOKENS = 4_000_000;

/** Arguments of more tokens than this are taken to have no end. */
const MAXIMUM_ARGUMENTS = 1_000_000;

/** Macros may be used in each other's arguments this deep. */
const MAXIMUM_DEPTH = 200;

/** Marks that can follow what `##` could not join them to. */
const SIDE_BY_SIDE: ReadonlySet<string> = new Set(['.', '(', ')', '[', ']', '{', '}', ';', ',']);

/** Marks that come as two tokens, because their first half is a mark wherever it stands. */
const TWO_TOKENS: ReadonlySet<string> = new Set(['>>', '>>=', '##']);

/** Pasting makes tokens up to this long. */
const MAXIMUM_PASTED = 10_000;

/** Expands macros over a whole compilation; counts what it makes. */
export class MacroExpander {
  readonly #macros: ReadonlyMap<string, Macro>;
  readonly #sink: DiagnosticSink;
  /** Macros whose expansion is under way. */
  readonly #open = new Set<string>();
  /** The names behind `defined` stay as they are. */
  #keepsDefined = false;
  #made = 0;
  #isExhausted = false;
  #hasLostText = false;

  /** @param macros The live table of definitions, which directives change between calls. */
  constructor(macros: ReadonlyMap<string, Macro>, sink: DiagnosticSink) {
    this.#macros = macros;
    this.#sink = sink;
  }

  /** A limit is reached, and reported: there is no use in going on. */
  get isExhausted(): boolean {
    return this.#isExhausted;
  }

  /** Arguments without an end took program text with them, and that is reported. */
  get hasLostText(): boolean {
    return this.#hasLostText;
  }

  /** Whether a token names a macro and has to go through `expand`. */
  mayExpand(token: Token): boolean {
    return isWord(token) && this.#macros.has(token.text);
  }

  /**
   * Expands one token, taking further tokens from `input` where a macro's arguments want them.
   * @param emit Receives the tokens that come out, in order.
   */
  expand(first: SpacedToken, input: TokenInput, emit: (token: SpacedToken) => void): void {
    this.#run({ ...first, isPainted: false }, input, emit, 0);
  }

  /**
   * Expands a list of tokens that stands by itself, such as the text of a directive.
   * @param keepsDefined Leaves the names behind `defined` as they are.
   */
  expandAll(tokens: readonly SpacedToken[], keepsDefined = false): readonly SpacedToken[] {
    if (!tokens.some((item) => this.mayExpand(item.token))) return tokens;
    const outside = this.#keepsDefined;
    this.#keepsDefined = keepsDefined;
    const expanded = this.#expandList(
      tokens.map((item) => ({ ...item, isPainted: false })),
      0,
    );
    this.#keepsDefined = outside;
    return expanded;
  }

  #expandList(tokens: readonly Pending[], depth: number): readonly Pending[] {
    if (!tokens.some((item) => this.mayExpand(item.token))) return tokens;
    const expanded: Pending[] = [];
    let index = 0;
    const input = {
      opening: () => (isMark(tokens[index]?.token, '(') ? tokens[index++] : undefined),
      next: () => tokens[index++],
    };
    const emit = (item: Pending) => expanded.push(item);
    while (!this.#isExhausted) {
      const token = input.next();
      if (token === undefined) break;
      this.#run(token, input, emit, depth);
    }
    return expanded;
  }

  #run(first: Pending, input: TokenInput, emit: (item: Pending) => void, depth: number): void {
    const stack: Entry[] = [first];
    while (!this.#isExhausted) {
      const entry = stack.pop();
      if (entry === undefined) return;
      if (entry.token === undefined) {
        this.#open.delete(entry.ended);
        continue;
      }
      const macro = entry.isPainted || !isWord(entry.token) ? undefined : this.#macros.get(entry.token.text);
      if (macro === undefined) {
        emit(entry);
        if (this.#keepsDefined && entry.token.text === 'defined') this.#keepName(stack, input, emit);
      } else if (this.#open.has(macro.name)) emit({ ...entry, isPainted: true });
      else if (macro.kind === 'place') emit({ ...entry, token: placeToken(entry.token, macro.name) });
      else if (macro.kind === 'object')
        this.#push(stack, macro, this.#substitute(macro, entry, [], depth), entry);
      else if (!this.#opens(stack, input)) emit(entry);
      else {
        const given = this.#arguments(macro, entry, stack, input, depth);
        if (given !== undefined)
          this.#push(stack, macro, this.#substitute(macro, entry, given, depth), entry);
      }
    }
  }

  /** Passes `NAME` or `(NAME` on as it is. */
  #keepName(stack: Entry[], input: TokenInput, emit: (item: Pending) => void): void {
    let item = this.#take(stack, input);
    if (item !== undefined && isMark(item.token, '(')) {
      emit(item);
      item = this.#take(stack, input);
    }
    if (item !== undefined) emit(item);
  }

  #take(stack: Entry[], input: TokenInput): Pending | undefined {
    for (;;) {
      const entry = stack.pop();
      if (entry === undefined) {
        const item = input.next();
        return item === undefined ? undefined : { ...item, isPainted: item.isPainted === true };
      }
      if (entry.token !== undefined) return entry;
      this.#open.delete(entry.ended);
    }
  }

  /** Takes the '(' that makes a macro's name a use of it. Without one nothing is taken. */
  #opens(stack: Entry[], input: TokenInput): boolean {
    let index = stack.length - 1;
    while (index >= 0 && stack[index]?.token === undefined) index--;
    const isOpening = index >= 0 ? isMark(stack[index]?.token, '(') : input.opening() !== undefined;
    if (!isOpening) return false;
    while (stack.length > Math.max(0, index)) {
      const entry = stack.pop();
      if (entry !== undefined && entry.token === undefined) this.#open.delete(entry.ended);
    }
    return true;
  }

  /** Puts what a macro expands into on the stack, under way until its end comes up. */
  #push(stack: Entry[], macro: ObjectMacro | FunctionMacro, body: readonly Pending[], use: Pending): void {
    this.#count(body.length + 1, macro, use);
    if (this.#isExhausted) return;
    stack.push({ token: undefined, ended: macro.name });
    this.#open.add(macro.name);
    for (let index = body.length - 1; index >= 0; index--) {
      const item = body[index];
      if (item === undefined) continue;
      stack.push(index === 0 && item.spaced !== use.spaced ? { ...item, spaced: use.spaced } : item);
    }
  }

  #count(tokens: number, macro: Macro, use: Pending): void {
    this.#made += tokens;
    if (this.#made <= MAXIMUM_TOKENS || this.#isExhausted) return;
    const values = { name: macro.name, limit: MAXIMUM_TOKENS };
    this.#sink.report('P4017', use.token.span, values, { related: definedHere(macro) });
    this.#isExhausted = true;
  }

  // ------------------------------------------------------------------------------------------------
  // Arguments

  /** The arguments up to the closing bracket, unexpanded, as many as there are parameters; undefined without a bracket. */
  #arguments(
    macro: FunctionMacro,
    use: Pending,
    stack: Entry[],
    input: TokenInput,
    depth: number,
  ): readonly (readonly Pending[])[] | undefined {
    const related = definedHere(macro);
    if (depth >= MAXIMUM_DEPTH) {
      this.#sink.report('P4020', use.token.span, { name: macro.name, limit: MAXIMUM_DEPTH }, { related });
      this.#isExhausted = true;
      return undefined;
    }
    const wanted = macro.parameters.size;
    let current: Pending[] = [];
    const given = [current];
    let brackets = 0;
    let taken = 0;
    for (;;) {
      const item = taken < MAXIMUM_ARGUMENTS ? this.#take(stack, input) : undefined;
      if (item === undefined) {
        if (taken >= MAXIMUM_ARGUMENTS) this.#isExhausted = true;
        const barrier = input.barrier?.();
        const stop =
          barrier === undefined ? [] : [{ message: 'this directive stands before it', span: barrier }];
        this.#sink.report('P4012', use.token.span, { name: macro.name }, { related: [...stop, ...related] });
        this.#hasLostText = true;
        return undefined;
      }
      taken++;
      const text = item.token.kind === 'punctuation' ? item.token.text : '';
      if (text === ')' && brackets === 0) {
        this.#count(taken, macro, use);
        return this.#fit(macro, use, given, item.token.span);
      }
      if (text === '(') brackets++;
      else if (text === ')') brackets--;
      if (text === ',' && brackets === 0 && !(macro.isVariadic && given.length === wanted)) {
        current = [];
        given.push(current);
      } else current.push(this.#open.has(item.token.text) ? { ...item, isPainted: true } : item);
    }
  }

  /** Reports a wrong number of arguments, and makes it the right one so that the rest can be read. */
  #fit(
    macro: FunctionMacro,
    use: Pending,
    given: readonly (readonly Pending[])[],
    closing: Span,
  ): readonly (readonly Pending[])[] {
    const wanted = macro.parameters.size;
    const isNothing = given.length === 1 && given[0]?.length === 0;
    if (wanted === 0 && isNothing) return [];
    if (macro.isVariadic && wanted === 1 && isNothing) return [OMITTED];
    if (given.length === wanted) return given;
    if (macro.isVariadic && given.length === wanted - 1) return [...given, OMITTED];
    const least = macro.isVariadic ? wanted - 1 : wanted;
    this.#sink.report(
      'P4011',
      use.token.span.macro === undefined ? joinSpans(use.token.span, closing) : use.token.span,
      {
        name: macro.name,
        wanted: `${macro.isVariadic ? 'at least ' : ''}${least === 1 ? '1 argument' : `${least} arguments`}`,
        given: isNothing ? 'none is given' : given.length === 1 ? '1 is given' : `${given.length} are given`,
      },
      { related: definedHere(macro) },
    );
    // What is missing is most likely a value.
    const value = { value: 0n, width: undefined, signed: false, base: 10 };
    const zero: Token = { kind: 'integer', text: '0', value, span: use.token.span };
    const fillers = Array.from({ length: Math.max(0, wanted - given.length) }, () => [
      { token: zero, spaced: true, isPainted: false },
    ]);
    return [...given.slice(0, wanted), ...fillers];
  }

  // ------------------------------------------------------------------------------------------------
  // Bodies

  /** A macro's body with arguments in place of parameters, `#` and `##` done. */
  #substitute(
    macro: ObjectMacro | FunctionMacro,
    use: Pending,
    given: readonly (readonly Pending[])[],
    depth: number,
  ): readonly Pending[] {
    const { body } = macro;
    const parameters = macro.kind === 'function' ? macro.parameters : undefined;
    const expanded = new Map<number, readonly Pending[]>();
    const argumentOf = (index: number): readonly Pending[] => {
      let tokens = expanded.get(index);
      if (tokens === undefined) {
        tokens = this.#expandList(given[index] ?? [], depth + 1);
        expanded.set(index, tokens);
      }
      return tokens;
    };
    const made: Operand[] = [];
    /** Where the last operand is spelled in the body. */
    let leftSpelling: Span | undefined;
    let isPasting = false;
    let index = 0;
    while (index < body.length) {
      const item = body[index];
      if (item === undefined || this.#isExhausted) break;
      if (isPasteAt(body, index)) {
        isPasting = true;
        index += 2;
        continue;
      }
      let spelling = item.token.span;
      let operand: readonly Pending[];
      const stringized = isMark(item.token, '#') ? body[index + 1] : undefined;
      const ofString = stringized === undefined ? undefined : parameters?.get(stringized.token.text);
      const parameter = isWord(item.token) ? parameters?.get(item.token.text) : undefined;
      index += ofString === undefined ? 1 : 2;
      const isBeforePaste = isPasteAt(body, index);
      if (stringized !== undefined && ofString !== undefined) {
        spelling = joinSpans(item.token.span, stringized.token.span);
        const token = stringize(given[ofString] ?? [], originated(macro, use, spelling));
        operand = [{ token, spaced: item.spaced, isPainted: false }];
      } else if (parameter === undefined) operand = [placed(macro, use, item)];
      else {
        const isRest =
          macro.kind === 'function' && macro.isVariadic && parameter === macro.parameters.size - 1;
        // Beside ## an argument stays as it was written.
        const tokens = isPasting || isBeforePaste ? (given[parameter] ?? []) : argumentOf(parameter);
        if (isPasting && isRest && !isBeforePaste && isMark(made.at(-1)?.token, ',')) {
          // GNU's ", ## __VA_ARGS__" joins nothing, and leaves the comma out where no further arguments are given.
          isPasting = false;
          if (tokens === OMITTED) made.pop();
        }
        operand = tokens.map((token, at) => (at === 0 ? { ...token, spaced: item.spaced } : token));
      }
      if (isPasting) {
        const place = leftSpelling === undefined ? spelling : joinSpans(leftSpelling, spelling);
        this.#paste(made, operand, macro, use, place);
        spelling = place;
        isPasting = false;
      } else if (operand.length === 0 && isBeforePaste) made.push(undefined);
      else for (const token of operand) made.push(token);
      leftSpelling = spelling;
      if (made.length > MAXIMUM_TOKENS) this.#count(made.length, macro, use);
    }
    return made.filter((token) => token !== undefined);
  }

  /** Joins the last token made with the first of `right` (C's ## operator). An operand without tokens joins with anything. */
  #paste(
    made: Operand[],
    right: readonly Pending[],
    macro: ObjectMacro | FunctionMacro,
    use: Pending,
    spelling: Span,
  ): void {
    const left = made.pop();
    const [first] = right;
    if (left === undefined || first === undefined) made.push(left ?? first);
    else {
      const joined = this.#joinTokens(left.token, first.token, originated(macro, use, spelling));
      if (joined !== undefined) made.push({ token: joined, spaced: left.spaced, isPainted: false });
      else if (TWO_TOKENS.has(left.token.text + first.token.text)) {
        // One mark to the user, two tokens side by side to the parser.
        const middle = spelling.end - first.token.text.length;
        const halves = [
          { ...spelling, end: middle },
          { ...spelling, start: middle },
        ] as const;
        made.push({ ...left, token: { ...left.token, span: originated(macro, use, halves[0]) } });
        made.push({
          ...first,
          spaced: false,
          token: { ...first.token, span: originated(macro, use, halves[1]) },
        });
      } else {
        const text = `${left.token.text}${first.token.text}`.slice(0, 80);
        this.#sink.report('P4013', use.token.span, { text }, { related: definedHere(macro) });
        // Names and brackets were most likely meant to stand side by side; an operator has nothing to work on.
        if (first.token.kind !== 'punctuation' || SIDE_BY_SIDE.has(first.token.text)) made.push(left, first);
        else made.push(left);
      }
    }
    for (let index = 1; index < right.length; index++) made.push(right[index]);
  }

  /** The one token that two make side by side, if they do. Half a number counts: more may be pasted to it. */
  #joinTokens(left: Token, right: Token, span: Span): Token | undefined {
    const length = left.text.length + right.text.length;
    if (length > MAXIMUM_PASTED) return undefined;
    const text = left.text + right.text;
    const lexer = new Lexer(new SourceFile('', text), this.#sink);
    lexer.quiet = true;
    const token = lexer.next();
    if (token.kind === 'end' || token.span.start !== 0 || token.span.end !== length) return undefined;
    if (token.kind === 'invalid' && !/^[0-9]/.test(text)) return undefined;
    return { ...token, span };
  }
}

/** The place of a token from a macro's body: where the macro was used, remembering where the token is spelled. */
function originated(macro: Macro, use: Pending, spelling: Span): Span {
  const { source, start, end, macro: outer } = use.token.span;
  // A use that itself came out of a macro is spelled in that macro's body; its origin goes one level down.
  const inner: Span = outer === undefined ? spelling : { ...spelling, macro: outer };
  return { source, start, end, macro: { name: macro.name, spelling: inner } };
}

function placed(macro: Macro, use: Pending, { token, spaced }: SpacedToken): Pending {
  return { token: { ...token, span: originated(macro, use, token.span) }, spaced, isPainted: false };
}

/** A string literal of an argument as it was written (C's # operator): what a string in it escapes is escaped again. */
function stringize(argument: readonly SpacedToken[], span: Span): Token {
  const written = argument.map(({ token, spaced }, index) => {
    const text = token.kind === 'string' ? token.text.replace(/["\\]/g, '\\$&') : token.text;
    return (index > 0 && spaced ? ' ' : '') + text;
  });
  const literal = `"${written.join('')}"`;
  const sink = new DiagnosticSink();
  const token = new Lexer(new SourceFile('', literal), sink).next();
  if (token.kind === 'string' && !sink.hasErrors) return { ...token, span };
  // A lone backslash at the end would take the closing quote with it.
  const value = written.join('');
  return { kind: 'string', text: JSON.stringify(value), value, span };
}

/** `__LINE__` and `__FILE__` as literals of the place where the user wrote them. */
function placeToken({ span }: Token, name: '__LINE__' | '__FILE__'): Token {
  const { file, line } = span.source.location(span.start);
  if (name === '__FILE__') return { kind: 'string', text: JSON.stringify(file), value: file, span };
  const value = { value: BigInt(line), width: undefined, signed: false, base: 10 };
  return { kind: 'integer', text: String(line), value, span };
}
