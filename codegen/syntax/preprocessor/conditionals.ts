/** The `#if … #endif` that are open at a place of one file. */

import type { Span } from '../source.ts';

/** One `#if … #endif` under way. */
export type Conditional = {
  readonly directive: string;
  readonly span: Span;
  /** The text around it counts. */
  readonly isOuterActive: boolean;
  /** A branch has been taken, so no other will be. */
  isTaken: boolean;
  isElseSeen: boolean;
};

/** Which parts of a file count. `holds` evaluates a condition, and is asked only where the answer matters. */
export class Conditionals {
  readonly #open: Conditional[] = [];
  #isActive = true;

  /** Whether the text here counts. */
  get isActive(): boolean {
    return this.#isActive;
  }

  /** Those without an `#endif` so far, the outermost first. */
  get open(): readonly Conditional[] {
    return this.#open;
  }

  /** `#if`, `#ifdef` or `#ifndef`. */
  begin(directive: string, span: Span, holds: () => boolean): void {
    const isOuterActive = this.#isActive;
    this.#isActive = isOuterActive && holds();
    const isTaken = this.#isActive || !isOuterActive;
    this.#open.push({ directive, span, isOuterActive, isTaken, isElseSeen: false });
  }

  /**
   * `#elif` or `#else`.
   * @returns false where it may not stand: outside any condition, or behind an `#else`.
   */
  turn(directive: 'elif' | 'else', holds: () => boolean): boolean {
    const conditional = this.#open.at(-1);
    if (conditional === undefined || conditional.isElseSeen) return false;
    if (directive === 'else') conditional.isElseSeen = true;
    this.#isActive = !conditional.isTaken && (directive === 'else' || holds());
    if (this.#isActive) conditional.isTaken = true;
    return true;
  }

  /**
   * `#endif`.
   * @returns false outside any condition.
   */
  end(): boolean {
    const conditional = this.#open.pop();
    if (conditional === undefined) return false;
    this.#isActive = conditional.isOuterActive;
    return true;
  }
}
