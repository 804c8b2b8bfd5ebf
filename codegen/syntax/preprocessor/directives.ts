/** Reading the lines of directives: what they say, not what it leads to. */

import { Lexer } from '../lexer.ts';
import type { Span } from '../source.ts';
import type { Token } from '../tokens.ts';
import type { IncludeName } from './includes.ts';
import { isMark, type SpacedToken } from './macros.ts';

/** The words that a `#` may stand before. */
export const DIRECTIVES = [
  'include',
  'define',
  'undef',
  'if',
  'ifdef',
  'ifndef',
  'elif',
  'else',
  'endif',
  'line',
  'error',
  'warning',
  'pragma',
] as const;

/** A directive has at most this many tokens. */
const MAXIMUM_TOKENS = 1_000_000;

/** A line that begins with `#`. */
export type DirectiveLine = {
  /** The word behind the `#`; undefined on an empty line. */
  readonly word: Token | undefined;
  /** From the `#` to the end of the word. */
  readonly span: Span;
  /** The offset of the line end. */
  readonly end: number;
  /** Stands behind the word. */
  readonly lexer: Lexer;
};

/** Begins to read a directive: `lexer` stands behind the `#`, and is moved to the end of the line. */
export function readDirective(lexer: Lexer, hash: Token): DirectiveLine {
  const { source, sink, position } = lexer;
  const end = lexer.directiveEnd();
  lexer.position = end;
  const line = new Lexer(source, sink, position, end);
  // What the word is not yet known to want is not complained about.
  line.quiet = true;
  const word = line.next();
  line.quiet = false;
  if (word.kind === 'end') return { word: undefined, span: hash.span, end, lexer: line };
  return { word, span: { ...hash.span, end: word.span.end }, end, lexer: line };
}

/** The tokens up to the end of a lexer's text. */
export function remainingTokens(lexer: Lexer): readonly SpacedToken[] {
  const tokens: SpacedToken[] = [];
  for (;;) {
    const token = lexer.next();
    if (token.kind === 'end') return tokens;
    if (tokens.length === MAXIMUM_TOKENS) {
      lexer.sink.report('P4021', token.span, {
        what: 'this directive',
        limit: MAXIMUM_TOKENS,
        unit: 'tokens',
      });
      return tokens;
    }
    tokens.push({ token, spaced: lexer.spaced });
  }
}

/** Tokens of free text, such as the message of `#error`, about which nothing is complained. */
export function freeTokens(lexer: Lexer): readonly SpacedToken[] {
  lexer.quiet = true;
  return remainingTokens(lexer);
}

/** Tokens as text, with one blank where white space or a comment stood. */
export function textOf(tokens: readonly SpacedToken[]): string {
  return tokens.map(({ token, spaced }, index) => (spaced && index > 0 ? ' ' : '') + token.text).join('');
}

/** What stands behind `#include`. */
export type IncludeLine = IncludeName & {
  readonly span: Span;
  /** What stands behind the name and means nothing. */
  readonly extra: Token | undefined;
};

/**
 * Reads what stands behind `#include`: a name in quotes or angle brackets, or macros that become one.
 * @returns undefined when it is neither; 'reported' when the lexer has complained already.
 */
export function readInclude(
  lexer: Lexer,
  expandAll: (tokens: readonly SpacedToken[]) => readonly SpacedToken[],
  end: number,
): IncludeLine | undefined | 'reported' {
  const first = lexer.next();
  const { source } = lexer;
  if (first.kind === 'string') {
    if (first.text.length < 2 || !first.text.endsWith('"')) return 'reported';
    // Backslashes mean nothing in the names of files.
    const name = first.text.slice(1, -1);
    return name === '' ? undefined : { name, isQuoted: true, span: first.span, extra: extraToken(lexer) };
  }
  if (first.text.startsWith('<')) {
    const open = first.span.start;
    const close = source.text.slice(0, end).indexOf('>', open);
    if (close <= open + 1) return undefined;
    const name = source.text.slice(open + 1, close).trim();
    lexer.position = close + 1;
    const span = { source, start: open, end: close + 1 };
    return { name, isQuoted: false, span, extra: extraToken(lexer) };
  }
  const written: readonly SpacedToken[] = [{ token: first, spaced: true }, ...remainingTokens(lexer)];
  const expanded = expandAll(written);
  const [token] = expanded;
  if (token === undefined) return undefined;
  const { span } = token.token;
  if (token.token.kind === 'string') {
    const name = token.token.text.slice(1, -1);
    return name === '' ? undefined : { name, isQuoted: true, span, extra: expanded[1]?.token };
  }
  if (!isMark(token.token, '<')) return undefined;
  const close = expanded.findIndex((item) => isMark(item.token, '>'));
  if (close < 2) return undefined;
  const name = textOf(expanded.slice(1, close));
  return { name, isQuoted: false, span, extra: expanded[close + 1]?.token };
}

function extraToken(lexer: Lexer): Token | undefined {
  const outside = lexer.quiet;
  lexer.quiet = true;
  const token = lexer.next();
  lexer.quiet = outside;
  return token.kind === 'end' ? undefined : token;
}
