/** Statements that can never run, and select cases that can never match (warnings). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Statement } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { ends } from './missing-returns.ts';

/** Warns of statements behind return, exit, break and continue, and of cases behind one that matches everything. */
export function warnOfUnreachableCode(checked: CheckedProgram, sink: DiagnosticSink): void {
  visit(checked.program, {
    enter: (node) => {
      if (node.kind === 'BlockStatement' || node.kind === 'ParserState')
        checkSequence(checked, sink, node.statements);
      if (node.kind !== 'SelectTransition') return true;
      const universal = node.cases.findIndex(
        (one) => one.keyset.kind === 'DefaultExpression' || one.keyset.kind === 'DontCareExpression',
      );
      const after = universal < 0 ? undefined : node.cases[universal + 1];
      const last = node.cases[universal];
      if (after !== undefined && last !== undefined) {
        sink.report(
          'P4916',
          after.span,
          {},
          { related: [{ message: 'this case matches everything', span: last.span }] },
        );
      }
      return true;
    },
  });
}

function checkSequence(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  statements: readonly Statement[],
): void {
  const index = statements.findIndex(
    (statement) =>
      statement.kind === 'BreakStatement' ||
      statement.kind === 'ContinueStatement' ||
      ends(checked, statement),
  );
  const last = statements[index];
  const after = statements.slice(index + 1).find((statement) => statement.kind !== 'EmptyStatement');
  if (index < 0 || last === undefined || after === undefined) return;
  sink.report(
    'P4915',
    after.span,
    { reason: reasonFor(last) },
    { related: [{ message: 'nothing goes on behind this', span: last.span }] },
  );
}

function reasonFor(statement: Statement): string {
  switch (statement.kind) {
    case 'ReturnStatement':
      return "'return'";
    case 'ExitStatement':
      return "'exit'";
    case 'BreakStatement':
      return "'break'";
    case 'ContinueStatement':
      return "'continue'";
    default:
      return 'a statement that always leaves the block stands';
  }
}
