/** All that a P4Runtime target has: its program, and every entity that packets can meet. */

import { BatchError, RpcError, type SwitchClient } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import {
  Entity,
  type ForwardingPipelineConfig,
  GetForwardingPipelineConfigRequest_ResponseType,
  TableEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema, type TableInfo } from '../../p4runtime/schema/index.ts';
import { UserProblem } from '../user-problem.ts';
import { readAll } from './session.ts';

export type TargetState = {
  readonly config: ForwardingPipelineConfig;
  /** What others refer to comes first. */
  readonly entities: readonly Entity[];
  /** What the target does not let read, in words. */
  readonly missing: readonly string[];
};

/** A kind of entity, and the request that selects all of it. */
type Selection = readonly [string, Parameters<typeof Entity.fromPartial>[0]['entity']];

/** The kinds that the program has. Counters are left out: no packet's way depends on them. */
function selections(schema: Schema): { readonly before: Selection[]; readonly after: Selection[] } {
  const before: Selection[] = [];
  const after: Selection[] = [];
  if (schema.actionProfiles.all.length > 0) {
    before.push(['the members of action profiles', { $case: 'actionProfileMember', value: {} }]);
    if (schema.actionProfiles.all.some(({ withSelector }) => withSelector))
      before.push(['the groups of action profiles', { $case: 'actionProfileGroup', value: {} }]);
  }
  if (schema.meters.all.length > 0) after.push(['meters', { $case: 'meterEntry', value: {} }]);
  if (schema.registers.all.length > 0) after.push(['registers', { $case: 'registerEntry', value: {} }]);
  if (schema.valueSets.all.length > 0) after.push(['value sets', { $case: 'valueSetEntry', value: {} }]);
  const replication = (type: 'multicastGroupEntry' | 'cloneSessionEntry'): Selection[1] => ({
    $case: 'packetReplicationEngineEntry',
    value: { type: { $case: type, value: {} } },
  });
  after.push(['multicast groups', replication('multicastGroupEntry')]);
  after.push(['clone sessions', replication('cloneSessionEntry')]);
  return { before, after };
}

/**
 * Reads all of it.
 * @throws UserProblem when the target runs no program; RpcError, BatchError when it does not answer.
 */
export async function readState(client: SwitchClient): Promise<TargetState> {
  const config = await client.getPipeline(GetForwardingPipelineConfigRequest_ResponseType.ALL);
  if (config?.p4info === undefined) {
    throw new UserProblem('the target runs no program yet: load one with moor load');
  }
  if (config.p4DeviceConfig.length === 0) {
    throw new UserProblem('the target does not give its program away: trace the program file with --entries');
  }
  const schema = buildSchema(config.p4info);
  const { before, after } = selections(schema);
  const entities: Entity[] = [];
  const missing: string[] = [];
  const take = async ([what, entity]: Selection) => {
    try {
      // Not as arguments: a register may have more cells than a call can take.
      for (const one of await readAll(client, Entity.fromPartial({ entity })))
        if (isSet(one)) entities.push(one);
    } catch (problem) {
      // Targets differ in what they have: BMv2 has no registers over P4Runtime.
      missing.push(`${what}: ${reasonOf(problem)}`);
    }
  };
  for (const one of before) await take(one);
  for (const table of schema.tables.all) for (const one of await readTable(client, table)) entities.push(one);
  for (const one of after) await take(one);
  return { config, entities, missing };
}

async function readTable(client: SwitchClient, table: TableInfo): Promise<readonly Entity[]> {
  const all: TableEntry = {
    ...TableEntry.fromPartial({ tableId: table.id }),
    ...(table.directMeter === undefined
      ? {}
      : { meterConfig: { cir: 0n, cburst: 0n, pir: 0n, pburst: 0n, eburst: 0n } }),
  };
  const request = (value: TableEntry): Entity => ({ entity: { $case: 'tableEntry', value } });
  const entries = table.fields.length === 0 ? [] : await readAll(client, request(all));
  const fallback = await readAll(client, request({ ...all, isDefaultAction: true }));
  return [...entries, ...fallback.filter(hasAction)].map(withoutCounts);
}

/** A target may answer with a default entry that has no action, which nobody can write. */
function hasAction({ entity }: Entity): boolean {
  return entity?.$case === 'tableEntry' && entity.value.action !== undefined;
}

/** Only what can be written again. */
function withoutCounts(entity: Entity): Entity {
  if (entity.entity?.$case !== 'tableEntry') return entity;
  const value: TableEntry = {
    ...entity.entity.value,
    counterData: undefined,
    meterCounterData: undefined,
    timeSinceLastHit: undefined,
  };
  return { entity: { $case: 'tableEntry', value } };
}

/** Meters without a configuration are as they begin. */
function isSet({ entity }: Entity): boolean {
  return entity?.$case !== 'meterEntry' || entity.value.config !== undefined;
}

/** Why a kind of entity could not be read. @throws What is no answer about it. */
function reasonOf(problem: unknown): string {
  if (problem instanceof BatchError) return problem.message;
  if (!(problem instanceof RpcError)) throw problem;
  if (problem.code === Code.UNAVAILABLE || problem.code === Code.DEADLINE_EXCEEDED) throw problem;
  return problem.message;
}
