/** From the checker's types to those of the lowered program. */

import type { CheckedProgram } from '../../check/checked-program.ts';
import { fieldsOf } from '../../check/fields.ts';
import type { Type as CheckedType, StructLikeType } from '../../check/types.ts';
import { showType } from '../../check/types.ts';
import { InternalError } from '../../diagnostics.ts';
import type { Annotation, EnumDeclaration, SerializableEnumDeclaration } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import type { Names } from '../names.ts';
import type {
  BitsType,
  EnumType,
  Field,
  HeaderType,
  StructType,
  TupleType,
  Type,
  UnionType,
} from '../types.ts';
import { BOOL, bits, ERROR, INT, MATCH_KIND, STRING, showType as showLowered, VOID } from '../types.ts';

/** Makes each lowered type once. */
export class TypeLowering {
  readonly #checked: CheckedProgram;
  readonly #names: Names;
  /** Declared and structural types by a text that only they have. */
  readonly #made = new Map<string, Type>();
  readonly #bits = new Map<number, BitsType>();
  readonly #declarationIds = new Map<object, number>();
  readonly #enums = new Map<EnumDeclaration, EnumType>();
  /** Serializable enums met, in order. */
  readonly serializableEnums = new Set<SerializableEnumDeclaration>();
  /** Structs, headers and unions in the order in which they are met. */
  readonly declared: (StructType | HeaderType | UnionType)[] = [];

  constructor(checked: CheckedProgram, names: Names) {
    this.#checked = checked;
    this.#names = names;
  }

  /** Enums met, in order. */
  get enums(): readonly EnumType[] {
    return [...this.#enums.values()];
  }

  /**
   * The lowered type.
   * @throws InternalError for types that no run-time value has.
   */
  lower(type: CheckedType, span: Span): Type {
    switch (type.kind) {
      case 'bits':
        return this.bits(type.width, type.signed);
      case 'varbit':
        return this.#once(`varbit<${type.width}>`, () => ({ kind: 'varbit', width: type.width }));
      case 'bool':
        return BOOL;
      case 'error':
        return ERROR;
      case 'string':
        return STRING;
      case 'int':
        return INT;
      case 'match_kind':
        return MATCH_KIND;
      case 'void':
        return VOID;
      case 'newtype':
        return this.lower(type.underlying, span);
      case 'serializable_enum':
        this.serializableEnums.add(type.declaration);
        return this.lower(type.underlying, span);
      case 'enum':
        return this.#enum(type.declaration);
      case 'struct':
      case 'header':
      case 'header_union':
        return this.#structLike(type, span);
      case 'struct_expression':
        return this.#anonymous(type.fields, span);
      case 'tuple':
      case 'list_expression':
        return this.tuple(type.elements.map((element) => this.lower(element, span)));
      case 'list': {
        const element = this.lower(type.element, span);
        return this.#once(`list<${this.#key(element)}>`, () => ({ kind: 'list', element }));
      }
      case 'array': {
        const element = this.lower(type.element, span);
        const { size } = type;
        return this.#once(`${this.#key(element)}[${size}]`, () =>
          element.kind === 'header' || element.kind === 'header_union'
            ? { kind: 'stack', element, size }
            : { kind: 'array', element, size },
        );
      }
      case 'extern': {
        const typeArguments = type.typeArguments.map((argument) => this.lower(argument, span));
        const name = type.declaration.name.name;
        return this.#once(`extern ${name}<${typeArguments.map((one) => this.#key(one)).join()}>`, () => ({
          kind: 'extern',
          name,
          typeArguments,
        }));
      }
      case 'value_set':
      case 'set':
        return this.lower(type.element, span);
      // A type argument that nothing depends on.
      case 'dont_care':
      case 'inference':
        return VOID;
      default:
        throw new InternalError(`a value of type '${showType(type)}' cannot be lowered`, span);
    }
  }

  /** `bit<width>` or `int<width>`. */
  bits(width: number, signed = false): BitsType {
    const key = signed ? -width - 1 : width;
    let type = this.#bits.get(key);
    if (type === undefined) {
      type = bits(width, signed);
      this.#bits.set(key, type);
    }
    return type;
  }

  /** A tuple type. */
  tuple(elements: readonly Type[]): TupleType {
    const key = `tuple<${elements.map((element) => this.#key(element)).join()}>`;
    const type = this.#once(key, () => ({ kind: 'tuple', elements }));
    if (type.kind !== 'tuple') throw new InternalError('a tuple type is another type');
    return type;
  }

  #once(key: string, make: () => Type): Type {
    let type = this.#made.get(key);
    if (type === undefined) {
      type = make();
      this.#made.set(key, type);
    }
    return type;
  }

  /** A text that only this type has; names of declared types are unique. */
  #key(type: Type): string {
    return showLowered(type);
  }

  #enum(declaration: EnumDeclaration): EnumType {
    let type = this.#enums.get(declaration);
    if (type === undefined) {
      type = {
        kind: 'enum',
        name: this.#names.fresh(declaration.name.name),
        members: declaration.members.map((member) => member.name),
        annotations: declaration.annotations,
        span: declaration.name.span,
      };
      this.#enums.set(declaration, type);
    }
    return type;
  }

  #structLike(type: StructLikeType, span: Span): Type {
    const { declaration } = type;
    const typeArguments = type.typeArguments.map((argument) => this.lower(argument, span));
    let id = this.#declarationIds.get(declaration);
    if (id === undefined) {
      id = this.#declarationIds.size;
      this.#declarationIds.set(declaration, id);
    }
    return this.#once(`#${id}<${typeArguments.map((argument) => this.#key(argument)).join()}>`, () => {
      const fields = fieldsOf(this.#checked.declaredTypes, type).map((field): Field => {
        return {
          name: field.name,
          type: this.lower(field.type, field.field.span),
          declaredType: declaredTypeName(field.type),
          annotations: field.field.annotations,
          span: field.field.name.span,
        };
      });
      const sourceName = declaration.name.name;
      const base =
        typeArguments.length === 0
          ? sourceName
          : `${sourceName}<${typeArguments.map((argument) => this.#key(argument)).join(', ')}>`;
      return this.#declare(
        type.kind,
        base,
        sourceName,
        fields,
        declaration.annotations,
        declaration.name.span,
      );
    });
  }

  #anonymous(fields: readonly { readonly name: string; readonly type: CheckedType }[], span: Span): Type {
    const lowered = fields.map((field): Field => {
      const type = this.lower(field.type, span);
      return { name: field.name, type, declaredType: declaredTypeName(field.type), annotations: [], span };
    });
    const key = `{${lowered.map((field) => `${field.name}=${this.#key(field.type)}`).join()}}`;
    return this.#once(key, () => this.#declare('struct', 'anonymous', '', lowered, [], span));
  }

  #declare(
    kind: 'struct' | 'header' | 'header_union',
    base: string,
    sourceName: string,
    fields: readonly Field[],
    annotations: readonly Annotation[],
    span: Span,
  ): Type {
    const type: StructType | HeaderType | UnionType = {
      kind,
      name: this.#names.fresh(base),
      sourceName,
      fields,
      annotations,
      span,
    };
    this.declared.push(type);
    return type;
  }
}

/** The name of the newtype or serializable enum that a type is. */
export function declaredTypeName(type: CheckedType): string | undefined {
  return type.kind === 'newtype' || type.kind === 'serializable_enum'
    ? type.declaration.name.name
    : undefined;
}
