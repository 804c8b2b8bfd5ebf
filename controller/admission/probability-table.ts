/** Probabilities as the switch's table `admission` takes them: in 1/65,536. */

/** The probability that means always: a packet draws a number from 0 to 65,535 and is dropped if it is below. */
export const ALWAYS = 65_536;

/** A probability in [0, 1] as an integer in 1/65,536, to the nearest; what is above 0 or below 1 stays so. */
export function toSwitchProbability(probability: number): number {
  if (!(probability > 0)) return 0;
  if (probability >= 1) return ALWAYS;
  return Math.min(ALWAYS - 1, Math.max(1, Math.round(probability * ALWAYS)));
}
