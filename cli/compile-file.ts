/** The work of `moor compile`. */

import { basename } from 'node:path';
import { BMV2_PASSES } from '../codegen/backends/bmv2/index.ts';
import { compileFrontEnd, diagnosticsInOrder, type FrontEndResult } from '../codegen/compile.ts';
import { type CompileBmv2Options, compileBmv2 } from '../codegen/compile-bmv2.ts';
import type { Program } from '../codegen/ir/index.ts';
import { programToJson } from '../codegen/ir/json.ts';
import { printProgram } from '../codegen/ir/print.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { didYouMean } from '../codegen/nearest-name.ts';
import { describePasses } from '../codegen/passes/index.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import { LIBRARY_MISSING } from './check-files.ts';
import type { CompileOptions } from './compile.ts';
import { DiagnosticsReport } from './diagnostics-report.ts';
import { EXIT } from './exit-codes.ts';
import { readInput } from './read-input.ts';
import { type Output, writeOutputs } from './write-outputs.ts';

/** The name of the program before any pass. */
const LOWER = 'lower';

/** The step of `--dump-after` that does not exist, with what to do about it. */
function unknownStep(wanted: readonly string[]): string | undefined {
  const known = [LOWER, ...BMV2_PASSES.map((pass) => pass.name)];
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return undefined;
  const hint = didYouMean(unknown, known) ?? "'moor compile --list-passes' lists them";
  return `moor: there is no step '${unknown}'; ${hint}\n`;
}

function watch(options: CompileOptions): CompileBmv2Options {
  const show = (step: string, program: Program) => {
    if (!options.dumpAfter.includes(step)) return;
    const text = options.dumpFormat === 'json' ? programToJson(program) : printProgram(program);
    process.stdout.write(
      options.dumpFormat === 'json' ? `${text.trimEnd()}\n` : `// after ${step}\n${text}\n`,
    );
  };
  return {
    lowered: (program) => show(LOWER, program),
    after: (pass, program) => show(pass.name, program),
  };
}

/** Where the JSON goes when the user does not say: PROGRAM.json in the working directory. */
function defaultOutput(file: string): string {
  return file === '-' ? 'program.json' : `${basename(file).replace(/\.p4$/, '')}.json`;
}

/** Compiles one file and writes what was asked for; gives the exit code. */
export async function compileFile(file: string | undefined, options: CompileOptions): Promise<number> {
  if (options.listPasses === true) {
    process.stdout.write(describePasses(BMV2_PASSES));
    return EXIT.done;
  }
  const { output, p4runtimeFiles, p4runtimeEntriesFiles, bindings } = options;
  const named = [output, ...p4runtimeFiles, ...p4runtimeEntriesFiles, bindings].filter(
    (path) => path !== undefined,
  );
  const unknown = unknownStep(options.dumpAfter) ?? (await unknownFormat(options)) ?? repeatedOutput(named);
  if (file === undefined || unknown !== undefined) {
    process.stderr.write(unknown ?? 'moor: name the program to compile\n');
    return EXIT.usage;
  }
  const directory = libraryDirectory();
  if (directory === undefined) {
    process.stderr.write(LIBRARY_MISSING);
    return EXIT.environment;
  }
  const report = new DiagnosticsReport(options, directory);
  const input = readInput(file);
  if ('problem' in input) {
    report.cannotRead(file, input.problem);
    await report.finish();
    return EXIT.wrongInput;
  }
  const front = compileFrontEnd(new SourceFile(file === '-' ? '<stdin>' : file, input.text), {
    includeDirectories: options.include,
    libraryDirectory: directory,
    defines: options.define,
    fileSystem: nodeFileSystem,
  });
  const outputs = await makeOutputs(front, file, options);
  report.add(front.sink, diagnosticsInOrder(front.sink.diagnostics, front.sources));
  await report.finish();
  if (report.errors > 0 || outputs === undefined) return EXIT.wrongInput;
  return write(outputs, report.isText);
}

async function makeOutputs(
  front: FrontEndResult,
  file: string,
  options: CompileOptions,
): Promise<readonly Output[] | undefined> {
  const json = compileBmv2(front, watch(options));
  if (json === undefined) return undefined;
  const control = await controlPlaneOutputs(front, options);
  if (control === undefined) return undefined;
  const path = options.output ?? defaultOutput(file);
  return [{ path, content: `${JSON.stringify(json, undefined, 2)}\n` }, ...control];
}

/** What the control plane is told: P4Info, entries, bindings, as far as they were asked for. */
async function controlPlaneOutputs(
  front: FrontEndResult,
  options: CompileOptions,
): Promise<readonly Output[] | undefined> {
  const { p4runtimeFiles, p4runtimeEntriesFiles, bindings } = options;
  if (p4runtimeFiles.length === 0 && p4runtimeEntriesFiles.length === 0 && bindings === undefined) return [];
  const { makeP4Info } = await import('../codegen/backends/p4info/index.ts');
  const { encodeP4Info, encodeWriteRequest, messageFormat } = await import('../p4runtime/text/index.ts');
  const made = makeP4Info(front);
  if (made === undefined) return undefined;
  const outputs: Output[] = [];
  for (const path of p4runtimeFiles)
    outputs.push({ path, content: encodeP4Info(made.p4info, messageFormat(path) ?? 'text') });
  for (const path of p4runtimeEntriesFiles)
    outputs.push({ path, content: encodeWriteRequest(made.entries, messageFormat(path) ?? 'text') });
  if (bindings !== undefined) {
    const { makeBindings } = await import('../codegen/backends/bindings/index.ts');
    outputs.push({
      path: bindings,
      content: makeBindings(made.p4info, { runtime: options.bindingsRuntime }),
    });
  }
  return outputs;
}

/** The first file of P4Runtime whose name does not say what it is, with what would. */
async function unknownFormat(options: CompileOptions): Promise<string | undefined> {
  const files = [...options.p4runtimeFiles, ...options.p4runtimeEntriesFiles];
  if (files.length === 0) return undefined;
  const { MESSAGE_ENDINGS, messageFormat } = await import('../p4runtime/text/index.ts');
  const unknown = files.find((file) => messageFormat(file) === undefined);
  return unknown === undefined
    ? undefined
    : `moor: the name of ${unknown} does not say whether it is text or binary: end it in one of ${MESSAGE_ENDINGS.join(', ')}\n`;
}

/** Two results that would go to the same file. */
function repeatedOutput(outputs: readonly string[]): string | undefined {
  const again = outputs.find((path, index) => path !== '/dev/null' && outputs.indexOf(path) < index);
  return again === undefined ? undefined : `moor: two results would go to ${again}\n`;
}

/** Writes the results: to standard output those for `-`, devices in place, the rest all or none. */
function write(outputs: readonly Output[], tell: boolean): number {
  const files: Output[] = [];
  for (const output of outputs) {
    if (output.path === '-') process.stdout.write(output.content);
    else files.push(output);
  }
  const problem = writeOutputs(files);
  if (problem !== undefined) {
    process.stderr.write(`moor: ${problem}\n`);
    return EXIT.environment;
  }
  if (tell && files.length > 0) process.stderr.write(`wrote ${files.map(({ path }) => path).join(', ')}\n`);
  return EXIT.done;
}
