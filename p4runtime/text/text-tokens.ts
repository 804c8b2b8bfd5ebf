/** The tokens of the protobuf text format (protobuf.dev, "Text Format Language Specification"). */

/** A text that is no message, with its place; lines and columns from 1. */
export class TextFormatError extends Error {
  readonly line: number;
  readonly column: number;

  constructor(message: string, line: number, column: number) {
    super(`${line}:${column}: ${message}`);
    this.name = 'TextFormatError';
    this.line = line;
    this.column = column;
  }
}

export type TextToken =
  | { readonly kind: 'name'; readonly text: string; readonly start: number }
  /** Without its sign. */
  | { readonly kind: 'number'; readonly text: string; readonly start: number }
  | { readonly kind: 'string'; readonly bytes: Uint8Array; readonly start: number }
  | { readonly kind: 'mark'; readonly text: string; readonly start: number }
  | { readonly kind: 'end'; readonly start: number };

const TOKEN =
  /(?<space>(?:\s|#[^\n]*)+)|(?<name>[A-Za-z_][\w]*)|(?<number>0[xX][0-9a-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?[fF]?)|(?<string>"(?:\\[\s\S]|[^"\\\n])*"|'(?:\\[\s\S]|[^'\\\n])*')|(?<mark>[{}<>[\]:;,./-])/y;

/** @throws TextFormatError for what is no token. */
export function tokenizeText(text: string): readonly TextToken[] {
  const tokens: TextToken[] = [];
  const expression = new RegExp(TOKEN);
  let start = 0;
  while (start < text.length) {
    expression.lastIndex = start;
    const groups = expression.exec(text)?.groups;
    if (groups === undefined) {
      const unclosed = text[start] === '"' || text[start] === "'";
      throw errorAt(text, start, unclosed ? 'a string without end' : `unexpected '${text[start]}'`);
    }
    const { name, number, string, mark } = groups;
    if (name !== undefined) tokens.push({ kind: 'name', text: name, start });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number, start });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, start });
    else if (string !== undefined)
      tokens.push({ kind: 'string', bytes: replaceEscapes(text, start, string), start });
    start = expression.lastIndex;
  }
  return [...tokens, { kind: 'end', start }];
}

/** The error for a place in a text. */
export function errorAt(text: string, start: number, message: string): TextFormatError {
  const before = text.slice(0, start).split('\n');
  return new TextFormatError(message, before.length, (before.at(-1)?.length ?? 0) + 1);
}

const SIMPLE: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '?': 63,
  '\\': 92,
  "'": 39,
  '"': 34,
};

const ESCAPE =
  /\\(?:([0-7]{1,3})|[xX]([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))|[^\\]+/g;

/** The bytes of a string literal. */
function replaceEscapes(text: string, start: number, literal: string): Uint8Array {
  const parts: Buffer[] = [];
  for (const match of literal.slice(1, -1).matchAll(ESCAPE)) {
    const [whole, octal, hex, short, long, simple] = match;
    const wrong = () => errorAt(text, start + 1 + match.index, `wrong escape '${whole}'`);
    const code = short ?? long;
    if (octal !== undefined || hex !== undefined) {
      const value = octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8);
      if (value > 0xff) throw wrong();
      parts.push(Buffer.of(value));
    } else if (code !== undefined) {
      const point = Number.parseInt(code, 16);
      if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) throw wrong();
      parts.push(Buffer.from(String.fromCodePoint(point)));
    } else if (simple !== undefined) {
      const value = SIMPLE[simple];
      if (value === undefined) throw wrong();
      parts.push(Buffer.of(value));
    } else parts.push(Buffer.from(whole));
  }
  return Uint8Array.from(Buffer.concat(parts));
}
