/** Things that are declared and never used (a warning). */

import type { DiagnosticSink } from '../../diagnostics.ts';
import type { Annotation, Identifier, Node } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';
import type { CheckedProgram } from '../checked-program.ts';
import { isSilenced } from './rule.ts';

/** Warns of variables, local constants, actions, tables, functions, blocks and local instances that nothing refers to. */
export function warnOfUnused(checked: CheckedProgram, sink: DiagnosticSink): void {
  const used = usedDeclarations(checked);
  const hasMain = checked.program.declarations.some(
    (declaration) => declaration.kind === 'Instantiation' && declaration.name.name === 'main',
  );
  const report = (name: Identifier, annotations: readonly Annotation[], what: string, declaration: Node) => {
    if (used.has(declaration) || name.name.startsWith('_') || isSilenced(annotations, 'unused')) return;
    sink.report('P4913', name.span, { what, name: name.name });
  };
  for (const declaration of checked.program.declarations) {
    if (declaration.span.source.isLibrary) continue;
    visit(declaration, {
      enter: (node) => {
        const isLocal = node !== declaration;
        switch (node.kind) {
          case 'VariableDeclaration':
            report(node.name, node.annotations, 'variable', node);
            break;
          case 'ConstantDeclaration':
            if (isLocal) report(node.name, node.annotations, 'constant', node);
            break;
          case 'ActionDeclaration':
            if (isLocal || hasMain) report(node.name, node.annotations, 'action', node);
            break;
          case 'TableDeclaration':
            report(node.name, node.annotations, 'table', node);
            break;
          case 'Instantiation':
            if (isLocal) report(node.name, node.annotations, 'instance', node);
            break;
          case 'FunctionDeclaration':
            if (!isLocal && hasMain) report(node.name, node.annotations, 'function', node);
            break;
          case 'ControlDeclaration':
            if (hasMain) report(node.name, node.annotations, 'control', node);
            break;
          case 'ParserDeclaration':
            if (hasMain) report(node.name, node.annotations, 'parser', node);
            break;
          default:
            break;
        }
        return true;
      },
    });
  }
}

function usedDeclarations(checked: CheckedProgram): ReadonlySet<Node> {
  const used = new Set<Node>();
  for (const referent of checked.references.values()) used.add(referent);
  for (const call of checked.calls.values()) {
    if ('declaration' in call) used.add(call.declaration);
    if (call.kind === 'constructor' && 'declaration' in call.type) used.add(call.type.declaration);
  }
  return used;
}
