/**
 * Entries of `flow_collisions`, which targets have whose `flows` keeps hashes of tuples (docs/design/tofino.md). Its key and
 * action are those of `flows`; the ids of the table and the action are its own.
 */

import type { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { tables } from './bindings.ts';
import { type FlowKey, flowEntity, readFlow } from './flows.ts';

/** The table of a switch. */
export type FlowCollisions = {
  readonly tableId: number;
  /** An entry; without a server, to read it or take it away. @param idleTimeout Seconds. */
  readonly entity: (key: FlowKey, server?: number, idleTimeout?: number) => Entity;
  /** A flow that the table has; undefined for other entities. */
  readonly read: (entity: Entity) => ReturnType<typeof readFlow>;
};

type Ids = { readonly table: number; readonly setServer: number | undefined };

/** The table, where a program has it. */
export function flowCollisions({ tables: all, actions }: P4Info): FlowCollisions | undefined {
  const setServers = new Set(
    actions.flatMap(({ preamble }) =>
      preamble !== undefined && /(^|\.)set_server$/.test(preamble.name) ? [preamble.id] : [],
    ),
  );
  const idsOf = (name: string): Ids | undefined => {
    const found = all.find(({ preamble }) => preamble?.name === name);
    if (found?.preamble === undefined) return undefined;
    return {
      table: found.preamble.id,
      setServer: found.actionRefs.find(({ id }) => setServers.has(id))?.id,
    };
  };
  const own = idsOf('flow_collisions');
  const flows = idsOf(tables.flows.info.name);
  if (own === undefined || flows === undefined) return undefined;
  return {
    tableId: own.table,
    entity: (key, server, idleTimeout) => exchange(flowEntity(key, server, idleTimeout), flows, own),
    read: (entity) => readFlow(exchange(entity, own, flows)),
  };
}

/** An entity of one table as one of the other; of any other table, none. */
function exchange({ entity }: Entity, from: Ids, to: Ids): Entity {
  if (entity?.$case !== 'tableEntry' || entity.value.tableId !== from.table) return { entity: undefined };
  const { action } = entity.value;
  const type = action?.type;
  const isServer = type?.$case === 'action' && type.value.actionId === from.setServer;
  const exchanged =
    isServer && to.setServer !== undefined
      ? { type: { ...type, value: { ...type.value, actionId: to.setServer } } }
      : action;
  return { entity: { ...entity, value: { ...entity.value, tableId: to.table, action: exchanged } } };
}
