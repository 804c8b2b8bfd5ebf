/** The chips' own compiler, where somebody has it: what it makes of the pipeline, and into how many stages it puts it. */

import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { execa } from 'execa';
import { type Generation, TNA_PATH } from './tna-program.ts';

/** How users of the compiler have the tests call it. */
export const HOW_TO_GIVE_BF_P4C =
  "Tofino's compiler is not here: it is bf-p4c of the chip's SDE, on PATH, or p4c-barefoot of p4c (backends/tofino) by MOOR_BF_P4C=/path/to/p4c-barefoot";

/** The compiler of this machine: MOOR_BF_P4C, or bf-p4c on PATH; undefined: there is none. */
export function findBfP4c(environment = process.env): string | undefined {
  const named = environment['MOOR_BF_P4C'];
  const candidates =
    named !== undefined && named !== ''
      ? [named]
      : (environment['PATH'] ?? '').split(path.delimiter).map((directory) => path.join(directory, 'bf-p4c'));
  return candidates.find((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** What the compiler made of the pipeline. */
export type Placement = {
  readonly exitCode: number | undefined;
  /** What it said: errors and warnings. */
  readonly said: string;
  /** Tables of each stage, ingress and egress. */
  readonly stages: {
    readonly ingress: readonly (readonly string[])[];
    readonly egress: readonly (readonly string[])[];
  };
};

/**
 * Compiles the pipeline for a chip. It takes minutes.
 * @param directory Where its output goes.
 */
export async function placePipeline(
  compiler: string,
  generation: Generation,
  directory: string,
): Promise<Placement> {
  const target = generation === 1 ? 'tofino' : 'tofino2';
  const { exitCode, all } = await execa(
    compiler,
    ['--target', target, '--arch', 'tna', '-o', directory, TNA_PATH],
    { reject: false, all: true },
  );
  const assembly = filesBelow(directory).find((file) => file.endsWith('.bfa'));
  const text = assembly === undefined ? '' : readFileSync(assembly, 'utf8');
  return {
    exitCode,
    said: all,
    stages: { ingress: stagesOf(text, 'ingress'), egress: stagesOf(text, 'egress') },
  };
}

/** The tables of each stage of an assembly file: `stage 3 ingress:`, and below it `  exact_match flows 5:`. */
export function stagesOf(assembly: string, gress: 'ingress' | 'egress'): readonly (readonly string[])[] {
  const stages: string[][] = [];
  let tables: string[] | undefined;
  for (const line of assembly.split('\n')) {
    const stage = /^stage (\d+) (\w+):/.exec(line);
    if (stage !== null) {
      tables = undefined;
      if (stage[2] !== gress) continue;
      tables = [];
      stages[Number(stage[1])] = tables;
    } else if (/^\S/.test(line)) {
      tables = undefined;
    }
    const table = /^ {2}(?:\w+_match|hash_action|gateway|phase0_match) (\S+)(?: \d+)?:/.exec(line);
    if (table?.[1] !== undefined) tables?.push(table[1]);
  }
  return Array.from(stages, (one) => one ?? []);
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' }).map((file) =>
    path.join(directory, file),
  );
}
