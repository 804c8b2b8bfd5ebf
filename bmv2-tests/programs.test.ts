/** The programs of `programs/`: each is right, and has a packet test beside it. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { compileFrontEnd } from '../codegen/compile.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { SourceFile } from '../codegen/syntax/source.ts';

const FOLDER = 'bmv2-tests/programs';

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.p4'))
  .map((file) => file.replace(/\.p4$/, ''));

test('there are at least 100 programs', (t) => {
  t.true(names.length >= 100, `${names.length} programs`);
});

for (const name of names) {
  test(`${name} is right`, (t) => {
    const path = `${FOLDER}/${name}.p4`;
    const { diagnostics } = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
      includeDirectories: [],
      libraryDirectory: libraryDirectory(),
      defines: [],
      fileSystem: nodeFileSystem,
    });
    t.deepEqual(
      diagnostics.filter((one) => one.severity === 'error').map((one) => one.message),
      [],
    );
    t.true(existsSync(`${FOLDER}/${name}.stf`), 'it has a packet test');
  });
}
