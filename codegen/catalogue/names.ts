/** Catalogue: P42xx names and scopes. */

import { defineEntries } from './entry.ts';

export const namesEntries = defineEntries({});
