/** Reading what the user names on the command line. */

import { readFileSync, statSync } from 'node:fs';

/** Why the file system refused, in words. */
export function describeFailure(problem: unknown): string {
  const code = problem instanceof Error && 'code' in problem ? String(problem.code) : '';
  switch (code) {
    case 'ENOENT':
      return 'there is no such file';
    case 'EACCES':
      return 'it is not permitted';
    case 'EISDIR':
      return 'it is a directory';
    case 'ENOSPC':
      return 'the disk is full';
    default:
      return problem instanceof Error ? problem.message : String(problem);
  }
}

/** Reads one input, `-` for standard input; on failure says why, in words. */
export function readInput(path: string): { readonly text: string } | { readonly problem: string } {
  try {
    if (path === '-') return { text: readFileSync(0, 'utf8') };
    if (statSync(path).isDirectory()) return { problem: 'it is a directory; name the files in it' };
    return { text: readFileSync(path, 'utf8') };
  } catch (problem) {
    const code = problem instanceof Error && 'code' in problem ? String(problem.code) : '';
    return { problem: code === 'EACCES' ? 'reading it is not permitted' : describeFailure(problem) };
  }
}
