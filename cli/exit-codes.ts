/** Exit codes: part of the command line's contract. */

export const EXIT = {
  done: 0,
  /** The program, table or configuration given is wrong. */
  wrongInput: 1,
  /** The command was called wrongly. */
  usage: 2,
  /** Something that the command needs is not on this machine. */
  environment: 3,
  /** A bug in moor. */
  bug: 70,
} as const;
