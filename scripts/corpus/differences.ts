/** The checked-in list of programs about which moor and p4c are known to differ. */

import { readFileSync } from 'node:fs';
import { CORPUS_KINDS, type CorpusKind } from './programs.ts';
import type { Judgement } from './verdict.ts';

/** Who is right by the P4-16 specification; `silent` where it leaves the case open. */
export type Side = 'with us' | 'with p4c' | 'silent';

export type Difference = {
  readonly program: string;
  readonly kind: CorpusKind;
  readonly reason: string;
  readonly specification: Side;
};

const SIDES: readonly Side[] = ['with us', 'with p4c', 'silent'];

/** What is wrong with the list, given this run. */
export type ListMistakes = {
  /** Differ and are not listed. */
  readonly unlisted: readonly Judgement[];
  /** Listed and agree. */
  readonly outdated: readonly Difference[];
  /** Listed, of a kind that was run, and not in the corpus. */
  readonly unknown: readonly Difference[];
};

/** Reads and checks the list. Throws an Error that says which entry is malformed. */
export function readDifferences(file: string): readonly Difference[] {
  const entries: unknown = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(entries)) throw new Error(`${file}: expected an array of differences`);
  return entries.map((entry: unknown, index) => {
    const difference = toDifference(entry);
    if (difference === undefined) {
      throw new Error(
        `${file}: entry ${index} needs program, reason, kind (${CORPUS_KINDS.join(', ')}) ` +
          `and specification (${SIDES.join(', ')})`,
      );
    }
    return difference;
  });
}

function toDifference(entry: unknown): Difference | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined;
  const { program, kind, reason, specification }: Record<string, unknown> = { ...entry };
  const knownKind = CORPUS_KINDS.find((known) => known === kind);
  const side = SIDES.find((known) => known === specification);
  if (typeof program !== 'string' || typeof reason !== 'string' || reason === '') return undefined;
  if (knownKind === undefined || side === undefined) return undefined;
  return { program, kind: knownKind, reason, specification: side };
}

/**
 * Compares a run with the list.
 * @param judgements Every program that was run.
 * @param isSelected Whether a listed program should have been run: false for what a filter left out.
 */
export function checkDifferences(
  differences: readonly Difference[],
  judgements: readonly Judgement[],
  isSelected: (difference: Difference) => boolean,
): ListMistakes {
  const listed = new Set(differences.map((difference) => difference.program));
  const ran = new Map(judgements.map((judgement) => [judgement.name, judgement]));
  const expected = differences.filter(isSelected);
  return {
    unlisted: judgements.filter((judgement) => judgement.verdict !== 'agrees' && !listed.has(judgement.name)),
    outdated: expected.filter((difference) => ran.get(difference.program)?.verdict === 'agrees'),
    unknown: expected.filter((difference) => !ran.has(difference.program)),
  };
}
