/** One load from a vector: the paper has vectors sent, and its equations take numbers. */

import { LOAD_COMPONENTS, type LoadComponent, type Loads } from '../../wire/monitoring/index.ts';

export type CombineConfig = {
  /** `greatest`: what is scarcest limits a server. `mean`: the weighted mean. */
  readonly by: 'greatest' | 'mean';
  /** How much a component counts, 0 to leave it out; 1 unless said. With `greatest` it scales the component. */
  readonly weights: { readonly [name in LoadComponent]?: number | undefined };
  /** What a component is when the server has no session, from 0 to below 1; 0 unless said. It is taken off. */
  readonly idle: { readonly [name in LoadComponent]?: number | undefined };
};

export const COMBINE_DEFAULTS: CombineConfig = { by: 'greatest', weights: {}, idle: {} };

/** The load of a vector, a fraction; of nothing that counts, 0. */
export function combineLoads(loads: Loads, { by, weights, idle }: CombineConfig): number {
  let greatest = 0;
  let sum = 0;
  let weightSum = 0;
  for (const name of LOAD_COMPONENTS) {
    const weight = weights[name] ?? 1;
    const floor = idle[name] ?? 0;
    const load = Math.max(0, (loads[name] - floor) / (1 - floor));
    greatest = Math.max(greatest, weight * load);
    sum += weight * load;
    weightSum += weight;
  }
  if (by === 'greatest') return Math.min(1, greatest);
  return weightSum === 0 ? 0 : sum / weightSum;
}
