/** What is wrong with one entity, value or name, with the gRPC status that a server answers with. */

import type { Code } from './gen/google/rpc/code.ts';

/** `code` is a google.rpc.Code, the message a sentence for the one who sent it. */
export class EntityError extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.name = 'EntityError';
    this.code = code;
  }
}
