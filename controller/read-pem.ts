import { readFileSync } from 'node:fs';

/** A certificate or key. @throws Error that names the file. */
export function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (problem) {
    throw new Error(
      `${file}: cannot read it: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
}
