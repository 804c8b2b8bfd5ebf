/** Catalogue: P4800–P4849 what BMv2's simple_switch cannot do, from P4840 on as warnings. */

import { defineEntries } from './entry.ts';

export const bmv2Entries = defineEntries({
  P4800: {
    severity: 'error',
    message: "simple_switch runs a 'V1Switch', and this program's main is a '{package}'",
    explanation:
      "The target 'bmv2' is BMv2's simple_switch, whose architecture is v1model: write the program for v1model.p4 with V1Switch(…) main. Programs for other architectures can be checked with 'moor check'.",
  },
  P4801: {
    severity: 'error',
    message: "there is no 'main' to compile",
    explanation:
      "Compilation starts at the package instance named 'main' (specification §18.2). A library without one can be checked with 'moor check'.",
  },
  P4802: {
    severity: 'error',
    message: "header '{name}' has {width} bits, which is not a whole number of bytes",
    explanation:
      'simple_switch extracts and emits whole bytes. Add a field of padding, or join the header with the one beside it.',
  },
  P4803: {
    severity: 'error',
    message: "simple_switch has no match kind '{kind}'",
    explanation: 'It has exact, lpm, ternary, range, optional and, for action selectors, selector.',
  },
  P4804: {
    severity: 'error',
    message: "table '{table}' has a second key of kind lpm",
    explanation:
      'simple_switch finds the longest prefix of one key only. Make the other key ternary and give its entries priorities.',
  },
  P4805: {
    severity: 'error',
    message: "simple_switch has no extern '{name}'",
    explanation:
      'What v1model.p4 declares is there; functions and objects that a program declares itself would have to be built into the switch.',
  },
  P4806: {
    severity: 'error',
    message: '{name} cannot be called in {block}',
    explanation:
      'simple_switch copies packets, sends digests and keeps counters, meters, registers and hashes only for certain pipelines: it acts on clone(I2E), resubmit and digest at the end of ingress, on clone(E2E) and recirculate at the end of egress, and loads the parser before its arrays and calculations.',
  },
  P4807: {
    severity: 'error',
    message: '{what} cannot stand in the deparser',
    explanation:
      "simple_switch emits one fixed order of headers and leaves out those that are not valid. Decide at the end of egress instead: make headers valid or invalid there, and only call 'emit' here.",
  },
  P4808: {
    severity: 'error',
    message: "only {allowed} and 'if' can stand in the control that {block} checksums",
    explanation:
      'simple_switch runs no code there, only the checksums themselves. Compute in ingress or egress, and keep the results in metadata.',
  },
  P4809: {
    severity: 'error',
    message: 'a checksum takes fields, headers and constants, and nothing that has to be computed',
    explanation:
      'simple_switch computes checksums outside of any code. Assign the value to a field of the metadata in ingress or egress, and put that field here.',
  },
  P4810: {
    severity: 'error',
    message: '{what} has to be known when the program is compiled',
    explanation: 'simple_switch has a separate operation for each, so it cannot be chosen while packets run.',
  },
  P4811: {
    severity: 'error',
    message: "register '{name}' holds something other than one number",
    explanation:
      'A register of simple_switch holds numbers of one width. Use a register for each field, or one wide number and slices of it.',
  },
  P4812: {
    severity: 'error',
    message: "table '{table}' is applied at one place for its hit and at another for its action",
    explanation:
      "simple_switch continues behind a table either by hit and miss or by the action that ran. Use the same at all places: a 'switch' on action_run, or 'if' on hit.",
  },
  P4813: {
    severity: 'error',
    message: 'the text has {wanted} places for values, and {given} are given',
    explanation:
      'simple_switch ends itself when a message is logged whose text and values do not go together. Write a pair of braces for each value; a backslash before a brace makes it plain text.',
  },
  P4814: {
    severity: 'error',
    message: "table '{table}' has entries and an action profile",
    explanation:
      'Entries of a table with an action profile or selector name members, which only the control plane makes. Leave the entries to it, or the profile out.',
  },
  P4815: {
    severity: 'error',
    message: "an entry of table '{table}' gives {given} for key '{key}', which simple_switch matches exactly",
    explanation:
      'A key matched exact takes one value in each entry. Match it ternary, or write an entry for each value.',
  },
  P4816: {
    severity: 'error',
    message: "tables '{first}' and '{second}' share selector '{name}' and hash different keys",
    explanation:
      'simple_switch computes the hash of a selector from one list of fields. Give both tables the same keys of kind selector, in the same order.',
  },
  P4817: {
    severity: 'error',
    message: "{what} '{name}' is read, and no table has it",
    explanation: "A direct meter runs with the table whose property 'meters' names it: add the property.",
  },
  P4818: {
    severity: 'error',
    message: "'{name}' belongs to table '{first}' and to table '{second}'",
    explanation:
      'A direct counter or meter has one element for each entry of one table. Declare one for each table.',
  },
  P4821: {
    severity: 'error',
    message: "'{name}' has {width} bits, and simple_switch computes it with {limit}",
    explanation: 'Draw narrower numbers and join them.',
  },
  P4822: {
    severity: 'error',
    message: '{what} takes numbers, and this is of type {type}',
    explanation: 'simple_switch handles only values of fixed width there. Give the fields that are needed.',
  },
  P4823: {
    severity: 'error',
    message: 'what a copy of the packet keeps has to be fields',
    explanation:
      "simple_switch copies the fields themselves when the pipeline ends. Assign the value to a field of the metadata and mark that with '@field_list'.",
  },
  P4824: {
    severity: 'error',
    message: "simple_switch cannot extract into 'last' of a stack",
    explanation: "Extract into 'next' of the stack, or into an element by its index, which may be computed.",
  },
  P4826: {
    severity: 'error',
    message: "simple_switch has no hash algorithm '{algorithm}'",
    explanation:
      "v1model.p4 declares it and the switch does not have it: it refuses to load such a program. Use another algorithm, or the function 'random'.",
  },
  P4827: {
    severity: 'error',
    message: "'{name}' in @field_list is no number",
    explanation:
      'The lists are numbered: write a number, a constant, or a member of an enum with a representation (enum bit<8> …).',
  },
  P4840: {
    severity: 'warning',
    message: "no field of the metadata has '@field_list({index})', so nothing is kept",
    explanation:
      "Fields that a copy of the packet keeps are marked '@field_list(n)' in the struct of the user's metadata; all others are 0 in the copy.",
  },
  P4841: {
    severity: 'warning',
    message: "simple_switch does not drop a packet that goes to 'reject'",
    explanation:
      "It goes on with ingress, as after 'accept', and parser_error stays NoError. Use verify(false, error.X) to set parser_error, and drop in ingress where it is not NoError.",
  },
  P4842: {
    severity: 'warning',
    message: "the control plane cannot change the entries of '{table}', nor add any",
    explanation:
      "simple_switch makes a table with entries in the program immutable. Write 'const entries' to say so, or leave the entries to the control plane: --p4runtime-entries-files writes them for it.",
  },
});
