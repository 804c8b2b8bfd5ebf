/**
 * The programs of `bmv2-tests/programs`, whose expected packets were worked out by hand: they come out after the
 * lowering and after every pass.
 */

import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { compileFrontEnd } from '../compile.ts';
import type { Program } from '../ir/index.ts';
import { lowerProgram } from '../ir/lower/index.ts';
import { libraryDirectory, nodeFileSystem } from '../library.ts';
import { SourceFile } from '../syntax/source.ts';
import { moveStatementsToActions, passContext, runPasses, SIMPLE_TARGET_PASSES } from './index.ts';
import { PacketHarness, Unsupported } from './packet-harness.ts';
import { entriesOf, matchesExpected, parseStf, type Stf, withDefaults } from './stf.ts';

const FOLDER = 'bmv2-tests/programs';

const isPipeline = moveStatementsToActions(
  (_, control) => !control.parameters.some((one) => one.variable.type.kind === 'extern'),
);

/** What is wrong with a program's packets; undefined when all are as expected. */
function wrongPacket(program: Program, stf: Stf): string | undefined {
  const harness = new PacketHarness(withDefaults(program, stf.defaults), entriesOf(program, stf.adds));
  for (const { packet, expected } of stf.steps) {
    const { output } = harness.run(packet.port, Buffer.from(packet.bytes, 'hex'));
    const [wanted] = expected;
    const got = output === undefined ? 'dropped' : `${output.port} ${output.bytes}`;
    const fits =
      wanted === undefined
        ? output === undefined
        : output?.port === wanted.port && matchesExpected(wanted.bytes, output.bytes);
    if (!fits) return `packet ${packet.bytes}: expected ${wanted?.port} ${wanted?.bytes}, got ${got}`;
  }
  return undefined;
}

/** Checks a program at every stage; undefined when it uses what the harness does not have. */
function check(name: string): readonly string[] | undefined {
  const path = `${FOLDER}/${name}.p4`;
  const { checked, evaluated, sink } = compileFrontEnd(new SourceFile(path, readFileSync(path, 'utf8')), {
    includeDirectories: [],
    libraryDirectory: libraryDirectory(),
    defines: [],
    fileSystem: nodeFileSystem,
  });
  if (evaluated === undefined) return [`does not compile`];
  const { program, names } = lowerProgram(checked, evaluated, sink);
  const wrong: string[] = [];
  try {
    const stf = parseStf(readFileSync(`${FOLDER}/${name}.stf`, 'utf8'));
    const first = wrongPacket(program, stf);
    if (first !== undefined) wrong.push(`lowering: ${first}`);
    runPasses([...SIMPLE_TARGET_PASSES, isPipeline], program, passContext(names, sink), {
      after: (pass, done, index) => {
        if (wrong.length > 0) return;
        const found = wrongPacket(done, stf);
        if (found !== undefined) wrong.push(`pass ${index + 1} ${pass.name}: ${found}`);
      },
    });
  } catch (problem) {
    const cause = problem instanceof Error && problem.cause instanceof Error ? problem.cause : problem;
    if (cause instanceof Unsupported) return undefined;
    throw problem;
  }
  return wrong;
}

const names = readdirSync(FOLDER)
  .filter((file) => file.endsWith('.p4'))
  .map((file) => file.replace(/\.p4$/, ''));

let run = 0;
let count = 0;

for (const name of names) {
  test(`the packets of ${name} are right after every pass`, (t) => {
    const wrong = check(name);
    run++;
    if (wrong !== undefined) count++;
    t.deepEqual(wrong ?? [], []);
  });
}

// The others use what the harness does not have.
test.after('most programs were run', (t) => {
  if (run === names.length) t.true(count >= 90, `${count} programs were run`);
});
