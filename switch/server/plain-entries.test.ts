/** Updates taken from the wire without objects, beside the same ones decoded: what is done and what is said agree. */

import test from 'ava';
import fc from 'fast-check';
import { Entity, type Update, WriteRequest } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Journal } from './entity-handler.ts';
import { Forwarding } from './forwarding.ts';
import { toOutcome } from './status.ts';
import { entry, PORTS } from './testing/harness.ts';
import { makeMapDevice } from './testing/map-device.ts';
import { ID, makeConfig } from './testing/program.ts';
import { decodeWriteRequest, type WireUpdates } from './wire-updates.ts';

/** More of them: MOOR_FUZZ=100000 ava switch/server/plain-entries.test.ts */
const RUNS = Number(process.env['MOOR_FUZZ'] ?? 400);

/** Numbers that fit everywhere, most of the time. */
const some = (...usual: readonly (readonly number[])[]) =>
  fc
    .oneof(
      { weight: 25, arbitrary: fc.constantFrom(...usual) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(
          [],
          [2, 0],
          [0, 0, 0, 0, 0, 1],
          [1, 0, 0, 0, 0],
          [10, 0, 0, 0],
          [0xff, 0xff],
        ),
      },
    )
    .map((all) => Uint8Array.from(all));
const value = some([1], [7], [0, 7], [0], [0x60]);
const length = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(31, 32) },
  { weight: 1, arbitrary: fc.constantFrom(0, 1, 7, 24, 33, -1) },
);
const kinds = {
  exact: fc.record({ $case: fc.constant('exact' as const), value: fc.record({ value }) }),
  optional: fc.record({ $case: fc.constant('optional' as const), value: fc.record({ value }) }),
  lpm: fc.record({
    $case: fc.constant('lpm' as const),
    value: fc.record({ value: some([2], [0, 10], [0x60]), prefixLen: length }),
  }),
  ternary: fc.record({
    $case: fc.constant('ternary' as const),
    value: fc.record({ value, mask: some([0xff], [0, 0x7f]) }),
  }),
  range: fc.record({
    $case: fc.constant('range' as const),
    value: fc.record({ low: value, high: some([0x60], [0, 0x70], [0xff]) }),
  }),
};
const anyKind = fc.option(fc.oneof(...Object.values(kinds)), { nil: undefined, freq: 12 });

/** Mostly the fields that the table has, in any order, sometimes others. */
const match = (...of: readonly (keyof typeof kinds)[]) => {
  const field = (kind: keyof typeof kinds, index: number) =>
    fc.record({
      fieldId: fc.oneof(
        { weight: 20, arbitrary: fc.constant(index + 1) },
        { weight: 1, arbitrary: fc.nat(3) },
      ),
      fieldMatchType: fc.oneof({ weight: 20, arbitrary: kinds[kind] }, { weight: 1, arbitrary: anyKind }),
    });
  return fc.oneof(
    { weight: 8, arbitrary: fc.tuple(...of.map(field)).map((fields) => [...fields]) },
    {
      weight: 2,
      arbitrary: fc
        .shuffledSubarray(of.map((_, index) => index))
        .chain((which) =>
          fc.tuple(...which.map((index) => field(of[index] ?? 'exact', index))).map((fields) => [...fields]),
        ),
    },
  );
};
const matches: Readonly<Record<number, fc.Arbitrary<unknown>>> = {
  [ID.exact]: match('exact', 'exact'),
  [ID.lpm]: match('lpm'),
  [ID.acl]: match('ternary', 'range', 'optional'),
  [ID.constant]: match('exact'),
  [ID.mixed]: match('exact'),
  [ID.indirect]: match('exact'),
  [ID.translated]: match('exact', 'optional'),
  [ID.keyless]: match(),
  7: match('exact'),
};

const parameters = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.tuple(value, value).map(([one, two]) => [
      { paramId: 1, value: one },
      { paramId: 2, value: two },
    ]),
  },
  { weight: 2, arbitrary: fc.array(fc.record({ paramId: fc.nat(3), value }), { maxLength: 3 }) },
);
const action = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      $case: fc.constant('action' as const),
      value: fc.record({ actionId: fc.constant<number>(ID.set), params: parameters }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      $case: fc.constant('action' as const),
      value: fc.record({
        actionId: fc.constantFrom(ID.drop, ID.noAction, ID.toPort, 0),
        params: fc.constant([]),
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ $case: fc.constant('actionProfileMemberId' as const), value: fc.nat(2) }),
  },
);
const seldom = <T>(of: fc.Arbitrary<T>, usual: T) =>
  fc.oneof({ weight: 80, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: of });

const update = fc
  .constantFrom<number>(
    ...Object.keys(matches).map(Number),
    ...Array(8).fill([ID.exact, ID.acl, ID.lpm]).flat(),
  )
  .chain((tableId) =>
    fc.record({
      type: fc.oneof(
        { weight: 30, arbitrary: fc.constantFrom(1, 1, 1, 2, 3) },
        { weight: 1, arbitrary: fc.constantFrom(0, 4) },
      ),
      value: fc.record({
        tableId: fc.constant(tableId),
        match: matches[tableId] ?? fc.constant([]),
        action: fc.option(fc.record({ type: action }), { nil: undefined, freq: 12 }),
        priority: tableId === ID.acl ? seldom(fc.constantFrom(0, -1), 5) : seldom(fc.constantFrom(1, -7), 0),
        idleTimeoutNs: seldom(fc.constantFrom(1n, 5_000_000_000n, -1n, 2n ** 53n + 1n, 2n ** 62n), 0n),
        isConst: seldom(fc.constant(true), false),
        isDefaultAction: seldom(fc.constant(true), false),
        metadata: seldom(fc.constant(Uint8Array.of(1, 2)), new Uint8Array()),
        controllerMetadata: seldom(fc.constant(3n), 0n),
        counterData: seldom<object | undefined>(
          fc.record({ byteCount: fc.constant(5n), packetCount: fc.constant(1n) }),
          undefined,
        ),
      }),
    }),
  );

function makeRequest(updates: readonly unknown[]): Uint8Array {
  // What is given is generated: some of it is of no type.
  return WriteRequest.encode(
    WriteRequest.fromPartial({ deviceId: 3n, role: 'x', updates } as never),
  ).finish();
}

const toUpdates = (all: readonly { readonly type: number; readonly value: unknown }[]) =>
  all.map(({ type, value: one }) => ({ type, entity: entry(one as never) }));

function start(): Forwarding {
  return new Forwarding(makeConfig(), makeMapDevice({ ports: PORTS, cpuPort: 255 }));
}

function state(of: Forwarding): string {
  const all = [...of.read(entry({ counterData: { byteCount: 0n, packetCount: 0n } }), () => true)];
  return all.map((one) => Buffer.from(Entity.encode(one).finish()).toString('hex')).join('\n');
}

function attempt(body: () => void): string {
  try {
    body();
    return 'ok';
  } catch (problem) {
    const { code, message } = toOutcome(problem);
    return `${code} ${message}`;
  }
}

/** Both ways, one update after another, and undone together when a journal is kept. */
function compare(
  wire: WireUpdates,
  decoded: readonly Update[],
  keepsJournal: boolean,
): { readonly plain: number; readonly done: number } {
  if (wire.length !== decoded.length) throw new Error(`${wire.length} updates, not ${decoded.length}`);
  const [one, two] = [start(), start()];
  const journals: [Journal, Journal] = [[], []];
  let plain = 0;
  let done = 0;
  for (const [index, message] of decoded.entries()) {
    const may = (id: number) => id !== ID.lpm || index % 5 !== 4;
    const context = (journal: Journal) => ({ may, journal: keepsJournal ? journal : undefined });
    const quick = attempt(() => one.writeAt(wire, index, context(journals[0])));
    const general = attempt(() => two.write(message, may, context(journals[1]).journal));
    if (quick !== general) throw new Error(`update ${index}: '${quick}' and '${general}'`);
    if (wire.place(index) >= 0) plain++;
    if (quick === 'ok') done++;
  }
  if (state(one) !== state(two)) throw new Error('the states differ');
  for (const journal of journals) for (const undo of journal.reverse()) undo();
  if (state(one) !== state(two)) throw new Error('the states differ when undone');
  if (keepsJournal && state(one) !== state(start())) throw new Error('not all is undone');
  return { plain, done };
}

test('random updates, right and wrong', (t) => {
  const sum = { plain: 0, done: 0, all: 0 };
  fc.assert(
    fc.property(fc.array(update, { minLength: 1, maxLength: 24 }), fc.boolean(), (updates, keepsJournal) => {
      const request = makeRequest(toUpdates(updates));
      const { updates: wire, ...header } = decodeWriteRequest(Buffer.from(request));
      const { updates: decoded, ...expected } = WriteRequest.decode(request);
      t.deepEqual(header, expected);
      const counted = compare(wire, decoded, keepsJournal);
      sum.plain += counted.plain;
      sum.done += counted.done;
      sum.all += updates.length;
    }),
    { numRuns: RUNS, seed: 11 },
  );
  // The test tests something: most are plain, and of both kinds there are many.
  t.true(sum.plain > sum.all / 2, `${sum.plain} of ${sum.all} are plain`);
  t.true(sum.done > sum.all / 10, `${sum.done} of ${sum.all} were done`);
});

test('bytes changed, left out and put in between', (t) => {
  fc.assert(
    fc.property(
      fc.array(update, { minLength: 1, maxLength: 4 }),
      fc.array(fc.record({ at: fc.nat(400), to: fc.nat(255), how: fc.nat(2) }), {
        minLength: 1,
        maxLength: 3,
      }),
      (updates, changes) => {
        const all = [...makeRequest(toUpdates(updates))];
        for (const { at, to, how } of changes) {
          all.splice(at % all.length, how === 0 ? 0 : 1, ...(how === 1 ? [] : [to]));
        }
        const request = Uint8Array.from(all);
        let wire: WireUpdates;
        try {
          wire = decodeWriteRequest(request).updates;
        } catch {
          return;
        }
        // Each by itself: ts-proto reads past the end of a message in a message, so that the next one begins elsewhere.
        compare(
          wire,
          Array.from({ length: wire.length }, (_, index) => wire.at(index)),
          false,
        );
      },
    ),
    { numRuns: RUNS, seed: 12 },
  );
  t.pass();
});
