/** Catalogue: P44xx-P45xx rules on parsers, controls, tables, statements and annotations. */

import { defineEntries } from './entry.ts';

export const rulesEntries = defineEntries({
  P4401: {
    severity: 'error',
    message: "'{name}' cannot be instantiated here",
    explanation:
      'Objects are instantiated at top level or among the locals of a parser or control, never while packets are processed (specification §11.3, appendix on restrictions of calls).',
  },
  P4402: {
    severity: 'error',
    message: "'{statement}' stands outside any loop",
    explanation: "'break' and 'continue' end a 'for' loop or its current turn (specification §12.8).",
  },
  P4403: {
    severity: 'error',
    message: "the condition of '{statement}' must be bool, not {type}",
    explanation:
      'P4 has no truth values but true and false; numbers are compared (specification §12.6, §12.8).',
  },
  P4404: {
    severity: 'error',
    message: 'this cannot be assigned to: {reason}',
    explanation:
      'The left side of an assignment is an l-value: a variable, an out or inout parameter, or a part of one (specification §6.7).',
  },
  P4405: {
    severity: 'error',
    message: "'return' cannot be used here",
    explanation:
      "'return' ends an action, a function, a method or the apply block of a control (specification §12.4); parser states end with a transition.",
  },
  P4406: {
    severity: 'error',
    message: 'nothing is returned here, so no value can follow',
    explanation: 'Actions, controls and void functions have no result (specification §12.4).',
  },
  P4407: {
    severity: 'error',
    message: "'return' needs a value of type {type}",
    explanation: 'A function that is not void returns a value (specification §12.4).',
  },
  P4408: {
    severity: 'error',
    message: "'switch' cannot decide on {type}",
    explanation:
      "'switch' works on bit<W>, int<W>, enums, errors, and on action_run of a table (specification §12.7).",
  },
  P4409: {
    severity: 'error',
    message: "label '{label}' is given twice",
    explanation: "Every label of 'switch' stands once (specification §12.7).",
  },
  P4410: {
    severity: 'error',
    message: "a label follows 'default'",
    explanation: "'default' is the last label (specification §12.7). Move it to the end.",
  },
  P4411: {
    severity: 'error',
    message: "this label must be the name of an action or 'default'",
    explanation: "'switch' on action_run decides on which action the table ran (specification §12.7.1).",
  },
  P4412: {
    severity: 'error',
    message: "'{name}' is not an action of table '{table}'",
    explanation: 'Labels name actions from the actions list of the applied table (specification §12.7.1).',
  },
  P4413: {
    severity: 'error',
    message: "this label is {label}, and 'switch' decides on {type}",
    explanation: 'Labels have the type of the expression that is switched on (specification §12.7.2).',
  },
  P4414: {
    severity: 'error',
    message: "'for' cannot go through {type}",
    explanation: "'for … in' goes through ranges, header stacks, arrays and lists (specification §12.8).",
  },
  P4415: {
    severity: 'error',
    message: "'{statement}' cannot be used in a parser",
    explanation:
      'Parsers decide with select and repeat with transitions; of the statements that branch only if can stand in a state (specification §12, §13.4).',
  },
  P4420: {
    severity: 'error',
    message: '{given} cannot match a key of type {wanted}',
    explanation: 'A keyset holds values of the type of its key (specification §8.15, §13.6).',
  },
  P4421: {
    severity: 'error',
    message: '{given} value(s) are given for {wanted} key(s)',
    explanation: 'Every key is matched by one value, mask, range, or _ (specification §8.15.5).',
  },
  P4430: {
    severity: 'error',
    message: "table '{table}' has property '{property}' twice",
    explanation: 'Each property of a table is given once (specification §14.2).',
  },
  P4431: {
    severity: 'error',
    message: "table '{table}' has no 'actions'",
    explanation: 'Every table lists the actions it can run (specification §14.2.1.2).',
  },
  P4432: {
    severity: 'error',
    message: '{type} cannot be a key',
    explanation:
      'Keys are numbers, bools, enums and errors; a struct or header is matched by its fields (specification §14.2.1.1).',
  },
  P4433: {
    severity: 'error',
    message: "there is no match kind '{name}'",
    explanation:
      'A key is followed by a match kind that core.p4, the architecture or the program declares (specification §7.1.3, §14.2.1.1).',
  },
  P4434: {
    severity: 'error',
    message: "action '{action}' is listed twice in table '{table}'",
    explanation: 'Each action stands once in the actions of a table (specification §14.2.1.2).',
  },
  P4435: {
    severity: 'error',
    message: "'{property}' must be {wanted}, not {given}",
    explanation: 'Standard table properties have fixed types (specification §14.2.1.4, §14.2.1.5).',
  },
  P4436: {
    severity: 'error',
    message: "'default_action' must name an action",
    explanation: 'The default action runs when no entry matches (specification §14.2.1.3).',
  },
  P4437: {
    severity: 'error',
    message: "action '{action}' is annotated {annotation} and cannot be used as {place}",
    explanation:
      '@tableonly actions stand only in entries, @defaultonly actions only as the default action (specification §20.3.2).',
  },
  P4438: {
    severity: 'error',
    message: "action '{action}' of {what} is not among the actions of table '{table}'",
    explanation:
      'Entries and the default action use actions from the list of the table (specification §14.2.1.3, §14.2.1.4).',
  },
  P4439: {
    severity: 'error',
    message: "the value of '{parameter}' differs from the one bound in the actions list for '{action}'",
    explanation:
      'Parameters with a direction are bound in the actions list; where they are repeated, they are the same expressions (specification §14.2.1.3).',
  },
  P4440: {
    severity: 'error',
    message: "table '{table}' has entries and no key",
    explanation: 'Entries give values to match against keys (specification §14.2.1.4).',
  },
  P4442: {
    severity: 'error',
    message: "'select' cannot decide on {type}",
    explanation:
      "'select' compares numbers, bools, enums and errors; take the fields of a struct or header one by one (specification §13.6).",
  },
  P4443: {
    severity: 'error',
    message: 'a value set cannot hold {type}',
    explanation:
      'The elements of a value set can be compared in select: numbers, enums, and structs and tuples of them (specification §13.11).',
  },
  P4444: {
    severity: 'error',
    message: '{type} cannot be instantiated {place}',
    explanation:
      'Packages and externs stand at top level, parsers in parsers and controls in controls, and all of them in the arguments of packages (specification §11.3.2, appendix on restrictions of calls).',
  },
  P4445: {
    severity: 'error',
    message: '{type} has no abstract methods, so nothing can be implemented here',
    explanation:
      'Braces behind an instantiation implement the abstract methods of an extern (specification §11.3.1).',
  },
  P4446: {
    severity: 'error',
    message: "extern '{extern}' has no abstract method '{name}' with these parameters",
    explanation:
      'An implementation has the name and as many parameters as an abstract method of the extern (specification §11.3.1).',
  },
  P4447: {
    severity: 'error',
    message: "the {what} of method '{name}' is {given}, and {wanted} is wanted",
    explanation:
      'An implementation repeats the types and directions of the abstract method (specification §11.3.1).',
  },
  P4448: {
    severity: 'error',
    message: "'{name}' does not implement {methods} of extern '{extern}'",
    explanation:
      'All abstract methods of an extern are implemented where it is instantiated (specification §11.3.1).',
  },
  P4449: {
    severity: 'error',
    message: "'{name}' has no result type, and only the constructor '{extern}' may have none",
    explanation:
      'A method gives a result type or void; a constructor has the name of its extern (specification §7.2.9.2).',
  },
  P4450: {
    severity: 'error',
    message: "the constructor of extern '{extern}' cannot have a result type",
    explanation: 'A member with the name of its extern is a constructor (specification §7.2.9.2).',
  },
  P4452: {
    severity: 'error',
    message: "table '{table}' has no default action, and 'NoAction' is not declared",
    explanation:
      "A table without 'default_action' runs NoAction when nothing matches; core.p4 declares it (specification §14.2.1.3).",
  },
  P4453: {
    severity: 'error',
    message: "'NoAction' must be an action without parameters",
    explanation:
      'NoAction of core.p4 is the default action of tables that name none (specification §14.2.1.3), so nothing else can have its name.',
  },
  P4451: {
    severity: 'error',
    message: "the value {value} of enum member '{name}' does not fit in {type}",
    explanation: 'The members of an enum are values of the type that represents it (specification §7.2.1).',
  },
});
