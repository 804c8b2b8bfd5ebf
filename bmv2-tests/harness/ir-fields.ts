/** Names and widths of what expressions of the lowered program read. */

import { type Expression, isLValue, type Node, type Type, visit } from '../../codegen/ir/index.ts';

/** `metadata.facts.source` for a field of a parameter, and so on; slices are those of the field. Undefined for others. */
export function fieldOf(expression: Expression): string | undefined {
  switch (expression.kind) {
    case 'variable':
      return expression.variable.role === 'parameter'
        ? expression.variable.sourceName
        : expression.variable.name;
    case 'field': {
      const target = fieldOf(expression.target);
      return target === undefined ? undefined : `${target}.${expression.field}`;
    }
    case 'index': {
      const target = fieldOf(expression.target);
      const { index } = expression;
      return target === undefined || index.kind !== 'constant' ? undefined : `${target}[${index.value}]`;
    }
    case 'slice':
    case 'stack_element':
      return fieldOf(expression.target);
    default:
      return undefined;
  }
}

/** How many bits a value takes; 0 for what takes none. */
export function widthOf(type: Type): number {
  switch (type.kind) {
    case 'bits':
    case 'varbit':
      return type.width;
    case 'bool':
      return 1;
    case 'struct':
    case 'header':
      return type.fields.reduce((sum, field) => sum + widthOf(field.type), 0);
    case 'tuple':
      return type.elements.reduce((sum, element) => sum + widthOf(element), 0);
    case 'stack':
      return type.size * widthOf(type.element);
    default:
      return 0;
  }
}

/** The fields and variables that are read, by their paths, with what is read of them; validity is a field too. */
export function fieldsRead(roots: readonly Node[]): ReadonlyMap<string, Type> {
  const leaves = new Map<string, Type>();
  visit(roots, (node) => {
    if (node.kind === 'is_valid') {
      leaves.set(validityOf(node.target), node.type);
      return false;
    }
    if (!isRead(node)) return true;
    const path = fieldOf(node);
    if (path === undefined) return true;
    leaves.set(path, node.type);
    return false;
  });
  return leaves;
}

/** The bits of the fields that a condition reads. */
export function bitsRead(condition: Expression): number {
  return [...fieldsRead([condition]).values()].reduce((sum, type) => sum + widthOf(type), 0);
}

/** The field that stands for whether a header is there. */
export function validityOf(header: Expression): string {
  return `${fieldOf(header) ?? ''}.isValid()`;
}

function isRead(node: Node): node is Expression {
  return 'type' in node && isLValue(node);
}
