/** The pipeline for the Tofino Native Architecture: the front end accepts it, without a warning, for either chip, folded and not. */

import test from 'ava';
import type { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import { v1modelPipeline } from '../harness/pipeline-program.ts';
import { partOf, pipesOf } from '../harness/tna-pipes.ts';
import {
  type Generation,
  lowerTna,
  TNA_FOLDED_PATH,
  TNA_PROGRAMS,
  tnaFrontEnd,
  tnaP4Info,
} from '../harness/tna-program.ts';

const GENERATIONS: readonly Generation[] = [1, 2];

for (const generation of GENERATIONS) {
  for (const [word, path] of Object.entries(TNA_PROGRAMS)) {
    test(`the front end accepts the program for Tofino ${generation}, ${word}`, (t) => {
      const { diagnostics } = tnaFrontEnd(generation, path);
      t.deepEqual(
        diagnostics.map(({ code, message, span }) => `${code} ${message} (${span.source.path})`),
        [],
      );
    });
  }
}

// A control plane that is written for one target writes the tables of the other. Ids of actions are hashes of their names.

/** Targets have them in different orders. */
function sorted<T>(pairs: readonly (readonly [string | undefined, T])[]): Map<string | undefined, T> {
  return new Map([...pairs].sort(([left = ''], [right = '']) => (left < right ? -1 : 1)));
}

/** By name: what a control plane has to know of each table, and of actions, counters, meters, digests, packet headers. */
function seenByControlPlane(p4info: P4Info) {
  const actionNames = new Map(p4info.actions.map(({ preamble }) => [preamble?.id, preamble?.name]));
  const tables = p4info.tables.map((table) => {
    const { preamble, matchFields, actionRefs, constDefaultActionId, idleTimeoutBehavior, implementationId } =
      table;
    return [
      preamble?.name,
      {
        id: preamble?.id,
        keys: matchFields.map(({ id, name, bitwidth, match }) => ({ id, name, bitwidth, match })),
        actions: actionRefs.map(({ id, scope }) => ({ id, name: actionNames.get(id), scope })),
        constDefaultActionId,
        idleTimeoutBehavior,
        implementationId,
      },
    ] as const;
  });
  // Others are called by the program only.
  const listed = new Set(p4info.tables.flatMap(({ actionRefs }) => actionRefs.map(({ id }) => id)));
  const called = p4info.actions.filter(({ preamble }) => listed.has(preamble?.id ?? 0));
  const actions = called.map(({ preamble, params }) => {
    return [
      preamble?.name,
      { id: preamble?.id, params: params.map(({ id, name, bitwidth }) => ({ id, name, bitwidth })) },
    ] as const;
  });
  const others = [...p4info.actionProfiles, ...p4info.counters, ...p4info.meters, ...p4info.digests].map(
    ({ preamble }) => [preamble?.name, preamble?.id] as const,
  );
  const headers = p4info.controllerPacketMetadata.map(({ preamble, metadata }) => {
    return [preamble?.name, { id: preamble?.id, metadata }] as const;
  });
  return {
    tables: sorted(tables),
    actions: sorted(actions),
    others: sorted(others),
    headers: sorted(headers),
  };
}

test('tables, actions, counters, meters, digests and packet headers are those of v1model', (t) => {
  const tna = seenByControlPlane(tnaP4Info());
  const v1model = seenByControlPlane(v1modelPipeline().p4info);
  t.deepEqual(
    [...tna.tables.keys()].filter((name) => !v1model.tables.has(name)),
    ['flow_collisions'],
  );
  tna.tables.delete('flow_collisions');
  tna.actions.delete('ingress.pipeline.collisions.set_server');
  // An entry of 32 bits has 12 for the server: the control plane keeps numbers within it (controller/program.ts).
  const setServer = 'ingress.pipeline.sessions.set_server';
  t.deepEqual(tna.actions.get(setServer)?.params, [{ id: 1, name: 'server', bitwidth: 12 }]);
  tna.actions.delete(setServer);
  v1model.actions.delete(setServer);
  t.deepEqual(tna, v1model);
});

test('folded, it has the tables, actions, counters, meters, digests and packet headers that it has in one pipe', (t) => {
  const onePipe = seenByControlPlane(tnaP4Info());
  for (const generation of GENERATIONS) {
    t.deepEqual(seenByControlPlane(tnaP4Info(TNA_FOLDED_PATH, generation)), onePipe);
  }
});

test('folded, each table and each extern stands in one of the two pipes', (t) => {
  const program = lowerTna(tnaFrontEnd(1, TNA_FOLDED_PATH));
  const parts = pipesOf(program).map((pipe) => partOf(program, pipe));
  const named = (of: (part: (typeof parts)[number]) => Iterable<string>) =>
    parts.flatMap((part) => [...of(part)]);
  const tables = named((part) => part.tables.keys());
  t.deepEqual([...tables].sort(), [...program.tables.keys()].sort());
  const instances = named((part) => part.instances.keys());
  t.deepEqual(instances.length, new Set(instances).size);
  // The tables that sessions and bindings fill stand in different pipes.
  const [pipeA, pipeB] = parts.map((part) => [...part.tables.values()].map((one) => one.controlPlaneName));
  t.true(pipeA?.includes('flows'));
  t.true(pipeB?.includes('bindings'));
});
