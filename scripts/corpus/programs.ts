/** Which programs of a p4c checkout the corpus run is about. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** `samples` and `errors` have targets to reach; `more` is everything else of the samples that is a program. */
export type CorpusKind = 'samples' | 'errors' | 'more';

/** One program and what p4c printed for it. */
export type CorpusProgram = {
  readonly kind: CorpusKind;
  /** Relative to `testdata`, with forward slashes: how the list of differences names it. */
  readonly name: string;
  readonly file: string;
  readonly text: string;
  /** What p4c wrote to stderr, or undefined when the checkout has no such file. */
  readonly expectedOutput: string | undefined;
};

export const CORPUS_KINDS: readonly CorpusKind[] = ['samples', 'errors', 'more'];

/** Programs for eBPF, uBPF and XDP say so somewhere in their text. */
const OTHER_ARCHITECTURE = /ebpf|ubpf|xdp/i;

/** True when `directory` looks like a checkout of p4c. */
export function isCheckout(directory: string): boolean {
  return existsSync(path.join(directory, 'testdata', 'p4_16_samples'));
}

/**
 * The programs of one kind, sorted by name.
 *
 * - `samples`: the files directly in `testdata/p4_16_samples` that do not mention another architecture. They
 *   include core, v1model, psa, pna, or nothing: 1,252 in the checkout that the target was set with.
 * - `errors`: the files directly in `testdata/p4_16_errors`.
 * - `more`: the samples that the first rule leaves out, and the programs in its subfolders.
 */
export function listPrograms(checkout: string, kind: CorpusKind): readonly CorpusProgram[] {
  const testdata = path.join(checkout, 'testdata');
  const folder = kind === 'errors' ? 'p4_16_errors' : 'p4_16_samples';
  const direct = p4Files(testdata, folder).map((name) => readProgram(testdata, kind, name));
  switch (kind) {
    case 'errors':
      return direct;
    case 'samples':
      return direct.filter((program) => !OTHER_ARCHITECTURE.test(program.text));
    case 'more': {
      const others = direct.filter((program) => OTHER_ARCHITECTURE.test(program.text));
      return [
        ...others,
        ...nestedPrograms(testdata, folder).map((name) => readProgram(testdata, kind, name)),
      ];
    }
  }
}

function p4Files(testdata: string, folder: string): readonly string[] {
  return readdirSync(path.join(testdata, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.p4'))
    .map((entry) => `${folder}/${entry.name}`)
    .sort();
}

// One level down only: the folders below that hold what the programs include.
function nestedPrograms(testdata: string, folder: string): readonly string[] {
  return readdirSync(path.join(testdata, folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => p4Files(testdata, `${folder}/${entry.name}`))
    .sort();
}

function readProgram(testdata: string, kind: CorpusKind, name: string): CorpusProgram {
  const file = path.join(testdata, name);
  const output = path.join(testdata, `${name.replace(/^(p4_16_\w+)\//, '$1_outputs/')}-stderr`);
  return {
    kind,
    name,
    file,
    text: readFileSync(file, 'utf8'),
    expectedOutput: existsSync(output) ? readFileSync(output, 'utf8') : undefined,
  };
}
