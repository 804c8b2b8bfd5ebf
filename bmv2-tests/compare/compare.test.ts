/**
 * Random programs without a peer: each compiles, and gives the same packets whether its code is optimized or not. What a
 * real simple_switch does with them is for `npm run compare`.
 */

import test from 'ava';
import { compileFrontEnd } from '../../codegen/compile.ts';
import { compileBmv2 } from '../../codegen/compile-bmv2.ts';
import { libraryDirectory, nodeFileSystem } from '../../codegen/library.ts';
import { SourceFile } from '../../codegen/syntax/source.ts';
import { commandLines } from './command-line.ts';
import { runEmbedded } from './embedded.ts';
import { makeProgram } from './generator/program.ts';
import { differences, type Outcome } from './outcome.ts';

const SEEDS = [3, 5, 17, 24];

test('the same seed gives the same program, another one another', (t) => {
  t.deepEqual(makeProgram(7, 5), makeProgram(7, 5));
  t.not(makeProgram(7, 5).text, makeProgram(8, 5).text);
});

for (const seed of SEEDS) {
  test(`program ${seed} compiles, and means the same optimized`, (t) => {
    const program = makeProgram(seed, 60);
    const front = compileFrontEnd(new SourceFile('random.p4', program.text), {
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
    const plain = runEmbedded(json, program);
    t.deepEqual(differences(plain, runEmbedded(json, program, 'speed'), program.keepsOrder), []);
    t.true([...plain.outputs.values()].some((packets) => packets.length > 0));
    t.true(commandLines(program.commands).length > 5);
  });
}

function outcome(packets: readonly string[]): Outcome {
  return { outputs: new Map([[1, packets]]), arrays: new Map([['c[0]', `${packets.length}`]]) };
}

test('what differs is told by port, with or without their order', (t) => {
  t.deepEqual(differences(outcome(['aa', 'bb']), outcome(['bb', 'aa']), false), []);
  t.is(differences(outcome(['aa', 'bb']), outcome(['bb', 'aa']), true).length, 1);
  t.deepEqual(differences(outcome(['aa', 'bb']), outcome(['aa', 'aa']), false), [
    'port 1: 1 and 1 packets differ\n  bb\n  aa',
  ]);
  t.deepEqual(differences(outcome(['aa', 'aa']), outcome(['aa']), true), [
    'port 1: packet 1 of 2 and 1 differs\n  aa\n  nothing',
    'c[0]: 2 and 1',
  ]);
});
