/**
 * Meters: the two rate three color marker of RFC 2698, and the single rate one of RFC 2697, color-blind and
 * color-aware, per byte or per packet, as code over state in linear memory. Time is passed in.
 *
 * A bucket is counted in units of 10⁻⁹ tokens, so that a rate of R tokens a second adds exactly R of them in each
 * nanosecond, and nothing is rounded however often it is looked at. A bucket holds at most 2³³ tokens or so (8 GiB);
 * larger bursts are taken as that.
 *
 * How many packets, of how many bytes, got each color is counted too, whether the meter is configured or not.
 *
 * State of a meter, 112 bytes:
 *
 *     +0   u64  committed rate, tokens a second
 *     +8   u64  committed burst, 10⁻⁹ tokens
 *     +16  u64  peak rate; for a single rate meter not used
 *     +24  u64  peak, or excess, burst, 10⁻⁹ tokens
 *     +32  u64  what is in the committed bucket
 *     +40  u64  what is in the peak, or excess, bucket
 *     +48  i64  when that was
 *     +56  u32  0: not configured, 1: two rates, 2: a single rate
 *     +60       unused
 *     +64  u64  green packets, then u64 their bytes; the same for yellow at +80, and for red at +96
 */

import type { CounterValue } from '../tables/index.ts';
import {
  type FunctionBuilder,
  type I32,
  type I64,
  type LinearMemory,
  type Local32,
  type Local64,
  type ModuleBuilder,
  select64,
} from '../wasm/index.ts';

/** Bytes of a meter's state. */
export const METER_BYTES = 112;

/** Colors as numbers: P4's, and those of BMv2. */
export const METER_COLORS = { green: 0, yellow: 1, red: 2 } as const;

/** What a meter has marked with each color. */
export type MeterColors = { readonly [Color in keyof typeof METER_COLORS]: CounterValue };

/** A meter's configuration; rates in tokens a second, bursts in tokens. A token is a byte or a packet. */
export type MeterConfig =
  /** RFC 2698. */
  | {
      readonly kind: 'two-rates';
      readonly committedRate: bigint;
      readonly committedBurst: bigint;
      readonly peakRate: bigint;
      readonly peakBurst: bigint;
    }
  /** RFC 2697. */
  | {
      readonly kind: 'single-rate';
      readonly committedRate: bigint;
      readonly committedBurst: bigint;
      readonly excessBurst: bigint;
    };

const COMMITTED_RATE = 0;
const COMMITTED_BURST = 8;
const PEAK_RATE = 16;
const PEAK_BURST = 24;
const COMMITTED = 32;
const PEAK = 40;
const LAST = 48;
const KIND = 56;
const COUNTS = 64;
/** Bytes of a color's counter. */
const COUNT_BYTES = 16;

const UNITS = 1_000_000_000n;
/** The most tokens whose units fit into 63 bits. */
const LARGEST_BURST = (2n ** 63n - 1n) / UNITS;
/** Rates above 2⁵³ tokens a second fill any bucket within a microsecond; they are taken as that. */
const LARGEST_RATE = 2n ** 53n;

function units(burst: bigint): bigint {
  return (burst < LARGEST_BURST ? burst : LARGEST_BURST) * UNITS;
}

function rate(tokens: bigint): bigint {
  return tokens < LARGEST_RATE ? tokens : LARGEST_RATE;
}

/**
 * Configures a meter, and fills its buckets (RFC 2698 section 2: they are full at time 0). Without a configuration all
 * packets are green. What it counted stays.
 * @param now The time, in nanoseconds.
 * @returns What is wrong with the configuration, which then is not taken.
 */
export function configureMeter(
  memory: LinearMemory,
  meter: number,
  config: MeterConfig | undefined,
  now: bigint,
): string | undefined {
  const wrong = config === undefined ? undefined : checkMeterConfig(config);
  if (wrong !== undefined) return wrong;
  memory.u8.fill(0, meter, meter + COUNTS);
  if (config === undefined) return undefined;
  const { view } = memory;
  const burst = config.kind === 'two-rates' ? config.peakBurst : config.excessBurst;
  view.setBigUint64(meter + COMMITTED_RATE, rate(config.committedRate), true);
  view.setBigUint64(meter + COMMITTED_BURST, units(config.committedBurst), true);
  view.setBigUint64(meter + PEAK_RATE, config.kind === 'two-rates' ? rate(config.peakRate) : 0n, true);
  view.setBigUint64(meter + PEAK_BURST, units(burst), true);
  view.setBigUint64(meter + COMMITTED, units(config.committedBurst), true);
  view.setBigUint64(meter + PEAK, units(burst), true);
  view.setBigInt64(meter + LAST, now, true);
  view.setUint32(meter + KIND, config.kind === 'two-rates' ? 1 : 2, true);
  return undefined;
}

/** What is wrong with a configuration, by RFC 2697 section 2 and RFC 2698 section 2. */
export function checkMeterConfig(config: MeterConfig): string | undefined {
  for (const [name, value] of Object.entries(config)) {
    if (typeof value === 'bigint' && value < 0n) return `a meter's ${name} is 0 or more, not ${value}`;
  }
  if (config.kind === 'two-rates' && config.peakRate < config.committedRate) {
    return `a meter's peak rate is not below its committed rate: ${config.peakRate} is below ${config.committedRate}`;
  }
  return undefined;
}

/** What a meter is configured as: bursts above the largest one come back as that. */
export function meterConfig(memory: LinearMemory, meter: number): MeterConfig | undefined {
  const { view } = memory;
  const committed = {
    committedRate: view.getBigUint64(meter + COMMITTED_RATE, true),
    committedBurst: view.getBigUint64(meter + COMMITTED_BURST, true) / UNITS,
  };
  const burst = view.getBigUint64(meter + PEAK_BURST, true) / UNITS;
  switch (view.getUint32(meter + KIND, true)) {
    case 1:
      return {
        kind: 'two-rates',
        ...committed,
        peakRate: view.getBigUint64(meter + PEAK_RATE, true),
        peakBurst: burst,
      };
    case 2:
      return { kind: 'single-rate', ...committed, excessBurst: burst };
    default:
      return undefined;
  }
}

/** What a meter has marked since its counters were 0. */
export function meterColors({ view }: LinearMemory, meter: number): MeterColors {
  const read = (color: keyof typeof METER_COLORS): CounterValue => {
    const at = meter + COUNTS + METER_COLORS[color] * COUNT_BYTES;
    return { packets: view.getBigUint64(at, true), bytes: view.getBigUint64(at + 8, true) };
  };
  return { green: read('green'), yellow: read('yellow'), red: read('red') };
}

/** Sets the counters of a meter's colors; values count modulo 2⁶⁴. */
export function setMeterColors({ view }: LinearMemory, meter: number, colors: MeterColors): void {
  const write = (color: keyof typeof METER_COLORS) => {
    const at = meter + COUNTS + METER_COLORS[color] * COUNT_BYTES;
    view.setBigUint64(at, colors[color].packets, true);
    view.setBigUint64(at + 8, colors[color].bytes, true);
  };
  write('green');
  write('yellow');
  write('red');
}

/**
 * Writes the function `(address of the state, or 0; tokens; bytes; time i64; color before) → color` into the module. A
 * packet takes its length in bytes, or 1, of tokens; its bytes are counted. For a color-blind meter the color before is
 * green.
 * @returns Its name.
 */
export function emitMeter(module: ModuleBuilder, name = 'meter'): string {
  const parameters = { meter: 'i32', tokens: 'i32', bytes: 'i32', now: 'i64', before: 'i32' } as const;
  return module.function(name, parameters, 'i32', (f, { meter, tokens, bytes, now, before }) => {
    f.if(meter.eqz(), () => f.return(before));
    const kind = f.let32(meter.load32(KIND));
    f.if(kind.eqz(), () => {
      count(f, meter, before, bytes);
      f.return(before);
    });
    const wanted = f.let64(tokens.toU64().mul(UNITS));
    // Time does not run backwards; if it seems to, no time passed.
    const passed = f.let64(now.sub(meter.load64(LAST)));
    f.if(passed.gtS(0n), () => f.store64(meter, now, LAST));
    f.set(passed, select64(passed.gtS(0n), passed, 0n));
    const committed = f.let64(meter.load64(COMMITTED));
    const peak = f.let64(meter.load64(PEAK));
    const color = f.local32();
    f.if(
      kind.eq(1),
      () => {
        fill(f, committed, meter.load64(COMMITTED_RATE), meter.load64(COMMITTED_BURST), passed);
        fill(f, peak, meter.load64(PEAK_RATE), meter.load64(PEAK_BURST), passed);
        twoRates(f, color, before, wanted, committed, peak);
      },
      () => {
        fillBoth(f, meter, committed, peak, passed);
        singleRate(f, color, before, wanted, committed, peak);
      },
    );
    f.store64(meter, committed, COMMITTED);
    f.store64(meter, peak, PEAK);
    count(f, meter, color, bytes);
    f.return(color);
  });
}

function count(f: FunctionBuilder, meter: Local32, color: Local32, bytes: Local32): void {
  const counter = f.let32(meter.add(color.mul(COUNT_BYTES)));
  f.store64(counter, counter.load64(COUNTS).add(1n), COUNTS);
  f.store64(counter, counter.load64(COUNTS + 8).add(bytes.toU64()), COUNTS + 8);
}

/** Fills a bucket. The time that fills it wholly is what bounds the product, so it does not overflow. */
function fill(f: FunctionBuilder, bucket: Local64, perNanosecond: I64, burst: I64, passed: Local64): void {
  const missing = f.let64(burst.sub(bucket));
  const speed = f.let64(perNanosecond);
  f.if(speed.ne(0n), () => {
    f.if(
      passed.gtU(missing.divU(speed)),
      () => f.set(bucket, bucket.add(missing)),
      () => f.set(bucket, bucket.add(speed.mul(passed))),
    );
  });
}

/** RFC 2697 section 3: tokens go into the committed bucket, and into the excess one when that is full. */
function fillBoth(
  f: FunctionBuilder,
  meter: Local32,
  committed: Local64,
  excess: Local64,
  passed: Local64,
): void {
  const speed = f.let64(meter.load64(COMMITTED_RATE));
  f.if(
    speed.eqz(),
    () => undefined,
    () => {
      const missing = f.let64(meter.load64(COMMITTED_BURST).sub(committed));
      const missingExcess = f.let64(meter.load64(PEAK_BURST).sub(excess));
      // Each addend has at most 63 bits.
      const room = f.let64(missing.add(missingExcess));
      const made = f.let64(room);
      f.if(passed.leU(room.divU(speed)), () => f.set(made, speed.mul(passed)));
      const first = f.let64(select64(made.ltU(missing), made, missing));
      f.set(committed, committed.add(first));
      f.set(excess, excess.add(made.sub(first)));
    },
  );
}

/** RFC 2698 section 3. */
function twoRates(
  f: FunctionBuilder,
  color: Local32,
  before: I32,
  wanted: Local64,
  committed: Local64,
  peak: Local64,
): void {
  const { green, yellow, red } = METER_COLORS;
  f.if(
    before.eq(red).or(peak.ltU(wanted)),
    () => f.set(color, red),
    () => {
      f.set(peak, peak.sub(wanted));
      f.if(
        before.eq(yellow).or(committed.ltU(wanted)),
        () => f.set(color, yellow),
        () => {
          f.set(committed, committed.sub(wanted));
          f.set(color, green);
        },
      );
    },
  );
}

/** RFC 2697 section 3. */
function singleRate(
  f: FunctionBuilder,
  color: Local32,
  before: I32,
  wanted: Local64,
  committed: Local64,
  excess: Local64,
): void {
  const { green, yellow, red } = METER_COLORS;
  f.set(color, red);
  f.block((done) => {
    f.if(before.eq(green).and(committed.geU(wanted)), () => {
      f.set(committed, committed.sub(wanted));
      f.set(color, green);
      f.branch(done);
    });
    f.if(before.ne(red).and(excess.geU(wanted)), () => {
      f.set(excess, excess.sub(wanted));
      f.set(color, yellow);
    });
  });
}

/** An array of meters; its place does not change. */
export class MeterArray {
  readonly base: number;
  readonly size: number;
  readonly stride = METER_BYTES;
  readonly #memory: LinearMemory;

  constructor(memory: LinearMemory, size: number) {
    this.#memory = memory;
    this.size = size;
    this.base = memory.allocate(Math.max(1, size) * METER_BYTES);
  }

  #at(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.size) {
      throw new RangeError(`there are meters 0 to ${this.size - 1}, not ${index}`);
    }
    return this.base + index * METER_BYTES;
  }

  /** See `configureMeter`. @throws RangeError for an index beyond the array. */
  configure(index: number, config: MeterConfig | undefined, now: bigint): string | undefined {
    return configureMeter(this.#memory, this.#at(index), config, now);
  }

  /** See `meterConfig`. @throws RangeError for an index beyond the array. */
  config(index: number): MeterConfig | undefined {
    return meterConfig(this.#memory, this.#at(index));
  }

  /** See `meterColors`. @throws RangeError for an index beyond the array. */
  colors(index: number): MeterColors {
    return meterColors(this.#memory, this.#at(index));
  }

  /** See `setMeterColors`. @throws RangeError for an index beyond the array. */
  setColors(index: number, colors: MeterColors): void {
    setMeterColors(this.#memory, this.#at(index), colors);
  }

  /** Makes all unconfigured, and their counters 0. */
  clear(): void {
    this.#memory.u8.fill(0, this.base, this.base + this.size * METER_BYTES);
  }
}
