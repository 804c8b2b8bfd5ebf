/** What is made from the pipeline's P4: the typed tables that the controller writes. */

import { v1modelPipeline } from '../../bmv2-tests/harness/pipeline-program.ts';
import { makeBindings } from '../../codegen/backends/bindings/index.ts';

/** Where the typed tables stand. */
export const PIPELINE_BINDINGS = 'controller/pipeline/bindings.ts';

/** The typed tables. @throws Error with what the compiler says, for a pipeline that is wrong. */
export function pipelineBindings(): string {
  return makeBindings(v1modelPipeline().p4info, { runtime: '../../p4runtime/bindings/index.ts' });
}
