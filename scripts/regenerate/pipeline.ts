/** What is made from the pipeline's P4: its program and P4Info, and the typed tables that the controller writes. */

import { v1modelPipeline } from '../../bmv2-tests/harness/pipeline-program.ts';
import { tnaP4Info } from '../../bmv2-tests/harness/tna-program.ts';
import { makeBindings } from '../../codegen/backends/bindings/index.ts';
import { libraryDirectory } from '../../codegen/library.ts';
import { encodeP4Info } from '../../p4runtime/text/index.ts';

/** Where the program and its P4Info stand; for Tofino only the P4Info, since moor has no back end for it. */
export const GOLDEN_PROGRAM = 'p4/golden/v1model.json';
export const GOLDEN_P4INFO = 'p4/golden/v1model.p4info.txtpb';
export const GOLDEN_TNA_P4INFO = 'p4/golden/tna.p4info.txtpb';

/** The program for v1model as BMv2 JSON. */
export function goldenProgram(): string {
  // The library's files by their place in the repository, wherever that lies.
  const library = libraryDirectory();
  const made = Buffer.from(v1modelPipeline().json).toString();
  const text = library === undefined ? made : made.replaceAll(library, 'codegen/p4include');
  return `${JSON.stringify(JSON.parse(text), undefined, 1)}\n`;
}

/** Its P4Info as text. */
export function goldenP4Info(): string {
  return Buffer.from(encodeP4Info(v1modelPipeline().p4info, 'text')).toString();
}

/** The P4Info of the program for Tofino 1 as text. */
export function goldenTnaP4Info(): string {
  return Buffer.from(encodeP4Info(tnaP4Info(), 'text')).toString();
}

/** Where the typed tables stand. */
export const PIPELINE_BINDINGS = 'controller/pipeline/bindings.ts';

/** The typed tables. @throws Error with what the compiler says, for a pipeline that is wrong. */
export function pipelineBindings(): string {
  return makeBindings(v1modelPipeline().p4info, { runtime: '../../p4runtime/bindings/index.ts' });
}
