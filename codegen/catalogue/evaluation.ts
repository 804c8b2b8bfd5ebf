/** Catalogue: P46xx compile-time evaluation. */

import { defineEntries } from './entry.ts';

export const evaluationEntries = defineEntries({
  P4601: {
    severity: 'error',
    message: "'main' must be an instance of a package",
    explanation:
      "Compilation starts at the instance named 'main', whose type is a package of the architecture (specification §18.2).",
  },
  P4602: {
    severity: 'error',
    message: "the control-plane name '{name}' is already taken",
    explanation:
      'Tables, actions, value sets and externs have different fully qualified names (specification §18.3.2); @name gives them others.',
  },
  P4603: {
    severity: 'error',
    message: 'the program makes more than {limit} instances',
    explanation: 'Parsers or controls that each contain several of the next multiply at every level.',
  },
  P4604: {
    severity: 'error',
    message: 'instances are nested more than {limit} levels deep',
    explanation: 'A block contains itself through others, or the nesting is beyond what any target holds.',
  },
  P4605: {
    severity: 'error',
    message: 'the control plane has no name for this key',
    explanation:
      'A name is made from fields, indexes, slices, masks and isValid(); any other expression needs @name (specification §18.3.1.3).',
  },
  P4606: {
    severity: 'error',
    message: 'static_assert failed{message}',
    explanation: 'The program asserts something about its constants that does not hold (specification §19).',
  },
});
