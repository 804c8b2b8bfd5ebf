import test from 'ava';
import { compileFrontEnd } from '../codegen/compile.ts';
import { libraryDirectory, nodeFileSystem } from '../codegen/library.ts';
import { SourceFile } from '../codegen/syntax/source.ts';
import { generateProgram } from './generate-program.ts';

test('500 tables are 10,000 lines, to one in a hundred', (t) => {
  const lines = generateProgram(500).split('\n');
  t.true(Math.abs(lines.length - 10_000) < 100, `${lines.length} lines`);
  t.is(lines.filter((line) => /\btable \w+ \{/.test(line)).length, 500);
});

for (const tables of [1, 9, 11, 300]) {
  test(`a program of ${tables} tables is right, and evaluates`, (t) => {
    const { diagnostics, evaluated } = compileFrontEnd(new SourceFile('large.p4', generateProgram(tables)), {
      includeDirectories: [],
      libraryDirectory: libraryDirectory(),
      defines: [],
      fileSystem: nodeFileSystem,
    });
    t.deepEqual(
      diagnostics.map((diagnostic) => diagnostic.message),
      [],
    );
    t.not(evaluated, undefined);
  });
}
