import test from 'ava';
import { compileFrontEnd } from '../../compile.ts';
import { nodeFileSystem } from '../../library.ts';
import { SourceFile } from '../source.ts';

function messages(text: string): readonly string[] {
  const { diagnostics } = compileFrontEnd(new SourceFile('x.p4', text), {
    includeDirectories: [],
    libraryDirectory: undefined,
    defines: [],
    fileSystem: nodeFileSystem,
  });
  return diagnostics.map((diagnostic) => `${diagnostic.code} ${diagnostic.message}`);
}

test("'>>' may stand in the body of a macro, at its end, and in a macro's argument", (t) => {
  t.deepEqual(
    messages(`#define SHIFT(a, n) ((a) >> (n))
#define SAME(a) a
#define TWICE(a) SHIFT(SHIFT(a, 1), 2)
#define BY >> 3
bit<8> f(bit<8> x) { return SHIFT(x, 1) + SAME(x >> 2) + TWICE(x) + (x BY); }
`),
    [],
  );
});

test("'>>=' and a condition of '#if' too", (t) => {
  t.deepEqual(
    messages(`#define HALVE(a) a >>= 1
#define FOUR (8 >> 1)
#if FOUR != 4
#error wrong
#endif
bit<8> f(bit<8> x) { bit<8> y = x; HALVE(y); return y; }
`),
    [],
  );
});

test("two '>' that different macros wrote are two", (t) => {
  t.not(messages('#define GREATER >\nbit<8> f(bit<8> x) { return x GREATER GREATER 1; }\n').length, 0);
});
