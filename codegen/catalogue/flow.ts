/** Catalogue: P4560-P4599 errors that need the whole checked tree: flow, call contexts, headers, table entries, annotations. */

import { defineEntries } from './entry.ts';

export const flowEntries = defineEntries({
  P4560: {
    severity: 'error',
    message: "parser '{parser}' never ends: no path from 'start' reaches 'accept' or 'reject'",
    explanation:
      "A parser ends in 'accept' or 'reject' (specification §13.1, §13.3). All transitions of this one lead back into its own states, so it can only end by an error. Let one of them go to 'accept'.",
  },
  P4561: {
    severity: 'error',
    message: '{what} can end without returning a value of type {type}',
    explanation:
      "A function that is not void returns a value on every path (specification §10). An 'if' without 'else', a 'switch' without 'default' and a loop may all be left without returning: add a 'return' at the end.",
  },
  P4562: {
    severity: 'error',
    message: "'emit' cannot write {type}",
    explanation:
      'What is written to a packet is a header, a stack or union of headers, or a struct or tuple of these (specification §16.1).',
  },
  P4563: {
    severity: 'error',
    message: "'extract' fills a header, and this is {type}",
    explanation:
      'Only a header is extracted from a packet (specification §13.8.1). Extract the elements of a stack one by one with .next, the fields of a struct or the members of a union by name.',
  },
  P4564: {
    severity: 'error',
    message: "header '{header}' has a field of variable size, so 'extract' needs its size",
    explanation:
      "The one-argument 'extract' is for headers of fixed size (specification §13.8.1). Give the number of bits of the varbit field as second argument (§13.8.2).",
  },
  P4565: {
    severity: 'error',
    message: "header '{header}' has no field of variable size, so 'extract' takes no size",
    explanation:
      "The two-argument 'extract' is for headers with exactly one varbit field, whose size the second argument gives (specification §13.8.2).",
  },
  P4566: {
    severity: 'error',
    message: "header '{header}' has {count} varbit fields, and 'extract' can fill only one",
    explanation:
      "The second argument of 'extract' is the size of the one varbit field of the header (specification §13.8.2). Split the header so that each part has one.",
  },
  P4567: {
    severity: 'error',
    message: "'lookahead' needs a type of fixed width, and {type} has none",
    explanation:
      "'lookahead' reads as many bits as its type has (specification §13.8.3), so the type has no varbit and is not void.",
  },
  P4568: {
    severity: 'error',
    message: "'{member}' of a header stack can only be used in a parser",
    explanation:
      "'next', 'last' and 'lastIndex' follow the parser as it fills the stack (specification §8.18). Elsewhere reach the elements by index.",
  },
  P4569: {
    severity: 'error',
    message: "'{what}' can only be called in a parser",
    explanation:
      "'verify' goes to the state 'reject' when its condition is false, and so do 'extract', 'lookahead' and 'advance' when the packet is too short (specification §13.7, §13.8); only parsers have states. Elsewhere use 'if'.",
  },
  P4570: {
    severity: 'error',
    message: '{what} cannot be {verb} {place}',
    explanation:
      'Parsers are applied in parser states, controls and tables in the apply block of a control, and actions are called from apply blocks and other actions (specification §14.1, appendix on restrictions of calls).',
  },
  P4571: {
    severity: 'error',
    message: "'{member}' of a table application can only be the whole expression of a 'switch'",
    explanation:
      "'action_run' is not a value: it only serves to decide in 'switch (table.apply().action_run)' which action was run (specification §12.7.1).",
  },
  P4572: {
    severity: 'error',
    message: "'{statement}' cannot be used {place}",
    explanation:
      "'exit' ends the processing of actions and controls and stands neither in parsers nor in functions (specification §12.5); 'switch' does not stand in parsers (§12.7): use 'select' or 'if'.",
  },
  P4573: {
    severity: 'error',
    message: 'no function can be called in a keyset',
    explanation:
      'What a case of select or a table entry matches is laid down before the packet arrives (specification §8.15, §13.6). Call the function before and select on its result.',
  },
  P4575: {
    severity: 'error',
    message: "'{later}' stands before '{earlier}' in table '{table}'",
    explanation:
      'The entries of a table stand behind its key, and the default action behind the actions (specification §14.2.1.3, §14.2.1.4). Move the property down.',
  },
  P4576: {
    severity: 'error',
    message: "{given} cannot be an entry for a key matched '{kind}'",
    explanation:
      "An entry gives a value for 'exact'; a value, mask or _ for 'ternary' and 'lpm'; a value, range or _ for 'range'; a value or _ for 'optional' (specification §14.2.1.1, §14.2.1.4).",
  },
  P4577: {
    severity: 'error',
    message: "{mask} is not a prefix: the mask of a key matched 'lpm' has all its ones on the left",
    explanation:
      'Longest-prefix match looks at the highest bits only, so its masks are ones followed by zeros (specification §14.2.1.1). Use another mask, or the match kind ternary.',
  },
  P4578: {
    severity: 'error',
    message: "a key of type {type} cannot be matched '{kind}'",
    explanation:
      "'lpm', 'range' and masks work on the bits of numbers (specification §14.2.1.1). Use 'exact', or 'ternary' or 'optional' where any value may match.",
  },
  P4579: {
    severity: 'error',
    message: 'an entry of this table takes no priority: {reason}',
    explanation:
      'Priorities decide between entries that match the same packet. Entries of exact and lpm tables never need them, and constant entries take theirs from the order of the program (specification §14.2.1.4, §14.2.1.4.1).',
  },
  P4580: {
    severity: 'error',
    message: 'the first entry has no priority, but a later one has',
    explanation:
      'The entries without a priority of their own count on from the one before them, so the first must have one as soon as any has (specification §14.2.1.4.1).',
  },
  P4581: {
    severity: 'error',
    message: "the priority {priority} of an entry of table '{table}' is outside 1 to {greatest}",
    explanation:
      'A priority is a positive number of at most 31 bits (specification §14.2.1.4.1). Where the compiler counts on from the entry before, start from another number or make priority_delta smaller.',
  },
  P4582: {
    severity: 'error',
    message: "table '{table}' already has an entry for this key",
    explanation:
      'Two entries of a table whose keys are all matched exactly cannot have the same key (specification §14.2.1.4.1).',
  },
  P4583: {
    severity: 'error',
    message: "'@{annotation}' needs a string",
    explanation:
      'The body of @name, @deprecated and @noWarn is one string, such as @name("x") (specification §20.3.3, §20.3.7, §20.3.8).',
  },
  P4585: {
    severity: 'error',
    message: "key '{key}' is given twice in '@{annotation}'",
    explanation: 'Each key of a structured annotation stands once (specification §20.2).',
  },
  P4586: {
    severity: 'error',
    message: 'the value of a structured annotation must be a constant string, int or bool',
    explanation:
      'Structured annotations hold plain compile-time known values: strings, bools, and numbers without a width; no lists or structures (specification §20.2).',
  },
  P4587: {
    severity: 'error',
    message: "'@{annotation}' is given twice here, {how}",
    explanation:
      'A structured annotation stands once on an element, and not together with an unstructured one of the same name (specification §20).',
  },
  P4588: {
    severity: 'error',
    message: "'@{annotation}' cannot stand here beside '@{other}'",
    explanation:
      'At most one of @name and @hidden stands on a declaration, and only once (specification §20.3.3.1).',
  },
  P4589: {
    severity: 'error',
    message: "'@{annotation}' takes no body",
    explanation:
      '@hidden, @tableonly, @defaultonly, @atomic, @pure, @noSideEffects, @likely and @unlikely say all by their name (specification §20.3).',
  },
  P4590: {
    severity: 'error',
    message: '@match takes the name of a match kind',
    explanation:
      'The fields of a value set say how they are matched: @match(ternary) (specification §20.3.7).',
  },
});
