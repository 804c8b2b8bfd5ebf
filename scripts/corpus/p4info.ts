/** moor's P4Info and entries of a program beside those that p4c wrote. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { makeP4Info } from '../../codegen/backends/p4info/index.ts';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import { WriteRequest } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { parseText, printText } from '../../p4runtime/text/index.ts';

const P4INFO = 'p4.config.v1.P4Info';
const WRITE_REQUEST = 'p4.v1.WriteRequest';

/** One program with p4c's P4Info. */
export type P4InfoSample = {
  /** Relative to `testdata`. */
  readonly name: string;
  readonly file: string;
  /** What p4c's P4Info says: v1model, psa, … */
  readonly architecture: string;
  readonly p4info: string;
  readonly entries: string | undefined;
};

export type P4InfoOutcome = {
  readonly name: string;
  readonly architecture: string;
  /** Undefined: equal. Otherwise what is different, or why there is nothing to compare. */
  readonly difference: string | undefined;
  readonly entriesDifference: string | undefined;
};

/** The samples, and those in sub-folders, for which p4c wrote a P4Info; without `main` it is empty and left out. */
export function listP4InfoSamples(checkout: string): readonly P4InfoSample[] {
  const testdata = path.join(checkout, 'testdata');
  const samples = path.join(testdata, 'p4_16_samples');
  const folders = readdirSync(samples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return ['', ...folders.map((folder) => folder.name)].flatMap((folder) =>
    readdirSync(path.join(samples, folder))
      .filter((file) => file.endsWith('.p4'))
      .sort()
      .flatMap((file) => {
        const output = path.join(testdata, 'p4_16_samples_outputs', folder, file);
        if (!existsSync(`${output}.p4info.txtpb`)) return [];
        const p4info = readFileSync(`${output}.p4info.txtpb`, 'utf8');
        const architecture = /^ {2}arch: "(.*)"$/m.exec(p4info)?.[1];
        if (architecture === undefined) return [];
        const entries = `${output}.entries.txtpb`;
        return [
          {
            name: path.posix.join('p4_16_samples', folder, file),
            file: path.join(samples, folder, file),
            architecture,
            p4info,
            entries: existsSync(entries) ? readFileSync(entries, 'utf8') : undefined,
          },
        ];
      }),
  );
}

/** Makes both of a sample and compares them as messages, with nothing set aside. */
export function compareP4Info(sample: P4InfoSample): P4InfoOutcome {
  const { name, architecture } = sample;
  const source = new SourceFile(sample.file, readFileSync(sample.file, 'utf8'));
  const result = compileFrontEnd(source, {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  const made = makeP4Info(result);
  if (made === undefined) {
    const error = result.sink.diagnostics.find(({ severity }) => severity === 'error');
    const difference = error === undefined ? 'there is no main' : `rejected: ${error.code} ${error.message}`;
    return { name, architecture, difference, entriesDifference: undefined };
  }
  const ours = printText(P4INFO, P4Info.encode(made.p4info).finish());
  const difference = firstDifference(printText(P4INFO, parseText(P4INFO, sample.p4info)), ours);
  if (sample.entries === undefined) return { name, architecture, difference, entriesDifference: undefined };
  const ourEntries = printText(WRITE_REQUEST, WriteRequest.encode(made.entries).finish());
  const theirEntries = printText(WRITE_REQUEST, parseText(WRITE_REQUEST, sample.entries));
  return { name, architecture, difference, entriesDifference: firstDifference(theirEntries, ourEntries) };
}

/** The first line that differs; undefined where none does. Printed, two messages are equal when their texts are. */
export function firstDifference(theirs: string, ours: string): string | undefined {
  if (theirs === ours) return undefined;
  const left = theirs.split('\n');
  const right = ours.split('\n');
  const index = left.findIndex((line, at) => line !== right[at]);
  const show = (line: string | undefined) =>
    line === undefined || line === '' ? 'the end' : `'${line.trim()}'`;
  return `line ${index + 1}: p4c ${show(left[index])}, moor ${show(right[index])}`;
}
