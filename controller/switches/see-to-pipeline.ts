/** The program of a switch: left where it is the right one, and else replaced so that sessions outlive that where they can. */

import { RpcError, type SwitchClient } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import {
  type ForwardingPipelineConfig,
  GetForwardingPipelineConfigRequest_ResponseType,
  SetForwardingPipelineConfigRequest_Action,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Schema } from '../../p4runtime/schema/index.ts';
import { readCarryOver } from './carry-over.ts';
import type { Kept } from './desired-state.ts';

/** Switches compile a program while they load it. */
const PIPELINE_TIMEOUT_MS = 300_000;

export type ProgramStanding =
  | { readonly kind: 'right'; readonly carried: readonly Kept[] }
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * Sees to it that the right program runs; gives what of another one's tables has its place in it.
 * @param schema That of the right one.
 * @throws RpcError
 */
export async function seeToPipeline(
  client: SwitchClient,
  wanted: { readonly pipeline: ForwardingPipelineConfig; readonly replacePipeline?: boolean },
  schema: Schema,
  signal: AbortSignal,
): Promise<ProgramStanding> {
  const { pipeline, replacePipeline = false } = wanted;
  const there = await client
    .getPipeline(GetForwardingPipelineConfigRequest_ResponseType.COOKIE_ONLY, { signal })
    .catch((problem: unknown) => {
      if (problem instanceof RpcError && problem.code === Code.FAILED_PRECONDITION) return undefined;
      throw problem;
    });
  if (there !== undefined && (there.cookie?.cookie ?? 0n) === (pipeline.cookie?.cookie ?? 0n))
    return { kind: 'right', carried: [] };
  // A switch that was never given a program answers with an empty configuration, or refuses.
  const isEmpty = there === undefined || (await isWithoutProgram(client, signal));
  if (!isEmpty && !replacePipeline) {
    return {
      kind: 'wrong',
      message:
        'another program runs on the switch; stop it, or let it be replaced (replace-pipeline: true of the switch in moor.yaml), which keeps sessions where both are builds of moor that keep them alike',
    };
  }
  const { RECONCILE_AND_COMMIT, VERIFY_AND_COMMIT, COMMIT } = SetForwardingPipelineConfigRequest_Action;
  const options = { timeoutMs: PIPELINE_TIMEOUT_MS, signal };
  const before = isEmpty ? undefined : await readCarryOver(client, schema, signal);
  const carried = before?.kept ?? [];
  if (before?.haveSameNumbers === true) {
    // So that no packet meets an empty table: with all that the switch holds, if the new program has a place for it.
    try {
      await client.setPipeline(pipeline, RECONCILE_AND_COMMIT, options);
      return { kind: 'right', carried };
    } catch (problem) {
      if (!(problem instanceof RpcError) || isOfConnection(problem.code) || signal.aborted) throw problem;
    }
  }
  try {
    await client.setPipeline(pipeline, VERIFY_AND_COMMIT, options);
  } catch (problem) {
    if (!(problem instanceof RpcError) || problem.code !== Code.UNKNOWN) throw problem;
    // BMv2's holds back what it could not reconcile, or what somebody saved, and takes nothing until that is committed.
    await client.setPipeline(undefined, COMMIT, options).catch(() => {
      throw problem;
    });
    await client.setPipeline(pipeline, VERIFY_AND_COMMIT, options);
  }
  return { kind: 'right', carried };
}

/** Whether a call failed for want of the switch, and not of what was asked. */
function isOfConnection(code: number): boolean {
  const codes: readonly number[] = [
    Code.UNAVAILABLE,
    Code.DEADLINE_EXCEEDED,
    Code.CANCELLED,
    Code.PERMISSION_DENIED,
  ];
  return codes.includes(code);
}

/** Whether the switch has no program: its P4Info says nothing, not even of the package. */
async function isWithoutProgram(client: SwitchClient, signal: AbortSignal): Promise<boolean> {
  const what = GetForwardingPipelineConfigRequest_ResponseType.P4INFO_AND_COOKIE;
  const { p4info } = (await client.getPipeline(what, { signal })) ?? {};
  return p4info === undefined || P4Info.encode(p4info).finish().length === 0;
}
