import { dirname, join, normalize } from 'node:path';
import test from 'ava';
import { forbiddenImports } from './folders.ts';

const resolve = (from: string, specifier: string) => normalize(join(dirname(from), specifier));

test('an import against the table of folders is found, with its place', (t) => {
  const text = "/** x */\nimport { parse } from '../codegen/syntax/parser/index.ts';\n";
  t.deepEqual(forbiddenImports('controller/main.ts', text, resolve), [
    'controller/main.ts:2: controller/ may not import codegen/syntax/parser/index.ts (docs/design/folders.md)',
  ]);
});

test('dynamic and side-effect imports count too', (t) => {
  t.is(forbiddenImports('wire/ipv6.ts', "await import('../switch/engine.ts');", resolve).length, 1);
  t.is(forbiddenImports('wire/ipv6.ts', "import '../agent/main.ts';", resolve).length, 1);
});

test('allowed imports are allowed', (t) => {
  t.deepEqual(
    forbiddenImports('switch/server.ts', "import { x } from '../p4runtime/index.ts';", resolve),
    [],
  );
  t.deepEqual(forbiddenImports('cli/check.ts', "import { x } from '../codegen/compile.ts';", resolve), []);
  t.deepEqual(
    forbiddenImports('wire/ipv6.ts', "import { x } from './ethernet.ts';\nimport 'node:fs';", resolve),
    [],
  );
});

test('inside codegen nothing imports what comes behind it', (t) => {
  const found = forbiddenImports(
    'codegen/syntax/lexer.ts',
    "import { x } from '../check/types.ts';",
    resolve,
  );
  t.deepEqual(found, [
    'codegen/syntax/lexer.ts:1: codegen/syntax may not import codegen/check/types.ts (docs/design/folders.md)',
  ]);
  t.deepEqual(
    forbiddenImports('codegen/check/types.ts', "import { x } from '../syntax/ast.ts';", resolve),
    [],
  );
});
