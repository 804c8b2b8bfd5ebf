/** Types as P4Info holds them, and the table of those that have names (P4Runtime, "P4 Type Specifications in p4info.proto"). */

import type {
  P4BitstringLikeTypeSpec,
  P4DataTypeSpec,
  P4EnumTypeSpec,
  P4HeaderTypeSpec,
  P4HeaderUnionTypeSpec,
  P4NewTypeSpec,
  P4SerializableEnumTypeSpec,
  P4StructTypeSpec,
  P4TypeInfo,
} from '../../../p4runtime/gen/p4/config/v1/p4types.ts';
import type { CheckedProgram } from '../../check/checked-program.ts';
import { fieldsOf, sizeInBits } from '../../check/fields.ts';
import { constantOf } from '../../check/rules/rule.ts';
import { type StructLikeType, showType, type Type } from '../../check/types.ts';
import type { DiagnosticSink } from '../../diagnostics.ts';
import { nameAnnotation } from '../../evaluate/control-plane-names.ts';
import type { Annotation } from '../../syntax/ast.ts';
import type { Span } from '../../syntax/source.ts';
import { describeAnnotations } from './annotations.ts';
import { paddedBytes } from './bytes.ts';
import { TRANSLATION, translationOf } from './translation.ts';

/** Collects the named types that a P4Info speaks of. */
export class TypeInfoBuilder {
  readonly #checked: CheckedProgram;
  readonly #sink: DiagnosticSink;
  readonly #structs = new Map<string, P4StructTypeSpec>();
  readonly #headers = new Map<string, P4HeaderTypeSpec>();
  readonly #unions = new Map<string, P4HeaderUnionTypeSpec>();
  readonly #enums = new Map<string, P4EnumTypeSpec>();
  readonly #serializableEnums = new Map<string, P4SerializableEnumTypeSpec>();
  readonly #newTypes = new Map<string, P4NewTypeSpec>();
  /** Generic types with `@name`, and what was put in first. */
  readonly #namedGenerics = new Map<string, string>();
  #error: P4TypeInfo['error'];

  constructor(checked: CheckedProgram, sink: DiagnosticSink) {
    this.#checked = checked;
    this.#sink = sink;
  }

  /** All that was collected. */
  build(): P4TypeInfo {
    return {
      structs: Object.fromEntries(this.#structs),
      headers: Object.fromEntries(this.#headers),
      headerUnions: Object.fromEntries(this.#unions),
      enums: Object.fromEntries(this.#enums),
      serializableEnums: Object.fromEntries(this.#serializableEnums),
      newTypes: Object.fromEntries(this.#newTypes),
      error: this.#error,
    };
  }

  /** How a type is written in P4Info; types with names are collected. Reports what the control plane cannot carry. */
  spec(type: Type, span: Span): P4DataTypeSpec | undefined {
    switch (type.kind) {
      case 'bits':
      case 'varbit': {
        const value = bitstring(type);
        return { typeSpec: { $case: 'bitstring', value } };
      }
      case 'bool':
        return { typeSpec: { $case: 'bool', value: {} } };
      case 'error':
        this.#error ??= { members: [...this.#checked.errors.keys()] };
        return { typeSpec: { $case: 'error', value: {} } };
      case 'tuple':
      case 'list_expression': {
        const members = type.elements.flatMap((element) => this.spec(element, span) ?? []);
        return { typeSpec: { $case: 'tuple', value: { members } } };
      }
      case 'struct':
        return { typeSpec: { $case: 'struct', value: { name: this.#struct(type, span) } } };
      case 'header':
        return { typeSpec: { $case: 'header', value: { name: this.#header(type, span) } } };
      case 'header_union':
        return { typeSpec: { $case: 'headerUnion', value: { name: this.#union(type, span) } } };
      case 'array': {
        const { element, size } = type;
        if (element.kind === 'header') {
          const header = { name: this.#header(element, span) };
          return { typeSpec: { $case: 'headerStack', value: { header, size } } };
        }
        if (element.kind === 'header_union') {
          const headerUnion = { name: this.#union(element, span) };
          return { typeSpec: { $case: 'headerUnionStack', value: { headerUnion, size } } };
        }
        break;
      }
      case 'enum': {
        const name = this.typeName(type.declaration.name.name, type.declaration.annotations);
        const members = type.declaration.members.map((member) => ({
          name: member.name,
          annotations: [],
          annotationLocations: [],
          structuredAnnotations: [],
        }));
        this.#enums.set(name, { members, ...this.#annotated(type.declaration.annotations) });
        return { typeSpec: { $case: 'enum', value: { name } } };
      }
      case 'serializable_enum':
        return { typeSpec: { $case: 'serializableEnum', value: { name: this.#serializableEnum(type) } } };
      case 'newtype':
        return { typeSpec: { $case: 'newType', value: { name: this.#newType(type, span) } } };
      default:
        break;
    }
    this.#sink.report('P4866', span, { type: showType(type) });
    return undefined;
  }

  /** The name of a type that `type` introduced, and only of those: where P4Info has a `type_name`. */
  newTypeName(type: Type, span: Span): string | undefined {
    return type.kind === 'newtype' ? this.#newType(type, span) : undefined;
  }

  /** The width that the control plane sees; 0 for strings and what has none. */
  width(type: Type): number {
    if (type.kind === 'newtype') {
      const sdnType = translationOf(type.declaration.annotations)?.value?.sdnType;
      if (sdnType !== undefined) return sdnType.$case === 'sdnBitwidth' ? sdnType.value : 0;
    }
    return sizeInBits(this.#checked.declaredTypes, type)?.maximum ?? 0;
  }

  /** What the control plane calls a declared type. */
  typeName(declared: string, annotations: readonly Annotation[]): string {
    const name = nameAnnotation(annotations) ?? declared;
    return name.startsWith('.') ? name.slice(1) : name;
  }

  /** A header's fields with structs inside it flattened (P4Runtime has bit strings only in headers). */
  flatFields(type: StructLikeType): readonly FlatField[] {
    const fields = fieldsOf(this.#checked.declaredTypes, type);
    const nested = fields.some((field) => field.type.kind === 'struct');
    const flatten = (
      of: StructLikeType,
      outer: string,
      around: readonly Annotation[],
    ): readonly FlatField[] =>
      fieldsOf(this.#checked.declaredTypes, of).flatMap(({ name, type: inner, field }) => {
        // Of two annotations with one name the inner one counts.
        const seen = new Set(field.annotations.map((annotation) => annotation.name.name));
        const annotations = [
          ...field.annotations,
          ...around.filter((annotation) => !seen.has(annotation.name.name)),
        ];
        if (inner.kind === 'struct') return flatten(inner, `${outer}${name}.`, annotations);
        const own = nested ? `${outer}${name}` : this.typeName(name, field.annotations);
        return [{ name: own, type: inner, annotations, span: field.name.span }];
      });
    return flatten(type, '', []);
  }

  #annotated(annotations: readonly Annotation[], omitted: readonly string[] = []) {
    const { annotations: texts, structuredAnnotations } = describeAnnotations(
      this.#checked,
      this.#sink,
      annotations,
      omitted,
    );
    return { annotations: texts, annotationLocations: [], structuredAnnotations };
  }

  /**
   * A generic type is called by its name and the types that are put in: `pair_bit8_bit16`. One with `@name` is called
   * by that alone, as long as no other types are put in.
   */
  #structLikeName(type: StructLikeType): string {
    const { declaration, typeArguments } = type;
    const name = this.typeName(declaration.name.name, declaration.annotations);
    if (typeArguments.length === 0) return name;
    const filled = [name, ...typeArguments.map((argument) => showType(argument).replaceAll(/[<> ]/g, ''))]
      .join('_')
      .replaceAll(/[,.]/g, '_');
    if (nameAnnotation(declaration.annotations) === undefined) return filled;
    const first = this.#namedGenerics.get(name) ?? filled;
    this.#namedGenerics.set(name, first);
    return first === filled ? name : filled;
  }

  #struct(type: StructLikeType, span: Span): string {
    const name = this.#structLikeName(type);
    if (this.#structs.has(name)) return name;
    const spec = { members: [], ...this.#annotated(type.declaration.annotations) };
    this.#structs.set(name, spec);
    const members = fieldsOf(this.#checked.declaredTypes, type).map(
      ({ name: field, type: inner, field: declared }) => ({
        name: this.typeName(field, declared.annotations),
        typeSpec: this.spec(inner, span),
      }),
    );
    this.#structs.set(name, { ...spec, members });
    return name;
  }

  #header(type: StructLikeType, span: Span): string {
    const name = this.#structLikeName(type);
    if (this.#headers.has(name)) return name;
    const members = this.flatFields(type).flatMap((field) => {
      const typeSpec = this.#headerField(field, span);
      return typeSpec === undefined ? [] : [{ name: field.name, typeSpec }];
    });
    this.#headers.set(name, { members, ...this.#annotated(type.declaration.annotations) });
    return name;
  }

  /** Fields of headers are bit strings whatever their type is called; a bool is one bit. */
  #headerField({ type, annotations }: FlatField, span: Span): P4BitstringLikeTypeSpec | undefined {
    let bare = type;
    while (bare.kind === 'newtype' || bare.kind === 'serializable_enum') bare = bare.underlying;
    if (bare.kind === 'bool') bare = { kind: 'bits', width: 1, signed: false };
    if (bare.kind === 'bits' || bare.kind === 'varbit') {
      return { ...bitstring(bare), ...this.#annotated(annotations) };
    }
    this.#sink.report('P4866', span, { type: showType(type) });
    return undefined;
  }

  #union(type: StructLikeType, span: Span): string {
    const name = this.#structLikeName(type);
    if (this.#unions.has(name)) return name;
    const members = fieldsOf(this.#checked.declaredTypes, type).flatMap(
      ({ name: field, type: inner, field: declared }) =>
        inner.kind === 'header'
          ? [
              {
                name: this.typeName(field, declared.annotations),
                header: { name: this.#header(inner, span) },
              },
            ]
          : [],
    );
    this.#unions.set(name, { members, ...this.#annotated(type.declaration.annotations) });
    return name;
  }

  #serializableEnum(type: Type & { readonly kind: 'serializable_enum' }): string {
    const { declaration } = type;
    const name = this.typeName(declaration.name.name, declaration.annotations);
    if (this.#serializableEnums.has(name)) return name;
    const width = this.width(type);
    const members = declaration.members.map((member) => {
      const value = constantOf(this.#checked, member.value);
      return {
        name: member.name.name,
        value: paddedBytes(value?.kind === 'integer' ? value.value : 0n, width),
        annotations: [],
        annotationLocations: [],
        structuredAnnotations: [],
      };
    });
    const underlyingType = { bitwidth: width };
    this.#serializableEnums.set(name, {
      underlyingType,
      members,
      ...this.#annotated(declaration.annotations),
    });
    return name;
  }

  #newType(type: Type & { readonly kind: 'newtype' }, span: Span): string {
    const { declaration } = type;
    const name = this.typeName(declaration.name.name, declaration.annotations);
    if (this.#newTypes.has(name)) return name;
    let bare: Type = type;
    while (bare.kind === 'newtype') bare = bare.underlying;
    const spec = this.spec(bare, span);
    const translation = translationOf(declaration.annotations);
    if (translation !== undefined) {
      const { annotation, value } = translation;
      if (value === undefined) this.#sink.report('P4854', annotation.span, {});
      else if (bare.kind !== 'bits' || bare.signed) {
        this.#sink.report('P4855', annotation.span, { type: showType(bare) });
      }
    }
    const original = spec === undefined ? undefined : ({ $case: 'originalType', value: spec } as const);
    const translated =
      translation?.value === undefined
        ? undefined
        : ({ $case: 'translatedType', value: translation.value } as const);
    this.#newTypes.set(name, {
      representation: translated ?? original,
      ...this.#annotated(declaration.annotations, [TRANSLATION]),
    });
    return name;
  }
}

/** A field of a header once structs are flattened. */
export type FlatField = {
  readonly name: string;
  readonly type: Type;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

function bitstring(type: Type & { readonly kind: 'bits' | 'varbit' }): P4BitstringLikeTypeSpec {
  const none = { annotations: [], annotationLocations: [], structuredAnnotations: [] };
  if (type.kind === 'varbit')
    return { ...none, typeSpec: { $case: 'varbit', value: { maxBitwidth: type.width } } };
  const value = { bitwidth: type.width };
  return { ...none, typeSpec: type.signed ? { $case: 'int', value } : { $case: 'bit', value } };
}
