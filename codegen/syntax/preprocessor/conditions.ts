/** Conditions of `#if` and `#elif`: C's constant expressions over unbounded integers. */

import { parseInteger } from '../integer-literals.ts';
import { areSideBySide } from '../source.ts';
import type { Token } from '../tokens.ts';

/** Why a condition cannot be evaluated, with the token at fault where there is one. */
export type ConditionProblem = {
  readonly reason: string;
  readonly token: Token | undefined;
  readonly isZeroDivision: boolean;
};

/** Binary operators and how tightly they bind. */
const PRECEDENCE: ReadonlyMap<string, number> = new Map([
  ['||', 1],
  ['&&', 2],
  ['|', 3],
  ['^', 4],
  ['&', 5],
  ['==', 6],
  ['!=', 6],
  ['<', 7],
  ['>', 7],
  ['<=', 7],
  ['>=', 7],
  ['<<', 8],
  ['>>', 8],
  ['+', 9],
  ['-', 9],
  ['*', 10],
  ['/', 10],
  ['%', 10],
]);

/** Brackets, unary operators and choices nested deeper than this are refused. */
const MAXIMUM_DEPTH = 200;

/** Shifts and numbers beyond this many bits are refused. */
const MAXIMUM_BITS = 4096;

const LIMIT = 1n << BigInt(MAXIMUM_BITS);

/**
 * Evaluates a condition whose macros are expanded. Names that are left count as 0.
 * @param isDefined Answers `defined NAME`.
 */
export function evaluateCondition(
  tokens: readonly Token[],
  isDefined: (name: string) => boolean,
): bigint | ConditionProblem {
  const parser = new ConditionParser(tokens, isDefined);
  const value = parser.conditional(true, 0);
  if (parser.problem !== undefined) return parser.problem;
  const rest = parser.current;
  if (rest === undefined) return value;
  return { reason: `'${rest.text}' is not expected here`, token: rest, isZeroDivision: false };
}

class ConditionParser {
  #index = 0;
  problem: ConditionProblem | undefined;
  readonly #tokens: readonly Token[];
  readonly #isDefined: (name: string) => boolean;

  constructor(tokens: readonly Token[], isDefined: (name: string) => boolean) {
    this.#tokens = tokens;
    this.#isDefined = isDefined;
  }

  get current(): Token | undefined {
    return this.#tokens[this.#index];
  }

  /**
   * conditional: binary | binary "?" conditional ":" conditional
   *
   * `live` is false in the branch that is not taken, where nothing can go wrong.
   */
  conditional(live: boolean, depth: number): bigint {
    const condition = this.#binary(1, live, depth);
    if (!this.#accept('?')) return condition;
    const whenTrue = this.conditional(live && condition !== 0n, depth + 1);
    if (!this.#accept(':')) return this.#fail("':' is missing behind '?'");
    const whenFalse = this.conditional(live && condition === 0n, depth + 1);
    return condition !== 0n ? whenTrue : whenFalse;
  }

  #fail(reason: string, token = this.current ?? this.#tokens.at(-1), isZeroDivision = false): bigint {
    this.problem ??= { reason, token, isZeroDivision };
    this.#index = this.#tokens.length;
    return 0n;
  }

  #accept(text: string): boolean {
    if (this.current?.kind !== 'punctuation' || this.current.text !== text) return false;
    this.#index++;
    return true;
  }

  /** The binary operator that comes next, and how many tokens it is: `>>` comes as two side by side. */
  #operator(): { readonly text: string; readonly length: number } | undefined {
    const token = this.current;
    if (token?.kind !== 'punctuation') return undefined;
    const next = this.#tokens[this.#index + 1];
    if (token.text === '>' && next?.text === '>' && areSideBySide(token.span, next.span))
      return { text: '>>', length: 2 };
    return { text: token.text, length: 1 };
  }

  /** binary: unary | binary operator binary, by how tightly the operators bind */
  #binary(loosest: number, live: boolean, depth: number): bigint {
    let left = this.#unary(live, depth);
    for (;;) {
      const operator = this.#operator();
      const precedence = PRECEDENCE.get(operator?.text ?? '');
      if (operator === undefined || precedence === undefined || precedence < loosest) return left;
      const place = this.current;
      this.#index += operator.length;
      const isDecided = (operator.text === '&&' && left === 0n) || (operator.text === '||' && left !== 0n);
      const right = this.#binary(precedence + 1, live && !isDecided, depth);
      left = live || isDecided ? this.#apply(operator.text, left, right, place) : 0n;
    }
  }

  #apply(operator: string, left: bigint, right: bigint, place: Token | undefined): bigint {
    const flag = (value: boolean) => (value ? 1n : 0n);
    switch (operator) {
      case '||':
        return flag(left !== 0n || right !== 0n);
      case '&&':
        return flag(left !== 0n && right !== 0n);
      case '|':
        return left | right;
      case '^':
        return left ^ right;
      case '&':
        return left & right;
      case '==':
        return flag(left === right);
      case '!=':
        return flag(left !== right);
      case '<':
        return flag(left < right);
      case '>':
        return flag(left > right);
      case '<=':
        return flag(left <= right);
      case '>=':
        return flag(left >= right);
      case '<<':
      case '>>':
        if (right < 0n || right > BigInt(MAXIMUM_BITS))
          return this.#fail('the amount of a shift is out of range', place);
        return operator === '<<' ? this.#limited(left << right, place) : left >> right;
      case '+':
        return this.#limited(left + right, place);
      case '-':
        return this.#limited(left - right, place);
      case '*':
        return this.#limited(left * right, place);
      default:
        if (right === 0n) return this.#fail('division by zero', place, true);
        return operator === '/' ? left / right : left % right;
    }
  }

  #limited(value: bigint, place: Token | undefined): bigint {
    return value > LIMIT || value < -LIMIT ? this.#fail('a number becomes too large', place) : value;
  }

  /** unary: ("!" | "~" | "-" | "+") unary | "(" conditional ")" | "defined" name | integer | name */
  #unary(live: boolean, depth: number): bigint {
    if (depth > MAXIMUM_DEPTH) return this.#fail('it is nested too deeply');
    if (this.#accept('!')) return this.#unary(live, depth + 1) === 0n ? 1n : 0n;
    if (this.#accept('~')) return ~this.#unary(live, depth + 1);
    if (this.#accept('-')) return -this.#unary(live, depth + 1);
    if (this.#accept('+')) return this.#unary(live, depth + 1);
    if (this.#accept('(')) {
      const value = this.conditional(live, depth + 1);
      return this.#accept(')') ? value : this.#fail("')' is missing");
    }
    const token = this.current;
    if (token === undefined) return this.#fail('a value is missing');
    switch (token.kind) {
      case 'identifier':
      case 'keyword':
        this.#index++;
        return token.text === 'defined' ? this.#defined(token) : 0n;
      case 'integer':
      case 'invalid': {
        const value = readNumber(token.text);
        if (typeof value === 'string')
          return this.#fail(`'${token.text.slice(0, 40)}' is not a number${value}`);
        this.#index++;
        return value;
      }
      default:
        return this.#fail(`'${token.text}' is not a value`);
    }
  }

  /** "defined" name | "defined" "(" name ")" */
  #defined(start: Token): bigint {
    const isBracketed = this.#accept('(');
    const name = this.current;
    if (name?.kind !== 'identifier' && name?.kind !== 'keyword')
      return this.#fail("'defined' wants the name of a macro", start);
    this.#index++;
    if (isBracketed && !this.#accept(')')) return this.#fail("the ')' behind 'defined' is missing", start);
    return this.#isDefined(name.text) ? 1n : 0n;
  }
}

/** A number of a condition, read as C does: one that begins with 0 is octal, and U and L at its end mean nothing here. */
function readNumber(text: string): bigint | string {
  const digits = text.replace(/(?<=[0-9a-fA-F])[uUlL]{1,3}$/, '');
  if (/^0[0-9]+$/.test(digits))
    return /[89]/.test(digits) ? ', because those that begin with 0 are octal here' : BigInt(`0o${digits}`);
  const read = parseInteger(digits);
  return typeof read === 'string' ? '' : read.value;
}
