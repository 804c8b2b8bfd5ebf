/** The parser's hands: where it is in the tokens, which names it knows, how it complains and gets going again. */

import type { DiagnosticExtras, DiagnosticSink } from '../../diagnostics.ts';
import type { Identifier } from '../ast.ts';
import { reportInvalid } from '../lexer.ts';
import { joinSpans, type Span, spanAfter } from '../source.ts';
import type { Keyword, Punctuation, Token } from '../tokens.ts';
import { SOFT_KEYWORDS } from '../tokens.ts';

/** Unwinds to the next recovery point; what is wrong has been reported. Never leaves the parser. */
export class SyntaxPanic extends Error {}

/** Nesting beyond this is refused, so that nothing behind the parser runs out of stack. */
const MAXIMUM_DEPTH = 1000;

/** Keywords that begin nothing but top-level declarations; in column 1 they do so even where a '}' was lost. */
const TOP_LEVEL: ReadonlySet<string> = new Set([
  'extern',
  'parser',
  'control',
  'package',
  'header',
  'header_union',
  'struct',
  'enum',
  'typedef',
  'match_kind',
]);

/** Keywords that begin the types a language is born with. */
export const TYPE_KEYWORDS: ReadonlySet<string> = new Set([
  'bool',
  'error',
  'string',
  'match_kind',
  'void',
  'int',
  'bit',
  'varbit',
  'tuple',
  'list',
]);

/** What a declared name is, as far as parsing needs to know. */
export type NameKind = 'type' | 'value';

/** Tokens with a position, known names, and recovery. */
export class TokenCursor {
  #index = 0;
  #depth = 0;
  #panicIndex = -1;
  readonly #scopes: Map<string, NameKind>[] = [new Map()];
  readonly #tokens: readonly Token[];
  readonly sink: DiagnosticSink;

  /** @param tokens All tokens of the program; the last is an 'end' token. */
  constructor(tokens: readonly Token[], sink: DiagnosticSink) {
    this.#tokens = tokens;
    this.sink = sink;
  }

  // ------------------------------------------------------------------------------------------------
  // Looking

  get index(): number {
    return this.#index;
  }

  /** The token that comes next. */
  get current(): Token {
    return this.peek(0);
  }

  /** The token `ahead` places further on; the 'end' token past the end. */
  peek(ahead: number): Token {
    const token = this.#tokens[Math.min(this.#index + ahead, this.#tokens.length - 1)];
    if (token === undefined) throw new Error('a token list ends with an end token');
    return token;
  }

  /** The token before the current one. */
  get previous(): Token {
    return this.#tokens[Math.max(0, this.#index - 1)] ?? this.current;
  }

  /** Whether a keyword or mark stands `ahead` places further on. */
  is(text: Keyword | Punctuation, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.text === text && (token.kind === 'keyword' || token.kind === 'punctuation');
  }

  /** Whether any of the keywords or marks comes next. */
  isAny(...texts: readonly (Keyword | Punctuation)[]): boolean {
    return texts.some((text) => this.is(text));
  }

  /** Whether a word that may be a name stands there (grammar: name). */
  isName(ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === 'identifier' || (token.kind === 'keyword' && SOFT_KEYWORDS.has(token.text));
  }

  get atEnd(): boolean {
    return this.current.kind === 'end';
  }

  /** From the start of `first` to the end of the last token taken. */
  from(first: Span): Span {
    return joinSpans(first, this.previous.span);
  }

  // ------------------------------------------------------------------------------------------------
  // Taking

  /** Takes the current token. */
  advance(): Token {
    const token = this.current;
    if (token.kind !== 'end') this.#index++;
    return token;
  }

  /** Takes the keyword or mark if it comes next. */
  accept(text: Keyword | Punctuation): boolean {
    if (!this.is(text)) return false;
    this.#index++;
    return true;
  }

  /** Goes back to an earlier place, for bounded look-ahead. */
  rewind(index: number): void {
    this.#index = index;
  }

  /** Takes the keyword or mark, or reports that it is missing where `context` was being read. */
  expect(text: Keyword | Punctuation, context: string): Token {
    if (this.is(text)) return this.advance();
    return this.fail(`'${text}'`, context);
  }

  /** Takes the mark that closes what `opening` opened; a missing one names the opening. */
  expectClosing(text: ')' | '}' | ']' | '>', opening: Token, context: string): Token {
    if (this.is(text)) return this.advance();
    const isBrace = text === '}' && (this.atEnd || this.startsTopLevel());
    if (isBrace || this.atEnd) {
      this.#complain(() => {
        this.sink.report(
          'P4062',
          opening.span,
          { bracket: opening.text, context },
          {
            related: [{ message: `'${text}' is missing before this`, span: this.current.span }],
          },
        );
      });
      throw new SyntaxPanic();
    }
    return this.fail(`'${text}'`, context, {
      related: [{ message: `'${opening.text}' is opened here`, span: opening.span }],
    });
  }

  /** Takes a ';'. A missing one at the end of a line is reported there, and reading goes on. */
  expectSemicolon(what: string): void {
    if (this.accept(';')) return;
    const { span } = this.previous;
    const newLine = lineOf(this.current.span) !== lineOf(span) || this.current.span.source !== span.source;
    if (newLine || this.is('}') || this.atEnd) {
      this.#complain(() => {
        this.sink.report('P4061', spanAfter(span), { what }, { hint: `add ';' behind ${what}` });
      });
      return;
    }
    this.fail("';'", `behind ${what}`);
  }

  /** Takes a name, or reports what it was to be the name of. */
  expectName(what: string): Identifier {
    const token = this.current;
    if (this.isName()) {
      this.advance();
      return { kind: 'Identifier', name: token.text, span: token.span };
    }
    if (token.kind === 'keyword') {
      this.#complain(() => {
        this.sink.report(
          'P4064',
          token.span,
          { word: token.text, what },
          { hint: `choose another name, such as '${token.text}_'` },
        );
      });
      // A reserved word where a name should stand was meant as one if something follows that goes with a name.
      const next = this.peek(1).text;
      if ([';', ',', ')', '=', '(', '{', ':', '<', '}'].includes(next)) {
        this.advance();
        return { kind: 'Identifier', name: token.text, span: token.span };
      }
      throw new SyntaxPanic();
    }
    return this.fail(what, undefined);
  }

  // ------------------------------------------------------------------------------------------------
  // Complaining

  /** Reports that something else was expected here, and gives up on what is being read. */
  fail(expected: string, context: string | undefined, extras: DiagnosticExtras = {}): never {
    const token = this.current;
    this.#complain(() => {
      if (token.kind === 'invalid') {
        reportInvalid(token, this.sink);
        return;
      }
      const found = token.kind === 'end' ? 'the end of the program' : describeToken(token);
      this.sink.report(
        'P4060',
        token.kind === 'end' ? spanAfter(this.previous.span) : token.span,
        { expected, context: context === undefined ? '' : ` ${context}`, found },
        extras,
      );
    });
    throw new SyntaxPanic();
  }

  /** Reports through `report`, unless the last complaint was about the very same token. */
  complain(report: () => void): void {
    this.#complain(report);
  }

  #complain(report: () => void): void {
    if (this.#panicIndex === this.#index) return;
    this.#panicIndex = this.#index;
    report();
  }

  // ------------------------------------------------------------------------------------------------
  // Recovery

  /** Whether the current token begins a top-level declaration: a keyword for one in the first column. */
  startsTopLevel(): boolean {
    const token = this.current;
    if (token.kind !== 'keyword' || !TOP_LEVEL.has(token.text)) return false;
    const { source, start } = token.span;
    const before = start === 0 ? '\n' : source.text.charAt(start - 1);
    return before === '\n' || before === '\r';
  }

  /**
   * Reads one item of a sequence; after a mistake skips to where the next item may begin.
   * @param read Reads the item.
   * @param stopBefore Keywords that begin a next item when they stand at the depth of this one.
   * @returns undefined after a mistake.
   */
  recovering<T>(read: () => T, stopBefore: readonly (Keyword | Punctuation)[] = []): T | undefined {
    const start = this.#index;
    const depth = this.#depth;
    const scopes = this.#scopes.length;
    try {
      return read();
    } catch (problem) {
      if (!(problem instanceof SyntaxPanic)) throw problem;
      this.#depth = depth;
      this.#scopes.length = scopes;
      this.#skip(start, stopBefore);
      return undefined;
    }
  }

  /** Skips over balanced brackets to behind a ';' or a block, or to before a '}' or an item's beginning. */
  #skip(start: number, stopBefore: readonly (Keyword | Punctuation)[]): void {
    // Brackets opened between the start of the item and the mistake are still open.
    let open = 0;
    for (let index = start; index < this.#index; index++) open += bracketStep(this.#tokens[index]);
    open = Math.max(0, open);
    if (this.#index === start && !this.atEnd && !this.is('}') && !this.startsTopLevel()) {
      open += bracketStep(this.current);
      this.advance();
      if (open < 0) open = 0;
    }
    while (!this.atEnd) {
      if (this.startsTopLevel()) return;
      if (open <= 0) {
        if (this.is('}')) return;
        if (this.accept(';')) return;
        if (this.#index > start && stopBefore.some((text) => this.is(text))) return;
      }
      const step = bracketStep(this.current);
      const closesBlock = open === 1 && this.is('}');
      open += step;
      this.advance();
      if (closesBlock) {
        this.accept(';');
        return;
      }
    }
  }

  /** Runs `read` one level deeper; refuses what is nested beyond reason. `weight`: how much stack a level takes. */
  deeper<T>(weight: number, read: () => T): T {
    this.#depth += weight;
    if (this.#depth > MAXIMUM_DEPTH) {
      this.#complain(() => this.sink.report('P4074', this.current.span, {}));
      throw new SyntaxPanic();
    }
    const result = read();
    this.#depth -= weight;
    return result;
  }

  // ------------------------------------------------------------------------------------------------
  // Names

  /** Notes what a name is from here to the end of the current scope. */
  note(name: Identifier, kind: NameKind): void {
    this.#scopes.at(-1)?.set(name.name, kind);
  }

  /** What a name is known to be; undefined for names never declared. */
  kindOf(name: string): NameKind | undefined {
    for (let index = this.#scopes.length - 1; index >= 0; index--) {
      const kind = this.#scopes[index]?.get(name);
      if (kind !== undefined) return kind;
    }
    return undefined;
  }

  /** Runs `read` in a scope of its own. */
  scoped<T>(read: () => T): T {
    this.#scopes.push(new Map());
    const height = this.#scopes.length;
    const result = read();
    this.#scopes.length = height - 1;
    return result;
  }
}

function bracketStep(token: Token | undefined): number {
  if (token?.kind !== 'punctuation') return 0;
  if (token.text === '{' || token.text === '(' || token.text === '[') return 1;
  return token.text === '}' || token.text === ')' || token.text === ']' ? -1 : 0;
}

function lineOf(span: Span): number {
  return span.source.physicalLine(span.start);
}

/** A token as messages name it. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'keyword':
      return `the keyword '${token.text}'`;
    case 'string':
      return 'a string';
    case 'pragma':
      return 'a pragma';
    case 'end':
      return 'the end of the program';
    default:
      return `'${token.text}'`;
  }
}
