/**
 * Makes again what is made from other files: the expected messages of bad programs, docs/errors.md, the P4Runtime stubs,
 * the pipeline's program, its P4Info, the controller's typed tables of it, docs/tables.md, docs/configuration.md, the settings in docs/agent.md, and the sums in docs/design/tofino.md.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { agentSchema } from '../agent/document.ts';
import { BUDGET_DOCUMENT, budgetDocument } from '../bmv2-tests/budget/document.ts';
import { renderBadProgram } from '../codegen/bad-programs.ts';
import { errorsDocument } from '../codegen/errors-document.ts';
import { configurationSchema } from '../controller/config/index.ts';
import { AGENT_DOCUMENT, agentDocument } from './regenerate/agent-settings.ts';
import { CONFIGURATION_DOCUMENT, configurationDocument } from './regenerate/configuration.ts';
import {
  GOLDEN_P4INFO,
  GOLDEN_PROGRAM,
  GOLDEN_TNA_P4INFO,
  goldenP4Info,
  goldenProgram,
  goldenTnaP4Info,
  PIPELINE_BINDINGS,
  pipelineBindings,
} from './regenerate/pipeline.ts';
import { makeStubs, STUBS } from './regenerate/stubs.ts';
import { TABLES_DOCUMENT, tablesDocument } from './regenerate/tables-document.ts';

const names = readdirSync('codegen/bad').filter((file) => file.endsWith('.p4'));
for (const file of names) {
  const name = file.replace(/\.p4$/, '');
  if (/^P4\d{3}-/.test(name)) writeFileSync(`codegen/bad/${name}.stderr`, renderBadProgram(name));
}
writeFileSync('docs/errors.md', errorsDocument());
await makeStubs(STUBS);
writeFileSync('docs/configuration.schema.json', configurationSchema());
writeFileSync(CONFIGURATION_DOCUMENT, configurationDocument());
writeFileSync(AGENT_DOCUMENT, agentDocument(readFileSync(AGENT_DOCUMENT, 'utf8')));
writeFileSync('docs/agent.schema.json', agentSchema());
writeFileSync(GOLDEN_PROGRAM, goldenProgram());
writeFileSync(GOLDEN_P4INFO, goldenP4Info());
writeFileSync(GOLDEN_TNA_P4INFO, goldenTnaP4Info());
writeFileSync(PIPELINE_BINDINGS, pipelineBindings());
writeFileSync(TABLES_DOCUMENT, tablesDocument());
writeFileSync(BUDGET_DOCUMENT, budgetDocument(readFileSync(BUDGET_DOCUMENT, 'utf8')));
const made = [
  STUBS,
  BUDGET_DOCUMENT,
  GOLDEN_PROGRAM,
  GOLDEN_P4INFO,
  GOLDEN_TNA_P4INFO,
  PIPELINE_BINDINGS,
].join(', ');
process.stdout.write(`${names.length} bad programs, docs/errors.md, ${made}\n`);
