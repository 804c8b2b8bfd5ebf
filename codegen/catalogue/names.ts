/** Catalogue: P42xx names and scopes. */

import { defineEntries } from './entry.ts';

export const namesEntries = defineEntries({
  P4201: {
    severity: 'error',
    message: "'{name}' is already declared in this scope",
    explanation:
      'Every name is declared once in its scope; only functions and methods may share a name, when the number or the names of their parameters differ (specification §6.9, §7.2.9.1). Rename one of the two.',
  },
  P4202: {
    severity: 'error',
    message: "there is no {what} named '{name}' here",
    explanation:
      'A name must be declared before it is used, in this scope or one around it (specification §6.9). Check the spelling, declare it, or include the file that declares it.',
  },
  P4203: {
    severity: 'error',
    message: "'{name}' is used before it is declared",
    explanation:
      'P4 reads a program from top to bottom: apart from parser states, a declaration must stand above its uses (specification §6.9). Move it up.',
  },
  P4204: {
    severity: 'error',
    message: "'{name}' is {found}, not {wanted}",
    explanation:
      'The name is declared, but as another kind of thing than can stand here: a value where a type is wanted, a type where an action is wanted, and so on. Use another name or declare the right thing.',
  },
  P4205: {
    severity: 'error',
    message: "{type} has no member '{member}'",
    explanation:
      'The part after the dot must be a field or method of the type before it (specification §8.16 to §8.20).',
  },
  P4206: {
    severity: 'error',
    message: "'{name}' is used inside its own declaration",
    explanation:
      'A type, instance or table cannot contain itself: P4 has no recursive types and no recursive calls (specification §7.2.8, §18.2).',
  },
  P4207: {
    severity: 'error',
    message: "'{name}' is a parameter of {owner} and cannot be declared again inside it",
    explanation:
      'A local of a parser, control, action or function may not take the name of one of its parameters, because the parameter could then no longer be reached. Rename the local.',
  },
  P4208: {
    severity: 'error',
    message: "'this' can only be used in the implementation of an abstract method",
    explanation:
      "'this' stands for the extern object whose abstract method is being written (specification §11.3.1); there is no object anywhere else.",
  },
  P4209: {
    severity: 'error',
    message: "parser state '{name}' is built in and cannot be declared",
    explanation:
      "Every parser has the states 'accept' and 'reject', which end parsing (specification §13.1). Give the state another name.",
  },
  P4211: {
    severity: 'error',
    message: "no 'error' is declared that a value of this type could have",
    explanation:
      'The values of type error are those that error declarations list (specification §7.1.2); the standard ones come from core.p4.',
  },
  P4210: {
    severity: 'error',
    message: "parser '{name}' has no state 'start'",
    explanation:
      "Parsing begins in the state 'start', which every parser must declare (specification §13.1).",
  },
});
