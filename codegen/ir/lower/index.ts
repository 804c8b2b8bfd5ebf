/** The lowering's public surface. */

export { type Lowered, lowerProgram } from './lower-program.ts';
