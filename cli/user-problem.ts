import { EXIT } from './exit-codes.ts';

/** What the user is told instead of a stack. */
export class UserProblem extends Error {
  override readonly name = 'UserProblem';
  readonly exitCode: number;

  constructor(message: string, exitCode: number = EXIT.wrongInput) {
    super(message);
    this.exitCode = exitCode;
  }
}
