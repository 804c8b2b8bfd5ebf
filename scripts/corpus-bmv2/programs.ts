/** Which programs of a p4c checkout are for v1model, and which of them p4c's own BMv2 back end is known not to take. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** One program. */
export type Bmv2Program = {
  /** Relative to `testdata/p4_16_samples`. */
  readonly name: string;
  readonly file: string;
  /** The packet test beside it. */
  readonly stf: string | undefined;
  /** Whether p4c lists it as expected to fail. */
  readonly expectedToFail: boolean;
};

/** Folders of the samples whose programs are large ones for v1model. */
const FOLDERS = /^(dash|fabric_.*|omec|pins)$/;

/**
 * The programs: `*-bmv2.p4` directly in the samples that include v1model, and the large ones in folders. Of these the
 * ones for another architecture say so in their text or in their names.
 */
export function listBmv2Programs(checkout: string): readonly Bmv2Program[] {
  const samples = path.join(checkout, 'testdata', 'p4_16_samples');
  const failing = expectedToFail(checkout);
  const direct = p4Files(samples, '').filter((name) => name.endsWith('-bmv2.p4'));
  const nested = readdirSync(samples, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && FOLDERS.test(entry.name))
    .flatMap((entry) => p4Files(samples, entry.name))
    .filter((name) => !/pna|psa|dpdk/.test(name));
  const forV1model = direct.filter((name) => includesV1model(readFileSync(path.join(samples, name), 'utf8')));
  return [...forV1model, ...nested].sort().map((name) => {
    const stf = path.join(samples, name.replace(/\.p4$/, '.stf'));
    return {
      name,
      file: path.join(samples, name),
      stf: existsSync(stf) ? stf : undefined,
      expectedToFail: failing.has(name),
    };
  });
}

/** Whether a text includes v1model and none of the other architectures. */
export function includesV1model(text: string): boolean {
  return /include.*v1model\.p4/.test(text) && !/include.*(psa|pna)\.p4/.test(text);
}

function p4Files(samples: string, folder: string): readonly string[] {
  return readdirSync(path.join(samples, folder), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.p4'))
    .map((entry) => (folder === '' ? entry.name : `${folder}/${entry.name}`));
}

/** The programs that p4c's build lists as expected to fail on BMv2. */
function expectedToFail(checkout: string): ReadonlySet<string> {
  const list = path.join(checkout, 'backends', 'bmv2', 'CMakeLists.txt');
  return existsSync(list) ? namesExpectedToFail(readFileSync(list, 'utf8')) : new Set();
}

/** The names in the list `XFAIL_TESTS` of a CMake file. */
export function namesExpectedToFail(text: string): ReadonlySet<string> {
  const list = /set\s*\(XFAIL_TESTS([\s\S]*?)\n\)/.exec(text)?.[1] ?? '';
  const names = [...list.matchAll(/^\s*testdata\/p4_16_samples\/(\S+\.p4)/gm)].map((match) => match[1] ?? '');
  return new Set(names);
}
