/** What reading bytes gives: a value, or what is wrong with them. Nothing in this folder throws for what bytes say. */

/** Bytes that are not what they should be. */
export type Malformed = {
  readonly ok: false;
  readonly problem: string;
  /** Where in the array that was read. */
  readonly at: number;
};

/** A value and where it ends, or what is wrong. Byte fields of values are views over the array that was read. */
export type Parsed<T> = { readonly ok: true; readonly value: T; readonly end: number } | Malformed;

/** Makes a failure. */
export function malformed(problem: string, at: number): Malformed {
  return { ok: false, problem, at };
}

/** Makes a success. */
export function parsed<T>(value: T, end: number): Parsed<T> {
  return { ok: true, value, end };
}
