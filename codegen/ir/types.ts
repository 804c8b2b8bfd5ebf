/**
 * The types of the lowered program: monomorphic, without typedefs, newtypes, serializable enums or type variables.
 * The lowering makes each type once, so that two expressions have the same type exactly when `type` is the same
 * object; `sameType` compares what passes make.
 */

import type { Annotation } from '../syntax/ast.ts';
import type { Span } from '../syntax/source.ts';

/** `bit<width>`, or `int<width>` when `signed`. Also what serializable enums are. */
export type BitsType = { readonly kind: 'bits'; readonly width: number; readonly signed: boolean };

/** `width`: the greatest width. */
export type VarbitType = { readonly kind: 'varbit'; readonly width: number };

export type BoolType = { readonly kind: 'bool' };
/** Its members are `Program.errors`. */
export type ErrorType = { readonly kind: 'error' };
export type StringType = { readonly kind: 'string' };
/** An arbitrary-precision number: only in arguments of externs and in properties. */
export type IntType = { readonly kind: 'int' };
export type MatchKindType = { readonly kind: 'match_kind' };
export type VoidType = { readonly kind: 'void' };

/** An enum without representation. A serializable enum is its `BitsType`. */
export type EnumType = {
  readonly kind: 'enum';
  readonly name: string;
  readonly members: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

/** One field of a struct, header or header union. */
export type Field = {
  readonly name: string;
  readonly type: Type;
  /** The newtype or serializable enum that the source gives the field, where it does. */
  readonly declaredType: string | undefined;
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

/** What structs, headers and header unions have in common. */
type Declared = {
  /** Unique in the program: `ipv4_t`; specializations of a generic type have their type arguments in it. */
  readonly name: string;
  /** The name in the source. */
  readonly sourceName: string;
  readonly fields: readonly Field[];
  readonly annotations: readonly Annotation[];
  readonly span: Span;
};

export type StructType = Declared & { readonly kind: 'struct' };
export type HeaderType = Declared & { readonly kind: 'header' };
export type UnionType = Declared & { readonly kind: 'header_union' };

/** `element[size]` of headers or header unions. */
export type StackType = {
  readonly kind: 'stack';
  readonly element: HeaderType | UnionType;
  readonly size: number;
};

/** `element[size]` of anything else. */
export type ArrayType = { readonly kind: 'array'; readonly element: Type; readonly size: number };
export type TupleType = { readonly kind: 'tuple'; readonly elements: readonly Type[] };
/** `list<element>`: only in arguments of externs and in properties. */
export type ListType = { readonly kind: 'list'; readonly element: Type };

/** An extern object. */
export type ExternType = {
  readonly kind: 'extern';
  /** The extern's name in the source, such as `packet_in`. */
  readonly name: string;
  readonly typeArguments: readonly Type[];
};

export type Type =
  | BitsType
  | VarbitType
  | BoolType
  | ErrorType
  | StringType
  | IntType
  | MatchKindType
  | VoidType
  | EnumType
  | StructType
  | HeaderType
  | UnionType
  | StackType
  | ArrayType
  | TupleType
  | ListType
  | ExternType;

export const BOOL: BoolType = { kind: 'bool' };
export const ERROR: ErrorType = { kind: 'error' };
export const STRING: StringType = { kind: 'string' };
export const INT: IntType = { kind: 'int' };
export const MATCH_KIND: MatchKindType = { kind: 'match_kind' };
export const VOID: VoidType = { kind: 'void' };
/** What `lastIndex` and stack indexes have. */
export const BIT32: BitsType = { kind: 'bits', width: 32, signed: false };

/** `bit<width>`, or `int<width>` when `signed`. */
export function bits(width: number, signed = false): BitsType {
  return { kind: 'bits', width, signed };
}

/** Whether two types are the same: nominal for declared types, structural for the rest. */
export function sameType(left: Type, right: Type): boolean {
  if (left === right) return true;
  switch (left.kind) {
    case 'bits':
      return right.kind === 'bits' && left.width === right.width && left.signed === right.signed;
    case 'varbit':
      return right.kind === 'varbit' && left.width === right.width;
    case 'enum':
    case 'struct':
    case 'header':
    case 'header_union':
      return right.kind === left.kind && right.name === left.name;
    case 'stack':
    case 'array':
      return right.kind === left.kind && left.size === right.size && sameType(left.element, right.element);
    case 'list':
      return right.kind === 'list' && sameType(left.element, right.element);
    case 'tuple':
      return right.kind === 'tuple' && sameTypes(left.elements, right.elements);
    case 'extern':
      return (
        right.kind === 'extern' &&
        left.name === right.name &&
        sameTypes(left.typeArguments, right.typeArguments)
      );
    default:
      return left.kind === right.kind;
  }
}

function sameTypes(left: readonly Type[], right: readonly Type[]): boolean {
  return (
    left.length === right.length &&
    left.every((type, index) => {
      const other = right[index];
      return other !== undefined && sameType(type, other);
    })
  );
}

/** A type as P4 writes it. */
export function showType(type: Type): string {
  switch (type.kind) {
    case 'bits':
      return `${type.signed ? 'int' : 'bit'}<${type.width}>`;
    case 'varbit':
      return `varbit<${type.width}>`;
    case 'enum':
    case 'struct':
    case 'header':
    case 'header_union':
      return type.name;
    case 'stack':
    case 'array':
      return `${showType(type.element)}[${type.size}]`;
    case 'tuple':
      return `tuple<${type.elements.map(showType).join(', ')}>`;
    case 'list':
      return `list<${showType(type.element)}>`;
    case 'extern':
      return type.typeArguments.length === 0
        ? type.name
        : `${type.name}<${type.typeArguments.map(showType).join(', ')}>`;
    default:
      return type.kind;
  }
}
