/**
 * A switch that is controlled by P4Runtime's messages without a server: for looking at what packets meet in it.
 * Everybody may do everything.
 */

import {
  type Entity,
  type ForwardingPipelineConfig,
  TableAction,
  type Update,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { EngineDevice } from './engine-device.ts';
import { Forwarding } from './forwarding.ts';
import { clearInitialEntries, toWrite } from './reconcile.ts';
import { type Outcome, toOutcome } from './status.ts';

const everything = () => true;

const NOTHING_WANTED = {
  counterData: undefined,
  meterConfig: undefined,
  meterCounterData: undefined,
  timeSinceLastHit: undefined,
};

function isSameAction(one: TableAction | undefined, other: TableAction | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return Buffer.compare(TableAction.encode(one).finish(), TableAction.encode(other).finish()) === 0;
}

export class OfflineSwitch {
  readonly #forwarding: Forwarding;

  /**
   * Runs a program on a device.
   * @throws EntityError for one that this switch cannot realize.
   */
  constructor(device: EngineDevice, config: ForwardingPipelineConfig) {
    this.#forwarding = new Forwarding(config, device);
    device.run(this.#forwarding.pipeline);
  }

  /** Does updates one after another, as CONTINUE_ON_ERROR; gives what became of each. */
  write(updates: readonly Update[]): readonly Outcome[] {
    return updates.map((update) => {
      try {
        this.#forwarding.write(update, everything, undefined);
        return undefined;
      } catch (problem) {
        return toOutcome(problem);
      }
    });
  }

  /**
   * Takes over what was read from another switch with the same program: entries that the program begins with are not
   * there any more unless they were read, and what is const is there already.
   * @returns What became of each entity.
   */
  restore(entities: readonly Entity[]): readonly Outcome[] {
    clearInitialEntries(this.#forwarding);
    return entities.map((entity) => (this.#isThere(entity) ? undefined : this.write([toWrite(entity)])[0]));
  }

  /** What the program itself brings, and nobody may write. */
  #isThere({ entity }: Entity): boolean {
    if (entity?.$case !== 'tableEntry') return false;
    const { tableId, isConst, isDefaultAction, action } = entity.value;
    const table = [...this.#forwarding.tables.all].find(({ info }) => info.id === tableId);
    if (table === undefined) return isConst;
    const { info } = table;
    if (!isDefaultAction) return isConst || info.constEntries;
    // The actions of an indirect table's misses are in no profile: nobody can set them.
    if (info.constDefaultAction !== undefined || info.implementation !== undefined) return true;
    const [there] = table.readWanted(entity.value, NOTHING_WANTED);
    return entity.value.meterConfig === undefined && isSameAction(there?.action, action);
  }
}
