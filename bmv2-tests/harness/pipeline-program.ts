/** The pipeline of `p4/`, compiled: once a process. */

import { readFileSync } from 'node:fs';
import { makeP4Info } from '../../codegen/backends/p4info/index.ts';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import type { FileSystem } from '../../codegen/syntax/preprocessor/index.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import type { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';

/** A program as a switch takes it. */
export type CompiledProgram = { readonly json: Uint8Array; readonly p4info: P4Info };

/** The program for v1model, which the embedded switch and simple_switch run. */
export const V1MODEL_PATH = 'p4/targets/v1model/main.p4';

let pipeline: CompiledProgram | undefined;

/** The pipeline for v1model. @throws Error with what the compiler says, for a program that is wrong. */
export function v1modelPipeline(): CompiledProgram {
  pipeline ??= compileProgram(V1MODEL_PATH);
  return pipeline;
}

/** Compiles a program for v1model. @throws Error with what the compiler says, for a program that is wrong. */
export function compileProgram(path: string, fileSystem: FileSystem = nodeFileSystem): CompiledProgram {
  const front = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem,
  });
  const json = compileBmv2(front);
  const made = makeP4Info(front);
  if (json === undefined || made === undefined) {
    throw new Error(front.sink.diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  }
  return { json: Buffer.from(JSON.stringify(json)), p4info: made.p4info };
}
