/**
 * The lexer (specification §6.4): one pass over character codes, one token at a time.
 * Longer than most files because a scanner is one idea; nothing here looks at more than one character class at once.
 */

import { type DiagnosticSink, InternalError } from '../diagnostics.ts';
import { parseInteger } from './integer-literals.ts';
import type { SourceFile, Span } from './source.ts';
import type { Keyword, Punctuation, Token } from './tokens.ts';
import { KEYWORDS, PUNCTUATION } from './tokens.ts';

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

function isKeyword(text: string): text is Keyword {
  return KEYWORD_SET.has(text);
}

/** Punctuation by first character, longest first. `>>=` is left out: the parser joins `>` and `>=`. */
function punctuationByFirst(): ReadonlyMap<number, readonly Punctuation[]> {
  const table = new Map<number, Punctuation[]>();
  for (const mark of PUNCTUATION) {
    if (mark === '>>=' || mark === '_') continue;
    const first = mark.charCodeAt(0);
    const marks = table.get(first);
    if (marks === undefined) table.set(first, [mark]);
    else marks.push(mark);
  }
  for (const marks of table.values()) marks.sort((left, right) => right.length - left.length);
  return table;
}

const PUNCTUATION_TABLE = punctuationByFirst();

/** The longest mark has this many characters. */
const LONGEST_MARK = Math.max(...PUNCTUATION.map((mark) => mark.length));

/** Character codes that the scanner looks for. */
const CODES = {
  tab: 9,
  newline: 10,
  carriageReturn: 13,
  space: 32,
  quote: 34,
  hash: 35,
  asterisk: 42,
  slash: 47,
  backslash: 92,
  byteOrderMark: 0xfeff,
} as const;

/** After this many lost quotes in a file, strings are taken to end on their line without counting the rest. */
const MAXIMUM_QUOTE_COUNTS = 8;

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isIdentifierPart(code: number): boolean {
  return isLetter(code) || isDigit(code);
}

function isLineEnd(code: number): boolean {
  return code === CODES.newline || code === CODES.carriageReturn;
}

function isBlank(code: number): boolean {
  return code === CODES.space || code === CODES.tab;
}

/**
 * Reads tokens from one source. After `next`, `startsLine` and `spaced` tell how the token stood.
 * A number that is none, such as `0x`, comes out as 'invalid', because a macro may still paste digits to it;
 * `settleNumber` complains where it stays so.
 */
export class Lexer {
  #position: number;
  readonly #text: string;
  /** The whole source is read, not only a directive: strings may go over several lines. */
  readonly #isWhole: boolean;
  /** The position is at the `#` that `skipToDirective` found. */
  #atDirective = false;
  /** The quotes that are left come in pairs. */
  #quotesPair = false;
  #quoteCounts = 0;
  /** Keeps complaints back, for text that says what it likes. */
  quiet = false;
  /** The last token was the first on its line. */
  startsLine = true;
  /** White space, a comment or a line start stood before the last token. */
  spaced = true;

  /**
   * @param source What to read.
   * @param sink Takes complaints about comments and strings.
   * @param start Offset to begin at.
   * @param end Offset to end at, for the text of a directive.
   */
  constructor(
    readonly source: SourceFile,
    readonly sink: DiagnosticSink,
    start = 0,
    end = source.text.length,
  ) {
    this.#isWhole = end === source.text.length && start === 0;
    this.#text = end < source.text.length ? source.text.slice(0, end) : source.text;
    // A byte order mark is not part of the program.
    this.#position = start === 0 && this.#text.charCodeAt(0) === CODES.byteOrderMark ? 1 : start;
  }

  /** The offset behind the last token. */
  get position(): number {
    return this.#position;
  }

  /** Goes on from another offset. */
  set position(offset: number) {
    this.#position = offset;
  }

  /** The next token; an 'end' token once and again at the end of the text. */
  next(): Token {
    const start = this.#position;
    this.startsLine =
      this.#atDirective || start === 0 || (start === 1 && this.#text.charCodeAt(0) === CODES.byteOrderMark);
    this.#atDirective = false;
    this.spaced = this.startsLine;
    this.#skipBlank();
    return this.#scan();
  }

  /**
   * Where the directive ends that the position is in: at the first line end that is neither behind a backslash
   * nor in a block comment.
   */
  directiveEnd(): number {
    const text = this.#text;
    let position = this.#position;
    while (position < text.length) {
      const code = text.charCodeAt(position);
      if (isLineEnd(code)) return position;
      if (code === CODES.backslash) position += Math.max(1, this.#spliceLength(position));
      else if (code === CODES.quote) position = this.#quotedEnd(position);
      else if (code !== CODES.slash) position++;
      else if (text.charCodeAt(position + 1) === CODES.slash) return this.#lineEnd(position);
      else if (text.charCodeAt(position + 1) === CODES.asterisk) position = this.#commentEnd(position);
      else position++;
    }
    return position;
  }

  /**
   * Skips text that conditional compilation leaves out, up to the next line that begins with `#`.
   * Comments and strings count, so that a `#` inside one is no directive; nothing else is looked at.
   * @returns false at the end of the text.
   */
  skipToDirective(): boolean {
    const text = this.#text;
    let atLineStart = this.#position === 0;
    while (this.#position < text.length) {
      const position = this.#position;
      const code = text.charCodeAt(position);
      if (isLineEnd(code)) {
        atLineStart = true;
        this.#position++;
        continue;
      }
      if (isBlank(code)) {
        this.#position++;
        continue;
      }
      if (code === CODES.hash && atLineStart) {
        this.#atDirective = true;
        return true;
      }
      const next = code === CODES.slash ? text.charCodeAt(position + 1) : 0;
      if (next === CODES.asterisk) {
        const end = text.indexOf('*/', position + 2);
        this.#position = end < 0 ? text.length : end + 2;
        continue;
      }
      atLineStart = false;
      if (next === CODES.slash) this.#position = this.#lineEnd(position);
      else if (code === CODES.quote) this.#position = this.#quotedEnd(position);
      else if (code === CODES.backslash) this.#position += Math.max(1, this.#spliceLength(position));
      else this.#position++;
    }
    return false;
  }

  // ------------------------------------------------------------------------------------------------
  // Between tokens

  #span(start: number, end: number): Span {
    return { source: this.source, start, end };
  }

  /** The length of a line end at `offset`, or 0. */
  #lineEndLength(offset: number): number {
    const code = this.#text.charCodeAt(offset);
    if (code === CODES.newline) return 1;
    if (code !== CODES.carriageReturn) return 0;
    return this.#text.charCodeAt(offset + 1) === CODES.newline ? 2 : 1;
  }

  /**
   * The length of a backslash with the line end behind it, or 0.
   * Blanks between the two are forgiven, as they cannot be seen.
   */
  #spliceLength(offset: number): number {
    const text = this.#text;
    if (text.charCodeAt(offset) !== CODES.backslash) return 0;
    let end = offset + 1;
    while (isBlank(text.charCodeAt(end))) end++;
    const length = this.#lineEndLength(end);
    return length === 0 ? 0 : end + length - offset;
  }

  #afterSplices(offset: number): number {
    let position = offset;
    for (;;) {
      const length = this.#spliceLength(position);
      if (length === 0) return position;
      position += length;
    }
  }

  /** The offset of the line end that ends a line comment. */
  #lineEnd(offset: number): number {
    const text = this.#text;
    let end = offset;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (isLineEnd(code)) return end;
      end += code === CODES.backslash ? Math.max(1, this.#spliceLength(end)) : 1;
    }
    return end;
  }

  /** Behind the quote that closes what opens at `offset`, or at the end of its line. */
  #quotedEnd(offset: number): number {
    const text = this.#text;
    let end = offset + 1;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code === CODES.quote) return end + 1;
      if (isLineEnd(code)) return end;
      end += code === CODES.backslash ? 1 + Math.max(1, this.#lineEndLength(end + 1)) : 1;
    }
    return text.length;
  }

  /** Behind the block comment that opens at `offset`. */
  #commentEnd(offset: number): number {
    const end = this.#text.indexOf('*/', offset + 2);
    if (end >= 0) return end + 2;
    if (!this.quiet) this.sink.report('P4050', this.#span(offset, offset + 2), {}, { hint: "'*/' ends it" });
    return this.#text.length;
  }

  #skipBlank(): void {
    const text = this.#text;
    for (;;) {
      const position = this.#position;
      const code = text.charCodeAt(position);
      if (isBlank(code) || code === 11 || code === 12) {
        this.spaced = true;
        this.#position++;
      } else if (isLineEnd(code)) {
        this.spaced = true;
        this.startsLine = true;
        this.#position++;
      } else if (code === CODES.slash) {
        const next = text.charCodeAt(position + 1);
        if (next === CODES.slash) this.#position = this.#lineEnd(position);
        else if (next === CODES.asterisk) this.#position = this.#commentEnd(position);
        else return;
        this.spaced = true;
      } else if (code === CODES.backslash) {
        // Lines joined by a backslash have nothing between them, not even a blank.
        const length = this.#spliceLength(position);
        if (length === 0) return;
        this.#position += length;
      } else return;
    }
  }

  // ------------------------------------------------------------------------------------------------
  // Tokens

  #scan(): Token {
    const text = this.#text;
    const start = this.#position;
    if (start >= text.length) return { kind: 'end', text: '', span: this.#span(text.length, text.length) };
    const code = text.charCodeAt(start);
    if (isLetter(code)) return this.#scanWord(start);
    if (isDigit(code)) return this.#scanNumber(start);
    if (code === CODES.quote) return this.#scanString(start);
    const marks = PUNCTUATION_TABLE.get(code);
    return marks === undefined ? this.#scanInvalid(start) : this.#scanMark(start, marks);
  }

  #scanMark(start: number, marks: readonly Punctuation[]): Token {
    const text = this.#text;
    let found = longestMark(marks, text, start);
    let end = start + found.length;
    if (this.#spliceLength(end) > 0) {
      // A backslash at the end of a line may stand inside a mark too.
      const ends: number[] = [];
      let joined = '';
      for (let at = start; joined.length < LONGEST_MARK && at < text.length; at = this.#afterSplices(at)) {
        joined += text.charAt(at);
        ends.push(++at);
      }
      found = longestMark(marks, joined, 0);
      end = ends[found.length - 1] ?? end;
    }
    this.#position = end;
    return { kind: 'punctuation', text: found, span: this.#span(start, end) };
  }

  /** Letters, digits and underscores from `start` on, without the line ends that backslashes hide; moves behind them. */
  #readWord(start: number): string {
    const text = this.#text;
    let end = start + 1;
    while (isIdentifierPart(text.charCodeAt(end))) end++;
    this.#position = end;
    const word = text.slice(start, end);
    if (text.charCodeAt(end) !== CODES.backslash) return word;
    const pieces = [word];
    for (;;) {
      const next = this.#afterSplices(end);
      if (next === end || !isIdentifierPart(text.charCodeAt(next))) return pieces.join('');
      end = next + 1;
      while (isIdentifierPart(text.charCodeAt(end))) end++;
      pieces.push(text.slice(next, end));
      this.#position = end;
    }
  }

  #scanWord(start: number): Token {
    const word = this.#readWord(start);
    const span = this.#span(start, this.#position);
    if (word === '_') return { kind: 'punctuation', text: '_', span };
    return isKeyword(word) ? { kind: 'keyword', text: word, span } : { kind: 'identifier', text: word, span };
  }

  #scanNumber(start: number): Token {
    const written = this.#readWord(start);
    const span = this.#span(start, this.#position);
    const value = parseInteger(written);
    return typeof value === 'string'
      ? { kind: 'invalid', text: written, span }
      : { kind: 'integer', text: written, value, span };
  }

  /** A string literal; it may go over several lines (specification §6.4.3.3). */
  #scanString(start: number): Token {
    const text = this.#text;
    let position = start + 1;
    let pieceStart = position;
    let value = '';
    for (;;) {
      const code = text.charCodeAt(position);
      if (code === CODES.quote) break;
      if (position >= text.length || (isLineEnd(code) && !this.#mayCrossLines(start)))
        return this.#unclosedString(start);
      if (code !== CODES.backslash) {
        position++;
        continue;
      }
      value += text.slice(pieceStart, position);
      const lineEnd = this.#lineEndLength(position + 1);
      if (lineEnd === 0) value += this.#escape(position);
      position += 1 + Math.max(1, lineEnd);
      pieceStart = position;
    }
    value += text.slice(pieceStart, position);
    this.#position = position + 1;
    const span = this.#span(start, this.#position);
    return { kind: 'string', text: text.slice(start, this.#position), value, span };
  }

  /**
   * Whether the string that opens at `start` may go on behind its line. It may not where that would leave
   * the file inside a string at its end: then a quote is lost, most likely in the first string that is not
   * closed on its line.
   */
  #mayCrossLines(start: number): boolean {
    if (!this.#isWhole) return false;
    if (this.#quotesPair) return true;
    if (this.#quoteCounts >= MAXIMUM_QUOTE_COUNTS) return false;
    this.#quoteCounts++;
    this.#quotesPair = this.#pairQuotes(start);
    return this.#quotesPair;
  }

  #pairQuotes(start: number): boolean {
    const text = this.#text;
    let position = start;
    let isInside = false;
    while (position < text.length) {
      const code = text.charCodeAt(position);
      if (code === CODES.quote) isInside = !isInside;
      else if (isInside) {
        if (code === CODES.backslash) position++;
      } else if (code === CODES.slash) {
        const next = text.charCodeAt(position + 1);
        if (next === CODES.slash) position = this.#lineEnd(position);
        else if (next === CODES.asterisk) {
          const end = text.indexOf('*/', position + 2);
          if (end < 0) return true;
          position = end + 1;
        }
      }
      position++;
    }
    return !isInside;
  }

  /** A string without its closing quote: taken to end with its line, before the marks that likely follow it. */
  #unclosedString(start: number): Token {
    const text = this.#text;
    if (!this.quiet) this.sink.report('P4051', this.#span(start, start + 1), {}, { hint: "a '\"' ends it" });
    let end = start + 1;
    while (end < text.length && !isLineEnd(text.charCodeAt(end))) end++;
    while (end > start + 1 && ' \t)];,{'.includes(text.charAt(end - 1))) end--;
    this.#position = end;
    const span = this.#span(start, end);
    return { kind: 'string', text: text.slice(start, end), value: text.slice(start + 1, end), span };
  }

  /** The characters that `\x` stands for. P4 gives strings no escapes but `\"`; those of C are what tools expect. */
  #escape(backslash: number): string {
    const character = this.#text.charAt(backslash + 1);
    switch (character) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'r':
        return '\r';
      case '"':
      case '\\':
      case "'":
        return character;
      case '':
        return '';
      default:
        if (!this.quiet)
          this.sink.report(
            'P4052',
            this.#span(backslash, backslash + 2),
            { escape: `\\${character}` },
            { hint: `write '\\\\${character}' if a backslash is meant` },
          );
        return `\\${character}`;
    }
  }

  /** One token for a run of characters that are not P4. */
  #scanInvalid(start: number): Token {
    const text = this.#text;
    let end = start + 1;
    while (end < text.length && isStrange(text.charCodeAt(end))) end++;
    this.#position = end;
    return { kind: 'invalid', text: text.slice(start, end), span: this.#span(start, end) };
  }
}

/** The longest mark that stands at `offset`; every first character of a mark is also a mark by itself. */
function longestMark(marks: readonly Punctuation[], text: string, offset: number): Punctuation {
  for (const mark of marks) {
    if (mark.length === 1 || text.startsWith(mark, offset)) return mark;
  }
  throw new InternalError(`no mark begins with '${text.charAt(offset)}'`);
}

function isStrange(code: number): boolean {
  if (code <= CODES.space) return code < 9 || (code > 13 && code < CODES.space);
  return !isIdentifierPart(code) && code !== CODES.quote && !PUNCTUATION_TABLE.has(code);
}

/** Complains about a number that is none, and gives 0 in its place. All other tokens stay as they are. */
export function settleNumber(token: Token, sink: DiagnosticSink): Token {
  if (token.kind !== 'invalid' || !isDigit(token.text.charCodeAt(0))) return token;
  const reason = parseInteger(token.text);
  if (typeof reason === 'string')
    sink.report('P4054', token.span, { literal: firstCharacters(token.text, 40), reason });
  return {
    kind: 'integer',
    text: token.text,
    value: { value: 0n, width: undefined, signed: false, base: 10 },
    span: token.span,
  };
}

/** Reports a token that is no part of P4. The parser does this where it meets one, because annotations may hold anything. */
export function reportInvalid(token: Token, sink: DiagnosticSink): void {
  if (token.text.includes('\ufffd')) sink.report('P4055', token.span, {});
  else
    sink.report(
      'P4053',
      token.span,
      { characters: describeCharacters(token.text) },
      { hint: hintForCharacter(token.text) },
    );
}

function firstCharacters(text: string, count: number): string {
  // Cut between characters, not inside a surrogate pair.
  return text.length <= count
    ? text
    : `${Array.from(text.slice(0, 2 * count))
        .slice(0, count)
        .join('')}…`;
}

function describeCharacters(run: string): string {
  const shown = firstCharacters(run, 12);
  if (/^[\x21-\x7e\u00a1-\uffff]+$/.test(shown)) return `'${shown}'`;
  const code = run.codePointAt(0) ?? 0;
  return `the character U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

function hintForCharacter(run: string): string | undefined {
  switch (run.charAt(0)) {
    case '“':
    case '”':
    case '„':
      return "strings are written in plain double quotes: '\"'";
    case "'":
    case '`':
      return 'strings are written in double quotes';
    case '\\':
      return 'a backslash can only stand at the end of a line, to continue it';
    case '$':
      return "names are made of letters, digits and '_'";
    default:
      return undefined;
  }
}

/** All tokens of a text without preprocessing, the 'end' token last. */
export function tokenize(source: SourceFile, sink: DiagnosticSink): readonly Token[] {
  const lexer = new Lexer(source, sink);
  const tokens: Token[] = [];
  for (;;) {
    const token = settleNumber(lexer.next(), sink);
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}
