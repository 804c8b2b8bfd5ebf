/** BMv2 JSON: reading and checking. */

export * from './model.ts';
export { readProgram } from './program.ts';
export { Bmv2JsonError } from './reader.ts';
