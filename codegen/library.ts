/** Where moor's own declarations are, and Node's file system as the preprocessor wants it. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FileSystem } from './syntax/preprocessor/index.ts';

/**
 * The directory of `core.p4`, `v1model.p4` and the others: beside this file in the source tree, and
 * `codegen/p4include` of the package when running from the bundle.
 */
export function libraryDirectory(): string | undefined {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    for (const candidate of [join(directory, 'p4include'), join(directory, 'codegen', 'p4include')]) {
      if (existsSync(join(candidate, 'core.p4'))) return candidate;
    }
    const parent = dirname(directory);
    if (parent === directory) return undefined;
    directory = parent;
  }
}

/** Files as Node sees them; what cannot be read, or is no ordinary file, is not there. */
export const nodeFileSystem: FileSystem = {
  readFile: (path) => {
    try {
      // A device may have no end, and a pipe that nobody writes to neither.
      return statSync(path).isFile() ? readFileSync(path, 'utf8') : undefined;
    } catch {
      return undefined;
    }
  },
  directoryEntries: (path) => {
    try {
      return readdirSync(path);
    } catch {
      return [];
    }
  },
};
