/** Equations (5) to (8) of the SARA paper (III.C), with numbers worked by hand, and against a second regression. */

import test from 'ava';
import fc from 'fast-check';
import {
  addSample,
  dampedLoad,
  type ForecastConfig,
  forecastError,
  forecastLoad,
  LITERAL_FORECAST,
  type LoadHistory,
  PROSE_FORECAST,
  regressionWeights,
} from './index.ts';

const near = (t: import('ava').ExecutionContext, actual: number | undefined, expected: number) =>
  t.true(actual !== undefined && Math.abs(actual - expected) < 1e-12, `${actual} instead of ${expected}`);

test('(6): the weights of a regression', (t) => {
  // Two samples: the line through both, one step further: 2b − a.
  t.deepEqual(regressionWeights(2, 1), [-1, 2]);
  // Three at 0, 1, 2, read at 3: x̄ = 1, Σ(k − 1)² = 2, x − x̄ = 2: 1/3 + 2·(−1, 0, 1)/2 = −2/3, 1/3, 4/3.
  for (const [k, expected] of [-2 / 3, 1 / 3, 4 / 3].entries()) near(t, regressionWeights(3, 1)[k], expected);
  // Four, read at 4: x̄ = 1.5, Σ = 2.25 + 0.25 + 0.25 + 2.25 = 5, x − x̄ = 2.5: 1/4 + (−1.5, −0.5, 0.5, 1.5)/2.
  for (const [k, expected] of [-0.5, 0, 0.5, 1].entries()) near(t, regressionWeights(4, 1)[k], expected);
  t.deepEqual(regressionWeights(1, 1), [1]);
});

test('(6): forecasts', (t) => {
  near(t, forecastLoad([0.1, 0.2, 0.3, 0.4], 1), 0.5); // a line goes on
  near(t, forecastLoad([0.1, 0.2, 0.3, 0.4], 3), 0.7);
  near(t, forecastLoad([0.4, 0.4, 0.4], 1), 0.4);
  // −0.5·0.2 + 0·0.6 + 0.5·0.4 + 1·0.8 = 0.9
  near(t, forecastLoad([0.2, 0.6, 0.4, 0.8], 1), 0.9);
  t.is(forecastLoad([0.9, 0.1], 1), 0); // 2·0.1 − 0.9 = −0.7: no load is below 0
});

test('(7): the error', (t) => {
  near(t, forecastError(0.5, 0.4, 'clamped'), 0.25); // |0.1/0.4|
  near(t, forecastError(0.3, 0.4, 'clamped'), 0.25);
  near(t, forecastError(0.9, 0.3, 'clamped'), 1); // |0.6/0.3| = 2
  near(t, forecastError(0.9, 0.3, 'literal'), 2);
  t.is(forecastError(0, 0, 'literal'), 0);
  t.is(forecastError(0.1, 0, 'literal'), 1);
});

test('(8): damped', (t) => {
  near(t, dampedLoad(0.25, 0.8, 0.4), 0.7); // 0.75·0.8 + 0.25·0.4
  near(t, dampedLoad(1, 0.8, 0.4), 0.4); // err = 1: measurement only
  near(t, dampedLoad(0, 0.8, 0.4), 0.8);
});

const run = (loads: readonly number[], config: ForecastConfig) => {
  let history: LoadHistory | undefined;
  return loads.map((load) => {
    history = addSample(history, load, config);
    return history;
  });
};

test('(5) to (8): a history by hand, sliding', (t) => {
  const seen = run([0.2, 0.3, 0.5, 0.4], { samples: 3, horizon: 1, readings: PROSE_FORECAST });
  // 0.2: its own forecast.
  near(t, seen[0]?.estimate, 0.2);
  // 0.3: forecast was 0.2, err = 1/3; line 2·0.3 − 0.2 = 0.4; 2/3·0.4 + 1/3·0.3 = 1.1/3.
  near(t, seen[1]?.forecast, 0.4);
  near(t, seen[1]?.error, 1 / 3);
  near(t, seen[1]?.estimate, 1.1 / 3);
  // 0.5: forecast was 0.4, err = 0.2; (−2·0.2 + 0.3 + 4·0.5)/3 = 1.9/3; 0.8·1.9/3 + 0.2·0.5 = 1.82/3.
  near(t, seen[2]?.forecast, 1.9 / 3);
  near(t, seen[2]?.error, 0.2);
  near(t, seen[2]?.estimate, 1.82 / 3);
  // 0.4: forecast was 1.9/3, err = |1.9/3 − 0.4|/0.4 = 0.7/1.2; the samples are 0.3, 0.5, 0.4 now:
  // (−0.6 + 0.5 + 1.6)/3 = 0.5; 0.5/1.2·0.5 + 0.7/1.2·0.4 = 0.53/1.2.
  t.deepEqual(seen[3]?.samples, [0.3, 0.5, 0.4]);
  near(t, seen[3]?.forecast, 0.5);
  near(t, seen[3]?.error, 0.7 / 1.2);
  near(t, seen[3]?.estimate, 0.53 / 1.2);
});

test('(5) to (9) literally: matrices of T, err added, the forecast compared', (t) => {
  const seen = run([0.2, 0.4, 0.3, 0.5], { samples: 2, horizon: 1, readings: LITERAL_FORECAST });
  // First matrix 0.2, 0.4: line 0.6; the forecast before was 0.2: err = |0.2 − 0.4|/0.4 = 0.5; 0.6 + 0.5.
  near(t, seen[1]?.estimate, 1.1);
  // The second has begun, and says nothing yet.
  near(t, seen[2]?.estimate, 1.1);
  near(t, seen[2]?.measured, 0.3);
  // 0.3, 0.5: line 0.7, err = |1.1 − 0.5|/0.5 = 1.2.
  near(t, seen[3]?.estimate, 1.9);
});

test('(6) is what least squares give', (t) => {
  const sample = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(
      fc.array(sample, { minLength: 2, maxLength: 30 }),
      fc.integer({ min: 1, max: 9 }),
      (all, ahead) => {
        // The normal equations, solved as textbooks do.
        const n = all.length;
        let sx = 0;
        let sy = 0;
        let sxx = 0;
        let sxy = 0;
        for (const [x, y] of all.entries()) {
          sx += x;
          sy += y;
          sxx += x * x;
          sxy += x * y;
        }
        const slope = (n * sxy - sx * sy) / (n * sxx - sx * sx);
        const expected = (sy - slope * sx) / n + slope * (n - 1 + ahead);
        return Math.abs(forecastLoad(all, ahead) - Math.max(0, expected)) < 1e-9;
      },
    ),
  );
  t.pass();
});

test('by the prose an estimate lies between forecast and measure, and a constant load is its own', (t) => {
  const config = { samples: 5, horizon: 1, readings: PROSE_FORECAST };
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 2, noNaN: true }), { minLength: 1, maxLength: 40 }),
      (all) =>
        run(all, config).every(
          ({ samples, measured, forecast, error, estimate }) =>
            samples.length <= 5 &&
            error >= 0 &&
            error <= 1 &&
            estimate >= Math.min(forecast, measured) - 1e-12 &&
            estimate <= Math.max(forecast, measured) + 1e-12,
        ),
    ),
  );
  for (const { estimate } of run(new Array<number>(12).fill(0.3), config)) near(t, estimate, 0.3);
});
