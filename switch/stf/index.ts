/** Packet tests. */

export { parseNumber, parseStf, type StfCommand, StfError } from './parse.ts';
export { packetDifference, type StfFailure, StfRun } from './run.ts';
export { fieldMatch } from './values.ts';
