/** Packet tests. */

export { parseStf, type StfCommand, StfError } from './parse.ts';
export { type StfFailure, StfRun } from './run.ts';
