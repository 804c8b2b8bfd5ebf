/** Errors as gRPC carries them: "Error Reporting Messages" of the P4Runtime specification. */

import { Metadata, type StatusObject } from '@grpc/grpc-js';
import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { Status } from '../../p4runtime/gen/google/rpc/status.ts';
import { Error as EntityStatus } from '../../p4runtime/gen/p4/v1/p4runtime.ts';

/** Whose codes `p4.v1.Error.code` would be of. */
const SPACE = 'moor';

/** The trailer with the google.rpc.Status, by the gRPC protocol. */
export const DETAILS_KEY = 'grpc-status-details-bin';

/** The type of each detail of a batch. */
export const ERROR_TYPE = 'type.googleapis.com/p4.v1.Error';

/** What became of one part of a batch; undefined: it went well. */
export type Outcome = EntityError | undefined;

type ServiceError = Pick<StatusObject, 'code' | 'details'> & { readonly metadata?: Metadata };

/** The answer to a request that as a whole is wrong; the details stay empty. */
export function requestError(error: EntityError): ServiceError {
  return { code: error.code, details: error.message };
}

/** Whatever was thrown, as an answer; what is no EntityError is our bug, and is said to be one. */
export function toServiceError(problem: unknown): ServiceError {
  if (problem instanceof EntityError) return requestError(problem);
  return { code: Code.INTERNAL, details: `a bug in moor: ${messageOf(problem)}` };
}

/** Whatever was thrown, as the outcome of one part of a batch. */
export function toOutcome(problem: unknown): EntityError {
  if (problem instanceof EntityError) return problem;
  return new EntityError(Code.INTERNAL, `a bug in moor: ${messageOf(problem)}`);
}

function messageOf(problem: unknown): string {
  return problem instanceof Error ? problem.message : String(problem);
}

const OK_DETAIL = { typeUrl: ERROR_TYPE, value: new Uint8Array() };

/**
 * gRPC clients take 8 KiB of trailers unless told otherwise, and lose all of them when there is more. Messages of
 * single errors are left out where the trailer, in base64, would pass that; their codes are always there.
 */
const DETAILS_BUDGET = 5500;

/**
 * A header of more than 64 KiB, in base64, is lost in most HTTP/2 libraries, and the whole answer with it. A batch
 * whose codes alone are longer, from about 1,200 updates on, is answered with the first error in words only.
 */
const LONGEST_DETAILS = 46_000;

/** The answer to a batch of which something failed: UNKNOWN, with a p4.v1.Error for every part, in order. */
export function batchError(what: string, outcomes: readonly Outcome[]): ServiceError {
  const failed = outcomes.filter((outcome) => outcome !== undefined);
  const first = failed[0];
  const others = failed.length === 1 ? '' : ` (and ${failed.length - 1} more)`;
  const message = `${failed.length} of ${outcomes.length} ${what} failed: ${first?.message ?? ''}${others}`;
  // What details take without messages: their type and lengths, and for errors the codes and the space.
  let left = DETAILS_BUDGET - message.length - 40 * outcomes.length - 12 * failed.length;
  const details = outcomes.map((outcome) => {
    if (outcome === undefined) return OK_DETAIL;
    left -= Buffer.byteLength(outcome.message) + 4;
    const error: EntityStatus = {
      canonicalCode: outcome.code,
      message: left < 0 ? '' : outcome.message,
      space: SPACE,
      code: outcome.code,
      details: undefined,
    };
    return { typeUrl: ERROR_TYPE, value: EntityStatus.encode(error).finish() };
  });
  const status = Status.encode({ code: Code.UNKNOWN, message, details }).finish();
  if (status.length > LONGEST_DETAILS) {
    const index = outcomes.findIndex((outcome) => outcome !== undefined);
    return {
      code: Code.UNKNOWN,
      details: `${message}; the first is number ${index + 1}; there are too many ${what} to say of each what became of it: send batches of up to 1000`,
    };
  }
  const metadata = new Metadata();
  metadata.set(DETAILS_KEY, Buffer.from(status));
  return { code: Code.UNKNOWN, details: message, metadata };
}
