/** Requests that nobody would send: never a crash, always an answer with a code of the specification. */

import { Client, credentials, Metadata, type ServiceError } from '@grpc/grpc-js';
import test from 'ava';
import fc from 'fast-check';
import { BatchError, RpcError } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { Entity, Update, WriteRequest } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { entry, exact, insert, next, readEntries, SET, serve } from './testing/harness.ts';
import { ID } from './testing/program.ts';

/** More of them: MOOR_FUZZ=100000 ava switch/server/fuzz.test.ts */
const RUNS = Number(process.env['MOOR_FUZZ'] ?? 300);
const LIMIT_MS = process.env['MOOR_FUZZ'] === undefined ? 20_000 : 3_600_000;

const ids = fc.oneof(fc.constantFrom(...Object.values(ID), 0, 1, 2), fc.nat({ max: 0xffff_ffff }));
const numbers = fc.oneof(
  fc.bigInt({ min: -3n, max: 20n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const small = fc.oneof(fc.integer({ min: -2, max: 6 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
const unsigned = fc.oneof(fc.nat({ max: 6 }), fc.nat({ max: 0xffff_ffff }));
const bytes = fc.uint8Array({ maxLength: 8 });
const index = fc.option(fc.record({ index: numbers }), { nil: undefined });
const option = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

const match = fc.record({
  fieldId: fc.nat({ max: 4 }),
  fieldMatchType: option(
    fc.oneof(
      fc.record({ $case: fc.constant('exact' as const), value: fc.record({ value: bytes }) }),
      fc.record({ $case: fc.constant('optional' as const), value: fc.record({ value: bytes }) }),
      fc.record({ $case: fc.constant('lpm' as const), value: fc.record({ value: bytes, prefixLen: small }) }),
      fc.record({ $case: fc.constant('ternary' as const), value: fc.record({ value: bytes, mask: bytes }) }),
      fc.record({ $case: fc.constant('range' as const), value: fc.record({ low: bytes, high: bytes }) }),
    ),
  ),
});
const action = fc.record({
  actionId: ids,
  params: fc.array(fc.record({ paramId: fc.nat({ max: 3 }), value: bytes }), { maxLength: 3 }),
});
const watchKind = option(
  fc.oneof(
    fc.record({ $case: fc.constant('watchPort' as const), value: bytes }),
    fc.record({ $case: fc.constant('watch' as const), value: small }),
  ),
);
const tableAction = fc.record({
  type: option(
    fc.oneof(
      fc.record({ $case: fc.constant('action' as const), value: action }),
      fc.record({ $case: fc.constant('actionProfileMemberId' as const), value: unsigned }),
      fc.record({ $case: fc.constant('actionProfileGroupId' as const), value: unsigned }),
      fc.record({
        $case: fc.constant('actionProfileActionSet' as const),
        value: fc.record({
          actionProfileActions: fc.array(fc.record({ action: option(action), weight: small, watchKind }), {
            maxLength: 3,
          }),
        }),
      }),
    ),
  ),
});
const meterConfig = fc.record({
  cir: numbers,
  cburst: numbers,
  pir: numbers,
  pburst: numbers,
  eburst: numbers,
});
const counterData = fc.record({ byteCount: numbers, packetCount: numbers });
const tableEntry = fc.record({
  tableId: ids,
  match: fc.array(match, { maxLength: 4 }),
  action: option(tableAction),
  priority: small,
  meterConfig: option(meterConfig),
  counterData: option(counterData),
  isDefaultAction: fc.boolean(),
  idleTimeoutNs: numbers,
  timeSinceLastHit: option(fc.record({ elapsedNs: numbers })),
  metadata: bytes,
  isConst: fc.boolean(),
});
const replicas = fc.array(
  fc.record({
    portKind: option(
      fc.oneof(
        fc.record({ $case: fc.constant('port' as const), value: bytes }),
        fc.record({ $case: fc.constant('egressPort' as const), value: unsigned }),
      ),
    ),
    instance: unsigned,
  }),
  { maxLength: 3 },
);
const anyEntity = fc
  .oneof(
    fc.record({ $case: fc.constant('tableEntry' as const), value: tableEntry }),
    fc.record({
      $case: fc.constant('actionProfileMember' as const),
      value: fc.record({ actionProfileId: ids, memberId: unsigned, action: option(action) }),
    }),
    fc.record({
      $case: fc.constant('actionProfileGroup' as const),
      value: fc.record({
        actionProfileId: ids,
        groupId: unsigned,
        maxSize: small,
        members: fc.array(fc.record({ memberId: unsigned, weight: small, watchKind }), { maxLength: 3 }),
      }),
    }),
    fc.record({
      $case: fc.constant('counterEntry' as const),
      value: fc.record({ counterId: ids, index, data: option(counterData) }),
    }),
    fc.record({
      $case: fc.constant('meterEntry' as const),
      value: fc.record({ meterId: ids, index, config: option(meterConfig) }),
    }),
    fc.record({
      $case: fc.constant('directCounterEntry' as const),
      value: fc.record({ tableEntry: option(tableEntry), data: option(counterData) }),
    }),
    fc.record({
      $case: fc.constant('directMeterEntry' as const),
      value: fc.record({ tableEntry: option(tableEntry), config: option(meterConfig) }),
    }),
    fc.record({
      $case: fc.constant('registerEntry' as const),
      value: fc.record({
        registerId: ids,
        index,
        data: option(
          fc.record({ data: option(fc.record({ $case: fc.constant('bitstring' as const), value: bytes })) }),
        ),
      }),
    }),
    fc.record({
      $case: fc.constant('packetReplicationEngineEntry' as const),
      value: fc.record({
        type: option(
          fc.oneof(
            fc.record({
              $case: fc.constant('multicastGroupEntry' as const),
              value: fc.record({ multicastGroupId: unsigned, replicas }),
            }),
            fc.record({
              $case: fc.constant('cloneSessionEntry' as const),
              value: fc.record({ sessionId: unsigned, replicas, packetLengthBytes: small }),
            }),
          ),
        ),
      }),
    }),
    fc.record({
      $case: fc.constant('valueSetEntry' as const),
      value: fc.record({
        valueSetId: ids,
        members: fc.array(fc.record({ match: fc.array(match, { maxLength: 2 }) }), { maxLength: 3 }),
      }),
    }),
    fc.record({
      $case: fc.constant('digestEntry' as const),
      value: fc.record({
        digestId: ids,
        config: option(fc.record({ maxTimeoutNs: numbers, maxListSize: small, ackTimeoutNs: numbers })),
      }),
    }),
    fc.record({
      $case: fc.constant('externEntry' as const),
      value: fc.record({ externTypeId: unsigned, externId: unsigned }),
    }),
  )
  .map((entity) => Entity.fromPartial({ entity }));
const update = fc
  .record({ type: fc.integer({ min: 0, max: 4 }), entity: option(anyEntity) })
  .map(
    ({ type, entity }): Update =>
      Update.decode(Uint8Array.from(Update.encode({ type: type as never, entity }).finish())),
  );

/** Codes that the specification names for parts of a batch. None is INTERNAL: that would be our bug. */
const ALLOWED: ReadonlySet<number> = new Set([
  Code.INVALID_ARGUMENT,
  Code.NOT_FOUND,
  Code.ALREADY_EXISTS,
  Code.PERMISSION_DENIED,
  Code.RESOURCE_EXHAUSTED,
  Code.FAILED_PRECONDITION,
  Code.OUT_OF_RANGE,
  Code.UNIMPLEMENTED,
]);

async function codesOf(body: () => Promise<unknown>): Promise<readonly number[]> {
  try {
    await body();
    return [];
  } catch (problem) {
    if (problem instanceof BatchError) {
      return problem.failures.map(({ code, message }: { code: number; message: string }) => {
        if (!ALLOWED.has(code) && code !== Code.ABORTED) throw new Error(`${code}: ${message}`);
        return code;
      });
    }
    if (problem instanceof RpcError && problem.code === Code.INVALID_ARGUMENT) return [problem.code];
    throw problem;
  }
}

test('writes and reads of any shape', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  await fc.assert(
    fc.asyncProperty(
      fc.array(update, { maxLength: 6 }),
      fc.constantFrom(0, 1, 2),
      fc.array(anyEntity, { maxLength: 3 }),
      async (updates, atomicity, entities) => {
        const atomic = atomicity as never;
        await codesOf(() => client.write(updates, { atomicity: atomic }));
        await codesOf(async () => {
          for await (const found of client.read(entities))
            if (found.entity === undefined) throw new Error('empty');
        });
      },
    ),
    { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS, seed: 1 },
  );
  // It still works.
  await codesOf(() =>
    client.write([insert(entry({ tableId: ID.exact, match: [exact(1, 9), exact(2, 1)], action: SET }))]),
  );
  t.true((await readEntries(client, { tableId: ID.constant })).length === 2);
});

test('what a write that is undone leaves is what was there', async (t) => {
  const { primary } = await serve(t);
  const client = await primary();
  const everything = [
    'tableEntry',
    'actionProfileMember',
    'actionProfileGroup',
    'counterEntry',
    'meterEntry',
    'registerEntry',
    'valueSetEntry',
    'digestEntry',
  ] as const;
  const state = async () => {
    const found: string[] = [];
    for await (const one of client.read(
      everything.map(($case) => Entity.fromPartial({ entity: { $case, value: {} } as never })),
    )) {
      found.push(Buffer.from(Entity.encode(one).finish()).toString('hex'));
    }
    return found.sort().join('\n');
  };
  const bad = Update.fromPartial({ type: 1 });
  await fc.assert(
    fc.asyncProperty(fc.array(update, { maxLength: 8 }), async (updates) => {
      await codesOf(() => client.write(updates.slice(0, 2)));
      const before = await state();
      await codesOf(() => client.write([...updates, bad], { atomicity: 1 }));
      const after = await state();
      if (after !== before) throw new Error(`before:\n${before}\nafter:\n${after}`);
    }),
    { numRuns: Math.ceil(RUNS / 4), interruptAfterTimeLimit: LIMIT_MS, seed: 2 },
  );
  t.true((await state()).length > 0);
});

test('bytes that are no message, on every call', async (t) => {
  const { target, primary } = await serve(t);
  const client = new Client(target, credentials.createInsecure());
  const identity = (value: Buffer) => value;
  const call = (method: string, request: Buffer) =>
    new Promise<number>((resolve) => {
      client.makeUnaryRequest(
        `/p4.v1.P4Runtime/${method}`,
        identity,
        identity,
        request,
        new Metadata(),
        {},
        (problem: ServiceError | null) => resolve(problem?.code ?? 0),
      );
    });
  const valid = Buffer.from(
    WriteRequest.encode(
      WriteRequest.fromPartial({
        deviceId: 3n,
        electionId: { low: 1n },
        updates: [insert(entry({ tableId: ID.exact, match: [exact(1, 1), exact(2, 1)], action: SET }))],
      }),
    ).finish(),
  );
  const known = new Set<number>([...ALLOWED, Code.OK, Code.INTERNAL, Code.UNKNOWN]);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('Write', 'SetForwardingPipelineConfig', 'GetForwardingPipelineConfig', 'Capabilities'),
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc.record({ at: fc.nat({ max: valid.length - 1 }), to: fc.nat({ max: 255 }) }).map(({ at, to }) => {
          const copy = Buffer.from(valid);
          copy[at] = to;
          return copy;
        }),
      ),
      async (method, request) => {
        const code = await call(method, Buffer.from(request));
        if (!known.has(code)) throw new Error(`code ${code}`);
      },
    ),
    { numRuns: RUNS, interruptAfterTimeLimit: LIMIT_MS, seed: 3 },
  );
  client.close();
  t.is(await (await primary()).apiVersion(), '1.5.0');
});

test('messages of the stream of any shape', async (t) => {
  const { primary, client } = await serve(t);
  const one = await primary(2n ** 127n);
  const errors = one.streamErrors();
  const metadata = fc.array(fc.record({ metadataId: fc.nat({ max: 3 }), value: bytes }), { maxLength: 3 });
  let sent = 0;
  await fc.assert(
    fc.asyncProperty(bytes, metadata, unsigned, async (payload, values, digestId) => {
      one.sendPacket({ payload, metadata: [...values, { metadataId: 1, value: new Uint8Array() }] });
      one.acknowledge({ digestId, listId: 1n });
      sent++;
      const wanted = digestId === ID.digest ? 1 : 2;
      for (let count = 0; count < wanted; count++) {
        const { canonicalCode } = await next(errors);
        if (!ALLOWED.has(canonicalCode)) throw new Error(`code ${canonicalCode}`);
      }
    }),
    { numRuns: Math.ceil(RUNS / 3), interruptAfterTimeLimit: LIMIT_MS, seed: 4 },
  );
  t.true(sent > 0);
  t.is((await client().arbitrate(1n)).standing, 'backup');
});
