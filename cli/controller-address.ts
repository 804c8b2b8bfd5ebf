/** Where a running controller listens, as the user says it. */

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';

const DEFAULT_LISTEN = '127.0.0.1:9412';

/** HOST:PORT; undefined where that cannot be known, and that has been said. */
export function controllerAddress({
  config,
  controller,
}: {
  /** Its moor.yaml. */
  readonly config?: string;
  readonly controller?: string;
}): string | undefined {
  if (controller !== undefined) return controller;
  if (config === undefined) return DEFAULT_LISTEN;
  try {
    const found: unknown = parse(readFileSync(config, 'utf8'));
    const listen =
      typeof found === 'object' && found !== null && 'listen' in found ? found.listen : undefined;
    return typeof listen === 'string' ? listen : DEFAULT_LISTEN;
  } catch (problem) {
    process.stderr.write(
      `moor: ${config}: ${problem instanceof Error ? problem.message : String(problem)}\n`,
    );
    return undefined;
  }
}

/** What to do where no controller answers. */
export function noAnswer(address: string): string {
  return `no controller answers at ${address}; start one with 'moor run', or say where it is (--controller HOST:PORT)`;
}
