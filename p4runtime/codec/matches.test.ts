import test from 'ava';
import fc from 'fast-check';
import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import { MatchField } from '../gen/p4/config/v1/p4info.ts';
import { FieldMatch } from '../gen/p4/v1/p4runtime.ts';
import type { FieldInfo, MatchKind, ValueType } from '../schema/index.ts';
import { decodeKey, decodeMatch, encodeKey, encodeMatch, type MatchValue } from './matches.ts';

function field(matchKind: MatchKind | undefined, width = 32, id = 1): FieldInfo {
  const type: ValueType = { kind: 'bit', width };
  return { id, name: `f${id}`, type, format: undefined, matchKind, message: MatchField.fromPartial({}) };
}

const TEXT: FieldInfo = { ...field('exact'), type: { kind: 'string' } };

function bytes(...values: number[]): Uint8Array {
  return Uint8Array.from(values);
}

test('matches in the bytes of the specification', (t) => {
  t.deepEqual(encodeMatch(field('exact'), { kind: 'exact', value: 0x20n }), {
    fieldId: 1,
    fieldMatchType: { $case: 'exact', value: { value: bytes(0x20) } },
  });
  t.deepEqual(encodeMatch(field('lpm'), { kind: 'lpm', value: 0x0a000000n, prefixLength: 8 }), {
    fieldId: 1,
    fieldMatchType: { $case: 'lpm', value: { value: bytes(10, 0, 0, 0), prefixLen: 8 } },
  });
  t.deepEqual(encodeMatch(field('ternary'), { kind: 'ternary', value: 0n, mask: 0xff00n }), {
    fieldId: 1,
    fieldMatchType: { $case: 'ternary', value: { value: bytes(0), mask: bytes(0xff, 0) } },
  });
  t.deepEqual(encodeMatch(field('range', 16), { kind: 'range', low: 0n, high: 1023n }), {
    fieldId: 1,
    fieldMatchType: { $case: 'range', value: { low: bytes(0), high: bytes(3, 255) } },
  });
  t.deepEqual(encodeMatch(field('optional'), { kind: 'optional', value: 5n }), {
    fieldId: 1,
    fieldMatchType: { $case: 'optional', value: { value: bytes(5) } },
  });
  t.deepEqual(encodeMatch(TEXT, { kind: 'exact', value: 'eth0' }), {
    fieldId: 1,
    fieldMatchType: { $case: 'exact', value: { value: bytes(0x65, 0x74, 0x68, 0x30) } },
  });
});

// "Don't care" for each match kind, by the specification.
test('what matches everything is left out', (t) => {
  t.is(encodeMatch(field('lpm'), { kind: 'lpm', value: 0n, prefixLength: 0 }), undefined);
  t.is(encodeMatch(field('ternary'), { kind: 'ternary', value: 0n, mask: 0n }), undefined);
  t.is(encodeMatch(field('range', 8), { kind: 'range', low: 0n, high: 255n }), undefined);
  t.is(encodeMatch(field('optional'), undefined), undefined);
  t.throws(() => encodeMatch(field('exact'), undefined), { message: /exact field takes a value/ });
});

function refused(
  kind: MatchKind | undefined,
  width: number,
  match: FieldMatch['fieldMatchType'],
): EntityError | undefined {
  try {
    decodeMatch(field(kind, width), FieldMatch.fromPartial({ fieldId: 1, fieldMatchType: match }));
    return undefined;
  } catch (error) {
    return error instanceof EntityError ? error : undefined;
  }
}

test('what the specification forbids is refused', (t) => {
  const cases = [
    ['lpm', 32, { $case: 'lpm', value: { value: bytes(0), prefixLen: 0 } }, 'INVALID_ARGUMENT'],
    ['lpm', 32, { $case: 'lpm', value: { value: bytes(10, 0, 0, 1), prefixLen: 8 } }, 'INVALID_ARGUMENT'],
    ['lpm', 32, { $case: 'lpm', value: { value: bytes(0), prefixLen: 33 } }, 'INVALID_ARGUMENT'],
    ['lpm', 32, { $case: 'lpm', value: { value: bytes(0), prefixLen: -1 } }, 'INVALID_ARGUMENT'],
    ['ternary', 8, { $case: 'ternary', value: { value: bytes(0), mask: bytes(0) } }, 'INVALID_ARGUMENT'],
    ['ternary', 8, { $case: 'ternary', value: { value: bytes(3), mask: bytes(1) } }, 'INVALID_ARGUMENT'],
    ['ternary', 8, { $case: 'ternary', value: { value: bytes(), mask: bytes(1) } }, 'OUT_OF_RANGE'],
    ['range', 8, { $case: 'range', value: { low: bytes(2), high: bytes(1) } }, 'INVALID_ARGUMENT'],
    ['range', 8, { $case: 'range', value: { low: bytes(0), high: bytes(255) } }, 'INVALID_ARGUMENT'],
    ['exact', 8, { $case: 'exact', value: { value: bytes(1, 0) } }, 'OUT_OF_RANGE'],
    ['optional', 8, { $case: 'optional', value: { value: bytes() } }, 'OUT_OF_RANGE'],
    ['exact', 8, { $case: 'ternary', value: { value: bytes(1), mask: bytes(1) } }, 'INVALID_ARGUMENT'],
    ['exact', 8, undefined, 'INVALID_ARGUMENT'],
    [undefined, 8, { $case: 'other', value: { typeUrl: '', value: bytes() } }, 'INVALID_ARGUMENT'],
  ] as const;
  for (const [kind, width, match, code] of cases) {
    t.is(refused(kind, width, match)?.code, Code[code], JSON.stringify([kind, match?.$case]));
  }
});

test('a key is complete, and names each field once', (t) => {
  const fields = [field('exact', 8, 1), field('ternary', 8, 2)];
  const exact = FieldMatch.fromPartial({
    fieldId: 1,
    fieldMatchType: { $case: 'exact', value: { value: bytes(7) } },
  });
  t.deepEqual(decodeKey("table 't'", fields, [exact]), [{ kind: 'exact', value: 7n }, undefined]);
  t.throws(() => decodeKey("table 't'", fields, []), {
    message: "table 't': match field 'f1' is missing, and is exact",
  });
  t.throws(() => decodeKey("table 't'", fields, [exact, exact]), {
    message: /two matches have the field id 1/,
  });
  t.throws(() => decodeKey("table 't'", fields, [{ ...exact, fieldId: 9 }]), {
    message: /no match field with the id 9/,
  });
  t.deepEqual(encodeKey("table 't'", fields, { f1: { kind: 'exact', value: 7n } }), [exact]);
  t.throws(() => encodeKey("table 't'", fields, { f3: undefined }), {
    message: "table 't' has no field 'f3'; it has: f1, f2",
  });
});

test('every match that is written is read again as the same', (t) => {
  const matches = fc
    .integer({ min: 1, max: 140 })
    .chain((width) =>
      fc.tuple(fc.constant(width), fc.bigInt(), fc.bigInt(), fc.integer({ min: 1, max: width })),
    );
  fc.assert(
    fc.property(matches, ([width, left, right, prefixLength]) => {
      const low = BigInt.asUintN(width, left);
      const high = BigInt.asUintN(width, right);
      const shift = BigInt(width - prefixLength);
      const all: readonly MatchValue[] = [
        { kind: 'exact', value: low },
        { kind: 'optional', value: low },
        { kind: 'ternary', value: low & high, mask: high },
        { kind: 'range', low: low < high ? low : high, high: low < high ? high : low },
        { kind: 'lpm', value: (low >> shift) << shift, prefixLength },
      ];
      for (const match of all) {
        const info = field(match.kind, width);
        const encoded = encodeMatch(info, match);
        if (encoded !== undefined) t.deepEqual(decodeMatch(info, encoded), match);
      }
    }),
  );
});
