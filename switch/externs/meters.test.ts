import test from 'ava';
import fc from 'fast-check';
import { LinearMemory } from '../wasm/index.ts';
import { emitMeter, MeterArray, type MeterConfig } from './meters.ts';
import { runFunctions } from './run-functions.ts';

const memory = new LinearMemory();
const meters = new MeterArray(memory, 4);
const execute = runFunctions(memory, (module) => [emitMeter(module)]).function('meter');
const [GREEN, YELLOW, RED] = [0, 1, 2];
const SECOND = 1_000_000_000n;

function meter(tokens: number, now: bigint, before = GREEN ?? 0): number {
  return Number(execute(meters.base, tokens, tokens, now, before));
}

function configure(config: MeterConfig | undefined, now = 0n): void {
  const wrong = meters.configure(0, config, now);
  if (wrong !== undefined) throw new Error(wrong);
}

const TWO: MeterConfig = {
  kind: 'two-rates',
  committedRate: 1000n,
  committedBurst: 1500n,
  peakRate: 2000n,
  peakBurst: 3000n,
};

// RFC 2698 section 3, by hand. Buckets Tp and Tc are written behind each packet.
test('two rates, color-blind', (t) => {
  configure(TWO);
  t.is(meter(1000, 0n), GREEN); // 2000, 500
  t.is(meter(1000, 0n), YELLOW); // 1000, 500
  t.is(meter(1001, 0n), RED); // 1000, 500
  t.is(meter(500, 0n), GREEN); // 500, 0
  t.is(meter(500, 0n), YELLOW); // 0, 0
  t.is(meter(1, 0n), RED);
  // Half a second: 1000 more at the peak rate, 500 at the committed one.
  t.is(meter(501, SECOND / 2n), YELLOW); // 499, 500
  t.is(meter(499, SECOND / 2n), GREEN); // 0, 1
  // A nanosecond before the next token it is not there.
  t.is(meter(1, SECOND / 2n + 499_999n), RED);
  t.is(meter(1, SECOND / 2n + 500_000n), GREEN);
  // After long silence the buckets are full, not more.
  t.is(meter(3001, 1_000_000n * SECOND), RED);
  t.is(meter(1500, 1_000_000n * SECOND), GREEN);
  t.is(meter(1500, 1_000_000n * SECOND), YELLOW);
  t.is(meter(1, 1_000_000n * SECOND), RED);
});

test('two rates, color-aware: a packet does not get better, and takes no committed tokens when it was yellow', (t) => {
  configure(TWO);
  t.is(meter(100, 0n, RED), RED); // 3000, 1500
  t.is(meter(1400, 0n, YELLOW), YELLOW); // 1600, 1500
  t.is(meter(1500, 0n, GREEN), GREEN); // 100, 0
  t.is(meter(101, 0n, YELLOW), RED);
  t.is(meter(100, 0n, YELLOW), YELLOW);
});

// RFC 2697 section 3, by hand. Buckets Tc and Te are written behind each packet.
test('a single rate, color-blind: the excess bucket fills when the committed one is full', (t) => {
  configure({ kind: 'single-rate', committedRate: 1000n, committedBurst: 1000n, excessBurst: 500n });
  t.is(meter(800, 0n), GREEN); // 200, 500
  t.is(meter(300, 0n), YELLOW); // 200, 200
  t.is(meter(201, 0n), RED);
  t.is(meter(200, 0n), GREEN); // 0, 200
  // 1.2 seconds: 1000 into the committed bucket, 200 into the other.
  t.is(meter(400, (12n * SECOND) / 10n), GREEN); // 600, 400
  t.is(meter(601, (12n * SECOND) / 10n), RED);
  t.is(meter(600, (12n * SECOND) / 10n), GREEN); // 0, 400
  t.is(meter(400, (12n * SECOND) / 10n), YELLOW); // 0, 0
  t.is(meter(1, (12n * SECOND) / 10n), RED);
});

test('a single rate, color-aware', (t) => {
  configure({ kind: 'single-rate', committedRate: 0n, committedBurst: 1000n, excessBurst: 500n });
  t.is(meter(500, 0n, YELLOW), YELLOW); // 1000, 0
  t.is(meter(1, 0n, YELLOW), RED);
  t.is(meter(1, 0n, RED), RED);
  t.is(meter(1000, 0n, GREEN), GREEN);
  t.is(meter(1, 1_000_000n * SECOND, GREEN), RED);
});

test('without a configuration, or a meter, a packet keeps its color', (t) => {
  configure(undefined);
  t.is(meter(1_000_000, 0n), GREEN);
  t.is(meter(1_000_000, 0n, YELLOW), YELLOW);
  t.is(execute(0, 1, 1, 0n, 2), RED);
  t.is(meters.config(0), undefined);
});

test('colors are counted, packets and bytes, with and without a configuration, until they are set', (t) => {
  meters.clear();
  configure(TWO);
  for (const tokens of [1000, 1000, 1001, 500, 500, 1]) meter(tokens, 0n);
  // As in the first test: green 1000 and 500, yellow 1000 and 500, red 1001 and 1.
  const marked = {
    green: { packets: 2n, bytes: 1500n },
    yellow: { packets: 2n, bytes: 1500n },
    red: { packets: 2n, bytes: 1002n },
  };
  t.deepEqual(meters.colors(0), marked);
  configure(undefined);
  t.is(meter(64, 0n), GREEN);
  t.deepEqual(meters.colors(0), { ...marked, green: { packets: 3n, bytes: 1564n } });
  t.deepEqual(meters.colors(1).green, { packets: 0n, bytes: 0n });
  meters.setColors(0, { ...marked, red: { packets: 2n ** 64n - 1n, bytes: 2n ** 64n - 2n } });
  configure({ ...TWO, peakBurst: 0n, committedBurst: 0n });
  t.is(meter(3, 0n), RED);
  t.deepEqual(meters.colors(0), { ...marked, red: { packets: 0n, bytes: 1n } });
  meters.clear();
  t.is(meters.colors(0).green.packets, 0n);
});

test('time that runs backwards gives no tokens, and takes none', (t) => {
  configure(TWO, 10n * SECOND);
  t.is(meter(1500, 10n * SECOND), GREEN);
  t.is(meter(1, 5n * SECOND), YELLOW);
  t.is(meter(1, 10n * SECOND), YELLOW);
  t.is(meter(1000, 11n * SECOND), GREEN);
});

test('the largest rates and bursts do not overflow', (t) => {
  const most = 2n ** 63n - 1n;
  configure({
    kind: 'two-rates',
    committedRate: most,
    committedBurst: most,
    peakRate: most,
    peakBurst: most,
  });
  for (let turn = 0n; turn < 10n; turn++) t.is(meter(2 ** 31 - 1, turn * SECOND * 100_000n), GREEN);
  configure({ kind: 'single-rate', committedRate: most, committedBurst: most, excessBurst: most });
  for (let turn = 0n; turn < 10n; turn++) t.is(meter(2 ** 31 - 1, turn * SECOND * 100_000n), GREEN);
});

test('configurations that cannot be are refused, others are read back', (t) => {
  t.regex(meters.configure(1, { ...TWO, peakRate: 999n }, 0n) ?? '', /999 is below 1000/);
  t.regex(meters.configure(1, { ...TWO, peakBurst: -1n }, 0n) ?? '', /peakBurst is 0 or more, not -1/);
  t.is(meters.config(1), undefined);
  meters.configure(1, TWO, 0n);
  t.deepEqual(meters.config(1), TWO);
  const single: MeterConfig = { kind: 'single-rate', committedRate: 7n, committedBurst: 8n, excessBurst: 9n };
  meters.configure(2, single, 0n);
  t.deepEqual(meters.config(2), single);
  t.throws(() => meters.config(4), { instanceOf: RangeError, message: /meters 0 to 3, not 4/ });
  meters.clear();
  t.is(meters.config(2), undefined);
});

/** The RFCs' markers with fractions as pairs of integers: buckets in units of 10⁻⁹ tokens, without any bound on size. */
function slowMeter(config: MeterConfig) {
  let [committed, other, last] = [config.committedBurst * SECOND, 0n, 0n];
  const most = config.kind === 'two-rates' ? config.peakBurst * SECOND : config.excessBurst * SECOND;
  other = most;
  const least = (a: bigint, b: bigint) => (a < b ? a : b);
  return (tokens: number, now: bigint, before: number): number => {
    const made = (now - last) * config.committedRate;
    last = now;
    const wanted = BigInt(tokens) * SECOND;
    const limit = config.committedBurst * SECOND;
    if (config.kind === 'two-rates') {
      const passed = made / (config.committedRate === 0n ? 1n : config.committedRate);
      committed = least(limit, committed + made);
      other = least(most, other + passed * config.peakRate);
      if (before === RED || other < wanted) return 2;
      other -= wanted;
      if (before === YELLOW || committed < wanted) return 1;
      committed -= wanted;
      return 0;
    }
    const over = committed + made - limit;
    committed = least(limit, committed + made);
    if (over > 0n) other = least(most, other + over);
    if (before === GREEN && committed >= wanted) {
      committed -= wanted;
      return 0;
    }
    if (before === RED || other < wanted) return 2;
    other -= wanted;
    return 1;
  };
}

test('long runs of packets are colored as by a second implementation', (t) => {
  const amount = fc.bigInt({ min: 1n, max: 5000n });
  const configs: fc.Arbitrary<MeterConfig> = fc.oneof(
    fc.record({
      kind: fc.constant('single-rate' as const),
      committedRate: amount,
      committedBurst: amount,
      excessBurst: amount,
    }),
    fc.tuple(amount, amount, amount, amount).map(([one, more, committedBurst, peakBurst]) => ({
      kind: 'two-rates' as const,
      committedRate: one,
      committedBurst,
      peakRate: one + more,
      peakBurst,
    })),
  );
  const packets = fc.array(
    fc.record({
      tokens: fc.integer({ min: 1, max: 1500 }),
      wait: fc.bigInt({ min: 0n, max: SECOND }),
      before: fc.constantFrom(0, 0, 0, 1, 2),
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(configs, packets, (config, sequence) => {
      configure(config);
      const slow = slowMeter(config);
      let now = 0n;
      return sequence.every(({ tokens, wait, before }) => {
        now += wait;
        return meter(tokens, now, before) === slow(tokens, now, before);
      });
    }),
    { seed: 5 },
  );
  t.pass();
});
