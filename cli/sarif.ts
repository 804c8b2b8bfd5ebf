/** Diagnostics as SARIF 2.1.0, which code hosts and editors read. */

import { SarifBuilder, SarifResultBuilder, SarifRuleBuilder, SarifRunBuilder } from 'node-sarif-builder';
import { catalogue } from '../codegen/catalogue/index.ts';
import type { DiagnosticRecord, PlaceRecord } from '../codegen/diagnostics-json.ts';
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
    const found = new SarifResultBuilder().initSimple({
      level: diagnostic.severity,
      messageText: text,
      ruleId: diagnostic.code,
      fileUri: uriOf(diagnostic.start.file),
      ...regionOf(diagnostic.start, diagnostic.end),
    });
    const related = [
      ...diagnostic.macros.map(({ name, start }) => ({
        message: `it comes out of macro '${name}'`,
        start,
        end: start,
      })),
      ...diagnostic.related,
    ];
    if (related.length > 0) {
      found.result.relatedLocations = related.map(({ message, start, end }) => ({
        message: { text: message },
        physicalLocation: {
          artifactLocation: { uri: uriOf(start.file) },
          region: regionOf(start, end),
        },
      }));
    }
    run.addResult(found);
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

/** A path as the reference that SARIF wants: what means something in URIs is written with per cent signs. */
function uriOf(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** A region; lines begin at 1, even where '#line 0' says otherwise. */
function regionOf(start: PlaceRecord, end: PlaceRecord) {
  return {
    startLine: Math.max(1, start.line),
    startColumn: start.column,
    endLine: Math.max(1, start.line, end.line),
    endColumn: end.column,
  };
}
