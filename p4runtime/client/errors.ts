/** What a server answers when it refuses: the status of the call, and for batches one for each part of it. */

import type { ServiceError } from '@grpc/grpc-js';
import { Code } from '../gen/google/rpc/code.ts';
import { Status } from '../gen/google/rpc/status.ts';
import { type Entity, Error as EntityStatus, type Update } from '../gen/p4/v1/p4runtime.ts';

/** A call that failed; `code` is a google.rpc.Code. */
export class RpcError extends Error {
  override readonly name: string = 'RpcError';
  readonly code: number;
  /** Why there was no connection, in the words of the system or of OpenSSL; undefined where there was one. */
  readonly connection: string | undefined;

  constructor(
    code: number,
    message: string,
    options?: ErrorOptions & { readonly connection?: string | undefined },
  ) {
    super(message, options);
    this.code = code;
    this.connection = options?.connection;
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

function isServiceError(problem: unknown): problem is ServiceError {
  return problem instanceof Error && 'code' in problem && 'details' in problem && 'metadata' in problem;
}

/** What gRPC says of a connection that does not come to be, without what it says around it; undefined of others. */
function noConnection(details: string): string | undefined {
  const host = /^Name resolution failed for target dns:(.*)$/s.exec(details);
  if (host !== null) return `no such host: ${host[1]}`;
  const found =
    /^No connection established\. Last error: (?:Error: )?(.+?)(?: \(\d{4}-\d\d-\d\dT[\d:.]+Z\))?\. Resolution note: (.*)$/s.exec(
      details,
    );
  if (found === null) return undefined;
  const [, error = '', note = ''] = found;
  return [error === 'null' ? 'no connection' : error.trim(), ...(note === '' ? [] : [note])].join('; ');
}

/** Whatever a call threw, as one of these errors. */
export function toRpcError(problem: unknown): Error {
  if (problem instanceof RpcError) return problem;
  if (isServiceError(problem)) {
    const connection = noConnection(problem.details);
    return new RpcError(problem.code, connection ?? problem.details, { cause: problem, connection });
  }
  return problem instanceof Error ? problem : new Error(String(problem));
}

/** The same for a call with a batch ("Error Reporting Messages"). */
export function toBatchError<Part extends Update | Entity>(problem: unknown, parts: readonly Part[]): Error {
  if (!isServiceError(problem) || problem.code !== Code.UNKNOWN) return toRpcError(problem);
  const [bytes] = problem.metadata.get('grpc-status-details-bin');
  if (!(bytes instanceof Uint8Array)) return toRpcError(problem);
  const failures: Failure<Part>[] = [];
  try {
    const { details } = Status.decode(bytes);
    if (details.length !== parts.length) return toRpcError(problem);
    for (const [index, { value }] of details.entries()) {
      const part = parts[index];
      const { canonicalCode, message } = EntityStatus.decode(value);
      if (canonicalCode === Code.OK || part === undefined) continue;
      failures.push({ index, part, code: canonicalCode, message });
    }
  } catch {
    return toRpcError(problem);
  }
  return new BatchError(problem.details, failures, { cause: problem });
}
