/** Writing to a switch that may not be as it was believed to be. */

import { BatchError, type SwitchClient } from '../../p4runtime/client/index.ts';
import { insert, modify } from '../../p4runtime/entities/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { type Update, Update_Type } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Plan } from './reconcile.ts';

/** What became of a change. */
export type ChangeOutcome =
  | { readonly kind: 'written' }
  /** The switch cannot be written to now; it gets it when it can. */
  | { readonly kind: 'deferred' }
  /** The switch does not take it, and it is not wanted any more. */
  | { readonly kind: 'refused'; readonly code: number; readonly message: string };

export const WRITTEN: ChangeOutcome = { kind: 'written' };

/** An update that a switch does not take. */
export type Refused = { readonly update: Update; readonly code: number; readonly message: string };

/** Updates of one request (P4Runtime, "gRPC Metadata Maximum Size"). */
export const LARGEST_BATCH = 1000;

/** Writes a batch; what was there already, or not there any more, is put right. @returns What became of each. @throws RpcError */
export async function writeUpdates(
  client: SwitchClient,
  updates: readonly Update[],
  signal: AbortSignal,
): Promise<readonly ChangeOutcome[]> {
  const outcomes: ChangeOutcome[] = updates.map(() => WRITTEN);
  const failures = await failuresOf(client, updates, signal);
  const again: { readonly index: number; readonly update: Update }[] = [];
  for (const { index, code, message } of failures) {
    const other = corrected(updates[index], code);
    if (other === 'done') continue;
    if (other === undefined) outcomes[index] = { kind: 'refused', code, message };
    else again.push({ index, update: other });
  }
  if (again.length > 0) {
    const second = await failuresOf(
      client,
      again.map(({ update }) => update),
      signal,
    );
    for (const { index, code, message } of second) {
      const place = again[index]?.index;
      if (place !== undefined) outcomes[place] = { kind: 'refused', code, message };
    }
  }
  return outcomes;
}

/** What to write instead where the switch was not as it was believed to be; `done`: it is as it should be. */
function corrected(update: Update | undefined, code: number): Update | 'done' | undefined {
  if (update?.entity === undefined) return undefined;
  if (update.type === Update_Type.DELETE && code === Code.NOT_FOUND) return 'done';
  if (update.type === Update_Type.INSERT && code === Code.ALREADY_EXISTS) return modify(update.entity);
  if (update.type === Update_Type.MODIFY && code === Code.NOT_FOUND) return insert(update.entity);
  return undefined;
}

async function failuresOf(
  client: SwitchClient,
  updates: readonly Update[],
  signal: AbortSignal,
): Promise<BatchError<Update>['failures']> {
  try {
    await client.write(updates, { signal });
    return [];
  } catch (problem) {
    if (isBatchError(problem)) return problem.failures;
    throw problem;
  }
}

function isBatchError(problem: unknown): problem is BatchError<Update> {
  return problem instanceof BatchError;
}

/** Writes a plan, batch by batch. @param refused Gets what the switch does not take. @throws RpcError */
export async function writeAll(
  client: SwitchClient,
  plan: Plan,
  refused: Refused[],
  signal: AbortSignal,
): Promise<void> {
  for (const batch of plan.batches(LARGEST_BATCH)) {
    for (const [index, outcome] of (await writeUpdates(client, batch, signal)).entries()) {
      const update = batch[index];
      if (outcome.kind === 'refused' && update !== undefined) {
        refused.push({ update, code: outcome.code, message: outcome.message });
      }
    }
  }
}
