/** Type inference for generic calls: type variables still open, and what they have been found to be. */

import type { Type } from './types.ts';
import { mapType, someLeaf } from './types.ts';

/** The open type variables of one compilation and their bindings. */
export class Inference {
  readonly #bindings = new Map<number, Type>();
  #next = 0;

  /** A new open type. `name` is the type parameter's name, for messages. */
  fresh(name: string): Type {
    return { kind: 'inference', id: this.#next++, name };
  }

  /** `type` with a bound variable at its head followed to what it is bound to. */
  head(type: Type): Type {
    let current = type;
    while (current.kind === 'inference') {
      const bound = this.#bindings.get(current.id);
      if (bound === undefined) return current;
      current = bound;
    }
    return current;
  }

  /** `type` with every bound variable replaced, everywhere. */
  resolve(type: Type): Type {
    if (this.#bindings.size === 0) return type;
    return mapType(type, (leaf) => {
      if (leaf.kind !== 'inference') return leaf;
      const bound = this.head(leaf);
      return bound.kind === 'inference' ? bound : this.resolve(bound);
    });
  }

  /** Whether some type in `type` is still open. */
  isOpen(type: Type): boolean {
    return someLeaf(this.resolve(type), (leaf) => leaf.kind === 'inference');
  }

  /** Binds an open variable; false when `type` contains the variable itself. */
  bind(variable: Type & { readonly kind: 'inference' }, type: Type): boolean {
    const target = this.head(type);
    if (target.kind === 'inference' && target.id === variable.id) return true;
    if (someLeaf(this.resolve(target), (leaf) => leaf.kind === 'inference' && leaf.id === variable.id))
      return false;
    this.#bindings.set(variable.id, target);
    return true;
  }

  /**
   * Makes two types equal by binding open variables (specification appendix on type inference: first-order
   * unification). Mistakes already reported (`unknown`) and `_` unify with everything.
   * @returns false when they cannot be equal; bindings made on the way stay.
   */
  unify(left: Type, right: Type): boolean {
    const a = this.head(left);
    const b = this.head(right);
    if (a === b) return true;
    if (a.kind === 'unknown' || b.kind === 'unknown' || a.kind === 'dont_care' || b.kind === 'dont_care')
      return true;
    if (a.kind === 'inference') return this.bind(a, b);
    if (b.kind === 'inference') return this.bind(b, a);
    switch (a.kind) {
      case 'bits':
        return b.kind === 'bits' && a.width === b.width && a.signed === b.signed;
      case 'varbit':
        return b.kind === 'varbit' && a.width === b.width;
      case 'struct':
      case 'header':
      case 'header_union':
      case 'extern':
      case 'parser_type':
      case 'control_type':
      case 'package':
      case 'parser':
      case 'control':
        return (
          b.kind === a.kind &&
          b.declaration === a.declaration &&
          this.#unifyAll(a.typeArguments, b.typeArguments)
        );
      case 'enum':
      case 'serializable_enum':
      case 'newtype':
      case 'table':
      case 'table_result':
      case 'action_run':
        return b.kind === a.kind && b.declaration === a.declaration;
      case 'array':
        return b.kind === 'array' && a.size === b.size && this.unify(a.element, b.element);
      case 'tuple':
      case 'list_expression':
        return (b.kind === 'tuple' || b.kind === 'list_expression') && this.#unifyAll(a.elements, b.elements);
      case 'list':
      case 'set':
      case 'value_set':
        return b.kind === a.kind && this.unify(a.element, b.element);
      case 'variable':
        return b.kind === 'variable' && a.parameter === b.parameter;
      case 'struct_expression':
        return (
          b.kind === 'struct_expression' &&
          a.fields.length === b.fields.length &&
          a.fields.every((field, index) => {
            const other = b.fields[index];
            return other !== undefined && other.name === field.name && this.unify(field.type, other.type);
          })
        );
      case 'function':
      case 'builtin_method':
      case 'type_name':
      case 'action':
        return false;
      default:
        return a.kind === b.kind;
    }
  }

  #unifyAll(left: readonly Type[], right: readonly Type[]): boolean {
    return (
      left.length === right.length &&
      left.every((type, index) => {
        const other = right[index];
        return other !== undefined && this.unify(type, other);
      })
    );
  }
}
