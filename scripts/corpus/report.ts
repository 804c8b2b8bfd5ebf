/** What a corpus run prints: totals by kind, then what needs attention. */

import type { Difference, ListMistakes } from './differences.ts';
import { CORPUS_KINDS, type CorpusKind } from './programs.ts';
import type { Judgement, Verdict } from './verdict.ts';

/** Programs that take longer than this are listed. */
const SLOW_MILLISECONDS = 2000;

export type Totals = {
  readonly kind: CorpusKind;
  readonly programs: number;
  readonly agreeing: number;
  /** 0 to 100, rounded down to two decimals so that a target is never met by rounding. */
  readonly percent: number;
  readonly verdicts: Readonly<Partial<Record<Verdict, number>>>;
  /** Expected rejections that no line of the program can confirm: rejection alone counts. */
  readonly withoutLine: number;
};

/** Counts the judgements of each kind that was run. */
export function totalsOf(judgements: readonly Judgement[]): readonly Totals[] {
  return CORPUS_KINDS.flatMap((kind) => {
    const all = judgements.filter((judgement) => judgement.kind === kind);
    if (all.length === 0) return [];
    const verdicts: Partial<Record<Verdict, number>> = {};
    for (const { verdict } of all) verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    const agreeing = verdicts.agrees ?? 0;
    return [
      {
        kind,
        programs: all.length,
        agreeing,
        percent: Math.floor((agreeing * 10_000) / all.length) / 100,
        verdicts,
        withoutLine: all.filter(({ basis }) => basis !== 'acceptance' && basis !== 'line').length,
      },
    ];
  });
}

/** The report as lines of text. */
export function renderReport(
  judgements: readonly Judgement[],
  differences: readonly Difference[],
  mistakes: ListMistakes,
): readonly string[] {
  const reasons = new Map(differences.map((difference) => [difference.program, difference]));
  const lines: string[] = [];
  for (const judgement of judgements) {
    if (judgement.verdict === 'agrees') continue;
    const known = reasons.get(judgement.name);
    lines.push(`${judgement.name}: ${judgement.verdict}: ${judgement.detail}`);
    if (known !== undefined) lines.push(`    known, specification ${known.specification}: ${known.reason}`);
  }
  for (const { name, milliseconds } of judgements) {
    if (milliseconds > SLOW_MILLISECONDS) lines.push(`${name}: slow: ${Math.round(milliseconds)} ms`);
  }
  for (const { program } of mistakes.outdated)
    lines.push(`${program}: listed as a difference, but agrees: take it off the list`);
  for (const { program } of mistakes.unknown)
    lines.push(`${program}: listed as a difference, but not in this checkout`);
  if (mistakes.unlisted.length > 0) {
    lines.push(`${mistakes.unlisted.length} programs differ and are not listed in corpus-differences.json`);
  }
  return [...lines, ...totalsOf(judgements).map(renderTotals)];
}

function renderTotals(totals: Totals): string {
  const verdicts = Object.entries(totals.verdicts).map(([verdict, count]) => `${count} ${verdict}`);
  const aside = totals.withoutLine > 0 ? `; for ${totals.withoutLine} p4c names no line of the program` : '';
  return `${totals.kind}: ${totals.agreeing} of ${totals.programs} agree, ${totals.percent} % (${verdicts.join(', ')}${aside})`;
}
