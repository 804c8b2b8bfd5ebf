/**
 * Kcn, nonces, bindings and sequence numbers on disk, by LevelDB: each batch is written whole or not at all. The
 * directory is for its owner alone, for who reads Kcn can make any token.
 *
 * What is damaged is put aside, never guessed at: then mobile nodes do return routability once more, and that is all.
 */

import { chmod, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { formatSaved, parseSaved } from './saved-text.ts';
import type { SavedChange, SavedValue } from './types.ts';

/** Where what outlives a restart is kept. */
export type MobilityStore = {
  /** Writes changes; all of a call or none. Calls take effect in their order. @throws Error when the disk refuses. */
  readonly write: (changes: readonly SavedChange[]) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A store, what was in it, and what was wrong with it, in words for a log. */
export type OpenedStore = {
  readonly store: MobilityStore;
  readonly values: readonly SavedValue[];
  readonly problems: readonly string[];
};

/** Another process has it. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';

  constructor(directory: string, cause: Error) {
    super(`${directory} is in use: another controller runs with this state directory`, { cause });
  }
}

const VERSION_KEY = 'version';
const VERSION = '1';

/**
 * Opens the store in a directory, which is made if it is not there. One that cannot be read is renamed and a new one
 * begun. @throws StoreInUseError; Error when the directory cannot be made.
 */
export async function openMobilityStore(directory: string, now: number): Promise<OpenedStore> {
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  try {
    return await open(directory, []);
  } catch (error) {
    if (error instanceof Error && isLocked(error)) throw new StoreInUseError(directory, error);
    if (!(error instanceof Error) || !isDamage(error)) throw error;
    const aside = `${directory}.damaged-${now}`;
    await rename(directory, aside);
    await mkdir(directory, { mode: 0o700 });
    const reason = `${directory} could not be read (${explain(error)}), and is now ${aside}`;
    return await open(directory, [`${reason}; mobile nodes have to do return routability again`]);
  }
}

class Damage extends Error {}

async function open(directory: string, before: readonly string[]): Promise<OpenedStore> {
  const database = new ClassicLevel<string, string>(directory);
  try {
    await database.open();
    const { values, problems } = await readAll(database);
    return { store: makeStore(database), values, problems: [...before, ...problems] };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function makeStore(database: ClassicLevel<string, string>): MobilityStore {
  let waiting: Call[] = [];
  let running: Promise<void> | undefined;
  /** What is called while something is being written goes together: a batch costs about the same, however long it is. */
  const drain = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const calls = waiting;
      waiting = [];
      const changes = calls.flatMap((call) => call.changes);
      // What a static key has seen must be on the disk itself (RFC 4449, section 3); the rest may fall with the machine.
      const sync = changes.some(
        ({ value }) => value !== undefined && value.kind !== 'nonce' && value.isStatic,
      );
      try {
        await database.batch(changes.map(toOperation), { sync });
        for (const { resolve } of calls) resolve();
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
    }
    running = undefined;
  };
  return {
    write: (changes) =>
      new Promise((resolve, reject) => {
        waiting.push({ changes, resolve, reject });
        running ??= drain();
      }),
    close: async () => {
      await running;
      await database.close();
    },
  };
}

type Call = {
  readonly changes: readonly SavedChange[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

function toOperation({ key, value }: SavedChange) {
  return value === undefined
    ? ({ type: 'del', key } as const)
    : ({ type: 'put', key, value: formatSaved(value) } as const);
}

async function readAll(
  database: ClassicLevel<string, string>,
): Promise<{ readonly values: readonly SavedValue[]; readonly problems: readonly string[] }> {
  const version = await database.get(VERSION_KEY);
  if (version === undefined) {
    for await (const _ of database.keys({ limit: 1 })) throw new Damage('it has records and no version');
    await database.put(VERSION_KEY, VERSION, { sync: true });
  } else if (version !== VERSION) throw new Damage(`its version is ${version}, this moor knows ${VERSION}`);
  const values: SavedValue[] = [];
  const bad: string[] = [];
  for await (const [key, text] of database.iterator()) {
    if (key === VERSION_KEY) continue;
    const value = parseSaved(text);
    if (value === undefined) bad.push(key);
    else values.push(value);
  }
  await database.batch(bad.map((key) => ({ type: 'del', key })));
  const problems = bad.length > 0 ? [`${bad.length} records were damaged, and are left out`] : [];
  return { values, problems };
}

/** LevelDB found something wrong, or we did; not that somebody else has it open, or that we may not. */
function isDamage(error: Error): boolean {
  if (error instanceof Damage) return true;
  return codesOf(error).some(
    (code) => code === 'LEVEL_CORRUPTION' || code === 'LEVEL_IO_ERROR' || code === 'LEVEL_INVALID',
  );
}

function isLocked(error: Error): boolean {
  return codesOf(error).includes('LEVEL_LOCKED');
}

function codesOf(error: Error): readonly unknown[] {
  return [error, error.cause].map((one) => (one instanceof Error && 'code' in one ? one.code : undefined));
}

function explain(error: Error): string {
  return error.cause instanceof Error ? error.cause.message : error.message;
}
