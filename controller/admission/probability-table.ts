/** Probabilities as the switch's table `admission` takes them: for each service and class, in 1/65,536. */

import type { Probabilities } from './engine.ts';

/** `class_t` of p4/include/ids.p4. */
export const ADMISSION_CLASSES = { new_session: 0, established: 1 } as const;

/** The probability that means always: a packet draws a number from 0 to 65,535 and is dropped if it is below. */
export const ALWAYS = 65_536;

/** An entry of `admission`: `set_drop_probability(probability)` for a service and a class. */
export type AdmissionEntry = {
  readonly service: number;
  readonly class: 0 | 1;
  /** 0 (never) to 65,536 (always). */
  readonly probability: number;
};

/** A probability in [0, 1] as an integer in 1/65,536, to the nearest; what is above 0 or below 1 stays so. */
export function toSwitchProbability(probability: number): number {
  if (!(probability > 0)) return 0;
  if (probability >= 1) return ALWAYS;
  return Math.min(ALWAYS - 1, Math.max(1, Math.round(probability * ALWAYS)));
}

/** The entries for some services; probability 0 is the table's default action and takes none. */
export function admissionEntries(
  services: Iterable<readonly [service: number, probabilities: Probabilities]>,
): readonly AdmissionEntry[] {
  const entries: AdmissionEntry[] = [];
  for (const [service, probabilities] of services) {
    for (const name of ['new_session', 'established'] as const) {
      const probability = toSwitchProbability(probabilities[name]);
      if (probability > 0) entries.push({ service, class: ADMISSION_CLASSES[name], probability });
    }
  }
  return entries;
}
