/** Sequence numbers of 16 bits: what was lost, what came late, who began anew. */

/** A number this far behind the last came late; one further behind is of an agent that began anew. */
const LATE = 64;
const NUMBERS = 0x1_0000;

export type SequenceStep =
  | { readonly kind: 'next'; readonly lost: number }
  | { readonly kind: 'late' }
  | { readonly kind: 'restarted' };

/** What a number says after the last one (`undefined`: it is the first). Serial arithmetic as in RFC 1982. */
export function sequenceStep(last: number | undefined, sequence: number): SequenceStep {
  if (last === undefined) return { kind: 'next', lost: 0 };
  const ahead = (sequence - last + NUMBERS) % NUMBERS;
  if (ahead > 0 && ahead < NUMBERS / 2) return { kind: 'next', lost: ahead - 1 };
  return (NUMBERS - ahead) % NUMBERS <= LATE ? { kind: 'late' } : { kind: 'restarted' };
}
