/** The table of type nesting rules, specification §7.2.8: what the table says, cell by cell. */

import test from 'ava';
import { errorsOf } from '../test-harness.ts';

const DECLARATIONS = `#include <core.p4>
enum plain_t { A }
enum bit<8> coded_t { A = 1 }
header header_t { bit<8> x; }
header_union union_t { header_t one; }
struct struct_t { bit<8> x; error e; }
struct flat_t { bit<8> x; bool b; }
extern extern_t { extern_t(); }
`;

const CONTAINERS = {
  header: (type: string) => `header h_t { ${type} field; }`,
  header_union: (type: string) => `header_union h_t { ${type} field; }`,
  struct: (type: string) => `struct h_t { ${type} field; }`,
  tuple: (type: string) => `struct h_t { tuple<${type}> field; }`,
  list: (type: string) => `extern e_t { e_t(list<${type}> values); }`,
} as const;

/** Rows of the table: what may stand in header, header_union, struct or tuple, list. */
const ROWS: readonly (readonly [string, readonly (keyof typeof CONTAINERS)[]])[] = [
  ['bit<8>', ['header', 'struct', 'tuple', 'list']],
  ['int<8>', ['header', 'struct', 'tuple', 'list']],
  ['varbit<8>', ['header', 'struct', 'tuple', 'list']],
  ['string', ['list']],
  ['error', ['struct', 'tuple', 'list']],
  ['bool', ['header', 'struct', 'tuple', 'list']],
  ['coded_t', ['header', 'struct', 'tuple', 'list']],
  ['plain_t', ['struct', 'tuple', 'list']],
  ['header_t', ['header_union', 'struct', 'tuple', 'list']],
  ['header_t[2]', ['struct', 'tuple', 'list']],
  ['union_t', ['struct', 'tuple', 'list']],
  ['struct_t', ['struct', 'tuple', 'list']],
  ['flat_t', ['header', 'struct', 'tuple', 'list']],
  ['tuple<bit<8>>', ['struct', 'tuple', 'list']],
  ['extern_t', []],
  // int and match_kind: also in tuples, which goes beyond the table (docs/design/front-end.md).
  ['int', ['tuple', 'list']],
  ['match_kind', ['tuple', 'list']],
];

for (const [type, allowed] of ROWS) {
  for (const [container, declare] of Object.entries(CONTAINERS)) {
    const isAllowed = allowed.some((one) => one === container);
    test(`${type} in ${container} is ${isAllowed ? 'allowed' : 'an error'}`, (t) => {
      t.deepEqual(errorsOf(DECLARATIONS + declare(type)), isAllowed ? [] : ['9:P4303']);
    });
  }
}

test('what typedef and type can be made from (§7.2.8, second table)', (t) => {
  for (const type of ['bit<8>', 'int<8>', 'bool'])
    t.deepEqual(errorsOf(`${DECLARATIONS}type ${type} n_t;`), [], type);
  for (const type of ['varbit<8>', 'error', 'header_t', 'struct_t', 'plain_t', 'tuple<bit<8>>']) {
    t.deepEqual(errorsOf(`${DECLARATIONS}type ${type} n_t;`), ['9:P4319'], type);
    t.deepEqual(errorsOf(`${DECLARATIONS}typedef ${type} n_t;`), [], type);
  }
  for (const type of ['string', 'match_kind'])
    t.deepEqual(errorsOf(`${DECLARATIONS}typedef ${type} n_t;`), ['9:P4319'], type);
});
