/** Programs that are wrong, each with the messages that a user gets for it: `codegen/bad/NAME.p4` and `NAME.stderr`. */

import { readdirSync, readFileSync } from 'node:fs';
import test from 'ava';
import { renderBadProgram } from './bad-programs.ts';
import { catalogue } from './catalogue/index.ts';

const names = readdirSync('codegen/bad')
  .filter((file) => file.endsWith('.p4') && /^P4\d{3}-/.test(file))
  .map((file) => file.replace(/\.p4$/, ''));

test('there are at least 150 bad programs', (t) => {
  t.true(names.length >= 150, `${names.length} programs`);
});

for (const name of names) {
  test(`bad program ${name}`, (t) => {
    const expected = readFileSync(`codegen/bad/${name}.stderr`, 'utf8');
    const rendered = renderBadProgram(name);
    t.is(rendered, expected, "if the change is meant, run 'npm run regenerate' and look at the difference");
    t.true(rendered.includes(`[${name.slice(0, 5)}]`), 'the program shows the message it is named for');
  });
}

test('every message of the catalogue is shown by a bad program', (t) => {
  const shown = new Set(names.map((name) => name.slice(0, 5)));
  const missing = Object.keys(catalogue).filter((code) => !shown.has(code));
  t.deepEqual(missing, []);
});
