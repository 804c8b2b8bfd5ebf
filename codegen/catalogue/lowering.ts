/** Catalogue: P47xx lowering for targets. */

import { defineEntries } from './entry.ts';

export const loweringEntries = defineEntries({
  P4701: {
    severity: 'error',
    message: 'the number of rounds of this loop is not known while compiling',
    explanation:
      'A loop that applies tables is written out, since no target has loops around tables (specification §12.8); so is every loop where the target has none. The condition, or both ends of the range, must depend on constants and on loop variables that are changed alike in every round.',
  },
  P4702: {
    severity: 'error',
    message: 'writing this loop out makes more than {limit} statements',
    explanation:
      'Where a target has no loops, and around tables, every round becomes statements of its own. Make the loop shorter, or see whether it ends at all.',
  },
});
