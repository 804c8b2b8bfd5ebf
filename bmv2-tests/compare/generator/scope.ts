/** What an expression or a statement can use at its place. */

import type { Instance, NumberType, ScalarType } from './plan.ts';

/** A variable, a field. */
export type Place = { readonly text: string; readonly type: ScalarType; readonly writable: boolean };

/** A function that can be called in expressions. */
export type Callable = {
  readonly name: string;
  readonly result: NumberType;
  readonly parameters: readonly { readonly direction: 'in' | 'inout'; readonly type: NumberType }[];
};

/** Where code stands. */
export type Where = 'parser' | 'ingress' | 'egress' | 'function' | 'checksum';

export type Scope = {
  readonly where: Where;
  readonly inAction: boolean;
  readonly places: readonly Place[];
  /** Headers that can be named; fields of those that are not surely valid are read behind a question. */
  readonly instances: readonly Instance[];
  /** Paths of headers that are surely valid here. */
  readonly valid: Set<string>;
  readonly functions: readonly Callable[];
  /** Standard metadata and metadata can be used. */
  readonly hasMetadata: boolean;
  readonly loops: number;
};

/** The same with its own idea of what is valid, and more places. */
export function inner(scope: Scope, places: readonly Place[] = [], valid: Iterable<string> = []): Scope {
  return { ...scope, places: [...scope.places, ...places], valid: new Set([...scope.valid, ...valid]) };
}

/** Behind branches, only that is sure which is sure at the end of each. */
export function join(scope: Scope, branches: readonly Scope[]): void {
  for (const path of [...scope.valid]) {
    if (!branches.every(({ valid }) => valid.has(path))) scope.valid.delete(path);
  }
}
