/**
 * What of one program's tables has the same place in the next, so that it can be written there again: P4Runtime lets a switch
 * refuse to keep its state over a change of programs (RECONCILE_AND_COMMIT, section 6.8), and BMv2's may lose it.
 */

import { RpcError, type SwitchClient } from '../../p4runtime/client/index.ts';
import { MatchField } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import {
  type Entity,
  GetForwardingPipelineConfigRequest_ResponseType,
  TableEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema, type TableInfo } from '../../p4runtime/schema/index.ts';
import { type Kept, keep } from './desired-state.ts';

/** Reads a switch's entries that mean the same in another program: of tables with the same id and key, by actions with the same parameters. */
export async function readCarryOver(
  client: SwitchClient,
  next: Schema,
  signal: AbortSignal,
): Promise<readonly Kept[]> {
  const what = GetForwardingPipelineConfigRequest_ResponseType.P4INFO_AND_COOKIE;
  const { p4info } = (await client.getPipeline(what, { signal })) ?? {};
  if (p4info === undefined) return [];
  const found: Kept[] = [];
  for (const table of tablesAlike(p4info, next)) {
    const value = TableEntry.fromPartial({ tableId: table.id });
    try {
      for await (const entity of client.read([{ entity: { $case: 'tableEntry', value } }], { signal })) {
        if (isAlike(entity, table)) found.push(keep(entity));
      }
    } catch (problem) {
      // What cannot be read cannot be kept; the rest can.
      if (!(problem instanceof RpcError) || signal.aborted) throw problem;
    }
  }
  return found;
}

/** Tables of the old program whose entries have the same key in the new one, with the actions that are alike. */
function tablesAlike(p4info: Parameters<typeof buildSchema>[0], next: Schema): readonly AlikeTable[] {
  return buildSchema(p4info).tables.all.flatMap((table): readonly AlikeTable[] => {
    const other = next.tables.find(table.id);
    if (table.constEntries || other === undefined || keyOf(table) !== keyOf(other)) return [];
    const actions = new Map(other.actions.map((use) => [use.action.id, parametersOf(use)]));
    const alike = table.actions.filter((use) => actions.get(use.action.id) === parametersOf(use));
    return [{ id: table.id, actions: new Set(alike.map(({ action }) => action.id)) }];
  });
}

type AlikeTable = { readonly id: number; readonly actions: ReadonlySet<number> };

function isAlike({ entity }: Entity, { actions }: AlikeTable): boolean {
  if (entity?.$case !== 'tableEntry' || entity.value.isDefaultAction) return false;
  const type = entity.value.action?.type;
  // Members of profiles are not carried over, and so no entries that point at them.
  return type?.$case === 'action' && actions.has(type.value.actionId);
}

function keyOf({ name, fields }: TableInfo): string {
  const text = fields.map(({ message: { annotations: _, doc: _doc, ...rest } }) =>
    Buffer.from(MatchField.encode(MatchField.fromPartial(rest)).finish()).toString('hex'),
  );
  return `${name} ${text.join(' ')}`;
}

function parametersOf({ action: { name, parameters } }: TableInfo['actions'][number]): string {
  return `${name} ${parameters.map(({ id, name: one, type }) => `${id} ${one} ${JSON.stringify(type)}`).join(', ')}`;
}
