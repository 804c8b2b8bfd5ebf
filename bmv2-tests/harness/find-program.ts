/** Programs of other projects, where somebody has installed them. */

import { accessSync, constants } from 'node:fs';
import path from 'node:path';

/** The program that an environment variable names, or the first of that name on PATH; undefined: there is none that can be run. */
export function findProgram(name: string, variable: string, environment = process.env): string | undefined {
  const named = environment[variable];
  const candidates =
    named !== undefined && named !== ''
      ? [named]
      : (environment['PATH'] ?? '').split(path.delimiter).map((directory) => path.join(directory, name));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
