/** Catalogue: P485x to P489x, what cannot be said in P4Info. "P4Runtime" means its specification. */

import { defineEntries } from './entry.ts';

export const p4infoEntries = defineEntries({
  P4850: {
    severity: 'error',
    message: '@id takes one number from 1 to 4294967295',
    explanation:
      'It is the id by which the control plane knows the thing (P4Runtime, ID Allocation for P4Info Objects).',
  },
  P4851: {
    severity: 'error',
    message: 'the id {id} begins with {prefix}, and that of a {kind} begins with {expected}',
    explanation:
      'The upper eight bits of an id say what it is the id of; leave them 0 and the compiler fills them in (P4Runtime, ID Allocation for P4Info Objects).',
  },
  P4852: {
    severity: 'error',
    message: 'the id {id} is already taken',
    explanation:
      'Objects of one kind have different ids, and so have the fields of a table, the parameters of an action and the fields of a header (P4Runtime, ID Allocation for P4Info Objects).',
  },
  P4853: {
    severity: 'error',
    message: "two of kind {kind} are called '{name}': {first} and {second}",
    explanation:
      'A block that is instantiated twice makes its tables and externs twice; a @name that begins with a dot gives all of them the same full name. Leave out the dot, or the @name.',
  },
  P4854: {
    severity: 'error',
    message: '@p4runtime_translation takes a string and one of bit<W>, string or a width',
    explanation:
      'The string names the translation, the type is what the control plane sees (P4Runtime, User-defined types). The width is a plain number.',
  },
  P4855: {
    severity: 'error',
    message: '@p4runtime_translation is for types made from bit<W>, and this is made from {type}',
    explanation:
      'Only unsigned numbers can be translated for the control plane (P4Runtime, User-defined types).',
  },
  P4856: {
    severity: 'error',
    message: 'the control plane cannot give a value of type {type}',
    explanation:
      'A parameter without direction gets its value from table entries: a number, a bool, an enum or a type made from one (P4Runtime, Action). Give it a direction, or pass its parts.',
  },
  P4857: {
    severity: 'error',
    message: "'{action}' is @tableonly and @defaultonly at once",
    explanation: 'Together they leave no place where the table could use the action (P4Runtime, Table).',
  },
  P4858: {
    severity: 'error',
    message: 'the control plane cannot fill a value set of {type}',
    explanation:
      'A value set is over bit<W>, a serializable enum, or a struct of such fields (P4Runtime, ValueSet); tuples have no names to fill.',
  },
  P4859: {
    severity: 'error',
    message: "'{property}' of a table takes an instance of {wanted}",
    explanation:
      'The property attaches an extern to the table, and each property is for one kind of extern (P4Runtime, Table; the documentation of the architecture).',
  },
  P4860: {
    severity: 'error',
    message: '@{annotation} takes {wanted}',
    explanation:
      'P4Runtime gives the annotation a meaning, and with it the form of its body (P4Runtime, P4 Annotations).',
  },
  P4861: {
    severity: 'error',
    message: "'{key}' is given twice",
    explanation:
      'Each key of @pkginfo and @platform_property is given once (P4Runtime, Annotating P4 code with PkgInfo).',
  },
  P4862: {
    severity: 'warning',
    message: "@{annotation} has no key '{key}'",
    explanation:
      'P4Info has no field for it, so it is left out (P4Runtime, Annotating P4 code with PkgInfo).',
  },
  P4863: {
    severity: 'warning',
    message: 'the architecture in P4Info is the one that the program includes; this key is ignored',
    explanation: 'The key arch comes from the compiler (P4Runtime, Annotating P4 code with PkgInfo).',
  },
  P4864: {
    severity: 'error',
    message: '{value} does not fit in 64 bits',
    explanation:
      'Structured annotations hold numbers of 64 bits, strings and booleans; write a larger number as a string (P4Runtime, Structured Annotations).',
  },
  P4865: {
    severity: 'warning',
    message: '@{annotation} has no effect here: {why}',
    explanation:
      'The annotation is for action selectors, @max_member_weight for those with "sum_of_members" (P4Runtime, ActionProfile).',
  },
  P4866: {
    severity: 'error',
    message: 'the control plane cannot carry a value of type {type}',
    explanation:
      'Registers and digests hold numbers, booleans, enums, errors, headers, stacks, structs and tuples of them (P4Runtime, Representation of Arbitrary P4 Types).',
  },
  P4867: {
    severity: 'error',
    message: '{value} is not {wanted}',
    explanation:
      'Entries are written into the request that fills the tables; the value must be one that the field can hold (P4Runtime, Match Format).',
  },
  P4868: {
    severity: 'warning',
    message: 'this digest has no name of its own and is called {name}',
    explanation:
      'A digest is called after the struct that it sends. Give the data a struct type, so that the name does not depend on the order of the calls.',
  },
  P4869: {
    severity: 'error',
    message: '{what} is {size}, and P4Info can hold at most {limit}',
    explanation: 'P4Info has signed numbers of 32 or 64 bits for sizes (P4Runtime, P4Info Objects).',
  },
  P4870: {
    severity: 'error',
    message: "'{name}' is attached to two tables",
    explanation:
      'A direct counter or meter has a cell for each entry of one table (P4Runtime, Counter & DirectCounter); give the other table one of its own.',
  },
});
