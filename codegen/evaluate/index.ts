/** Compile-time evaluation's public surface. */

export { evaluateProgram } from './evaluate.ts';
export { explainProgram } from './explain.ts';
export type * from './instances.ts';
export { namedNumbers } from './named-numbers.ts';
