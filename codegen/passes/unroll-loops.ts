/**
 * Writes loops out, for targets that have none.
 *
 *     for (bit<8> i = 0; i < 2; i = i + 1) { if (c) { break; } a; }
 *
 *     i = 0;
 *     loop: { round: { if (c) { leave loop; } a; } i = 1; round_0: { if (c) { leave loop; } a; } i = 2; }
 *
 * The number of rounds has to be known while compiling; where it is not, that is an error.
 */

import type { Pass } from './pass.ts';
import { followConstants } from './propagate-constants.ts';

export const unrollLoops: Pass = {
  name: 'unroll-loops',
  summary: 'loops are written out',
  run: (program, context) => followConstants(program, context, true),
};
