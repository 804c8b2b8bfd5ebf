/** The one catalogue of diagnostics. `docs/errors.md` is made from it and checked against it. */

import { bmv2Entries } from './bmv2.ts';
import { evaluationEntries } from './evaluation.ts';
import { flowEntries } from './flow.ts';
import { lexicalEntries } from './lexical.ts';
import { loweringEntries } from './lowering.ts';
import { namesEntries } from './names.ts';
import { p4infoEntries } from './p4info.ts';
import { preprocessorEntries } from './preprocessor.ts';
import { rulesEntries } from './rules.ts';
import { syntaxEntries } from './syntax.ts';
import { typesEntries } from './types.ts';
import { warningsEntries } from './warnings.ts';

/** Every diagnostic that moor can give on a P4 program, by code. */
export const catalogue = {
  ...preprocessorEntries,
  ...lexicalEntries,
  ...syntaxEntries,
  ...namesEntries,
  ...typesEntries,
  ...rulesEntries,
  ...flowEntries,
  ...evaluationEntries,
  ...loweringEntries,
  ...p4infoEntries,
  ...bmv2Entries,
  ...warningsEntries,
};
