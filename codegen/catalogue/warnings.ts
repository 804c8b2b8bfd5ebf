/** Catalogue: P49xx warnings. */

import { defineEntries } from './entry.ts';

export const warningsEntries = defineEntries({
  P4901: {
    severity: 'warning',
    message: '{value} does not fit in {type} and is cut off',
    explanation: 'The constant has more bits than the type; the highest are lost (specification §8.11.1).',
  },
  P4902: {
    severity: 'warning',
    message: 'a shift by {amount} moves out all {width} bits',
    explanation: 'Shifting by the width or more gives 0, or the sign (specification §8.10.2).',
  },
  P4903: {
    severity: 'warning',
    message: 'the range {low} .. {high} is empty',
    explanation: 'The upper end of a range is below its lower end, so nothing matches (specification §8.15.4).',
  },
  P4904: {
    severity: 'warning',
    message: 'the last label falls through to nothing',
    explanation: 'A label without a block shares the block of the next label (specification §12.7); behind the last label there is none.',
  },
});
