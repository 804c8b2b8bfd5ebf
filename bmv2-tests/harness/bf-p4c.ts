/** The chips' own compiler, where somebody has it: into how many stages it puts the pipeline's tables. */

import { execa } from 'execa';
import { findProgram } from './find-program.ts';
import { TNA_PATH } from './tna-program.ts';

/** How users of the compiler have the tests call it. */
export const HOW_TO_GIVE_BF_P4C =
  "bf-p4c of the chip's SDE is not on PATH; p4c-barefoot of p4c (backends/tofino) does as well: set MOOR_BF_P4C=/path/to/p4c-barefoot";

/** The compiler of this machine: MOOR_BF_P4C, or bf-p4c on PATH; undefined: there is none. */
export function findBfP4c(): string | undefined {
  return findProgram('bf-p4c', 'MOOR_BF_P4C');
}

/** What the compiler made of the pipeline. */
export type Placement = {
  /** Its first placement of all tables: stages of ingress; undefined: it did not come so far. */
  readonly ingress: number | undefined;
  /** What it said until then: errors and warnings. */
  readonly said: string;
};

/**
 * Compiles the pipeline for Tofino 2 until all tables have a stage, which are placed first, as if fields were not in each
 * other's way. What the compiler then tries, to need fewer stages or to find a place for fields, is not waited for. It
 * takes minutes.
 * @param directory Where its output goes.
 */
export async function placeTables(compiler: string, directory: string): Promise<Placement> {
  const options = ['--alt-phv-alloc', '-Ttable_summary:1', '-o', directory];
  const run = execa(compiler, ['--target', 'tofino2', '--arch', 'tna', ...options, TNA_PATH], {
    reject: false,
    all: true,
    buffer: false,
  });
  const said: string[] = [];
  for await (const line of run.iterable({ from: 'all' })) {
    const stages = /Number of stages for ingress table allocation: (\d+)/.exec(line);
    if (stages !== null) {
      run.kill('SIGKILL');
      return { ingress: Number(stages[1]), said: said.join('\n') };
    }
    said.push(line);
  }
  return { ingress: undefined, said: said.join('\n') };
}
