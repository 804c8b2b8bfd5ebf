/** Diagnostics as SARIF 2.1.0, which code hosts and editors read. */

import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from 'node-sarif-builder';
import { catalogue } from '../codegen/catalogue/index.ts';
import type { DiagnosticRecord } from '../codegen/diagnostics-json.ts';
import { version } from './version.ts';

/** One SARIF log with one run. Files that could not be read are results without a place. */
export async function toSarif(
  diagnostics: readonly DiagnosticRecord[],
  unreadable: readonly { readonly path: string; readonly problem: string }[],
): Promise<string> {
  const run = new SarifRunBuilder().initSimple({ toolDriverName: 'moor', toolDriverVersion: version() });
  const used = new Set(diagnostics.map((diagnostic) => diagnostic.code));
  for (const [code, entry] of Object.entries(catalogue)) {
    if (!used.has(code)) continue;
    run.addRule(
      new SarifRuleBuilder().initSimple({
        ruleId: code,
        shortDescriptionText: entry.message,
        fullDescriptionText: entry.explanation,
      }),
    );
  }
  for (const diagnostic of diagnostics) {
    const text =
      diagnostic.hint === undefined ? diagnostic.message : `${diagnostic.message} (hint: ${diagnostic.hint})`;
    run.addResult(
      new SarifResultBuilder().initSimple({
        level: diagnostic.severity,
        messageText: text,
        ruleId: diagnostic.code,
        fileUri: diagnostic.start.file,
        startLine: diagnostic.start.line,
        startColumn: diagnostic.start.column,
        endLine: diagnostic.end.line,
        endColumn: diagnostic.end.column,
      }),
    );
  }
  for (const { path, problem } of unreadable) {
    run.addResult(
      new SarifResultBuilder().initSimple({
        level: 'error',
        messageText: `${path}: cannot read it: ${problem}`,
        ruleId: 'unreadable',
      }),
    );
  }
  const builder = new SarifBuilder();
  builder.addRun(run);
  return `${builder.buildSarifJsonString({ indent: true })}\n`;
}
