/** A mistake of ours: thrown where generated code cannot be right, caught only in `main`. */
export class InternalError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'InternalError';
  }
}
