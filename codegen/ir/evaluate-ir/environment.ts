/** What the evaluator of lowered programs is given from outside: externs, table entries, value sets. */

import type { Type } from '../types.ts';
import type { Value } from './values.ts';

/** An argument of an extern call. */
export type ExternArgument = {
  readonly parameter: string;
  readonly type: Type;
  /** Undefined: left out, or `_`. */
  readonly value: Value | undefined;
  /** Stores an `out` or `inout` argument; done after the call, in order. */
  readonly store: (value: Value) => void;
};

/** A call of an extern function or method. */
export type ExternCall = {
  /** The extern's name for a method; undefined for a function. */
  readonly extern: string | undefined;
  readonly name: string;
  readonly overload: number;
  readonly typeArguments: readonly Type[];
  /** In order of the parameters. */
  readonly arguments: readonly ExternArgument[];
  readonly returnType: Type;
  /** The control-plane name of the instance, with its index in an array; undefined for a function or a parameter. */
  readonly instance: string | undefined;
  /** What the caller gave for a parameter of extern type. */
  readonly object: object | undefined;
};

/** How one key of an entry is matched. */
export type KeyMatch =
  | { readonly kind: 'any' }
  | { readonly kind: 'value'; readonly value: bigint | boolean | string }
  | { readonly kind: 'mask'; readonly value: bigint; readonly mask: bigint }
  | { readonly kind: 'range'; readonly low: bigint; readonly high: bigint };

/** An entry that the control plane adds. */
export type Entry = {
  readonly keys: readonly KeyMatch[];
  /** The control-plane name of the action. */
  readonly action: string;
  readonly arguments: readonly Value[];
};

export type Environment = {
  /** Runs an extern that core.p4 does not declare; gives its result. */
  readonly callExtern: (call: ExternCall) => Value | undefined;
  /** By control-plane name of the table; they come after its own entries. */
  readonly entries: ReadonlyMap<string, readonly Entry[]>;
  /** By control-plane name of the value set; each member has a match for each scalar. */
  readonly valueSets: ReadonlyMap<string, readonly (readonly KeyMatch[])[]>;
};
