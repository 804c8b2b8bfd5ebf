/** Names and widths of what expressions of the lowered program read. */

import type { Expression, Type } from '../../codegen/ir/index.ts';

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
