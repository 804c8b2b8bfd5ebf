/** The calls of a body, without those in branches that constants rule out. */

import type { CheckedProgram } from '../../check/checked-program.ts';
import { constantOf } from '../../check/rules/rule.ts';
import type { CallExpression, Expression, Node } from '../../syntax/ast.ts';
import { visit } from '../../syntax/visit.ts';

/** Calls in the order of the text. */
export function liveCalls(checked: CheckedProgram, body: Node): readonly CallExpression[] {
  const calls: CallExpression[] = [];
  const dead = new Set<Node | undefined>();
  const truth = (condition: Expression): boolean | undefined => {
    const constant = constantOf(checked, condition);
    return constant?.kind === 'boolean' ? constant.value : undefined;
  };
  /** Of two branches, the one that a constant condition rules out. */
  const ruleOut = (condition: Expression, whenTrue: Node, whenFalse: Node | undefined) => {
    const value = truth(condition);
    if (value === true) dead.add(whenFalse);
    if (value === false) dead.add(whenTrue);
  };
  visit(body, {
    enter: (node) => {
      if (dead.has(node)) return false;
      switch (node.kind) {
        case 'IfStatement':
        case 'ConditionalExpression':
          ruleOut(node.condition, node.whenTrue, node.whenFalse);
          break;
        case 'BinaryExpression':
          // `false && f()` and `true || f()` never call f.
          if (node.operator === '&&') ruleOut(node.left, node.right, undefined);
          if (node.operator === '||' && truth(node.left) === true) dead.add(node.right);
          break;
        case 'CallExpression':
          calls.push(node);
          break;
        default:
          break;
      }
      return true;
    },
  });
  return calls;
}
