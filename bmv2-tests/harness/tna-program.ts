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

/** The program for Tofino in one pipe. */
export const TNA_PATH = 'p4/targets/tna/main.p4';

/** The program that goes through two pipes. */
export const TNA_FOLDED_PATH = 'p4/targets/tna/folded/main.p4';

/** Both, by a word for them. */
export const TNA_PROGRAMS = { 'one pipe': TNA_PATH, folded: TNA_FOLDED_PATH } as const;

/** Which Tofino: their tables differ in size only. */
export type Generation = 1 | 2;

/** The port to the controller. */
export const CPU_PORTS_OF_TOFINO = { 1: 192, 2: 0 } as const;

/** What stands in front of a packet in ingress: the intrinsic header, of which the port is first, and the port's metadata. */
export const INTRINSIC_BYTES = { 1: 16, 2: 32 } as const;

/** What the front end makes of the pipeline, or of another program, for a Tofino. */
export function tnaFrontEnd(
  generation: Generation,
  path: string = TNA_PATH,
  text = readFileSync(path, 'utf8'),
): FrontEndResult {
  return compileFrontEnd(new SourceFile(path, text), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [{ name: '__TARGET_TOFINO__', value: String(generation) }],
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

/** The P4Info for a Tofino. @throws Error with what the compiler says, for a program that is wrong. */
export function tnaP4Info(path: string = TNA_PATH, generation: Generation = 1): P4Info {
  const front = tnaFrontEnd(generation, path);
  const made = makeP4Info(front);
  if (made === undefined) {
    throw new Error(front.sink.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  }
  return made.p4info;
}
