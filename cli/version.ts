/** The version of the package that is running. */

import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The version in package.json, found from here upwards. */
export function version(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const path = join(directory, 'package.json');
    if (existsSync(path)) {
      const description: unknown = JSON.parse(readFileSync(path, 'utf8'));
      if (typeof description === 'object' && description !== null && 'version' in description) {
        return String(description.version);
      }
    }
    const parent = dirname(directory);
    if (parent === directory) return 'unknown';
    directory = parent;
  }
}
