/** Catalogue: P400x to P403x preprocessor. */

import { defineEntries } from './entry.ts';

export const preprocessorEntries = defineEntries({
  P4001: {
    severity: 'error',
    message: "the file '{file}' to include is not found",
    explanation:
      "Files in quotes are looked for beside the including file, then in the directories given with -I, then among moor's own declarations; files in angle brackets in the latter two (specification §6.2).",
  },
  P4002: {
    severity: 'error',
    message: "'{file}' is included {depth} levels deep",
    explanation:
      'Files that include each other in a circle never end. Break the circle, or guard the file with #ifndef or #pragma once.',
  },
  P4003: {
    severity: 'error',
    message: 'what #include names is not clear',
    explanation: 'Write #include "file.p4" or #include <file.p4>, or a macro that becomes one of these.',
  },
  P4004: {
    severity: 'error',
    message: "there is no preprocessor directive '#{directive}'",
    explanation:
      'The directives are #include, #define, #undef, #if, #ifdef, #ifndef, #elif, #else, #endif, #line, #error, #warning and #pragma (specification §6.2).',
  },
  P4005: {
    severity: 'error',
    message: "'#{directive}' has no '#endif'",
    explanation: 'Every conditional part ends with #endif in the same file.',
  },
  P4006: {
    severity: 'error',
    message: "'#{directive}' stands without an '#if' before it",
    explanation:
      '#elif, #else and #endif belong to an #if, #ifdef or #ifndef of the same file, and only #endif can follow #else.',
  },
  P4007: {
    severity: 'error',
    message: '#error: {message}',
    explanation:
      'The program asks for this error with #error, usually because a macro that it needs is not set.',
  },
  P4008: {
    severity: 'warning',
    message: '#warning: {message}',
    explanation: 'The program asks for this warning with #warning.',
  },
  P4009: {
    severity: 'warning',
    message: "macro '{name}' is defined again with another meaning",
    explanation: 'The later definition counts. Remove the earlier one with #undef if that is what is meant.',
  },
  P4010: {
    severity: 'error',
    message: '#{directive}: {reason}',
    explanation:
      'A macro is defined as #define NAME body, or #define NAME(parameters) body with no blank before the bracket; ## in a body joins the two tokens around it. #undef takes one name.',
  },
  P4011: {
    severity: 'error',
    message: "macro '{name}' takes {wanted}, and {given}",
    explanation:
      'A function-like macro is used with as many arguments as it has parameters; commas inside brackets do not separate arguments.',
  },
  P4012: {
    severity: 'error',
    message: "the arguments of macro '{name}' are not closed",
    explanation:
      "The ')' that ends the arguments of a macro is missing before the end of the file, or before an #include or #pragma, which cannot stand among arguments.",
  },
  P4013: {
    severity: 'error',
    message: "'##' makes '{text}', which is not one token",
    explanation: '## in the body of a macro joins two tokens into one name, number or operator.',
  },
  P4014: {
    severity: 'error',
    message: "'#' in a macro must stand before one of its parameters",
    explanation: 'In the body of a function-like macro # makes a string of an argument.',
  },
  P4015: {
    severity: 'error',
    message: "the condition of '#{directive}' is not understood: {reason}",
    explanation:
      'Conditions are C expressions of integers, macros and defined(NAME); names that are no macros count as 0.',
  },
  P4016: {
    severity: 'error',
    message: 'division by zero in the condition of a directive',
    explanation: 'The divisor in an #if condition is 0.',
  },
  P4017: {
    severity: 'error',
    message: "macro '{name}' expands to more than {limit} tokens",
    explanation: 'Macros that double what they are given grow beyond any machine. Expansion stopped here.',
  },
  P4018: {
    severity: 'error',
    message: "'#line' wants a line number, and may name a file in quotes",
    explanation: 'Write #line 10 or #line 10 "file.p4".',
  },
  P4019: {
    severity: 'warning',
    message: "what follows '#{directive}' on this line is not looked at",
    explanation: 'The directive ends before this text. Put it into a comment or on a line of its own.',
  },
  P4020: {
    severity: 'error',
    message: "macro '{name}' is used more than {limit} levels deep in the arguments of macros",
    explanation: 'Macros used in the arguments of each other can be nested up to this limit.',
  },
  P4021: {
    severity: 'error',
    message: '{what} has more than {limit} {unit}',
    explanation:
      'Lines of millions of tokens, and files that include others over and over, grow beyond any machine. Guard included files with #ifndef or #pragma once.',
  },
});
