/** The key that agents and the controller share. */

import { readFileSync } from 'node:fs';
import { parseKey } from '../../wire/monitoring/index.ts';

/** A key that cannot be had. */
export class MonitoringKeyError extends Error {
  override readonly name = 'MonitoringKeyError';
}

/** Reads the key of a file. @throws MonitoringKeyError. */
export function readMonitoringKey(file: string): Uint8Array {
  let text: Buffer;
  try {
    text = readFileSync(file);
  } catch (problem) {
    const why = problem instanceof Error ? problem.message : String(problem);
    throw new MonitoringKeyError(`health.key-file: ${file} cannot be read: ${why}`);
  }
  const read = parseKey(text);
  if (read.ok) return read.value;
  throw new MonitoringKeyError(
    `health.key-file: the key in ${file} ${read.problem}; make one with: openssl rand -hex 32`,
  );
}
