/** Catalogue: P43xx types, expressions, calls and constants. */

import { defineEntries } from './entry.ts';

export const typesEntries = defineEntries({});
