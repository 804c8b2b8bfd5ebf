/**
 * Records on disk that outlive a restart, by LevelDB: each batch is written whole or not at all. The directory is for its owner alone.
 *
 * What is damaged is put aside, never guessed at.
 */

import { chmod, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ClassicLevel } from 'classic-level';

/** A record; without a text it is taken away. */
export type RecordChange = { readonly key: string; readonly text: string | undefined };

export type RecordStore = {
  /**
   * Writes changes; all of a call or none. Calls take effect in their order.
   * @param isSynced Whether it has to be on the disk itself; else it may fall with the machine.
   * @throws Error when the disk refuses.
   */
  readonly write: (changes: readonly RecordChange[], isSynced?: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A store, what was in it, and what was wrong with it, in words for a log. */
export type OpenedRecords<T> = {
  readonly store: RecordStore;
  readonly values: readonly T[];
  readonly problems: readonly string[];
};

/** Another process has it. */
export class StoreInUseError extends Error {
  override readonly name = 'StoreInUseError';

  constructor(directory: string, cause: Error) {
    super(`${directory} is in use: another controller runs with this state directory`, { cause });
  }
}

export type RecordStoreOptions<T> = {
  /** Made if it is not there. */
  readonly directory: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Reads a record; undefined for a damaged one, which is taken away. */
  readonly parse: (text: string, key: string) => T | undefined;
  /** What follows when all is lost, for a log. */
  readonly ifLost: string;
};

const VERSION_KEY = 'version';
const VERSION = '1';

/**
 * Opens the store in a directory. One that cannot be read is renamed and a new one begun.
 * @throws StoreInUseError; Error when the directory cannot be made.
 */
export async function openRecordStore<T>(options: RecordStoreOptions<T>): Promise<OpenedRecords<T>> {
  const { directory, now, ifLost } = options;
  await mkdir(dirname(directory), { recursive: true, mode: 0o700 });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  try {
    return await open(options, []);
  } catch (error) {
    if (error instanceof Error && isLocked(error)) throw new StoreInUseError(directory, error);
    if (!(error instanceof Error) || !isDamage(error)) throw error;
    const aside = `${directory}.damaged-${now}`;
    await rename(directory, aside);
    await mkdir(directory, { mode: 0o700 });
    const reason = `${directory} could not be read (${explain(error)}), and is now ${aside}`;
    return await open(options, [`${reason}; ${ifLost}`]);
  }
}

class Damage extends Error {}

async function open<T>(
  { directory, parse }: RecordStoreOptions<T>,
  before: readonly string[],
): Promise<OpenedRecords<T>> {
  const database = new ClassicLevel<string, string>(directory);
  try {
    await database.open();
    const { values, problems } = await readAll(database, parse);
    return { store: makeStore(database), values, problems: [...before, ...problems] };
  } catch (error) {
    await database.close();
    throw error;
  }
}

function makeStore(database: ClassicLevel<string, string>): RecordStore {
  let waiting: Call[] = [];
  let running: Promise<void> | undefined;
  /** What is called while something is being written goes together: a batch costs about the same, however long it is. */
  const drain = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const calls = waiting;
      waiting = [];
      const sync = calls.some(({ isSynced }) => isSynced);
      try {
        // A list of operations takes three times as long: it is copied, and looked through from C++.
        const batch = database.batch();
        for (const { changes } of calls) {
          for (const { key, text } of changes) {
            if (text === undefined) batch.del(key);
            else batch.put(key, text);
          }
        }
        await batch.write({ sync });
        for (const { resolve } of calls) resolve();
      } catch (error) {
        for (const { reject } of calls) reject(error);
      }
    }
    running = undefined;
  };
  return {
    write: (changes, isSynced = false) =>
      new Promise((resolve, reject) => {
        waiting.push({ changes, isSynced, resolve, reject });
        running ??= drain();
      }),
    close: async () => {
      await running;
      await database.close();
    },
  };
}

type Call = {
  readonly changes: readonly RecordChange[];
  readonly isSynced: boolean;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
};

async function readAll<T>(
  database: ClassicLevel<string, string>,
  parse: RecordStoreOptions<T>['parse'],
): Promise<{ readonly values: readonly T[]; readonly problems: readonly string[] }> {
  const version = await database.get(VERSION_KEY);
  if (version === undefined) {
    for await (const _ of database.keys({ limit: 1 })) throw new Damage('it has records and no version');
    await database.put(VERSION_KEY, VERSION, { sync: true });
  } else if (version !== VERSION) throw new Damage(`its version is ${version}, this moor knows ${VERSION}`);
  const values: T[] = [];
  const bad: string[] = [];
  for await (const [key, text] of database.iterator()) {
    if (key === VERSION_KEY) continue;
    const value = parse(text, key);
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
