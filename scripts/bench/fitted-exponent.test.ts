import test from 'ava';
import { fittedExponent } from './fitted-exponent.ts';

test('exact power laws', (t) => {
  for (const exponent of [0, 1, 1.5, 2]) {
    const points = [1, 2, 5, 10].map((size) => ({ size, cost: 3 * size ** exponent }));
    t.true(Math.abs(fittedExponent(points) - exponent) < 1e-9);
  }
});

test('n log n over 1,250 to 20,000 is a little more than linear', (t) => {
  const points = [1250, 2500, 5000, 10000, 20000].map((size) => ({ size, cost: size * Math.log2(size) }));
  const exponent = fittedExponent(points);
  t.true(exponent > 1.05 && exponent < 1.15, String(exponent));
});
