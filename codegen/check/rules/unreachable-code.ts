/** Statements that can never run, and select cases that can never match (warnings). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Expression, SelectTransition, Statement } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { findCovered, isUniversal, matchedBy } from './keyset-cover.ts';
import { ends } from './missing-returns.ts';

/** Warns of statements behind return, exit, break and continue, and of cases behind one that matches everything. */
export function warnOfUnreachableCode(checked: CheckedProgram, sink: DiagnosticSink): void {
  visit(checked.program, {
    enter: (node) => {
      if (node.kind === 'BlockStatement' || node.kind === 'ParserState')
        checkSequence(checked, sink, node.statements);
      if (node.kind !== 'SelectTransition') return true;
      checkCases(checked, sink, node);
      return true;
    },
  });
}

/** Of several cases behind one that matches everything only the first is told. */
function checkCases(checked: CheckedProgram, sink: DiagnosticSink, select: SelectTransition): void {
  const { cases, keys } = select;
  const universal = cases.findIndex(({ keyset }) => isEverything(keyset));
  const rows = cases.slice(0, universal < 0 ? cases.length : universal + 2).map(({ keyset }) => {
    const parts =
      keyset.kind === 'TupleKeysetExpression' || keyset.kind === 'ListExpression'
        ? keyset.elements
        : isEverything(keyset)
          ? keys.map(() => keyset)
          : [keyset];
    const known = parts.map((part) => matchedBy(checked, part)).filter((part) => part !== undefined);
    return known.length === parts.length && known.length === keys.length ? known : undefined;
  });
  for (const { covered, by } of findCovered(rows)) {
    const late = cases[covered];
    const early = cases[by];
    if (late === undefined || early === undefined) continue;
    const message = by === universal ? 'this case matches everything' : 'this case matches all of that first';
    sink.report('P4916', late.span, {}, { related: [{ message, span: early.span }] });
  }
}

function isEverything(keyset: Expression): boolean {
  return (
    isUniversal(keyset) || (keyset.kind === 'TupleKeysetExpression' && keyset.elements.every(isUniversal))
  );
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
