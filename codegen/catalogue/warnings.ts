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
    explanation:
      'The upper end of a range is below its lower end, so nothing matches (specification §8.15.4).',
  },
  P4904: {
    severity: 'warning',
    message: 'the last label falls through to nothing',
    explanation:
      'A label without a block shares the block of the next label (specification §12.7); behind the last label there is none.',
  },
  P4910: {
    severity: 'warning',
    message: "'{name}' is read here and may not have a value yet",
    explanation:
      'On some path to this place nothing was assigned to it, so what is read is not specified (specification §8.25). Give it a value where it is declared, or on every path.',
  },
  P4912: {
    severity: 'warning',
    message: "'out' parameter '{name}' may have no value when {what} ends",
    explanation:
      "An 'out' parameter starts without a value and is copied to the caller at the end (specification §6.8). Assign it on every path.",
  },
  P4913: {
    severity: 'warning',
    message: "{what} '{name}' is never used",
    explanation:
      'Nothing refers to this declaration. Remove it, start its name with _ , or annotate it @noWarn("unused").',
  },
  P4914: {
    severity: 'warning',
    message: "no transition leads to state '{state}'",
    explanation:
      "Parsing begins in 'start' and goes on by transitions (specification §13.3); this state is on none of the paths.",
  },
  P4915: {
    severity: 'warning',
    message: 'this is never executed: {reason} before it',
    explanation:
      "Nothing behind 'return', 'exit', 'break' or 'continue' in the same block is executed (specification §12.4, §12.5, §12.8).",
  },
  P4916: {
    severity: 'warning',
    message: 'this case never matches: an earlier one matches all that it does',
    explanation:
      "The first case of 'select' that matches is taken (specification §13.6), so narrower cases stand before wider ones, and 'default' or _ stands last.",
  },
  P4919: {
    severity: 'warning',
    message: "state '{state}' has no transition, so it rejects the packet",
    explanation:
      "A state without a transition goes to 'reject' (specification §13.5). Write the transition that is meant.",
  },
  P4920: {
    severity: 'warning',
    message: "parser '{parser}' never accepts a packet",
    explanation:
      "No path from 'start' reaches 'accept'; every packet ends in 'reject' (specification §13.3).",
  },
  P4921: {
    severity: 'warning',
    message: 'this entry never matches: an earlier one matches all that it does',
    explanation:
      'Without priorities the first entry that matches is taken (specification §14.2.1.4), so narrower entries stand before wider ones.',
  },
  P4906: {
    severity: 'warning',
    message: '{value} becomes {becomes}, because {type} has no negative values',
    explanation:
      'A negative constant is taken modulo 2 to the power of the width (specification §8.11.1, which asks for this warning).',
  },
  P4922: {
    severity: 'warning',
    message: "{given} for a key matched 'exact' is beyond most targets",
    explanation:
      'An exact key matches one value. The specification lets a compiler make several entries of a mask, a range or _ (§14.2.1.4), but few do. Match the key ternary.',
  },
  P4923: {
    severity: 'warning',
    message: 'another entry of this table has priority {priority} too',
    explanation:
      'Which of two entries with the same priority wins is not specified (specification §14.2.1.4.1). Where they match no packet in common, annotate the entries @noWarn("duplicate_priorities").',
  },
  P4924: {
    severity: 'warning',
    message: 'this entry has priority {priority} and stands behind one of {before}, though the {wins} wins',
    explanation:
      'Entries are easier to read in the order in which they match (specification §14.2.1.4.1). Move them, or annotate the entries @noWarn("entries_out_of_priority_order").',
  },
  P4925: {
    severity: 'warning',
    message: "'{name}' is deprecated{reason}",
    explanation:
      'The declaration is annotated @deprecated (specification §20.3.7); its message says what to use instead.',
  },
  P4926: {
    severity: 'warning',
    message: "annotation '@{annotation}' is not known",
    explanation:
      'Annotations may be of any name, and this one is nearly that of a standard one (specification §20.3), so it is most likely a slip of the pen.',
  },
  P4905: {
    severity: 'warning',
    message: "the right operand of '{operator}' is not a compile-time known value",
    explanation:
      'The specification defines division and modulo for compile-time integers only (§8.9); few targets divide packet data, and if so by constants.',
  },
});
