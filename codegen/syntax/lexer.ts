/**
 * The lexer (specification §6.4): one pass over character codes, one token at a time.
 * Longer than most files because a scanner is one idea; nothing here looks at more than one character class at once.
 */

import type { DiagnosticSink } from '../diagnostics.ts';
import type { SourceFile, Span } from './source.ts';
import type { IntegerValue, Keyword, Punctuation, Token } from './tokens.ts';
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

/** Character codes that the scanner looks for. */
const CODES = {
  newline: 10,
  carriageReturn: 13,
  quote: 34,
  hash: 35,
  slash: 47,
  asterisk: 42,
  backslash: 92,
  at: 64,
} as const;

function isLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

function isIdentifierPart(code: number): boolean {
  return isLetter(code) || isDigit(code);
}

/** Reads tokens from one source. After `next`, `startsLine` and `spaced` tell how the token stood. */
export class Lexer {
  #position: number;
  readonly #text: string;
  /** The position is at the `#` that `skipToDirective` found. */
  #atDirective = false;
  /** The last token was the first on its line. */
  startsLine = true;
  /** White space, a comment or a line start stood before the last token. */
  spaced = true;

  /**
   * @param source What to read.
   * @param sink Takes complaints about characters, strings, comments and numbers.
   * @param start Offset to begin at.
   */
  constructor(
    readonly source: SourceFile,
    readonly sink: DiagnosticSink,
    start = 0,
  ) {
    this.#text = source.text;
    // A byte order mark is not part of the program.
    this.#position = start === 0 && this.#text.charCodeAt(0) === 0xfeff ? 1 : start;
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
      this.#atDirective || start === 0 || (start === 1 && this.#text.charCodeAt(0) === 0xfeff);
    this.#atDirective = false;
    this.#skipBlank();
    this.spaced = this.#position > start || this.startsLine;
    return this.#scan();
  }

  /** The rest of the line from here, line continuations included, and moves behind it (not behind its line end). */
  restOfLine(): { readonly text: string; readonly start: number; readonly end: number } {
    const text = this.#text;
    const start = this.#position;
    let end = start;
    while (end < text.length) {
      const code = text.charCodeAt(end);
      if (code === CODES.backslash && this.#lineEndAt(end + 1) > 0) {
        end += 1 + this.#lineEndAt(end + 1);
        continue;
      }
      if (code === CODES.newline || code === CODES.carriageReturn) break;
      end++;
    }
    this.#position = end;
    return { text: text.slice(start, end), start, end };
  }

  /**
   * Skips text that conditional compilation leaves out, up to the next line that begins with `#`.
   * Comments count, so that a `#` inside one is no directive; nothing else is looked at.
   * @returns false at the end of the text.
   */
  skipToDirective(): boolean {
    const text = this.#text;
    let atLineStart = this.#position === 0;
    while (this.#position < text.length) {
      const code = text.charCodeAt(this.#position);
      if (code === CODES.newline || code === CODES.carriageReturn) {
        atLineStart = true;
        this.#position++;
      } else if (code === 32 || code === 9) this.#position++;
      else if (code === CODES.hash && atLineStart) {
        this.#atDirective = true;
        return true;
      } else if (code === CODES.slash && text.charCodeAt(this.#position + 1) === CODES.asterisk) {
        const end = text.indexOf('*/', this.#position + 2);
        this.#position = end < 0 ? text.length : end + 2;
      } else if (code === CODES.slash && text.charCodeAt(this.#position + 1) === CODES.slash) {
        this.restOfLine();
      } else {
        atLineStart = false;
        this.#position++;
      }
    }
    return false;
  }

  #span(start: number, end: number): Span {
    return { source: this.source, start, end };
  }

  /** The length of a line end at `offset`, or 0. */
  #lineEndAt(offset: number): number {
    const code = this.#text.charCodeAt(offset);
    if (code === CODES.newline) return 1;
    if (code !== CODES.carriageReturn) return 0;
    return this.#text.charCodeAt(offset + 1) === CODES.newline ? 2 : 1;
  }

  #skipBlank(): void {
    const text = this.#text;
    for (;;) {
      const code = text.charCodeAt(this.#position);
      if (code === 32 || code === 9 || code === 11 || code === 12) this.#position++;
      else if (code === CODES.newline || code === CODES.carriageReturn) {
        this.startsLine = true;
        this.#position++;
      } else if (code === CODES.slash && text.charCodeAt(this.#position + 1) === CODES.slash) {
        this.restOfLine();
      } else if (code === CODES.slash && text.charCodeAt(this.#position + 1) === CODES.asterisk) {
        this.#skipBlockComment();
      } else if (code === CODES.backslash && this.#lineEndAt(this.#position + 1) > 0) {
        this.#position += 1 + this.#lineEndAt(this.#position + 1);
      } else return;
    }
  }

  #skipBlockComment(): void {
    const start = this.#position;
    const end = this.#text.indexOf('*/', start + 2);
    if (end < 0) {
      this.sink.report('P4050', this.#span(start, start + 2), {});
      this.#position = this.#text.length;
    } else this.#position = end + 2;
  }

  #scan(): Token {
    const text = this.#text;
    const start = this.#position;
    if (start >= text.length) return { kind: 'end', text: '', span: this.#span(text.length, text.length) };
    const code = text.charCodeAt(start);
    if (isLetter(code)) return this.#scanWord(start);
    if (isDigit(code)) return this.#scanNumber(start);
    if (code === CODES.quote) return this.#scanString(start);
    const marks = PUNCTUATION_TABLE.get(code);
    if (marks !== undefined) {
      for (const mark of marks) {
        if (mark.length > 1 && !text.startsWith(mark, start)) continue;
        this.#position = start + mark.length;
        return { kind: 'punctuation', text: mark, span: this.#span(start, this.#position) };
      }
    }
    return this.#scanInvalid(start);
  }

  #scanWord(start: number): Token {
    const text = this.#text;
    let end = start + 1;
    while (isIdentifierPart(text.charCodeAt(end))) end++;
    this.#position = end;
    const word = text.slice(start, end);
    const span = this.#span(start, end);
    if (word === '_') return { kind: 'punctuation', text: '_', span };
    return isKeyword(word) ? { kind: 'keyword', text: word, span } : { kind: 'identifier', text: word, span };
  }

  /** Integer literals: `10`, `0xFF`, `8w0b1010`, `4s7`, with `_` between digits (specification §6.4.3.2). */
  #scanNumber(start: number): Token {
    const text = this.#text;
    let end = start + 1;
    while (isIdentifierPart(text.charCodeAt(end))) end++;
    this.#position = end;
    const written = text.slice(start, end);
    const span = this.#span(start, end);
    const value = parseInteger(written);
    if (typeof value === 'string') {
      this.sink.report('P4054', span, { literal: written, reason: value });
      return {
        kind: 'integer',
        text: written,
        value: { value: 0n, width: undefined, signed: false, base: 10 },
        span,
      };
    }
    return { kind: 'integer', text: written, value, span };
  }

  #scanString(start: number): Token {
    const text = this.#text;
    let position = start + 1;
    let pieceStart = position;
    let value = '';
    for (;;) {
      const code = text.charCodeAt(position);
      if (position >= text.length) {
        // Taken to end with its first line, so that what follows is still read.
        this.sink.report('P4051', this.#span(start, start + 1), {}, { hint: "a '\"' ends it" });
        // The brackets and the semicolon at the end of the line are hardly part of it.
        const firstLine =
          /^[^\r\n]*/.exec(text.slice(start + 1, start + 1000))?.[0].replace(/[;,)\s]+$/, '') ?? '';
        position = start + 1 + firstLine.length;
        value = firstLine;
        break;
      }
      if (code === CODES.quote) {
        value += text.slice(pieceStart, position);
        position++;
        break;
      }
      if (code !== CODES.backslash) {
        position++;
        continue;
      }
      value += text.slice(pieceStart, position);
      const lineEnd = this.#lineEndAt(position + 1);
      if (lineEnd > 0) position += 1 + lineEnd;
      else {
        value += this.#escape(position);
        position += 2;
      }
      pieceStart = position;
    }
    this.#position = Math.min(position, text.length);
    return {
      kind: 'string',
      text: text.slice(start, this.#position),
      value,
      span: this.#span(start, this.#position),
    };
  }

  /** The character that `\x` stands for (specification §6.4.3.3). */
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
      default:
        this.sink.report('P4052', this.#span(backslash, backslash + 2), { escape: `\\${character}` });
        return character;
    }
  }

  /** One token for a run of characters that are not P4. */
  #scanInvalid(start: number): Token {
    const text = this.#text;
    let end = start;
    while (end < text.length && isStrange(text.charCodeAt(end))) end++;
    if (end === start) end = start + 1;
    this.#position = end;
    const span = this.#span(start, end);
    return { kind: 'invalid', text: text.slice(start, Math.min(end, start + 12)), span };
  }
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

function isStrange(code: number): boolean {
  if (code <= 32 || isIdentifierPart(code) || code === CODES.quote)
    return code < 9 || (code > 13 && code < 32);
  return !PUNCTUATION_TABLE.has(code);
}

function describeCharacters(run: string): string {
  const printable = /^[\x21-\x7e\u00a1-\uffff]+$/.test(run);
  if (printable) return `'${run}'`;
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

const DIGITS: Readonly<Record<number, RegExp>> = {
  2: /^[01_]+$/,
  8: /^[0-7_]+$/,
  10: /^[0-9_]+$/,
  16: /^[0-9a-fA-F_]+$/,
};

/** The most digits that a literal may have: no width that P4 programs use needs more. */
const MAXIMUM_DIGITS = 20_000;

/** The value of an integer literal, or why it is none. */
function parseInteger(written: string): IntegerValue | string {
  const head = /^(\d[\d_]*)([ws])(.*)$/i.exec(written);
  const sized = head !== null && !/^0[xXbBoOdD]/.test(written);
  const digits = sized ? (head[3] ?? '') : written;
  const marker = sized ? (head[2] ?? '') : '';
  if (marker === 'W' || marker === 'S') return `write '${marker.toLowerCase()}' in lower case`;
  const width = sized ? Number((head[1] ?? '').replaceAll('_', '')) : undefined;
  if (sized && digits === '') return `the value behind '${marker}' is missing`;
  const prefix = digits.slice(0, 2).toLowerCase();
  const base = prefix === '0x' ? 16 : prefix === '0b' ? 2 : prefix === '0o' ? 8 : 10;
  const body = base !== 10 || prefix === '0d' ? digits.slice(2) : digits;
  if (body.length > MAXIMUM_DIGITS) return `it has more than ${MAXIMUM_DIGITS} digits`;
  if (body === '' || !/[0-9a-fA-F]/.test(body)) return 'it has no digits';
  if (DIGITS[base]?.test(body) !== true) return `not all of '${body}' are digits of base ${base}`;
  const plain = body.replaceAll('_', '');
  const value = BigInt(base === 10 ? plain : `0${{ 2: 'b', 8: 'o', 16: 'x' }[base] ?? ''}${plain}`);
  return { value, width, signed: marker === 's', base };
}

/** All tokens of a text without preprocessing, the 'end' token last. */
export function tokenize(source: SourceFile, sink: DiagnosticSink): readonly Token[] {
  const lexer = new Lexer(source, sink);
  const tokens: Token[] = [];
  for (;;) {
    const token = lexer.next();
    tokens.push(token);
    if (token.kind === 'end') return tokens;
  }
}
