/** One point of a cost curve. */
export type Measured = { readonly size: number; readonly cost: number };

/**
 * The b of cost = a · size^b that fits best: the slope of the least-squares line through the logarithms.
 * 1 is linear, 2 quadratic. Needs two different sizes.
 */
export function fittedExponent(points: readonly Measured[]): number {
  const logarithms = points.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (pick: (point: { readonly x: number; readonly y: number }) => number) =>
    logarithms.reduce((sum, point) => sum + pick(point), 0) / logarithms.length;
  const meanX = mean((point) => point.x);
  const meanY = mean((point) => point.y);
  return mean(({ x, y }) => (x - meanX) * (y - meanY)) / mean(({ x }) => (x - meanX) ** 2);
}
