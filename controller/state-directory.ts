/** What outlives a restart in small files; bindings have a store of their own. */

import { accessSync, constants, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { z } from 'zod';
import { explainFailure } from './explain-failure.ts';
import { NO_IDENTIFIERS, type StoredIdentifiers } from './pipeline/index.ts';

const IDENTIFIERS = z.strictObject({
  version: z.literal(1),
  services: z.record(z.string(), z.int()),
  servers: z.record(z.string(), z.int()),
  virtualAddresses: z.record(z.string(), z.int()).default({}),
});

/** A state directory that cannot be used. */
export class StateError extends Error {
  override readonly name = 'StateError';
}

export class StateDirectory {
  readonly path: string;

  /** Makes the directory where there is none; nobody else may read it. @throws StateError. */
  constructor(path: string) {
    this.path = path;
    try {
      makeDirectory(path);
      accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    } catch (problem) {
      throw new StateError(
        `cannot use the state directory ${path}: ${explainFailure(problem)}; write another one (state: DIRECTORY)`,
      );
    }
  }

  /** @throws StateError for a file that is damaged: with other numbers, sessions would go to other servers. */
  readIdentifiers(): StoredIdentifiers {
    const file = this.#identifiers;
    let text: string;
    try {
      text = readFileSync(file, 'utf8');
    } catch (problem) {
      if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') return NO_IDENTIFIERS;
      throw new StateError(`${file}: cannot read it: ${explainFailure(problem)}`);
    }
    const found = IDENTIFIERS.safeParse(parseJson(text));
    if (!found.success) {
      throw new StateError(
        `${file}: it is damaged; restore it, or remove it together with the sessions that the switches hold`,
      );
    }
    return found.data;
  }

  /** @throws StateError where it cannot be written. */
  writeIdentifiers(identifiers: StoredIdentifiers): void {
    const text = `${JSON.stringify({ version: 1, ...identifiers }, undefined, 2)}\n`;
    try {
      writeFileAtomic.sync(this.#identifiers, text, { mode: 0o600 });
    } catch (problem) {
      throw new StateError(`${this.#identifiers}: cannot write it: ${explainFailure(problem)}`);
    }
  }

  get #identifiers(): string {
    return join(this.path, 'identifiers.json');
  }
}

/** With those above it. Node's own `recursive` does not end where nothing can be made, as in /proc. */
function makeDirectory(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(path);
  if (above !== path) makeDirectory(above);
  mkdirSync(path, { mode: 0o700 });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
