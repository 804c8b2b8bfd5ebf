/** Conditions of `#if` and `#elif`: C's constant expressions over unbounded integers. */

import type { Token } from '../tokens.ts';

/** Why a condition cannot be evaluated, with the token at fault where there is one. */
export class ConditionProblem {
  constructor(
    readonly reason: string,
    readonly token: Token | undefined,
    readonly isZeroDivision = false,
  ) {}
}

/** Binary operators by precedence, loosest first. */
const LEVELS: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<', '>', '<=', '>='],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];

/** Brackets and unary operators deeper than this are refused. */
const MAXIMUM_DEPTH = 500;

/** Shifts and products beyond this many bits are refused. */
const MAXIMUM_BITS = 4096;

/**
 * Evaluates a condition whose macros are expanded and whose `defined` are replaced by 0 and 1.
 * Names that are left are 0, except `true`, which is 1.
 */
export function evaluateCondition(tokens: readonly Token[]): bigint | ConditionProblem {
  const parser = new ConditionParser(tokens);
  const value = parser.conditional(true, 0);
  if (parser.problem !== undefined) return parser.problem;
  const rest = parser.current;
  return rest === undefined ? value : new ConditionProblem(`'${rest.text}' is not expected here`, rest);
}

class ConditionParser {
  #index = 0;
  problem: ConditionProblem | undefined;
  readonly #tokens: readonly Token[];

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token | undefined {
    return this.#tokens[this.#index];
  }

  /** `live` is false in the branch that is not taken, where nothing can go wrong. */
  conditional(live: boolean, depth: number): bigint {
    const condition = this.#binary(0, live, depth);
    if (!this.#accept('?')) return condition;
    const whenTrue = this.conditional(live && condition !== 0n, depth + 1);
    if (!this.#accept(':')) this.#fail("':' is missing behind '?'");
    const whenFalse = this.conditional(live && condition === 0n, depth + 1);
    return condition !== 0n ? whenTrue : whenFalse;
  }

  #fail(reason: string, isZeroDivision = false): bigint {
    this.problem ??= new ConditionProblem(reason, this.current ?? this.#tokens.at(-1), isZeroDivision);
    this.#index = this.#tokens.length;
    return 0n;
  }

  #accept(text: string): boolean {
    if (this.current?.kind !== 'punctuation' || this.current.text !== text) return false;
    this.#index++;
    return true;
  }

  /** `>>` comes as two tokens side by side. */
  #operator(level: readonly string[]): string | undefined {
    const token = this.current;
    if (token?.kind !== 'punctuation') return undefined;
    const next = this.#tokens[this.#index + 1];
    if (token.text === '>' && next?.text === '>' && next.span.start === token.span.end) {
      if (!level.includes('>>')) return undefined;
      this.#index += 2;
      return '>>';
    }
    if (!level.includes(token.text)) return undefined;
    this.#index++;
    return token.text;
  }

  #binary(level: number, live: boolean, depth: number): bigint {
    const operators = LEVELS[level];
    if (operators === undefined) return this.#unary(live, depth);
    let left = this.#binary(level + 1, live, depth);
    for (;;) {
      const operator = this.#operator(operators);
      if (operator === undefined) return left;
      const rightLive = live && !(operator === '&&' && left === 0n) && !(operator === '||' && left !== 0n);
      const right = this.#binary(level + 1, rightLive, depth);
      left = rightLive || operator === '&&' || operator === '||' ? this.#apply(operator, left, right) : 0n;
    }
  }

  #apply(operator: string, left: bigint, right: bigint): bigint {
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
          return this.#fail('the amount of a shift is out of range');
        return operator === '<<' ? this.#limited(left << right) : left >> right;
      case '+':
        return left + right;
      case '-':
        return left - right;
      case '*':
        return this.#limited(left * right);
      default:
        if (right === 0n) return this.#fail('division by zero', true);
        return operator === '/' ? left / right : left % right;
    }
  }

  #limited(value: bigint): bigint {
    return value.toString(16).length * 4 > MAXIMUM_BITS * 2 ? this.#fail('a number is too large') : value;
  }

  #unary(live: boolean, depth: number): bigint {
    if (depth > MAXIMUM_DEPTH) return this.#fail('it is nested too deeply');
    if (this.#accept('!')) return this.#unary(live, depth + 1) === 0n ? 1n : 0n;
    if (this.#accept('~')) return ~this.#unary(live, depth + 1);
    if (this.#accept('-')) return -this.#unary(live, depth + 1);
    if (this.#accept('+')) return this.#unary(live, depth + 1);
    if (this.#accept('(')) {
      const value = this.conditional(live, depth + 1);
      if (!this.#accept(')')) this.#fail("')' is missing");
      return value;
    }
    const token = this.current;
    if (token?.kind === 'integer') {
      this.#index++;
      return token.value.value;
    }
    if (token?.kind === 'identifier' || token?.kind === 'keyword') {
      this.#index++;
      return token.text === 'true' ? 1n : 0n;
    }
    return this.#fail(token === undefined ? 'a value is missing' : `'${token.text}' is not a value`);
  }
}
