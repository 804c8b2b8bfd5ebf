/** What a server answers when it refuses: the status of the call, and for batches one for each part of it. */

import { Code } from '../gen/google/rpc/code.ts';
import { Status } from '../gen/google/rpc/status.ts';
import { type Entity, Error as EntityStatus, type Update } from '../gen/p4/v1/p4runtime.ts';

/** A call that failed; `code` is a google.rpc.Code. */
export class RpcError extends Error {
  override readonly name: string = 'RpcError';
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The status of a call; `details` is what `grpc-status-details-bin` has. */
export class CallError extends RpcError {
  override readonly name = 'CallError';
  readonly details: Uint8Array | undefined;

  constructor(code: number, message: string, details?: Uint8Array) {
    super(code, message);
    this.details = details;
  }
}

/** A part of a batch that failed. */
export type Failure<Part> = {
  /** Its place in the batch. */
  readonly index: number;
  readonly part: Part;
  readonly code: number;
  readonly message: string;
};

/** A batch of which something failed: what did is in `failures`, the rest went well (unless it was to be undone). */
export class BatchError<Part extends Update | Entity> extends RpcError {
  override readonly name = 'BatchError';
  readonly failures: readonly Failure<Part>[];

  constructor(message: string, failures: readonly Failure<Part>[], options?: ErrorOptions) {
    super(Code.UNKNOWN, message, options);
    this.failures = failures;
  }
}

/** The name of a code, such as NOT_FOUND. */
export function codeName(code: number): string {
  return Object.entries(Code).find(([, value]) => value === code)?.[0] ?? `code ${code}`;
}

/** What a call with a batch threw, with the parts that failed where the server says so ("Error Reporting Messages"). */
export function toBatchError<Part extends Update | Entity>(
  problem: unknown,
  parts: readonly Part[],
): unknown {
  if (!(problem instanceof CallError) || problem.code !== Code.UNKNOWN) return problem;
  if (problem.details === undefined) return problem;
  const failures: Failure<Part>[] = [];
  try {
    const { details } = Status.decode(problem.details);
    if (details.length !== parts.length) return problem;
    for (const [index, { value }] of details.entries()) {
      const part = parts[index];
      const { canonicalCode, message } = EntityStatus.decode(value);
      if (canonicalCode === Code.OK || part === undefined) continue;
      failures.push({ index, part, code: canonicalCode, message });
    }
  } catch {
    return problem;
  }
  return new BatchError(problem.message, failures, { cause: problem });
}
