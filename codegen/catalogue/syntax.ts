/** Catalogue: P405x-P419x lexer and parser. */

import { defineEntries } from './entry.ts';

export const syntaxEntries = defineEntries({});
