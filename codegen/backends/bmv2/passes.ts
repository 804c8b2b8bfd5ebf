/** The passes that lead to what this back end takes. */

import { type Pass, SIMPLE_TARGET_PASSES } from '../../passes/index.ts';

/** In their order. What is left of statements in controls, the back end puts into actions itself. */
export const BMV2_PASSES: readonly Pass[] = [...SIMPLE_TARGET_PASSES];
