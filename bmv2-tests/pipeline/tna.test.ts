/** The pipeline for the Tofino Native Architecture: the front end accepts it, without a warning, for either chip. */

import test from 'ava';
import { type Generation, tnaFrontEnd } from '../harness/tna-program.ts';

const GENERATIONS: readonly Generation[] = [1, 2];

for (const generation of GENERATIONS) {
  test(`the front end accepts the program for Tofino ${generation}`, (t) => {
    const { diagnostics } = tnaFrontEnd(generation);
    t.deepEqual(
      diagnostics.map(({ code, message, span }) => `${code} ${message} (${span.source.path})`),
      [],
    );
  });
}
