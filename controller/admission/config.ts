/** What an operator sets for SA2C, in the paper's words (SARA, III.B). Loads are fractions: 1 is all that there is. */

/** How lines of the paper are read that allow more than one reading: docs/design/sa2c.md. */
export type AdmissionReadings = {
  /**
   * Equation (1). `literal`: α·mean + (1 − α)·variance, so that a cluster whose servers all carry x reads α·x.
   * `normalized`: the same divided by α, so that it reads x.
   */
  readonly clusterLoad: 'normalized' | 'literal';
  /** Equation (1), σ². `population`: divided by N; `sample`: by N − 1. */
  readonly variance: 'population' | 'sample';
  /**
   * Equation (2), whom its last line is for. `prose`: established sessions above T3 only; new ones are refused from T2 on.
   * `literal`: whatever the first three lines leave, which is established sessions above T1 and all sessions above T3.
   */
  readonly branches: 'prose' | 'literal';
  /**
   * Equation (2), f, which the paper does not define. `falling`: (T2 − x)/(T2 − T1), so that p rises from 0 to 1.
   * `like-g`: (x − T1)/(T2 − T1), formed as the paper's g; p falls from 1 to 0.
   */
  readonly f: 'falling' | 'like-g';
  /**
   * Equation (2), above T3. `rising`: g, from 0 at T3 to 1 at C. `maximised`: max(p^u, 1 − p^u) as it stands, which is 1
   * at T3, 1/2 halfway and 1 at C.
   */
  readonly critical: 'rising' | 'maximised';
  /**
   * Equation (3). `recovering`: as it stands, and back to the first interval when the load is at most T1.
   * `literal`: it never grows again.
   */
  readonly interval: 'recovering' | 'literal';
  /**
   * Equation (4). `excess`: Δ is by how much the load exceeds the threshold; T2 falls by it and T3 by that share of itself,
   * only while the load exceeds them. `literal`: T2 − (T2 − x), which is x, and T3·(T3 − x), each time.
   * `fixed`: thresholds stay.
   */
  readonly thresholds: 'excess' | 'literal' | 'fixed';
};

export type AdmissionConfig = {
  /** α of equation (1), in [0, 1] (above 0 with the reading `normalized`). */
  readonly alpha: number;
  /** T1: up to it, all is accepted. */
  readonly t1: number;
  /** T2 as the operator sets it: above, no new session is accepted. */
  readonly t2: number;
  /** T3 as the operator sets it: above, established sessions lose packets too. */
  readonly t3: number;
  /** C, the edge capacity: from here on nothing is accepted. */
  readonly capacity: number;
  /** T_0 of equation (3), milliseconds: the first interval between two decisions. */
  readonly firstInterval: number;
  /** No interval is shorter, milliseconds. */
  readonly intervalFloor: number;
  readonly readings: AdmissionReadings;
};

/** The readings that the paper's prose states. */
export const PROSE_READINGS: AdmissionReadings = {
  clusterLoad: 'normalized',
  variance: 'population',
  branches: 'prose',
  f: 'falling',
  critical: 'rising',
  interval: 'recovering',
  thresholds: 'excess',
};

/** The formulas as they stand, f as the prose wants it (the paper gives no formula for it). */
export const LITERAL_READINGS: AdmissionReadings = {
  clusterLoad: 'literal',
  variance: 'population',
  branches: 'literal',
  f: 'falling',
  critical: 'maximised',
  interval: 'literal',
  thresholds: 'literal',
};

/** moor's defaults; docs/design/simulation.md shows why. */
export const ADMISSION_DEFAULTS: AdmissionConfig = {
  alpha: 0.8,
  t1: 0.75,
  t2: 0.95,
  // A measured load ends at 1: only what is forecast goes beyond, and it must not cut every session off.
  t3: 1,
  capacity: 2,
  firstInterval: 1000,
  intervalFloor: 1000,
  readings: { ...PROSE_READINGS, thresholds: 'fixed' },
};

/**
 * What is wrong with a configuration, in words that say what to do; empty if nothing is.
 */
export function checkAdmissionConfig(config: AdmissionConfig): readonly string[] {
  const { alpha, t1, t2, t3, capacity, firstInterval, intervalFloor, readings } = config;
  const wrong: string[] = [];
  if (!(alpha >= 0 && alpha <= 1)) wrong.push(`alpha is ${alpha}; take a number from 0 to 1`);
  if (alpha === 0 && readings.clusterLoad === 'normalized') {
    wrong.push('alpha is 0, by which the reading normalized divides; take more, or clusterLoad: literal');
  }
  if (!(t1 >= 0 && t1 < t2 && t2 < t3 && t3 < capacity)) {
    wrong.push(
      `the thresholds are T1 ${t1}, T2 ${t2}, T3 ${t3}, C ${capacity}; each has to be above the one before`,
    );
  }
  if (!(intervalFloor > 0 && intervalFloor <= firstInterval && Number.isFinite(firstInterval))) {
    wrong.push(
      `the first interval is ${firstInterval} ms and the floor ${intervalFloor} ms; the floor has to be above 0 and no more than the first`,
    );
  }
  return wrong;
}
