/** Certificates and keys of a configuration. */

import { readFileSync } from 'node:fs';

/** A certificate or key that cannot be read. */
export class PemError extends Error {
  override readonly name = 'PemError';
}

/** A certificate or key. @throws PemError that names the file. */
export function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (problem) {
    throw new PemError(
      `${file}: cannot read it: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
}
