/** Switches are kept true: real servers of the embedded switch, and keepers that come, go and take over. */

import { Server, ServerCredentials, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { cpuSession } from '../../controller/pipeline/index.ts';
import { type Change, SwitchKeeper, type SwitchStanding } from '../../controller/switches/index.ts';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import { encodeTableEntry, encodeTableRead, insert, modify, remove } from '../../p4runtime/entities/index.ts';
import {
  type Entity,
  ForwardingPipelineConfig,
  SetForwardingPipelineConfigRequest_Action,
  type StreamMessageRequest,
  TableEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { type P4RuntimeServer, P4RuntimeService } from '../../p4runtime/gen/p4/v1/p4runtime-service.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';
import { type CaseEntry, inputsOf, readBase, readCases } from '../harness/case.ts';
import { type BareOptions, type BareSwitch, startBare } from '../harness/embedded.ts';
import { encodeCaseEntry } from '../harness/entries.ts';
import { compileProgram, v1modelPipeline } from '../harness/pipeline-program.ts';
import { until } from './lab.ts';

const FOLDER = 'bmv2-tests/pipeline';
const { json, p4info } = v1modelPipeline();
const PIPELINE: ForwardingPipelineConfig = { p4info, p4DeviceConfig: json, cookie: { cookie: 7n } };
const schema = buildSchema(p4info);
const base = [
  ...readBase(`${FOLDER}/base.json`).map((entry: CaseEntry) => encodeCaseEntry(schema, entry)),
  cpuSession(),
];

function flow(number: number, server = 2): Entity {
  return encodeTableEntry(schema.tables.get('flows'), {
    key: {
      source: 0x20010db8000300000000000000000000n + BigInt(number),
      destination: 0x20010db8010000000000000000000001n,
      source_port: 40_000,
      destination_port: 80,
      protocol: 6,
    },
    action: { name: 'set_server', params: { server } },
  });
}

const set = (entity: Entity): Change => ({ kind: 'set', entity });

type Kept = {
  readonly keeper: SwitchKeeper;
  readonly until: (kind: SwitchStanding['kind']) => Promise<SwitchStanding>;
};

/** A keeper with what it wants, which stops when the test ends. */
function keep(
  t: ExecutionContext,
  target: string,
  wanted: readonly Entity[],
  more: Partial<ConstructorParameters<typeof SwitchKeeper>[0]> = {},
): Kept {
  const waiting: { kind: string; resolve: (standing: SwitchStanding) => void }[] = [];
  const keeper = new SwitchKeeper({
    client: { target, deviceId: 1n },
    pipeline: PIPELINE,
    electionId: 1n,
    random: () => 0,
    onStanding: (standing) => {
      for (const [index, one] of [...waiting.entries()].reverse()) {
        if (one.kind !== standing.kind) continue;
        waiting.splice(index, 1);
        one.resolve(standing);
      }
    },
    ...more,
  });
  t.teardown(() => keeper.stop());
  void keeper.changeAll(wanted.map(set));
  keeper.start();
  return {
    keeper,
    until: (kind) =>
      keeper.standing.kind === kind
        ? Promise.resolve(keeper.standing)
        : new Promise((resolve) => waiting.push({ kind, resolve })),
  };
}

async function serve(t: ExecutionContext, options: BareOptions = {}): Promise<BareSwitch> {
  const bare = await startBare(options);
  t.teardown(() => bare.close());
  return bare;
}

/** What the last comparison found. */
function report(standing: SwitchStanding): {
  seen: number;
  written: number;
  dropped: number;
  refused: unknown;
} {
  if (standing.kind !== 'ready') throw new Error(`it is ${standing.kind}: ${JSON.stringify(standing)}`);
  const { seen, written, dropped, refused } = standing.lastReconcile;
  return { seen, written, dropped, refused };
}

async function flowsOf(client: SwitchClient): Promise<number> {
  let count = 0;
  for await (const _ of client.read([encodeTableRead(schema.tables.get('flows'))])) count++;
  return count;
}

/** One packet case has to hold: the switch forwards. */
function forwards(t: ExecutionContext, bare: BareSwitch): void {
  const [one] = readCases(`${FOLDER}/cases/hand-over.json`);
  if (one === undefined) throw new Error('there is no case');
  const packets = inputsOf(one).map(({ port, packet }) => ({ port, bytes: Buffer.from(packet, 'hex') }));
  const left = bare
    .send(packets)
    .map(({ port, bytes }) => ({ port, packet: Buffer.from(bytes).toString('hex') }));
  t.deepEqual(left, [...one.expected]);
}

test.serial('an empty switch gets the program and all that is wanted', async (t) => {
  const bare = await serve(t);
  const { until } = keep(t, bare.target, [...base, flow(1)]);
  t.deepEqual(report(await until('ready')).written, base.length + 1);
  forwards(t, bare);
});

test.serial('a controller that starts again touches nothing that is right', async (t) => {
  const bare = await serve(t);
  const first = keep(t, bare.target, [...base, flow(1), flow(2)]);
  await first.until('ready');
  await first.keeper.stop();
  forwards(t, bare);
  const second = keep(t, bare.target, [...base, flow(1), flow(2)]);
  t.deepEqual(report(await second.until('ready')), {
    // The program's own entries are seen too.
    seen: report(await second.until('ready')).seen,
    written: 0,
    dropped: 0,
    refused: [],
  });
});

test.serial('only what differs is written', async (t) => {
  const bare = await serve(t);
  const first = keep(t, bare.target, [...base, flow(1), flow(2), flow(3)]);
  await first.until('ready');
  await first.keeper.stop();
  const client = new SwitchClient({ target: bare.target, deviceId: 1n });
  t.teardown(() => client.close());
  await client.arbitrate(5n);
  await client.write([modify(flow(1, 77)), remove(flow(2)), insert(flow(4))]);
  client.close();
  const second = keep(t, bare.target, [...base, flow(1), flow(2), flow(3)], { electionId: 6n });
  const { written, dropped, refused } = report(await second.until('ready'));
  t.deepEqual({ written, dropped, refused }, { written: 2, dropped: 1, refused: [] });
});

test.serial('changes reach the switch, and what it refuses is told and not wanted any more', async (t) => {
  const bare = await serve(t);
  const { keeper, until } = keep(t, bare.target, base);
  await until('ready');
  const wanted = keeper.wanted;
  t.deepEqual(await keeper.change(set(flow(1))), { kind: 'written' });
  t.deepEqual(await keeper.change(set(flow(1, 1))), { kind: 'written' });
  t.deepEqual(await keeper.changeAll([set(flow(2)), { kind: 'remove', entity: flow(2) }]), [
    { kind: 'written' },
    { kind: 'written' },
  ]);
  const wrong: Entity = {
    entity: {
      $case: 'digestEntry',
      value: { digestId: 99, config: { maxTimeoutNs: 0n, maxListSize: 1, ackTimeoutNs: 0n } },
    },
  };
  const outcome = await keeper.change(set(wrong));
  t.is(outcome.kind, 'refused');
  t.is(keeper.wanted, wanted + 1);
  const client = new SwitchClient({ target: bare.target, deviceId: 1n });
  t.teardown(() => client.close());
  t.is(await flowsOf(client), 1);
});

test.serial('a change that is refused does not undo the one after it', async (t) => {
  const bare = await serve(t);
  const { keeper, until } = keep(t, bare.target, base);
  await until('ready');
  const wrong = flow(1);
  if (wrong.entity?.$case !== 'tableEntry') throw new Error('an entry');
  const action = { type: { $case: 'action', value: { actionId: 0x0100_0001, params: [] } } } as const;
  const refused: Entity = { entity: { ...wrong.entity, value: { ...wrong.entity.value, action } } };
  const outcomes = await keeper.changeAll([set(refused), set(flow(1, 2))]);
  t.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['refused', 'written'],
  );
  t.is(keeper.wanted, base.length + 1);
});

test.serial('a switch that starts again gets everything back', async (t) => {
  const first = await startBare();
  const { keeper, until } = keep(t, first.target, [...base, flow(1)]);
  await until('ready');
  await keeper.change(set(flow(2)));
  const lost = until('unreachable');
  await first.close();
  await lost;
  t.deepEqual(await keeper.change(set(flow(3))), { kind: 'deferred' });
  const second = await serve(t, { port: first.port });
  t.is(report(await until('ready')).written, base.length + 3);
  forwards(t, second);
});

test.serial('a backup takes over with what it wants, and touches nothing that is right', async (t) => {
  const bare = await serve(t);
  const primary = keep(t, bare.target, [...base, flow(1)], { electionId: 10n });
  await primary.until('ready');
  const backup = keep(t, bare.target, [...base, flow(1)], { electionId: 9n });
  t.deepEqual(await backup.until('backup'), { kind: 'backup', primary: 10n });
  t.deepEqual(await backup.keeper.change(set(flow(2))), { kind: 'deferred' });
  await primary.keeper.stop();
  const { written, dropped } = report(await backup.until('ready'));
  t.deepEqual({ written, dropped }, { written: 1, dropped: 0 });
});

test.serial('another program is not replaced unless that is allowed', async (t) => {
  const other = compileProgram('bmv2-tests/programs/table-exact.p4');
  const bare = await serve(t, { program: other });
  const careful = keep(t, bare.target, base);
  const standing = await careful.until('wrong-pipeline');
  t.regex(standing.kind === 'wrong-pipeline' ? standing.message : '', /another program runs/);
  await careful.keeper.stop();
  const bold = keep(t, bare.target, base, { replacePipeline: true });
  t.is(report(await bold.until('ready')).written, base.length);
});

const isFlow = ({ entity }: Entity): boolean =>
  entity?.$case === 'tableEntry' && entity.value.tableId === schema.tables.get('flows').id;

test.serial('flows go on in another build of the pipeline: the switch keeps its state', async (t) => {
  const bare = await serve(t);
  const first = keep(t, bare.target, [...base, flow(1), flow(2)]);
  await first.until('ready');
  await first.keeper.stop();
  const second = keep(t, bare.target, base, {
    pipeline: { ...PIPELINE, cookie: { cookie: 8n } },
    electionId: 2n,
    replacePipeline: true,
    adopts: isFlow,
  });
  const { written, dropped } = report(await second.until('ready'));
  t.deepEqual(
    { written, dropped, wanted: second.keeper.wanted },
    { written: 0, dropped: 0, wanted: base.length + 2 },
  );
  // The next build has other numbers in keys, so that the switch cannot keep what is there; flows mean what they did.
  await second.keeper.stop();
  const other = {
    ...p4info,
    tables: p4info.tables.map((table) =>
      table.preamble?.name === 'neighbors' || table.preamble?.name === 'flows'
        ? { ...table, matchFields: table.matchFields.map((field) => ({ ...field, id: 17 - field.id })) }
        : table,
    ),
  };
  const neighbors = schema.tables.get('neighbors').id;
  const rest = base.filter(
    ({ entity }) => entity?.$case !== 'tableEntry' || entity.value.tableId !== neighbors,
  );
  const third = keep(t, bare.target, rest, {
    pipeline: { ...PIPELINE, p4info: other, cookie: { cookie: 9n } },
    electionId: 3n,
    replacePipeline: true,
    adopts: isFlow,
  });
  t.is(report(await third.until('ready')).written, rest.length + 2);
  t.is(third.keeper.wanted, rest.length + 2);
  const client = new SwitchClient({ target: bare.target, deviceId: 1n });
  t.teardown(() => client.close());
  t.is(await flowsOf(client), 2);

  // In the next one source and destination have changed places, which a switch that goes by numbers would take for each other.
  await third.keeper.stop();
  const [ONE, TWO] = [16, 15];
  const swapped = {
    ...other,
    tables: other.tables.map((table) =>
      table.preamble?.name === 'flows'
        ? {
            ...table,
            matchFields: table.matchFields.map((field) => ({
              ...field,
              id: field.id === ONE ? TWO : field.id === TWO ? ONE : field.id,
            })),
          }
        : table,
    ),
  };
  const fourth = keep(t, bare.target, rest, {
    pipeline: { ...PIPELINE, p4info: swapped, cookie: { cookie: 10n } },
    electionId: 4n,
    replacePipeline: true,
    adopts: isFlow,
  });
  t.is(report(await fourth.until('ready')).written, rest.length + 2);
  const sources: string[] = [];
  const all: Entity = {
    entity: {
      $case: 'tableEntry',
      value: TableEntry.fromPartial({ tableId: schema.tables.get('flows').id }),
    },
  };
  for await (const { entity } of client.read([all])) {
    const match = entity?.$case === 'tableEntry' ? entity.value.match : [];
    const source = match.find(({ fieldId }) => fieldId === TWO)?.fieldMatchType;
    if (source?.$case === 'exact') sources.push(Buffer.from(source.value.value).toString('hex'));
  }
  t.deepEqual(sources.sort(), [flow(1), flow(2)].map(sourceOf).sort());
});

/** Of an entry of the pipeline as it is, where it is field 1. */
function sourceOf({ entity }: Entity): string {
  const match = entity?.$case === 'tableEntry' ? entity.value.match : [];
  const source = match.find(({ fieldId }) => fieldId === 1)?.fieldMatchType;
  return source?.$case === 'exact' ? Buffer.from(source.value.value).toString('hex') : '';
}

test.serial('a program without tables is a program, too', async (t) => {
  const bare = await serve(t, { program: compileProgram('bmv2-tests/programs/drop.p4') });
  t.is((await keep(t, bare.target, base).until('wrong-pipeline')).kind, 'wrong-pipeline');
});

/** A server that is primary's at once, with answers of its own to the rest. @returns Its target. */
async function answering(t: ExecutionContext, answers: Partial<P4RuntimeServer>): Promise<string> {
  const server = new Server();
  const service: Partial<P4RuntimeServer> = {
    streamChannel: (call) => {
      call.on('data', (request: StreamMessageRequest) => {
        if (request.update?.$case === 'arbitration') call.write({ update: request.update });
      });
      call.on('end', () => call.end());
    },
    ...answers,
  };
  server.addService(P4RuntimeService, service as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (problem, found) =>
      problem === null ? resolve(found) : reject(problem),
    );
  });
  t.teardown(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

test.serial('who stops does not wait for a switch that takes long', async (t) => {
  let isLoading = false;
  const target = await answering(t, {
    getForwardingPipelineConfig: (_, answer) => answer({ code: status.FAILED_PRECONDITION }, null),
    setForwardingPipelineConfig: () => {
      isLoading = true;
    },
  });
  const { keeper } = keep(t, target, base);
  await until('it loads', () => isLoading);
  const begin = performance.now();
  await keeper.stop();
  // A pipeline may take 300 s.
  t.true(performance.now() - begin < 20_000);
});

test.serial(
  'what a switch says it has not is written, as the digests that BMv2 has not been told of',
  async (t) => {
    const written: string[] = [];
    const target = await answering(t, {
      getForwardingPipelineConfig: (_, answer) =>
        answer(null, { config: { ...PIPELINE, p4info: undefined, p4DeviceConfig: new Uint8Array() } }),
      read: (call) => {
        const isDigest = call.request.entities.some(({ entity }) => entity?.$case === 'digestEntry');
        if (isDigest)
          call.emit('error', { code: status.NOT_FOUND, details: 'Digest 397109657 not configured' });
        else call.end();
      },
      write: (call, answer) => {
        for (const { entity } of call.request.updates) written.push(entity?.entity?.$case ?? '');
        answer(null, {});
      },
    });
    const digest: Entity = {
      entity: {
        $case: 'digestEntry',
        value: { digestId: 397_109_657, config: { maxTimeoutNs: 0n, maxListSize: 1, ackTimeoutNs: 0n } },
      },
    };
    const { until } = keep(t, target, [digest]);
    await until('ready');
    t.deepEqual(written, ['digestEntry']);
  },
);

test.serial(
  'a program that BMv2 holds back, which it could not reconcile, is committed before the next',
  async (t) => {
    const { RECONCILE_AND_COMMIT, VERIFY_AND_COMMIT, COMMIT } = SetForwardingPipelineConfigRequest_Action;
    const asked: number[] = [];
    let isHeldBack = false;
    const target = await answering(t, {
      getForwardingPipelineConfig: (_, answer) =>
        answer(null, { config: { ...PIPELINE, p4DeviceConfig: new Uint8Array(), cookie: { cookie: 6n } } }),
      // As simple_switch_grpc 1.15.5 answers for a program with indexed counters.
      setForwardingPipelineConfig: (call, answer) => {
        const { action } = call.request;
        asked.push(action);
        const isRefused = isHeldBack && action !== COMMIT;
        isHeldBack = action === RECONCILE_AND_COMMIT || isRefused;
        if (isRefused)
          answer({ code: status.UNKNOWN, details: 'Error in first phase of device update' }, null);
        else if (isHeldBack) answer({ code: status.UNKNOWN, details: 'Error when reconciling config' }, null);
        else answer(null, {});
      },
      read: (call) => call.end(),
      write: (_, answer) => answer(null, {}),
    });
    const { until } = keep(t, target, [], { replacePipeline: true });
    await until('ready');
    t.deepEqual(asked, [RECONCILE_AND_COMMIT, VERIFY_AND_COMMIT, COMMIT, VERIFY_AND_COMMIT]);
  },
);

test.serial('changes while the switch is compared are not undone', async (t) => {
  const bare = await serve(t);
  const many = Array.from({ length: 3000 }, (_, index) => flow(index));
  const first = keep(t, bare.target, [...base, ...many]);
  await first.until('ready');
  await first.keeper.stop();
  const second = keep(t, bare.target, [...base, ...many.slice(0, 2000)]);
  await second.until('reconciling');
  const outcomes = await second.keeper.changeAll([
    ...many.slice(2000, 2500).map(set),
    ...many.slice(0, 500).map((entity): Change => ({ kind: 'remove', entity })),
  ]);
  await second.until('ready');
  t.true(outcomes.every(({ kind }) => kind !== 'refused'));
  const client = new SwitchClient({ target: bare.target, deviceId: 1n });
  t.teardown(() => client.close());
  t.is(await flowsOf(client), 2000);
});

test.serial('what an earlier controller put there can be taken over', async (t) => {
  const bare = await serve(t);
  const first = keep(t, bare.target, [...base, flow(1), flow(2)]);
  await first.until('ready');
  await first.keeper.stop();
  const taken: Entity[] = [];
  const second = keep(t, bare.target, base.slice(0, -1), {
    adopts: (entity) => {
      if (isFlow(entity)) taken.push(entity);
      return isFlow(entity);
    },
  });
  const { written, dropped } = report(await second.until('ready'));
  t.deepEqual({ written, dropped, taken: taken.length }, { written: 0, dropped: 1, taken: 2 });
  // From now on they are as its own.
  t.deepEqual(await second.keeper.change({ kind: 'remove', entity: flow(1) }), { kind: 'written' });
  t.is(second.keeper.wanted, base.length);
});

test.serial('a program that somebody set meanwhile by hand is seen at the next connection', async (t) => {
  const bare = await serve(t);
  const { keeper, until } = keep(t, bare.target, base);
  await until('ready');
  await keeper.stop();
  const client = new SwitchClient({ target: bare.target, deviceId: 1n });
  t.teardown(() => client.close());
  await client.arbitrate(2n);
  const { json: otherJson, p4info: otherInfo } = compileProgram('bmv2-tests/programs/table-exact.p4');
  await client.setPipeline(
    ForwardingPipelineConfig.fromPartial({
      p4info: otherInfo,
      p4DeviceConfig: otherJson,
      cookie: { cookie: 8n },
    }),
    SetForwardingPipelineConfigRequest_Action.VERIFY_AND_COMMIT,
  );
  client.close();
  const again = keep(t, bare.target, base, { electionId: 3n });
  t.is((await again.until('wrong-pipeline')).kind, 'wrong-pipeline');
});
