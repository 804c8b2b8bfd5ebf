/** Finding the files that `#include` names. */

import { posix } from 'node:path';
import { nearestName } from '../../nearest-name.ts';

/** The reading side of a file system; the command line passes Node's, tests pass a Map. */
export type FileSystem = {
  /** The text of a file, or undefined when there is none (or it cannot be read). */
  readonly readFile: (path: string) => string | undefined;
  /** The names in a directory, for suggestions; may be absent. */
  readonly directoryEntries?: (path: string) => readonly string[];
};

/** A file that was found. `identity` is the same however the path was written. */
export type FoundFile = {
  readonly path: string;
  readonly identity: string;
  readonly text: string;
  readonly isLibrary: boolean;
};

/** Where to look. */
export type IncludePaths = {
  /** The directories of -I, in order. */
  readonly includeDirectories: readonly string[];
  /** The directory of moor's own declarations; undefined: none. */
  readonly libraryDirectory: string | undefined;
};

/** What an `#include` says. */
export type IncludeName = { readonly name: string; readonly isQuoted: boolean };

/** Suggestions look into directories; this many missing files get one. */
const MAXIMUM_HINTS = 20;

/** The same path for the same file, however it is written. */
export function identityOf(path: string): string {
  return posix.resolve(path);
}

/** Finds included files, each read once. */
export class IncludeFinder {
  readonly #fileSystem: FileSystem;
  readonly #paths: IncludePaths;
  readonly #library: string | undefined;
  readonly #texts = new Map<string, string | undefined>();
  #hints = 0;

  constructor(fileSystem: FileSystem, paths: IncludePaths) {
    this.#fileSystem = fileSystem;
    this.#paths = paths;
    this.#library = paths.libraryDirectory === undefined ? undefined : identityOf(paths.libraryDirectory);
  }

  /**
   * The file that an include means: beside the including file (quotes only), in the directories of -I,
   * then among moor's own declarations.
   */
  find(include: IncludeName, includingFile: string): FoundFile | undefined {
    const isAbsolute = posix.isAbsolute(include.name);
    for (const directory of isAbsolute ? ['/'] : this.#directories(include, includingFile)) {
      const path = isAbsolute ? include.name : joinPath(directory, include.name);
      const text = this.#read(path);
      if (text === undefined) continue;
      const identity = identityOf(path);
      const isLibrary = this.#library !== undefined && identity.startsWith(`${this.#library}/`);
      return { path, identity, text, isLibrary };
    }
    return undefined;
  }

  /** What to do about a file that is not there: a near name, and where was looked. */
  hint(include: IncludeName, includingFile: string): string | undefined {
    if (++this.#hints > MAXIMUM_HINTS || posix.isAbsolute(include.name)) return undefined;
    const beside = joinPath(posix.dirname(includingFile), include.name);
    if (!include.isQuoted && this.#read(beside) !== undefined)
      return `write #include "${include.name}" for the file beside this one`;
    const nearest = this.#nearest(include, includingFile);
    const looked = this.#directories(include, includingFile).map((directory) =>
      directory === this.#paths.libraryDirectory ? "moor's own declarations" : `'${directory}'`,
    );
    const places = looked.length === 0 ? '' : `looked in ${[...new Set(looked)].join(', ')}; `;
    const hint = `${places}-I DIRECTORY names another place`;
    return nearest === undefined ? hint : `did you mean '${nearest}'? (${hint})`;
  }

  #directories({ isQuoted }: IncludeName, includingFile: string): readonly string[] {
    const { includeDirectories, libraryDirectory } = this.#paths;
    return [
      ...(isQuoted ? [posix.dirname(includingFile)] : []),
      ...includeDirectories,
      ...(libraryDirectory === undefined ? [] : [libraryDirectory]),
    ];
  }

  #read(path: string): string | undefined {
    if (!this.#texts.has(path)) this.#texts.set(path, this.#fileSystem.readFile(path));
    return this.#texts.get(path);
  }

  #nearest(include: IncludeName, includingFile: string): string | undefined {
    const folder = posix.dirname(include.name);
    const candidates = new Set<string>();
    for (const directory of this.#directories(include, includingFile)) {
      for (const entry of this.#fileSystem.directoryEntries?.(joinPath(directory, folder)) ?? []) {
        if (/\.(p4|h|p4h|p4i|inc)$/.test(entry))
          candidates.add(folder === '.' ? entry : `${folder}/${entry}`);
      }
    }
    return nearestName(include.name, candidates);
  }
}

function joinPath(directory: string, name: string): string {
  return directory === '' || directory === '.' ? posix.normalize(name) : posix.join(directory, name);
}
