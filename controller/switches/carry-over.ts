/**
 * What of one program's tables has a place in the next, so that it can be written there: P4Runtime lets a switch refuse to
 * keep its state over a change of programs (RECONCILE_AND_COMMIT, section 6.8), and BMv2's may lose it.
 */

import { RpcError, type SwitchClient } from '../../p4runtime/client/index.ts';
import {
  type Entity,
  GetForwardingPipelineConfigRequest_ResponseType,
  TableEntry,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import { type Kept, keep } from './desired-state.ts';
import { haveSameNumbers } from './same-numbers.ts';
import { type TranslateEntry, translatorOf } from './translate-entries.ts';

export type CarryOver = {
  /** Entries as those of the next program. */
  readonly kept: readonly Kept[];
  /** Whether a switch that goes by numbers alone keeps what its state means. */
  readonly haveSameNumbers: boolean;
};

/** Reads a switch's entries, as those of another program. */
export async function readCarryOver(
  client: SwitchClient,
  next: Schema,
  signal: AbortSignal,
): Promise<CarryOver> {
  const what = GetForwardingPipelineConfigRequest_ResponseType.P4INFO_AND_COOKIE;
  const { p4info } = (await client.getPipeline(what, { signal })) ?? {};
  if (p4info === undefined) return { kept: [], haveSameNumbers: false };
  const before = buildSchema(p4info);
  const found: Kept[] = [];
  for (const table of before.tables.all) {
    const translate = translatorOf(table, next);
    if (translate === undefined) continue;
    const value = TableEntry.fromPartial({ tableId: table.id });
    try {
      for await (const entity of client.read([{ entity: { $case: 'tableEntry', value } }], { signal })) {
        const translated = translatedBy(translate, entity);
        if (translated !== undefined) found.push(keep(translated));
      }
    } catch (problem) {
      // What cannot be read cannot be kept; the rest can.
      if (!(problem instanceof RpcError) || signal.aborted) throw problem;
    }
  }
  return { kept: found, haveSameNumbers: haveSameNumbers(before, next) };
}

function translatedBy(translate: TranslateEntry, { entity }: Entity): Entity | undefined {
  const value = entity?.$case === 'tableEntry' ? translate(entity.value) : undefined;
  return value === undefined ? undefined : { entity: { $case: 'tableEntry', value } };
}
