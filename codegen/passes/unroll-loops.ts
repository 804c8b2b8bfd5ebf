/**
 * Writes loops out, for targets that have none.
 *
 *     for (bit<8> i = 0; i < 2; i = i + 1) { if (c) { break; } a; }
 *
 *     i = 0;
 *     loop: { round: { if (c) { leave loop; } a; } i = 1; round_0: { if (c) { leave loop; } a; } i = 2; }
 *
 * A loop whose rounds are not known while compiling stays where the target has loops in actions, written as
 * `loop: { for (; condition; updates) { round: { … } } }` without `break` and `continue`; elsewhere it is an error.
 */

import type { Pass } from './pass.ts';
import { followConstants } from './propagate-constants.ts';

/**
 * Makes the pass.
 * @param loopsInActions Whether the target has loops in actions; its parsers have none in any case.
 */
export function unrollLoops(loopsInActions: boolean): Pass {
  const others = loopsInActions ? 'where_known' : 'always';
  return {
    name: 'unroll-loops',
    summary: loopsInActions ? 'loops with a known number of rounds are written out' : 'loops are written out',
    run: (program, context) => followConstants(program, context, { parsers: 'always', others }),
  };
}
