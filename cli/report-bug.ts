/** What the user is told when moor itself fails. */

import { EXIT } from './exit-codes.ts';

/** Where in the user's input moor was, when an error carries that. */
function placeOf(problem: unknown): string | undefined {
  if (typeof problem !== 'object' || problem === null || !('span' in problem)) return undefined;
  const { span } = problem;
  if (typeof span !== 'object' || span === null || !('source' in span) || !('start' in span))
    return undefined;
  const { source, start } = span;
  if (typeof source !== 'object' || source === null || !('location' in source)) return undefined;
  if (typeof source.location !== 'function' || typeof start !== 'number') return undefined;
  const location: unknown = source.location(start);
  if (typeof location !== 'object' || location === null || !('file' in location) || !('line' in location))
    return undefined;
  return `${String(location.file)}:${String(location.line)}`;
}

/** Says on standard error that moor has a bug, where it happened and what to send; gives the exit code. */
export function reportBug(problem: unknown): number {
  const message = problem instanceof Error ? problem.message : String(problem);
  const place = placeOf(problem);
  const cause = problem instanceof Error && problem.cause instanceof Error ? problem.cause : problem;
  const stack = cause instanceof Error ? (cause.stack ?? '') : '';
  process.stderr.write(
    [
      `moor: internal error: ${message}`,
      ...(place === undefined ? [] : [`while processing ${place}`]),
      'This is a bug in moor, not in your input. Please report it with this text and, if you can, the input:',
      stack,
      '',
    ].join('\n'),
  );
  return EXIT.bug;
}
