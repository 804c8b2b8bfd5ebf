/** Random numbers by a seed, and the distributions that sessions are drawn from. */

import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Gives numbers in [0, 1). */
export type Random = () => number;

/** A generator; the same seed gives the same numbers. */
export function makeRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  return () => uniformFloat64(generator);
}

/** Exponential, by inverse transform. */
export function exponential(random: Random, mean: number): number {
  return -mean * Math.log(1 - random());
}

/** Pareto between two bounds, by inverse transform: heavy-tailed, with a mean even for shapes up to 1. */
export function boundedPareto(random: Random, shape: number, least: number, most: number): number {
  return least / (1 - random() * (1 - (least / most) ** shape)) ** (1 / shape);
}

/** Lognormal by its median and the deviation of its logarithm (Box and Muller). */
export function lognormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(sigma * normal);
}
