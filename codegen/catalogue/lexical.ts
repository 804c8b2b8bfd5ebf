/** Catalogue: P405x characters, literals and comments. */

import { defineEntries } from './entry.ts';

export const lexicalEntries = defineEntries({
  P4050: {
    severity: 'error',
    message: 'this comment is not closed',
    explanation: "A comment that begins with '/*' ends with the next '*/' (specification §6.4.2).",
  },
  P4051: {
    severity: 'error',
    message: 'this string is not closed',
    explanation:
      'A string literal ends with a double quote (specification §6.4.3.3). It may go over several lines, but then the quotes of the file come in pairs.',
  },
  P4052: {
    severity: 'warning',
    message: "'{escape}' in a string is not a known escape",
    explanation:
      'P4 leaves the text of strings to the tools that read it (specification §6.4.3.3). moor reads \\\\ as a backslash, \\" as a double quote, \\n as a line feed, \\t as a tab and \\r as a carriage return, and passes the backslash on where it stands before anything else.',
  },
  P4053: {
    severity: 'error',
    message: '{characters} cannot stand in a P4 program',
    explanation:
      'Outside strings and comments a program is made of names, numbers and the operators of P4 (specification §6.4).',
  },
  P4054: {
    severity: 'error',
    message: "'{literal}' is not a number: {reason}",
    explanation:
      'Numbers are decimal or begin with 0x, 0o, 0b or 0d; a width stands before w (unsigned) or s (signed), as in 16w0xFF; underscores may separate digits (specification §6.4.3.2).',
  },
  P4055: {
    severity: 'error',
    message: 'this is not valid UTF-8',
    explanation:
      'Programs are text in UTF-8, of which all but strings and comments is ASCII (specification §6.4).',
  },
});
