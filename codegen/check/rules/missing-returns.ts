/** A function with a result returns one on every way through it (specification §10). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { FunctionDeclaration, Statement } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { showType } from '../types.ts';

/** Reports functions and method implementations whose end can be reached without a result. */
export function checkMissingReturns(checked: CheckedProgram, sink: DiagnosticSink): void {
  visit(checked.program, {
    enter: (node) => {
      if (node.kind !== 'FunctionDeclaration') return true;
      checkFunction(checked, sink, node);
      return false;
    },
  });
}

function checkFunction(
  checked: CheckedProgram,
  sink: DiagnosticSink,
  declaration: FunctionDeclaration,
): void {
  const type = checked.writtenTypes.get(declaration.returnType);
  if (type === undefined || type.kind === 'void' || type.kind === 'unknown') return;
  if (declaration.body.statements.some((statement) => ends(checked, statement))) return;
  sink.report(
    'P4561',
    declaration.name.span,
    { what: `function '${declaration.name.name}'`, type: showType(type) },
    {
      related: [
        {
          message: 'this end can be reached',
          span: { ...declaration.body.span, start: declaration.body.span.end - 1 },
        },
      ],
    },
  );
}

/** Whether nothing behind a statement can be reached. */
export function ends(checked: CheckedProgram, statement: Statement): boolean {
  switch (statement.kind) {
    case 'ReturnStatement':
    case 'ExitStatement':
      return true;
    case 'BlockStatement':
      return statement.statements.some((inner) => ends(checked, inner));
    case 'IfStatement':
      return (
        statement.whenFalse !== undefined &&
        ends(checked, statement.whenTrue) &&
        ends(checked, statement.whenFalse)
      );
    case 'SwitchStatement': {
      const isTotal = statement.cases.some((one) => one.label.kind === 'DefaultExpression');
      const bodies = statement.cases.map((one) => one.body).filter((body) => body !== undefined);
      return isTotal && bodies.length > 0 && bodies.every((body) => ends(checked, body));
    }
    default:
      return false;
  }
}
