/** The demonstration: a small router and its broken twin, checked, compiled and run on the embedded switch. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';

const GOOD = 'docs/examples/forward.p4';
const BROKEN = 'docs/examples/forward-broken.p4';

function say(text: string): void {
  process.stdout.write(`\n${process.stdout.isTTY === true ? styleText('bold', text) : text}\n`);
}

/** Shows a command, runs it, and insists on its exit code. */
function show(words: readonly string[], expected: number): void {
  process.stdout.write(`$ moor ${words.join(' ')}\n`);
  const result = spawnSync(process.execPath, ['dist/bin.js', ...words], { stdio: 'inherit' });
  if (result.status === expected) return;
  process.stderr.write(
    `the demonstration expected exit code ${expected}, and got ${String(result.status)}\n`,
  );
  process.exit(70);
}

say(`1. A small IPv4 router, ${GOOD}: is it right, and what is in it?`);
show(['check', '--explain', GOOD], 0);
say(
  `2. The same with five mistakes in it, ${BROKEN}: every one is found in one run, each with its place and a hint.`,
);
show(['check', BROKEN], 1);
say('3. What does one of the messages mean?');
show(['explain', 'P4311'], 0);
say('4. The same for other programs: JSON, and SARIF for code hosts.');
process.stdout.write(`$ moor check --json ${BROKEN} | head -n 12\n`);
const json = spawnSync(process.execPath, ['dist/bin.js', 'check', '--json', BROKEN], { encoding: 'utf8' });
process.stdout.write(`${json.stdout.split('\n').slice(0, 12).join('\n')}\n  …\n`);

const folder = mkdtempSync(join(tmpdir(), 'moor-demo-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
const made = (name: string) => join(folder, name);
say('5. What switches and control planes load: the JSON of simple_switch, P4Info, and TypeScript bindings.');
show(
  [
    'compile',
    GOOD,
    '-o',
    made('forward.json'),
    '--p4runtime-files',
    made('forward.txtpb'),
    '--bindings',
    made('forward.ts'),
  ],
  0,
);
process.stdout.write(`$ head -n 24 ${made('forward.txtpb')}\n`);
process.stdout.write(
  `${readFileSync(made('forward.txtpb'), 'utf8').split('\n').slice(0, 24).join('\n')}\n  …\n`,
);
say(
  '6. The router on the embedded switch, compiled to WebAssembly: its packet test, and what happens to each packet.',
);
show(['stf', '--trace', GOOD], 0);
say('Your own program: npx moor check my.p4, or node dist/bin.js check my.p4 from this folder.');
