/** RECONCILE_AND_COMMIT: what controllers wrote into one program, written into the next. */

import { EntityError } from '../../p4runtime/errors.ts';
import { type Entity, type Update, Update_Type } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { DEFAULT_ENTRY } from './device.ts';
import { invalid } from './entity-handler.ts';
import type { Forwarding } from './forwarding.ts';

const everything = () => true;

/** What nothing else refers to comes first: members before groups before entries. */
const INSERTED: readonly NonNullable<Entity['entity']>['$case'][] = [
  'actionProfileMember',
  'actionProfileGroup',
  'tableEntry',
  'packetReplicationEngineEntry',
  'digestEntry',
];

/**
 * Copies all state.
 * @throws EntityError INVALID_ARGUMENT for what has no place in the new program; that is of no use then.
 */
export function reconcile(from: Forwarding, to: Forwarding): void {
  clearInitialEntries(to);
  for (const entity of stateOf(from)) {
    try {
      to.write(toWrite(entity), everything, undefined);
    } catch (problem) {
      if (!(problem instanceof EntityError)) throw problem;
      throw invalid(`the forwarding state cannot be kept under the new config: ${problem.message}`);
    }
  }
  keepColors(from, to);
}

/** What meters have marked, which P4Runtime can only reset. */
function keepColors(from: Forwarding, to: Forwarding): void {
  for (const [name, meters] of from.pipeline.meters) {
    const next = to.pipeline.meters.get(name);
    for (let index = 0; next !== undefined && index < Math.min(meters.size, next.size); index++) {
      next.setColors(index, meters.colors(index));
    }
  }
  for (const [name, table] of from.pipeline.tables) {
    const next = to.pipeline.tables.get(name);
    if (next?.colors(DEFAULT_ENTRY) === undefined) continue;
    for (const entry of table.entries()) {
      const handle = next.find(entry);
      const colors = table.colors(entry.handle);
      if (handle !== undefined && colors !== undefined) next.setColors(handle, colors);
    }
  }
}

/** The update that makes an entity which was read anew. */
export function toWrite(entity: Entity): Update {
  const kind = entity.entity?.$case;
  const isInserted = kind !== undefined && INSERTED.includes(kind) && !isDefault(entity);
  return { type: isInserted ? Update_Type.INSERT : Update_Type.MODIFY, entity };
}

function isDefault({ entity }: Entity): boolean {
  return entity?.$case === 'tableEntry' && entity.value.isDefaultAction;
}

/** Entries that the new program begins with, and that the controller of the old one may have changed or deleted. */
export function clearInitialEntries(to: Forwarding): void {
  for (const { device, info } of to.tables.all) {
    if (info.constEntries) continue;
    const handles = [...device.entries()].map(({ handle }) => handle);
    for (const handle of handles) if (!device.isConst(handle)) device.remove(handle);
  }
}

/** What controllers wrote, and what the program's own state came to. */
function* stateOf(from: Forwarding): Generator<Entity> {
  const read = (entity: NonNullable<Entity['entity']>) => from.read({ entity }, everything);
  yield* read({
    $case: 'actionProfileMember',
    value: { actionProfileId: 0, memberId: 0, action: undefined },
  });
  yield* read({
    $case: 'actionProfileGroup',
    value: { actionProfileId: 0, groupId: 0, members: [], maxSize: 0 },
  });
  const wanted = {
    counterData: { byteCount: 0n, packetCount: 0n },
    meterConfig: { cir: 0n, cburst: 0n, pir: 0n, pburst: 0n, eburst: 0n },
    meterCounterData: undefined,
    timeSinceLastHit: undefined,
  };
  for (const table of from.tables.all) {
    for (const { handle } of table.device.entries()) {
      const value = table.entry(handle, wanted);
      // Entries of the program itself are those of the new one.
      if (value !== undefined && !value.isConst) yield { entity: { $case: 'tableEntry', value } };
    }
    const value = table.defaultEntry(wanted);
    if (value !== undefined && table.isDefaultChanged) yield { entity: { $case: 'tableEntry', value } };
  }
  for (const entity of read({
    $case: 'counterEntry',
    value: { counterId: 0, index: undefined, data: undefined },
  })) {
    const data = entity.entity?.$case === 'counterEntry' ? entity.entity.value.data : undefined;
    if (data !== undefined && (data.packetCount > 0n || data.byteCount > 0n)) yield entity;
  }
  const noMeter = { meterId: 0, index: undefined, config: undefined, counterData: undefined };
  for (const entity of read({ $case: 'meterEntry', value: noMeter })) {
    if (entity.entity?.$case === 'meterEntry' && entity.entity.value.config !== undefined) yield entity;
  }
  yield* read({ $case: 'registerEntry', value: { registerId: 0, index: undefined, data: undefined } });
  yield* read({
    $case: 'packetReplicationEngineEntry',
    value: {
      type: {
        $case: 'multicastGroupEntry',
        value: { multicastGroupId: 0, replicas: [], metadata: new Uint8Array() },
      },
    },
  });
  yield* read({
    $case: 'packetReplicationEngineEntry',
    value: {
      type: {
        $case: 'cloneSessionEntry',
        value: { sessionId: 0, replicas: [], classOfService: 0, packetLengthBytes: 0 },
      },
    },
  });
  yield* read({ $case: 'valueSetEntry', value: { valueSetId: 0, members: [] } });
  yield* read({ $case: 'digestEntry', value: { digestId: 0, config: undefined } });
}
