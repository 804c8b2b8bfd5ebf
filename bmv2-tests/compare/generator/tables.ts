/** What is known about the tables of a random program, for filling them. */

export type MatchKind = 'exact' | 'lpm' | 'ternary' | 'range' | 'optional';

export type KeyModel = {
  readonly kind: MatchKind;
  readonly width: number;
  /** Whether the program writes it as a bool. */
  readonly isBool?: boolean;
};

export type ActionModel = {
  /** As the control plane knows it. */
  readonly name: string;
  /** As the program writes it. */
  readonly id: string;
  readonly widths: readonly number[];
};

export type TableModel = {
  readonly name: string;
  /** Those that are matched. */
  readonly keys: readonly KeyModel[];
  readonly actions: readonly ActionModel[];
  readonly profile: { readonly id: string; readonly name: string; readonly isSelector: boolean } | undefined;
  readonly hasConstantEntries: boolean;
};

/** Whether entries need priorities. */
export function needsPriority({ keys }: TableModel): boolean {
  return keys.some(({ kind }) => kind === 'ternary' || kind === 'range' || kind === 'optional');
}
