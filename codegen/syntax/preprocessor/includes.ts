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

/** A file that was found. */
export type FoundFile = { readonly path: string; readonly text: string; readonly isLibrary: boolean };

/** Where to look. */
export type IncludePaths = {
  /** The directories of -I, in order. */
  readonly includeDirectories: readonly string[];
  /** The directory of moor's own declarations; undefined: none. */
  readonly libraryDirectory: string | undefined;
};

/**
 * Finds the file that an include names: beside the including file (quotes only), in the directories of -I,
 * then among moor's own declarations.
 */
export function findInclude(
  fileSystem: FileSystem,
  paths: IncludePaths,
  name: string,
  includingFile: string,
  isQuoted: boolean,
): FoundFile | undefined {
  for (const directory of searchedDirectories(paths, includingFile, isQuoted)) {
    const path = posix.isAbsolute(name) ? name : joinPath(directory, name);
    const text = fileSystem.readFile(path);
    if (text !== undefined) return { path, text, isLibrary: isInside(path, paths.libraryDirectory) };
  }
  return undefined;
}

function joinPath(directory: string, name: string): string {
  return directory === '' || directory === '.' ? posix.normalize(name) : posix.join(directory, name);
}

function isInside(path: string, directory: string | undefined): boolean {
  return (
    directory !== undefined && (path === directory || path.startsWith(`${directory.replace(/\/$/, '')}/`))
  );
}

/** The directories that are searched, in order. */
export function searchedDirectories(
  paths: IncludePaths,
  includingFile: string,
  isQuoted: boolean,
): readonly string[] {
  return [
    ...(isQuoted ? [posix.dirname(includingFile)] : []),
    ...paths.includeDirectories,
    ...(paths.libraryDirectory === undefined ? [] : [paths.libraryDirectory]),
  ];
}

/** What to suggest for a file that is not there: a near name, or where was looked. */
export function includeHint(
  fileSystem: FileSystem,
  paths: IncludePaths,
  name: string,
  includingFile: string,
  isQuoted: boolean,
): string {
  const directories = searchedDirectories(paths, includingFile, isQuoted);
  const folder = posix.dirname(name);
  const candidates = new Set<string>();
  for (const directory of directories) {
    for (const entry of fileSystem.directoryEntries?.(joinPath(directory, folder)) ?? []) {
      if (entry.endsWith('.p4') || entry.endsWith('.h') || entry.endsWith('.p4h'))
        candidates.add(folder === '.' ? entry : `${folder}/${entry}`);
    }
  }
  const nearest = nearestName(name, candidates);
  if (nearest !== undefined) return `did you mean '${nearest}'?`;
  const looked = directories
    .filter((directory) => directory !== paths.libraryDirectory)
    .map((directory) => `'${directory}'`);
  return looked.length === 0
    ? "name the directory it is in with '-I DIRECTORY'"
    : `looked in ${looked.join(', ')}; name another directory with '-I DIRECTORY'`;
}
