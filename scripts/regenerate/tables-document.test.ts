import { readFileSync } from 'node:fs';
import test from 'ava';
import { commentsOf, TABLES_DOCUMENT, tablesDocument, writersOf } from './tables-document.ts';

test('docs/tables.md is made from the pipeline, of which each table has a comment and somebody who writes it', (t) => {
  t.true(readFileSync(TABLES_DOCUMENT, 'utf8') === tablesDocument(), 'npm run regenerate');
});

test('a comment is of the table right behind it', (t) => {
  const text = `/** Not this. */
action a() {}
/**
 * Two lines
 * of it.
 */
@id(1) @name(".one") FLOW_ANNOTATIONS
table one { }
@id(2)
table two { }`;
  t.deepEqual(
    [...commentsOf([{ file: 'x.p4', text }])],
    [['one', { text: 'Two lines of it.', file: 'x.p4' }]],
  );
});

test('who writes a table is in the last column of its row', (t) => {
  t.deepEqual(
    [...writersOf('| Table | Key |\n|---|---|\n| `flows` | source | `set_server` | sessions |\n')],
    [['flows', 'sessions']],
  );
});
