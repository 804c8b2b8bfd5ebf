/** The pipeline of `p4/` for the Tofino Native Architecture, as the compiler's front end sees it. */

import { readFileSync } from 'node:fs';
import { makeP4Info } from '../../codegen/backends/p4info/index.ts';
import { compileFrontEnd, type FrontEndResult } from '../../codegen/compile.ts';
import type { Program } from '../../codegen/ir/index.ts';
import { lowerProgram } from '../../codegen/ir/lower/index.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { passContext, runPasses, SIMPLE_TARGET_PASSES } from '../../codegen/passes/index.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import type { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';

/** The program for Tofino. */
export const TNA_PATH = 'p4/targets/tna/main.p4';

/** Which Tofino: their tables differ in size only. */
export type Generation = 1 | 2;

/** What the front end makes of the pipeline, or of another program, for a Tofino. @param isFolded With the larger tables. */
export function tnaFrontEnd(
  generation: Generation,
  text = readFileSync(TNA_PATH, 'utf8'),
  isFolded = false,
): FrontEndResult {
  return compileFrontEnd(new SourceFile(TNA_PATH, text), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [
      { name: '__TARGET_TOFINO__', value: String(generation) },
      ...(isFolded ? [{ name: 'MOOR_FOLDED', value: '1' }] : []),
    ],
    fileSystem: nodeFileSystem,
  });
}

/**
 * The lowered program after the passes that lead to a simple target: controls, actions and functions inlined.
 * @throws Error with what the compiler says, for a program that is wrong.
 */
export function lowerTna({ checked, evaluated, sink }: FrontEndResult): Program {
  const lowered = evaluated === undefined ? undefined : lowerProgram(checked, evaluated, sink);
  const program =
    lowered === undefined
      ? undefined
      : runPasses(SIMPLE_TARGET_PASSES, lowered.program, passContext(lowered.names, sink));
  if (program === undefined) {
    throw new Error(sink.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  }
  return program;
}

/** The P4Info for Tofino 1. @throws Error with what the compiler says, for a program that is wrong. */
export function tnaP4Info(): P4Info {
  const front = tnaFrontEnd(1);
  const made = makeP4Info(front);
  if (made === undefined) {
    throw new Error(front.sink.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  }
  return made.p4info;
}
