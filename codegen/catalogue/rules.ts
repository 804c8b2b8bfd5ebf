/** Catalogue: P44xx-P45xx rules on parsers, controls, tables, statements and annotations. */

import { defineEntries } from './entry.ts';

export const rulesEntries = defineEntries({});
