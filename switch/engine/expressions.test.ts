/**
 * Expressions against a second implementation: numbers without limits, as BMv2 computes with them, truncated where they
 * are stored. Every module computes many random expressions over random fields, which have widths from 1 to 300 bits
 * and start at any bit.
 */

import test from 'ava';
import fc from 'fast-check';
import { createSwitch } from './index.ts';
import { extracting, field, hex, type Json, operation, primitive, programJson } from './test-program.ts';

type Operand = { readonly name: string; readonly bits: number; readonly signed: boolean };

/** Fields of the header that the packet starts with. `rest` fills up the byte. */
const OPERANDS: readonly Operand[] = [
  { name: 'a', bits: 1, signed: false },
  { name: 'b', bits: 9, signed: false },
  { name: 'c', bits: 48, signed: false },
  { name: 'd', bits: 64, signed: false },
  { name: 'e', bits: 7, signed: true },
  { name: 'f', bits: 63, signed: true },
  { name: 'g', bits: 128, signed: false },
  { name: 'h', bits: 65, signed: true },
  { name: 'i', bits: 300, signed: false },
  { name: 'j', bits: 16, signed: false },
  { name: 'k', bits: 32, signed: true },
  { name: 'rest', bits: 3, signed: false },
  // From here on whole bytes.
  { name: 'l', bits: 128, signed: false },
  { name: 'm', bits: 128, signed: false },
  { name: 'n', bits: 16, signed: false },
  { name: 'o', bits: 16, signed: false },
  { name: 'p', bits: 56, signed: false },
  { name: 'q', bits: 32, signed: false },
  { name: 'r', bits: 56, signed: false },
  { name: 's', bits: 32, signed: false },
];

const BITS = OPERANDS.reduce((sum, { bits }) => sum + bits, 0);

/** A number, or a truth as `bool`: how to write it, and what it is for a packet. */
type Numbers = { readonly json: Json; readonly of: (values: ReadonlyMap<string, bigint>) => bigint };
type Truth = { readonly json: Json; readonly of: (values: ReadonlyMap<string, bigint>) => boolean };

function leaf(): fc.Arbitrary<Numbers> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(...OPERANDS).map(
        ({ name }): Numbers => ({
          json: field('operands', name),
          of: (values) => values.get(name) ?? 0n,
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .oneof(fc.bigInt({ min: -4n, max: 70n }), fc.bigInt({ min: 0n, max: 2n ** 130n }))
        .map((value): Numbers => ({ json: hex(value), of: () => value })),
    },
  );
}

const ARITHMETIC: { readonly [op: string]: (a: bigint, b: bigint) => bigint } = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '&': (a, b) => a & b,
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
};

const COMPARISONS: { readonly [op: string]: (a: bigint, b: bigint) => boolean } = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

/** 2-complement and saturating casts as the format's description says. */
const CASTS: { readonly [op: string]: (a: bigint, width: bigint) => bigint } = {
  two_comp_mod: (a, width) => BigInt.asIntN(Number(width), a),
  usat_cast: (a, width) => {
    const high = 2n ** width - 1n;
    return a < 0n ? 0n : a > high ? high : a;
  },
  sat_cast: (a, width) => {
    const half = 2n ** (width - 1n);
    return a < -half ? -half : a >= half ? half - 1n : a;
  },
};

const shapes = fc.letrec<{ number: Numbers; truth: Truth }>((tie) => ({
  number: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 3, arbitrary: leaf() },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...Object.keys(ARITHMETIC)), tie('number'), tie('number')).map(
        ([op, a, b]): Numbers => ({
          json: operation(op, a.json, b.json),
          of: (v) => ARITHMETIC[op]?.(a.of(v), b.of(v)) ?? 0n,
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.constantFrom('/', '%'), leaf(), leaf()).map(([op, a, b]): Numbers => {
        // Division is defined for numbers without sign, and gives 0 for a divisor of 0 here.
        const magnitude = (json: Json) => operation('&', json, hex(2n ** 100n - 1n));
        const low = (value: bigint) => BigInt.asUintN(100, value);
        return {
          json: operation(op, magnitude(a.json), magnitude(b.json)),
          of: (v) => {
            const [one, two] = [low(a.of(v)), low(b.of(v))];
            if (two === 0n) return 0n;
            return op === '/' ? one / two : one % two;
          },
        };
      }),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom('<<', '>>'),
          tie('number'),
          fc.oneof(
            fc.integer({ min: 0, max: 140 }).map((n): Numbers => ({ json: hex(n), of: () => BigInt(n) })),
            fc.constant<Numbers>({ json: field('operands', 'b'), of: (v) => v.get('b') ?? 0n }),
            fc.constant<Numbers>({ json: field('operands', 'a'), of: (v) => v.get('a') ?? 0n }),
          ),
        )
        .map(
          ([op, a, b]): Numbers => ({
            json: operation(op, a.json, b.json),
            of: (v) => (op === '<<' ? a.of(v) << b.of(v) : a.of(v) >> b.of(v)),
          }),
        ),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom(...Object.keys(CASTS)), tie('number'), fc.integer({ min: 1, max: 200 }))
        .map(
          ([op, a, width]): Numbers => ({
            json: operation(op, a.json, hex(width)),
            of: (v) => CASTS[op]?.(a.of(v), BigInt(width)) ?? 0n,
          }),
        ),
    },
    {
      weight: 1,
      arbitrary: tie('number').map(
        (a): Numbers => ({ json: operation('~', null, a.json), of: (v) => -a.of(v) - 1n }),
      ),
    },
    {
      weight: 1,
      arbitrary: tie('number').map(
        (a): Numbers => ({ json: operation('-', null, a.json), of: (v) => -a.of(v) }),
      ),
    },
    {
      weight: 1,
      arbitrary: tie('truth').map(
        (a): Numbers => ({ json: operation('b2d', null, a.json), of: (v) => (a.of(v) ? 1n : 0n) }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('truth'), tie('number'), tie('number')).map(
        ([condition, a, b]): Numbers => ({
          json: {
            type: 'expression',
            value: { op: '?', cond: condition.json, left: a.json, right: b.json },
          },
          of: (v) => (condition.of(v) ? a.of(v) : b.of(v)),
        }),
      ),
    },
  ),
  truth: fc.oneof(
    { depthSize: 'small' },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(...Object.keys(COMPARISONS)), tie('number'), tie('number')).map(
        ([op, a, b]): Truth => ({
          json: operation(op, a.json, b.json),
          of: (v) => COMPARISONS[op]?.(a.of(v), b.of(v)) ?? false,
        }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom('and', 'or', '==', '!='), tie('truth'), tie('truth'))
        .map(([op, a, b]): Truth => {
          const compute = (x: boolean, y: boolean) =>
            op === 'and' ? x && y : op === 'or' ? x || y : op === '==' ? x === y : x !== y;
          return { json: operation(op, a.json, b.json), of: (v) => compute(a.of(v), b.of(v)) };
        }),
    },
    {
      weight: 1,
      arbitrary: tie('truth').map(
        (a): Truth => ({ json: operation('not', null, a.json), of: (v) => !a.of(v) }),
      ),
    },
    {
      weight: 1,
      arbitrary: tie('number').map(
        (a): Truth => ({ json: operation('d2b', null, a.json), of: (v) => a.of(v) !== 0n }),
      ),
    },
  ),
}));

/** A field that a result is stored in. */
type Target = { readonly bits: number; readonly signed: boolean; readonly saturating: boolean };

const target: fc.Arbitrary<Target> = fc.record({
  bits: fc.oneof(fc.integer({ min: 2, max: 64 }), fc.integer({ min: 2, max: 300 })),
  signed: fc.boolean(),
  saturating: fc.boolean(),
});

/** What BMv2 stores: saturated where the field asks for it, then the low bits. */
function stored({ bits, signed, saturating }: Target, value: bigint): bigint {
  const cast = saturating ? CASTS[signed ? 'sat_cast' : 'usat_cast']?.(value, BigInt(bits)) : value;
  return BigInt.asUintN(bits, cast ?? 0n);
}

function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

/** Values of the operands of a packet. */
function operandsOf(packet: Uint8Array): ReadonlyMap<string, bigint> {
  const number = toNumber(packet);
  let left = BITS;
  return new Map(
    OPERANDS.map(({ name, bits, signed }) => {
      left -= bits;
      const value = BigInt.asUintN(bits, number >> BigInt(left));
      return [name, signed ? BigInt.asIntN(bits, value) : value] as const;
    }),
  );
}

function runAll(
  cases: readonly (readonly [Numbers, Target])[],
  packets: readonly Uint8Array[],
  optimization: 'none' | 'speed',
): string | undefined {
  const widths = cases.reduce((sum, [, { bits }]) => sum + bits, 0);
  const padding = (8 - (widths % 8)) % 8;
  const json = programJson({
    types: {
      operands: OPERANDS.map(({ name, bits, signed }) => [name, bits, signed]),
      results: [
        ...cases.map(([, { bits, signed, saturating }], index) => [`r${index}`, bits, signed, saturating]),
        ['padding', padding, false],
      ],
    },
    instances: { operands: 'operands', results: 'results' },
    states: [extracting('start', 0, ['operands'], null)],
    order: ['results'],
    ingress: [
      primitive('add_header', { type: 'header', value: 'results' }),
      ...cases.map(([{ json: value }], index) =>
        primitive('assign', field('results', `r${index}`), { type: 'expression', value }),
      ),
    ],
  });
  const device = createSwitch(json, { optimization });
  for (const packet of packets) {
    const [output] = device.inject(0, packet);
    const values = operandsOf(packet);
    const found = toNumber(output?.bytes ?? new Uint8Array());
    let left = widths + padding;
    for (const [expression, into] of cases) {
      left -= into.bits;
      const result = BigInt.asUintN(into.bits, found >> BigInt(left));
      const expected = stored(into, expression.of(values));
      if (result !== expected) {
        return `${JSON.stringify(expression.json)} in ${JSON.stringify(into)}: ${result}, not ${expected}`;
      }
    }
  }
  return undefined;
}

const packet = fc
  .tuple(
    fc.uint8Array({ minLength: BITS / 8, maxLength: BITS / 8 }),
    fc.constantFrom(0x00, 0xff, undefined, undefined, undefined),
  )
  .map(([bytes, fill]) => (fill === undefined ? bytes : bytes.map(() => fill)));

/** Modules to compute expressions in: more are run by hand when code generation changes. */
const MODULES = { none: 6, speed: 2 } as const;

for (const optimization of ['none', 'speed'] as const) {
  test(`expressions give what numbers without limits give (optimized for: ${optimization})`, (t) => {
    const options = { seed: 20_261_125, numRuns: MODULES[optimization] };
    const cases = fc.sample(
      fc.array(fc.tuple(shapes.number, target), { minLength: 30, maxLength: 30 }),
      options,
    );
    const packets = fc.sample(packet, { ...options, numRuns: 15 });
    for (const one of cases) t.is(runAll(one, packets, optimization), undefined);
  });
}

/** What is combined bit by bit of fields of one width and whole bytes: computed as the bytes stand, unless numbers differ in width. */
function bitwise(bits: number): fc.Arbitrary<Numbers> {
  const fields = OPERANDS.filter((one) => one.bits === bits && !one.signed);
  const named = fc
    .constantFrom(...fields)
    .map(({ name }): Numbers => ({ json: field('operands', name), of: (values) => values.get(name) ?? 0n }));
  const highest = 2n ** BigInt(bits) - 1n;
  const constant = fc
    .oneof(fc.constantFrom(0n, 1n, highest, highest + 1n, -1n), fc.bigInt({ min: 0n, max: highest }))
    .map((value): Numbers => ({ json: hex(value), of: () => value }));
  const combined = (operand: fc.Arbitrary<Numbers>) =>
    fc.tuple(fc.constantFrom('&', '|', '^'), operand, operand).map(
      ([op, a, b]): Numbers => ({
        json: operation(op, a.json, b.json),
        of: (v) => ARITHMETIC[op]?.(a.of(v), b.of(v)) ?? 0n,
      }),
    );
  const simple = fc.oneof({ weight: 3, arbitrary: named }, { weight: 1, arbitrary: constant });
  const number = fc.oneof(simple, combined(fc.oneof(simple, combined(simple))));
  const compared = fc.tuple(fc.constantFrom('==', '!='), number, number).map(
    ([op, a, b]): Numbers => ({
      json: operation('b2d', null, operation(op, a.json, b.json)),
      of: (v) => (COMPARISONS[op]?.(a.of(v), b.of(v)) ? 1n : 0n),
    }),
  );
  return fc.oneof(number, compared);
}

test('whole bytes are moved, combined and compared as they stand', (t) => {
  const one = fc.constantFrom(16, 32, 56, 128).chain((bits) =>
    fc.tuple(
      bitwise(bits),
      // A field of the same width, in the same place, and others.
      fc.record({
        bits: fc.constantFrom(bits, bits, bits + 8, 8),
        signed: fc.boolean(),
        saturating: fc.boolean(),
      }),
    ),
  );
  const cases = fc.sample(one, { seed: 7, numRuns: 150 });
  // Bytes that are often the same in two fields.
  const packets = fc.sample(
    fc
      .array(fc.constantFrom(0x00, 0xff, 0x01), { minLength: BITS / 8, maxLength: BITS / 8 })
      .chain((bytes) =>
        fc.constantFrom(Uint8Array.from(bytes), new Uint8Array(bytes.length).fill(bytes[0] ?? 0)),
      ),
    { seed: 7, numRuns: 60 },
  );
  t.is(runAll(cases, packets, 'none'), undefined);
});

/** Bits of a field, `field[high:low]`, alone or compared with as many of another: often whole bytes. */
function sliced(bits: number): fc.Arbitrary<Numbers> {
  const slice = fc
    .constantFrom(...OPERANDS.filter((one) => one.bits >= bits))
    .chain(({ name, bits: whole }) =>
      fc
        .tuple(fc.constant(name), fc.oneof(fc.nat(whole - bits), fc.constant(whole - bits)), fc.boolean())
        .map(([field_, shift, isTop]): Numbers => {
          const shifted =
            shift === 0 ? field('operands', field_) : operation('>>', field('operands', field_), hex(shift));
          const mask = (1n << BigInt(bits)) - 1n;
          // The highest bits of a field need no mask.
          const isMasked = !isTop || shift + bits !== whole;
          return {
            json: isMasked ? operation('&', shifted, hex(mask)) : shifted,
            of: (values) => {
              const number = (values.get(field_) ?? 0n) >> BigInt(shift);
              return isMasked ? number & mask : number;
            },
          };
        }),
    );
  const compared = fc.tuple(fc.constantFrom('==', '!='), slice, slice).map(
    ([op, a, b]): Numbers => ({
      json: operation('b2d', null, operation(op, a.json, b.json)),
      of: (v) => (COMPARISONS[op]?.(a.of(v), b.of(v)) ? 1n : 0n),
    }),
  );
  return fc.oneof(slice, compared);
}

test('bits of fields are what shifts and masks give', (t) => {
  const one = fc.constantFrom(3, 8, 16, 24, 32, 48, 56, 64, 72, 296).chain((bits) =>
    fc.tuple(
      sliced(bits),
      fc.record({
        bits: fc.constantFrom(bits, bits, bits + 8, 8),
        signed: fc.boolean(),
        saturating: fc.boolean(),
      }),
    ),
  );
  const cases = fc.sample(one, { seed: 11, numRuns: 150 });
  const packets = fc.sample(packet, { seed: 11, numRuns: 30 });
  t.is(runAll(cases, packets, 'none'), undefined);
});

/** Fields one behind the other, as `++` is compiled; now and then with a part that is wider than its place. */
const concatenated: fc.Arbitrary<readonly [Numbers, Target]> = fc
  .tuple(
    fc.array(fc.constantFrom(...OPERANDS.filter(({ signed, bits }) => !signed && bits <= 128)), {
      minLength: 2,
      maxLength: 5,
    }),
    fc.constantFrom(0, 0, 0, -8, 8),
    fc.constantFrom(0, 0, 0, 8, -8),
  )
  .map(([parts, odd, more]) => {
    const place = (bits: number) => 8 * Math.ceil(bits / 8);
    const one = ({ name }: Operand): Numbers => ({
      json: field('operands', name),
      of: (values) => values.get(name) ?? 0n,
    });
    const [first, ...others] = parts;
    const start = first === undefined ? { json: hex(0n), of: () => 0n } : one(first);
    const number = others.reduce<Numbers>((all, part, index) => {
      const by = Math.max(8, place(part.bits) + (index === 0 ? odd : 0));
      const next = one(part);
      return {
        json: operation('|', operation('<<', all.json, hex(BigInt(by))), next.json),
        of: (values) => (all.of(values) << BigInt(by)) | next.of(values),
      };
    }, start);
    const bits = Math.max(8, parts.reduce((sum, part) => sum + place(part.bits), 0) + odd + more);
    return [number, { bits, signed: false, saturating: false }] as const;
  });

test('numbers that are put together from fields are what shifts and sums of bits give', (t) => {
  const cases = fc.sample(concatenated, { seed: 9, numRuns: 120 });
  const packets = fc.sample(packet, { seed: 9, numRuns: 30 });
  t.is(runAll(cases, packets, 'none'), undefined);
});
