/**
 * Expressions, as the switch evaluates what we write, against their meaning in the specification (§8.5–§8.9): random
 * ones over all operators, with the meaning computed beside the text, and those where the two are known to part.
 */

import test from 'ava';
import fc from 'fast-check';
import { SwitchModel } from './switch-model.ts';
import { compile, programWith } from './test-harness.ts';

type Values = {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
  readonly d: bigint;
  readonly w: bigint;
};
/** Text of P4 with what it means. */
type Meant<T> = { readonly text: string; readonly mean: (values: Values) => T };

const u8 = (value: bigint) => BigInt.asUintN(8, value);
const i8 = (value: bigint) => BigInt.asIntN(8, value);
const clamp = (value: bigint, low: bigint, high: bigint) => (value < low ? low : value > high ? high : value);

type Two<T> = readonly [name: string, (left: T, right: T) => T];

const UNSIGNED: readonly Two<bigint>[] = [
  ['+', (left, right) => u8(left + right)],
  ['-', (left, right) => u8(left - right)],
  ['*', (left, right) => u8(left * right)],
  ['&', (left, right) => left & right],
  ['|', (left, right) => left | right],
  ['^', (left, right) => left ^ right],
  ['|+|', (left, right) => clamp(left + right, 0n, 255n)],
  ['|-|', (left, right) => clamp(left - right, 0n, 255n)],
  ['<<', (left, right) => u8(left << right)],
  ['>>', (left, right) => left >> right],
];

const SIGNED: readonly Two<bigint>[] = [
  ['+', (left, right) => i8(left + right)],
  ['-', (left, right) => i8(left - right)],
  ['*', (left, right) => i8(left * right)],
  ['&', (left, right) => left & right],
  ['|', (left, right) => left | right],
  ['^', (left, right) => left ^ right],
  ['|+|', (left, right) => clamp(left + right, -128n, 127n)],
  ['|-|', (left, right) => clamp(left - right, -128n, 127n)],
];

const COMPARED: readonly (readonly [string, (left: bigint, right: bigint) => boolean])[] = [
  ['==', (left, right) => left === right],
  ['!=', (left, right) => left !== right],
  ['<', (left, right) => left < right],
  ['<=', (left, right) => left <= right],
  ['>', (left, right) => left > right],
  ['>=', (left, right) => left >= right],
];

function combine<T, R>(
  name: string,
  left: Meant<T>,
  right: Meant<T>,
  mean: (one: T, other: T) => R,
): Meant<R> {
  return {
    text: `(${left.text} ${name} ${right.text})`,
    mean: (values) => mean(left.mean(values), right.mean(values)),
  };
}

function change<T, R>(text: string, inner: Meant<T>, mean: (value: T) => R): Meant<R> {
  return { text, mean: (values) => mean(inner.mean(values)) };
}

const { unsigned, signed, truth } = fc.letrec<{
  unsigned: Meant<bigint>;
  signed: Meant<bigint>;
  truth: Meant<boolean>;
}>((tie) => ({
  unsigned: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .constantFrom('a' as const, 'b' as const)
      .map((name) => ({ text: `meta.${name}`, mean: (values: Values) => values[name] })),
    fc.bigInt(0n, 255n).map((value) => ({ text: `8w${value}`, mean: () => value })),
    fc.constant({ text: 'meta.w[10:3]', mean: ({ w }: Values) => (w >> 3n) & 255n }),
    fc
      .tuple(fc.constantFrom(...UNSIGNED), tie('unsigned'), tie('unsigned'))
      .map(([[name, mean], left, right]) => combine(name, left, right, mean)),
    tie('unsigned').map((inner) => change(`(~${inner.text})`, inner, (value) => u8(~value))),
    tie('unsigned').map((inner) => change(`(-${inner.text})`, inner, (value) => u8(-value))),
    tie('signed').map((inner) => change(`((bit<8>)${inner.text})`, inner, u8)),
    fc.tuple(tie('unsigned'), tie('unsigned')).map(([left, right]) => ({
      text: `((${left.text})[3:0] ++ (${right.text})[7:4])`,
      mean: (values: Values) => ((left.mean(values) & 15n) << 4n) | (right.mean(values) >> 4n),
    })),
    fc.tuple(tie('truth'), tie('unsigned'), tie('unsigned')).map(([test, left, right]) => ({
      text: `(${test.text} ? ${left.text} : ${right.text})`,
      mean: (values: Values) => (test.mean(values) ? left.mean(values) : right.mean(values)),
    })),
  ),
  signed: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .constantFrom('c' as const, 'd' as const)
      .map((name) => ({ text: `meta.${name}`, mean: (values: Values) => values[name] })),
    fc
      .bigInt(-128n, 127n)
      .map((value) => ({ text: value < 0n ? `(-8s${-value})` : `8s${value}`, mean: () => value })),
    fc
      .tuple(fc.constantFrom(...SIGNED), tie('signed'), tie('signed'))
      .map(([[name, mean], left, right]) => combine(name, left, right, mean)),
    tie('signed').map((inner) => change(`(-${inner.text})`, inner, (value) => i8(-value))),
    fc
      .tuple(tie('signed'), fc.integer({ min: 0, max: 12 }))
      .map(([inner, by]) => change(`(${inner.text} >> ${by})`, inner, (value) => value >> BigInt(by))),
    tie('unsigned').map((inner) => change(`((int<8>)${inner.text})`, inner, i8)),
  ),
  truth: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(fc.constantFrom(...COMPARED), tie('unsigned'), tie('unsigned'))
      .map(([[name, mean], left, right]) => combine(name, left, right, mean)),
    fc
      .tuple(fc.constantFrom(...COMPARED), tie('signed'), tie('signed'))
      .map(([[name, mean], left, right]) => combine(name, left, right, mean)),
    tie('truth').map((inner) => change(`(!${inner.text})`, inner, (value) => !value)),
    fc
      .tuple(tie('truth'), tie('truth'))
      .map(([left, right]) => combine('&&', left, right, (one, other) => one && other)),
    fc
      .tuple(tie('truth'), tie('truth'))
      .map(([left, right]) => combine('||', left, right, (one, other) => one || other)),
  ),
}));

const METADATA =
  'bit<8> a; bit<8> b; int<8> c; int<8> d; bit<13> w; bit<32> far; bit<8> r; int<8> s; bool t; bit<32> wide; int<12> m;';

const values = fc.record({
  a: fc.bigInt(0n, 255n),
  b: fc.bigInt(0n, 255n),
  c: fc.bigInt(-128n, 127n),
  d: fc.bigInt(-128n, 127n),
  w: fc.bigInt(0n, 8191n),
});

test('random expressions mean what the specification says', (t) => {
  fc.assert(
    fc.property(
      unsigned,
      signed,
      truth,
      fc.array(values, { minLength: 3, maxLength: 3 }),
      (one, two, three, inputs) => {
        const apply = `meta.r = ${one.text}; meta.s = ${two.text}; meta.t = ${three.text};`;
        const json = compile(programWith({ metadata: METADATA, apply }));
        for (const input of inputs) {
          const model = new SwitchModel(json);
          for (const [name, value] of Object.entries(input)) model.set(`scalars.userMetadata.${name}`, value);
          model.run();
          t.is(model.get('scalars.userMetadata.r'), one.mean(input));
          t.is(model.get('scalars.userMetadata.s'), two.mean(input));
          t.is(model.get('scalars.userMetadata.t') === 1n, three.mean(input));
        }
      },
    ),
    { numRuns: 40, seed: 20, endOnFailure: true },
  );
});

/** Runs ingress with some metadata; gives a field of it afterwards. */
function run(apply: string, before: Readonly<Record<string, bigint>>, result: string): bigint {
  const model = new SwitchModel(compile(programWith({ metadata: METADATA, apply })));
  for (const [name, value] of Object.entries(before)) model.set(`scalars.userMetadata.${name}`, value);
  model.run();
  return model.get(`scalars.userMetadata.${result}`);
}

test('a shift by far more than the width takes no memory and leaves nothing', (t) => {
  t.is(run('meta.wide = meta.wide << meta.far;', { wide: 0xffffffffn, far: 0xffffffffn }, 'wide'), 0n);
  t.is(run('meta.wide = meta.wide << meta.far;', { wide: 1n, far: 31n }, 'wide'), 0x80000000n);
  t.is(run('meta.wide = meta.wide >> meta.far;', { wide: 0xffffffffn, far: 0x80000000n }, 'wide'), 0n);
  t.is(run('meta.s = meta.c >> meta.far;', { c: -1n, far: 0xffffffffn }, 's'), -1n);
});

test('dividing by a value that is 0 gives 0 and does not end the switch', (t) => {
  t.is(run('meta.r = meta.a / meta.b;', { a: 7n, b: 0n }, 'r'), 0n);
  t.is(run('meta.r = meta.a % meta.b;', { a: 7n, b: 4n }, 'r'), 3n);
});

test('casts go by value when they widen a signed number, and by bits when they narrow', (t) => {
  t.is(run('meta.m = (int<12>)meta.c;', { c: -3n }, 'm'), -3n);
  t.is(run('meta.r = (bit<8>)(int<8>)meta.a;', { a: 200n }, 'r'), 200n);
  t.is(run('meta.r = (bit<8>)meta.wide;', { wide: 0x1234n }, 'r'), 0x34n);
  t.is(run('meta.wide = (bit<32>)(bit<8>)meta.c;', { c: -1n }, 'wide'), 0xffn);
});

test('what is stored in a signed field is within it, for the switch keeps a positive value that is not', (t) => {
  t.is(run('meta.s = meta.c + meta.d;', { c: 127n, d: 1n }, 's'), -128n);
  t.is(run('meta.s = -meta.c;', { c: -128n }, 's'), -128n);
  t.is(run('meta.s = (int<8>)meta.a; meta.t = meta.s < 0;', { a: 200n }, 't'), 1n);
  t.is(run('meta.s[7:7] = meta.a[0:0]; meta.t = meta.s < 0;', { a: 1n }, 't'), 1n);
  t.is(run('meta.s[3:0] = meta.a[3:0];', { a: 5n, s: -128n }, 's'), -123n);
});

test('a slice that is written leaves the other bits as they are', (t) => {
  t.is(run('meta.w[7:4] = meta.a[3:0];', { w: 0x1fffn, a: 0x05n }, 'w'), 0x1f5fn);
  t.is(run('meta.w[12:5][3:0] = meta.a[3:0];', { w: 0n, a: 0x0fn }, 'w'), 0x1e0n);
});
