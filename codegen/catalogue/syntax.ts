/** Catalogue: P406x to P409x syntax. */

import { defineEntries } from './entry.ts';

export const syntaxEntries = defineEntries({
  P4060: {
    severity: 'error',
    message: 'expected {expected}{context}, found {found}',
    explanation:
      'What stands here does not fit the grammar of P4-16 at this place (specification, appendix "P4 grammar"). The message says what could stand here.',
  },
  P4061: {
    severity: 'error',
    message: "';' is missing behind {what}",
    explanation: 'Statements and most declarations end with a semicolon.',
  },
  P4062: {
    severity: 'error',
    message: "'{bracket}' is not closed {context}",
    explanation:
      'Every opening bracket needs its closing one; the message points at the opening one, whose partner is missing.',
  },
  P4063: {
    severity: 'error',
    message: "'{bracket}' closes nothing",
    explanation: 'There is one closing bracket more than opening ones before it.',
  },
  P4064: {
    severity: 'error',
    message: "'{word}' is a reserved word and cannot be the name of {what}",
    explanation:
      'The keywords of P4-16 cannot be used as names, except apply, key, actions, state, entries, type, priority and list (specification, appendix "P4 reserved keywords").',
  },
  P4065: {
    severity: 'error',
    message: "'=' assigns, and a condition is wanted here",
    explanation:
      "Assignments are statements in P4, so they cannot stand in conditions; values are compared with '=='.",
  },
  P4066: {
    severity: 'error',
    message: "P4 has no '{word}'",
    explanation:
      "P4-16 has if, else, switch and for (specification §12); other languages' words for them are not known.",
  },
  P4067: {
    severity: 'error',
    message: "P4 has no '{operator}' that counts",
    explanation: "'++' joins bit-strings (specification §8.10.1). To count, write 'x = x + 1' or 'x += 1'.",
  },
  P4068: {
    severity: 'error',
    message: "P4 has no assignment operator '{operator}'",
    explanation:
      "Arithmetic, saturating, bit and shift operators can be joined with '='; logical operators, '++', masks and ranges cannot (specification §12.1).",
  },
  P4070: {
    severity: 'error',
    message: "'{word}' is a word of P4-14",
    explanation:
      'The program seems to be written in P4-14, an older language. It has to be translated to P4-16 first.',
  },
  P4071: {
    severity: 'error',
    message: "'=' is missing behind '{property}'",
    explanation: 'Table properties are assigned: key = { … } (specification §14.2).',
  },
  P4072: {
    severity: 'error',
    message: "the statements of a case of 'switch' stand in braces",
    explanation:
      "A label is followed by ':' and a block, or shares the block of the next label (specification §12.7).",
  },
  P4073: {
    severity: 'error',
    message: "'transition' is missing before '{state}'",
    explanation: 'A parser state names the next state with transition (specification §13.5).',
  },
  P4074: {
    severity: 'error',
    message: 'the program is nested too deeply here',
    explanation: 'moor refuses expressions, types and statements that are nested hundreds of levels deep.',
  },
  P4075: {
    severity: 'error',
    message: 'this expression does nothing',
    explanation: 'A statement assigns a value or calls something (specification §12).',
  },
  P4076: {
    severity: 'error',
    message: "variable '{name}' cannot be declared here",
    explanation:
      'There are no global variables in P4: variables belong to a parser, control, action or function (specification §11.2). At top level constants can be declared.',
  },
  P4077: {
    severity: 'error',
    message: '{what} cannot stand {place}',
    explanation:
      'Types, parsers, controls and functions are declared at top level; tables and actions among the locals of a control; states in a parser; statements in states, actions, functions and apply blocks.',
  },
  P4078: {
    severity: 'error',
    message: "control '{name}' has no 'apply' block",
    explanation: "A control ends with 'apply { … }', which says what it does (specification §14).",
  },
  P4079: {
    severity: 'error',
    message: "only a parser state ends with 'transition', and nothing follows it there",
    explanation:
      "'transition' is the last statement of a parser state and stands nowhere else (specification §13.4).",
  },
  P4080: {
    severity: 'error',
    message: '{what} stand before {before}',
    explanation: 'Inside a parser or control all local declarations come first (specification §13.2, §14).',
  },
  P4083: {
    severity: 'error',
    message: "this 'else' has no 'if'",
    explanation: "'else' follows directly behind the one statement of its 'if' (specification §12.6).",
  },
  P4092: {
    severity: 'error',
    message: "constant '{name}' has no value",
    explanation: 'A constant gets its value where it is declared (specification §11.1).',
  },
  P4093: {
    severity: 'error',
    message: "field '{name}' cannot have a value here",
    explanation:
      'A struct, header or union declares types only; values are given where variables are declared.',
  },
  P4094: {
    severity: 'error',
    message: 'the members of this enum cannot have values',
    explanation:
      'Only an enum with a representation, such as enum bit<8> Name { … }, gives its members values (specification §7.2.1).',
  },
  P4095: {
    severity: 'error',
    message: 'the match kind of this key is missing',
    explanation: 'Every key says how it is matched: exact, lpm, ternary, … (specification §14.2.1.1).',
  },
  P4096: {
    severity: 'error',
    message: "actions of a table are not separated by ','",
    explanation: 'Every action in the actions list ends with a semicolon (specification §14.2.1.2).',
  },
});
