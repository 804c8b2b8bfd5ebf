/** Tokens, as the lexer makes them and the preprocessor hands them to the parser. */

import type { Span } from './source.ts';

/**
 * The reserved words of P4-16 (specification, appendix "P4 reserved keywords"), and the words that the
 * grammar treats as tokens of their own but allows as names (see `SOFT_KEYWORDS`).
 */
export const KEYWORDS = [
  'abstract',
  'action',
  'actions',
  'apply',
  'bit',
  'bool',
  'break',
  'const',
  'continue',
  'control',
  'default',
  'else',
  'entries',
  'enum',
  'error',
  'exit',
  'extern',
  'false',
  'for',
  'header',
  'header_union',
  'if',
  'in',
  'inout',
  'int',
  'key',
  'list',
  'match_kind',
  'out',
  'package',
  'parser',
  'priority',
  'return',
  'select',
  'state',
  'string',
  'struct',
  'switch',
  'table',
  'this',
  'transition',
  'true',
  'tuple',
  'type',
  'typedef',
  'value_set',
  'varbit',
  'void',
] as const;

/** A reserved word. */
export type Keyword = (typeof KEYWORDS)[number];

/** Words that may stand where a name is wanted (grammar: nonTypeName, name). */
export const SOFT_KEYWORDS: ReadonlySet<string> = new Set([
  'actions',
  'apply',
  'entries',
  'key',
  'list',
  'priority',
  'state',
  'type',
]);

/** Operators and punctuation, longest first where one begins another. */
export const PUNCTUATION = [
  '|+|=',
  '|-|=',
  '&&&',
  '...',
  '|+|',
  '|-|',
  '<<=',
  '>>=',
  '{#}',
  '&&',
  '||',
  '==',
  '!=',
  '<=',
  '>=',
  '<<',
  '++',
  '..',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '|=',
  '^=',
  '+',
  '-',
  '*',
  '/',
  '%',
  '&',
  '|',
  '^',
  '~',
  '!',
  '=',
  '<',
  '>',
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  ';',
  ':',
  '.',
  '?',
  '@',
  '_',
  '#',
] as const;

/**
 * An operator or punctuation mark. `>>` is never one token: the lexer gives two `>` (generics need it so)
 * and the parser joins them when nothing stands between; `>>=` is `>` `>=` joined the same way.
 */
export type Punctuation = (typeof PUNCTUATION)[number];

/** An integer literal's parts (specification §6.4.3.2). */
export type IntegerValue = {
  readonly value: bigint;
  /** The width of a `16w…` or `16s…` literal. */
  readonly width: number | undefined;
  readonly signed: boolean;
  /** 2, 8, 10 or 16: how it was written. */
  readonly base: number;
};

/** One token. `text` is as written, after macro expansion. */
export type Token =
  | { readonly kind: 'identifier'; readonly text: string; readonly span: Span }
  | { readonly kind: 'keyword'; readonly text: Keyword; readonly span: Span }
  | { readonly kind: 'punctuation'; readonly text: Punctuation; readonly span: Span }
  | { readonly kind: 'integer'; readonly text: string; readonly value: IntegerValue; readonly span: Span }
  | { readonly kind: 'string'; readonly text: string; readonly value: string; readonly span: Span }
  /** A line `#pragma …` or `@pragma …`: `text` is what follows the word. */
  | { readonly kind: 'pragma'; readonly text: string; readonly span: Span }
  /** Characters that are not P4; only annotations may hold them. */
  | { readonly kind: 'invalid'; readonly text: string; readonly span: Span }
  | { readonly kind: 'end'; readonly text: ''; readonly span: Span };
