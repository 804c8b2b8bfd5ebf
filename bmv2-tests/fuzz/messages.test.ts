/**
 * Requests of P4Runtime that are broken, in all six calls, without a network between: the embedded switch answers each
 * with a code of the specification, and goes on. What `toServiceError` calls a bug in moor is one.
 */

import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { Metadata } from '@grpc/grpc-js';
import test from 'ava';
import { makeP4Info } from '../../codegen/backends/p4info/index.ts';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  Entity,
  ReadRequest,
  ReadResponse,
  SetForwardingPipelineConfigRequest,
  StreamMessageRequest,
  StreamMessageResponse,
  WriteRequest,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { BATCHES_KEY, BATCHES_VALUE, packetBatches } from '../../p4runtime/packet-batches.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import { makeEngineDevice } from '../../switch/server/index.ts';
import { makeService, SERVICE } from '../../switch/server/service.ts';
import { StreamChannels } from '../../switch/server/stream-channel.ts';
import { SwitchState } from '../../switch/server/switch-state.ts';
import { mutateMessage } from './mutate-message.ts';
import type { Random } from './random.ts';
import { runCases } from './settings.ts';

const ELECTION = { high: 0n, low: 1n };

function compile() {
  const path = 'bmv2-tests/fuzz/everything.p4';
  const front = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const json = compileBmv2(front);
  const p4info = makeP4Info(front)?.p4info;
  if (json === undefined || p4info === undefined) throw new Error(`${path} does not compile`);
  return { p4info, p4DeviceConfig: Buffer.from(JSON.stringify(json)), cookie: undefined };
}

type Partials = Parameters<typeof Entity.fromPartial>[0]['entity'];

/** Right entities of every kind. */
function rightEntities(schema: Schema): readonly Entity[] {
  const table = (name: string) => schema.tables.get(name).id;
  const action = (name: string, ...params: readonly (readonly number[])[]) => ({
    actionId: schema.actions.get(name).id,
    params: params.map((value, index) => ({ paramId: index + 1, value: Uint8Array.from(value) })),
  });
  const acts = (value: ReturnType<typeof action>) => ({ type: { $case: 'action' as const, value } });
  const bytes = (...values: readonly number[]) => Uint8Array.from(values);
  const exact = (fieldId: number, ...value: readonly number[]) => ({
    fieldId,
    fieldMatchType: { $case: 'exact' as const, value: { value: bytes(...value) } },
  });
  const forward = action('Handle.forward', [3], [2, 0, 0, 0, 0, 9]);
  const next = schema.actionProfiles.get('Handle.next').id;
  const shared = schema.actionProfiles.get('Handle.shared').id;
  const exactTags = {
    tableId: table('exact_tags'),
    match: [exact(1, 5), exact(2, 7)],
    action: acts(action('Handle.send', [4])),
  };
  const all: readonly Partials[] = [
    {
      $case: 'tableEntry',
      value: {
        ...exactTags,
        idleTimeoutNs: 1_000_000n,
        meterConfig: { cir: 1n, cburst: 2n, pir: 3n, pburst: 4n },
        counterData: { packetCount: 1n },
        metadata: bytes(1, 2),
      },
    },
    {
      $case: 'tableEntry',
      value: {
        tableId: table('prefixes'),
        match: [
          {
            fieldId: 1,
            fieldMatchType: { $case: 'lpm', value: { value: bytes(10, 0, 0, 0), prefixLen: 8 } },
          },
        ],
        action: acts(forward),
      },
    },
    {
      $case: 'tableEntry',
      value: {
        tableId: table('acl'),
        priority: 5,
        match: [
          {
            fieldId: 1,
            fieldMatchType: {
              $case: 'ternary',
              value: { value: bytes(10, 0, 0, 0), mask: bytes(255, 0, 0, 0) },
            },
          },
          { fieldId: 2, fieldMatchType: { $case: 'range', value: { low: bytes(1), high: bytes(2, 0) } } },
          { fieldId: 3, fieldMatchType: { $case: 'optional', value: { value: bytes(5) } } },
        ],
        action: acts(action('Handle.copies', [1])),
      },
    },
    {
      $case: 'tableEntry',
      value: { tableId: table('prefixes'), isDefaultAction: true, action: acts(forward) },
    },
    {
      $case: 'tableEntry',
      value: {
        tableId: table('hops'),
        match: [exact(1, 7)],
        action: { type: { $case: 'actionProfileGroupId', value: 3 } },
      },
    },
    {
      $case: 'tableEntry',
      value: {
        tableId: table('hops'),
        match: [exact(1, 8)],
        action: {
          type: {
            $case: 'actionProfileActionSet',
            value: {
              actionProfileActions: [
                { action: forward, weight: 2, watchKind: { $case: 'watchPort', value: bytes(1) } },
              ],
            },
          },
        },
      },
    },
    {
      $case: 'tableEntry',
      value: {
        tableId: table('profiled'),
        match: [exact(1, 7)],
        action: { type: { $case: 'actionProfileMemberId', value: 2 } },
      },
    },
    { $case: 'actionProfileMember', value: { actionProfileId: next, memberId: 1, action: forward } },
    { $case: 'actionProfileMember', value: { actionProfileId: shared, memberId: 2, action: forward } },
    {
      $case: 'actionProfileGroup',
      value: { actionProfileId: next, groupId: 3, maxSize: 4, members: [{ memberId: 1, weight: 2 }] },
    },
    {
      $case: 'counterEntry',
      value: { counterId: schema.counters.all[0]?.id ?? 0, index: { index: 2n }, data: { packetCount: 9n } },
    },
    { $case: 'directCounterEntry', value: { tableEntry: exactTags, data: { byteCount: 9n } } },
    {
      $case: 'directMeterEntry',
      value: { tableEntry: exactTags, config: { cir: 1n, pir: 1n }, counterData: {} },
    },
    {
      $case: 'meterEntry',
      value: {
        meterId: schema.meters.all[0]?.id ?? 0,
        index: { index: 2n },
        config: { cir: 1n, pir: 1n },
        counterData: {},
      },
    },
    {
      $case: 'registerEntry',
      value: {
        registerId: schema.registers.all[0]?.id ?? 0,
        index: { index: 1n },
        data: { data: { $case: 'bitstring', value: bytes(1, 2) } },
      },
    },
    {
      $case: 'valueSetEntry',
      value: { valueSetId: schema.valueSets.all[0]?.id ?? 0, members: [{ match: [exact(1, 7)] }] },
    },
    {
      $case: 'digestEntry',
      value: {
        digestId: schema.digests.all[0]?.id ?? 0,
        config: { maxListSize: 2, maxTimeoutNs: 1_000_000n, ackTimeoutNs: 1_000_000n },
      },
    },
    {
      $case: 'packetReplicationEngineEntry',
      value: {
        type: {
          $case: 'multicastGroupEntry',
          value: {
            multicastGroupId: 1,
            replicas: [{ portKind: { $case: 'port', value: bytes(1) }, instance: 2 }],
          },
        },
      },
    },
    {
      $case: 'packetReplicationEngineEntry',
      value: {
        type: {
          $case: 'cloneSessionEntry',
          value: { sessionId: 7, replicas: [{ portKind: { $case: 'port', value: bytes(2) } }] },
        },
      },
    },
    { $case: 'externEntry', value: { externTypeId: 1, externId: 2 } },
  ];
  return all.map((entity) => Entity.fromPartial({ entity }));
}

/** The codes that an answer may have; INTERNAL would be our bug. */
const ALLOWED: ReadonlySet<number> = new Set([
  Code.OK,
  Code.UNKNOWN,
  Code.INVALID_ARGUMENT,
  Code.NOT_FOUND,
  Code.ALREADY_EXISTS,
  Code.PERMISSION_DENIED,
  Code.RESOURCE_EXHAUSTED,
  Code.FAILED_PRECONDITION,
  Code.OUT_OF_RANGE,
  Code.UNIMPLEMENTED,
  Code.ABORTED,
]);

type Answer = { readonly code: number; readonly details?: string };

function check(call: string, problem: unknown): void {
  if (problem === null || problem === undefined) return;
  const { code, details = '' } = problem as Answer;
  // Of a batch the code is UNKNOWN, and the message that of the first that failed.
  if (!ALLOWED.has(code) || details.includes('a bug in moor'))
    throw new Error(`${call}: ${code}: ${details}`);
}

class Calls {
  readonly #service: ReturnType<typeof makeService>;

  constructor(state: SwitchState, channels: StreamChannels) {
    this.#service = makeService(state, channels);
  }

  /** Does one call with the bytes of its request; those that are no message are refused by gRPC itself. */
  async unary(
    name: 'write' | 'setForwardingPipelineConfig' | 'getForwardingPipelineConfig' | 'capabilities',
    bytes: Uint8Array,
  ) {
    let request: unknown;
    try {
      request = SERVICE[name].requestDeserialize(Buffer.from(bytes));
    } catch {
      return;
    }
    const handler = this.#service[name] as (call: unknown, done: (problem: unknown) => void) => void;
    const problem = await new Promise((resolve) => handler({ request }, resolve));
    check(name, problem);
  }

  async read(bytes: Uint8Array): Promise<void> {
    let request: ReadRequest;
    try {
      request = ReadRequest.decode(bytes);
    } catch {
      return;
    }
    const problem = await new Promise((resolve) => {
      const call = Object.assign(new EventEmitter(), {
        request,
        cancelled: false,
        write: (answer: Buffer) => {
          ReadResponse.decode(SERVICE.read.responseSerialize(answer));
          return true;
        },
        end: () => resolve(undefined),
      });
      call.on('error', resolve);
      this.#service.read(call as never);
    });
    check('read', problem);
  }

  stream(messages: readonly Uint8Array[]): void {
    const metadata = new Metadata();
    metadata.set(BATCHES_KEY, BATCHES_VALUE);
    const call = Object.assign(new EventEmitter(), {
      metadata,
      sendMetadata: () => {},
      writableLength: 0,
      write: (response: StreamMessageResponse) => {
        StreamMessageResponse.encode(response).finish();
        if (response.update?.$case !== 'error') return;
        const { canonicalCode: code, message: details } = response.update.value;
        check('stream', { code, details });
      },
      end: () => {},
    });
    call.on('error', (problem) => check('stream', problem));
    this.#service.streamChannel(call as never);
    for (const bytes of messages) {
      try {
        call.emit('data', StreamMessageRequest.decode(bytes));
      } catch (problem) {
        // Bytes that are no message end the stream in gRPC itself.
        if (problem instanceof Error && /stream: \d/.test(problem.message)) throw problem;
      }
    }
    call.emit('end');
  }
}

test('broken messages of every kind, in every call', async (t) => {
  const config = compile();
  const device = makeEngineDevice({
    ports: () =>
      new Map([
        [1, 'veth1'],
        [2, 'veth2'],
        [3, 'veth3'],
      ]),
    transmit: () => {},
    cpuPort: 255,
    optimization: 'none',
  });
  const state = new SwitchState(device, 1n);
  state.start(config);
  const channels = new StreamChannels(state);
  t.teardown(() => channels.stop({ code: Code.UNAVAILABLE, details: '' }));
  const primary = channels.open({
    send: () => {},
    isBusy: () => true,
    hasWaiting: () => false,
    fail: () => {},
  });
  const becomePrimary = () =>
    channels.receive(primary, {
      update: {
        $case: 'arbitration',
        value: { deviceId: 1n, role: undefined, electionId: ELECTION, status: undefined },
      },
    });
  becomePrimary();
  const calls = new Calls(state, channels);
  const entities = rightEntities(buildSchema(config.p4info));
  const identity = { deviceId: 1n, electionId: ELECTION };
  const writes = entities.flatMap((entity) =>
    [1, 2, 3].map((type) =>
      WriteRequest.encode(
        WriteRequest.fromPartial({ ...identity, updates: [{ type: type as never, entity }] }),
      ).finish(),
    ),
  );
  const reads = entities.map((entity) =>
    ReadRequest.encode(ReadRequest.fromPartial({ deviceId: 1n, entities: [entity] })).finish(),
  );
  const pipelines = [1, 2, 3, 4, 5].map((action) =>
    SetForwardingPipelineConfigRequest.encode(
      SetForwardingPipelineConfigRequest.fromPartial({ ...identity, action: action as never, config }),
    ).finish(),
  );
  const packetOut = {
    payload: Uint8Array.from({ length: 16 }, () => 7),
    metadata: [
      { metadataId: 1, value: Uint8Array.of(3) },
      { metadataId: 2, value: Uint8Array.of(0) },
    ],
  };
  const [batch] = packetBatches([packetOut, packetOut]);
  const streams = [
    { $case: 'arbitration', value: { deviceId: 1n, electionId: { low: 5n }, role: { name: 'other' } } },
    { $case: 'arbitration', value: { deviceId: 1n, electionId: { low: 0n } } },
    { $case: 'packet', value: packetOut },
    { $case: 'other', value: batch?.any },
    { $case: 'digestAck', value: { digestId: 1, listId: 1n } },
  ].map((update) =>
    StreamMessageRequest.encode(StreamMessageRequest.fromPartial({ update } as never)).finish(),
  );

  // Those that are right are taken, in their order: the others are near to them.
  for (const request of writes.filter((_, index) => index % 3 === 0)) await calls.unary('write', request);
  const everything = [...writes, ...reads, ...streams];
  const packet = (random: Random) => {
    const bytes = random.bytes(random.below(24));
    bytes[0] = random.pick([5, 7, 8, 9]);
    return { port: random.below(4), bytes };
  };
  const cases = await runCases(800, async (random) => {
    const kind = random.below(100);
    if (kind < 60) await calls.unary('write', mutateMessage(random, random.pick(writes), everything));
    else if (kind < 85) await calls.read(mutateMessage(random, random.pick(reads), everything));
    else if (kind < 93) calls.stream([mutateMessage(random, random.pick(streams), everything)]);
    else if (kind < 96) device.receive([packet(random), packet(random)]);
    else if (kind < 98)
      await calls.unary(
        'getForwardingPipelineConfig',
        mutateMessage(random, Uint8Array.of(8, 1, 16, random.below(4)), everything),
      );
    else if (kind < 99) await calls.unary('capabilities', random.bytes(random.below(9)));
    else if (random.below(20) === 0) {
      await calls.unary(
        'setForwardingPipelineConfig',
        mutateMessage(random, random.pick(pipelines), everything),
      );
      becomePrimary();
    }
  });
  t.true(cases > 0);
  await t.notThrowsAsync(calls.read(reads[0] ?? new Uint8Array()));
});
