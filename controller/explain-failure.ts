/** Why the system refused something, in words that operators read. */

const WORDS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'it is not permitted'],
  ['EPERM', 'it is not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOENT', 'there is none, and none can be made'],
  ['EEXIST', 'there is a file of that name'],
  ['ENOTDIR', 'there is a file where a directory is to be'],
  ['ENOSPC', 'the disk is full'],
  ['EADDRINUSE', 'the address is in use'],
  ['EADDRNOTAVAIL', 'this machine does not have the address'],
]);

/** The reason of an error, by its code where that is known. */
export function explainFailure(problem: unknown): string {
  const code = problem instanceof Error && 'code' in problem ? String(problem.code) : '';
  return WORDS.get(code) ?? (problem instanceof Error ? problem.message : String(problem));
}

/** An address that cannot be listened at. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  /** As the system has it, such as EADDRINUSE. */
  readonly code: string | undefined;

  /** @param setting Where the address is written, in moor.yaml. */
  constructor(setting: string, address: string, cause: unknown) {
    super(`cannot listen at ${address} (${setting}): ${explainFailure(cause)}`, { cause });
    this.code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  }
}
