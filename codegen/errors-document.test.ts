import { readFileSync } from 'node:fs';
import test from 'ava';
import { catalogue } from './catalogue/index.ts';
import { errorsDocument } from './errors-document.ts';

/** Warnings of the preprocessor, the lexer and the back ends keep the numbers of their phase. */
const WARNINGS_OF_PHASES: ReadonlySet<string> = new Set([
  ...['P4008', 'P4009', 'P4019', 'P4052'],
  ...['P4840', 'P4841', 'P4842'],
  ...['P4862', 'P4863', 'P4865', 'P4868'],
]);

test('docs/errors.md agrees with the catalogue', (t) => {
  t.is(readFileSync('docs/errors.md', 'utf8'), errorsDocument(), "run 'npm run regenerate'");
});

test('messages and explanations are written as they should be', (t) => {
  for (const [code, entry] of Object.entries(catalogue)) {
    t.regex(code, /^P4[0-9]{3}$/);
    t.notRegex(entry.message, /\.$/, `${code}: no full stop at the end of a message`);
    t.regex(entry.explanation, /[.)]$/, `${code}: an explanation is made of sentences`);
    t.is(entry.severity === 'warning', code.startsWith('P49') || WARNINGS_OF_PHASES.has(code), code);
  }
});
