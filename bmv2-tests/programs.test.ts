/** The programs of `programs/` on the embedded switch: each compiles, and passes the packet test beside it. */

import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { compileFrontEnd } from '../codegen/compile.ts';
import { compileBmv2 } from '../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import { createSwitch } from '../switch/engine/index.ts';
import { parseStf, StfRun } from '../switch/stf/index.ts';

const FOLDER = 'bmv2-tests/programs';

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.p4'))
  .map((file) => file.replace(/\.p4$/, ''));

test('there are at least 100 programs', (t) => {
  t.true(names.length >= 100, `${names.length} programs`);
});

for (const name of names) {
  test(`${name} does what its packet test expects`, (t) => {
    const path = `${FOLDER}/${name}.p4`;
    const front = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
      includeDirectories: [],
      libraryDirectory: libraryDirectory(),
      defines: [],
      fileSystem: nodeFileSystem,
    });
    const json = compileBmv2(front);
    t.deepEqual(
      front.sink.diagnostics.filter((one) => one.severity === 'error').map((one) => one.message),
      [],
    );
    // As a file would have it: what JSON cannot hold is gone.
    const device = createSwitch(JSON.parse(JSON.stringify(json)), { optimization: 'none' });
    const failures = new StfRun(device).run(parseStf(readFileSync(`${FOLDER}/${name}.stf`, 'utf8')));
    t.deepEqual(failures, []);
  });
}
