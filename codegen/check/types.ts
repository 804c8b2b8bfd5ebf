/** The types of P4-16 as the checker sees them (specification §7), with typedefs already replaced. */

import type {
  ActionDeclaration,
  ControlDeclaration,
  ControlTypeDeclaration,
  EnumDeclaration,
  ExternDeclaration,
  ExternFunctionDeclaration,
  FunctionDeclaration,
  HeaderDeclaration,
  HeaderUnionDeclaration,
  MethodPrototype,
  NewTypeDeclaration,
  PackageTypeDeclaration,
  ParserDeclaration,
  ParserTypeDeclaration,
  SerializableEnumDeclaration,
  StructDeclaration,
  TableDeclaration,
  TypeParameter,
} from '../syntax/ast.ts';

/** A struct, header or header union type, possibly specialized. */
export type StructLikeType =
  | {
      readonly kind: 'struct';
      readonly declaration: StructDeclaration;
      readonly typeArguments: readonly Type[];
    }
  | {
      readonly kind: 'header';
      readonly declaration: HeaderDeclaration;
      readonly typeArguments: readonly Type[];
    }
  | {
      readonly kind: 'header_union';
      readonly declaration: HeaderUnionDeclaration;
      readonly typeArguments: readonly Type[];
    };

/** An extern object type. */
export type ExternType = {
  readonly kind: 'extern';
  readonly declaration: ExternDeclaration;
  readonly typeArguments: readonly Type[];
};

/** A parser, control or package *type*: the interface that an architecture declares. */
export type BlockInterfaceType =
  | {
      readonly kind: 'parser_type';
      readonly declaration: ParserTypeDeclaration;
      readonly typeArguments: readonly Type[];
    }
  | {
      readonly kind: 'control_type';
      readonly declaration: ControlTypeDeclaration;
      readonly typeArguments: readonly Type[];
    }
  | {
      readonly kind: 'package';
      readonly declaration: PackageTypeDeclaration;
      readonly typeArguments: readonly Type[];
    };

/** A parser or control that the program implements; it may be generic, which the specification leaves to types. */
export type BlockType =
  | {
      readonly kind: 'parser';
      readonly declaration: ParserDeclaration;
      readonly typeArguments: readonly Type[];
    }
  | {
      readonly kind: 'control';
      readonly declaration: ControlDeclaration;
      readonly typeArguments: readonly Type[];
    };

/** A function-like declaration that a name or method may stand for. */
export type FunctionLike = FunctionDeclaration | ExternFunctionDeclaration | MethodPrototype;

/** `bit<width>` or `int<width>`. */
export type BitsType = { readonly kind: 'bits'; readonly width: number; readonly signed: boolean };

export type Type =
  /** After a mistake that has been reported: fits everything, so that nothing more is said. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'bool' }
  | { readonly kind: 'error' }
  | { readonly kind: 'string' }
  | { readonly kind: 'match_kind' }
  | { readonly kind: 'void' }
  /** Arbitrary precision; only compile-time known values have it. */
  | { readonly kind: 'int' }
  | BitsType
  /** `width`: the greatest width. */
  | { readonly kind: 'varbit'; readonly width: number }
  | StructLikeType
  | { readonly kind: 'enum'; readonly declaration: EnumDeclaration }
  | {
      readonly kind: 'serializable_enum';
      readonly declaration: SerializableEnumDeclaration;
      readonly underlying: Type;
    }
  /** Introduced by `type`. */
  | { readonly kind: 'newtype'; readonly declaration: NewTypeDeclaration; readonly underlying: Type }
  /** `element[size]`: a header stack where the element is a header or union, otherwise an array. */
  | { readonly kind: 'array'; readonly element: Type; readonly size: number }
  | { readonly kind: 'tuple'; readonly elements: readonly Type[] }
  | { readonly kind: 'list'; readonly element: Type }
  /** What `{ a, b }` is before its context says more. `dots`: it ends with `...`. */
  | { readonly kind: 'list_expression'; readonly elements: readonly Type[]; readonly dots: boolean }
  /** What `{ a = x, b = y }` is before its context says more. */
  | {
      readonly kind: 'struct_expression';
      readonly fields: readonly { readonly name: string; readonly type: Type }[];
      readonly dots: boolean;
    }
  /** `{#}` before its context says more. */
  | { readonly kind: 'invalid_header' }
  /** `...` before its context says more. */
  | { readonly kind: 'default_value' }
  /** A keyset: `a &&& b`, `a .. b`, `default`. `element` is undefined for the universal set. */
  | { readonly kind: 'set'; readonly element: Type }
  | { readonly kind: 'value_set'; readonly element: Type }
  | ExternType
  | BlockInterfaceType
  | BlockType
  | { readonly kind: 'table'; readonly declaration: TableDeclaration }
  /** What `table.apply()` returns. */
  | { readonly kind: 'table_result'; readonly declaration: TableDeclaration }
  /** `table.apply().action_run`. */
  | { readonly kind: 'action_run'; readonly declaration: TableDeclaration }
  | { readonly kind: 'action'; readonly declarations: readonly ActionDeclaration[] }
  /** A function, extern function or method not yet called. */
  | { readonly kind: 'function'; readonly candidates: readonly FunctionLike[] }
  /** A method that the language itself gives: `setValid`, `apply`, `minSizeInBits`, … */
  | { readonly kind: 'builtin_method'; readonly name: string; readonly target: Type }
  | { readonly kind: 'state' }
  /** A name that stands for a type, used where an expression stands. */
  | { readonly kind: 'type_name'; readonly type: Type }
  /** A type variable inside the generic declaration that declares it. */
  | { readonly kind: 'variable'; readonly parameter: TypeParameter }
  /** A type still to be inferred. */
  | { readonly kind: 'inference'; readonly id: number; readonly name: string }
  /** `_` as a type argument. */
  | { readonly kind: 'dont_care' };

export const UNKNOWN: Type = { kind: 'unknown' };
export const BOOL: Type = { kind: 'bool' };
export const ERROR: Type = { kind: 'error' };
export const STRING: Type = { kind: 'string' };
export const MATCH_KIND: Type = { kind: 'match_kind' };
export const VOID: Type = { kind: 'void' };
export const INT: Type = { kind: 'int' };
export const DONT_CARE: Type = { kind: 'dont_care' };
export const STATE: Type = { kind: 'state' };

/** `bit<width>`, or `int<width>` when `signed`. */
export function bits(width: number, signed = false): BitsType {
  return { kind: 'bits', width, signed };
}

/** How many levels of a type `showType` spells out before it writes `…`. */
const SHOWN_DEPTH = 8;

/** A type as a P4 programmer would write or name it, for messages. */
export function showType(type: Type, depth = 0): string {
  if (depth > SHOWN_DEPTH) return '…';
  const show = (inner: Type) => showType(inner, depth + 1);
  switch (type.kind) {
    case 'unknown':
      return 'unknown';
    case 'bool':
    case 'error':
    case 'string':
    case 'match_kind':
    case 'void':
    case 'int':
      return type.kind;
    case 'bits':
      return `${type.signed ? 'int' : 'bit'}<${type.width}>`;
    case 'varbit':
      return `varbit<${type.width}>`;
    case 'struct':
    case 'header':
    case 'header_union':
      return `${type.kind} ${type.declaration.name.name}${showArguments(type.typeArguments, show)}`;
    case 'enum':
    case 'serializable_enum':
      return `enum ${type.declaration.name.name}`;
    case 'newtype':
      return type.declaration.name.name;
    case 'array':
      return `${show(type.element)}[${type.size}]`;
    case 'tuple':
      return `tuple<${type.elements.map(show).join(', ')}>`;
    case 'list':
      return `list<${show(type.element)}>`;
    case 'list_expression':
      return `{ ${[...type.elements.map(show), ...(type.dots ? ['...'] : [])].join(', ')} }`;
    case 'struct_expression': {
      const fields = type.fields.map((field) => `${field.name} = ${show(field.type)}`);
      return `{ ${[...fields, ...(type.dots ? ['...'] : [])].join(', ')} }`;
    }
    case 'invalid_header':
      return '{#}';
    case 'default_value':
      return '...';
    case 'set':
      return `set<${show(type.element)}>`;
    case 'value_set':
      return `value_set<${show(type.element)}>`;
    case 'extern':
      return `extern ${type.declaration.name.name}${showArguments(type.typeArguments, show)}`;
    case 'parser_type':
      return `parser type ${type.declaration.name.name}${showArguments(type.typeArguments, show)}`;
    case 'control_type':
      return `control type ${type.declaration.name.name}${showArguments(type.typeArguments, show)}`;
    case 'package':
      return `package ${type.declaration.name.name}${showArguments(type.typeArguments, show)}`;
    case 'parser':
    case 'control':
      return `${type.kind} ${type.declaration.name.name}${showArguments(type.typeArguments, show)}`;
    case 'table':
      return `table ${type.declaration.name.name}`;
    case 'table_result':
      return `result of ${type.declaration.name.name}.apply()`;
    case 'action_run':
      return `action_run of table ${type.declaration.name.name}`;
    case 'action':
      return `action ${type.declarations[0]?.name.name ?? ''}`;
    case 'function':
      return `function ${type.candidates[0]?.name.name ?? ''}`;
    case 'builtin_method':
      return `method ${type.name}`;
    case 'state':
      return 'parser state';
    case 'type_name':
      return `the type ${show(type.type)}`;
    case 'variable':
      return type.parameter.name.name;
    case 'inference':
      return type.name;
    case 'dont_care':
      return '_';
  }
}

function showArguments(typeArguments: readonly Type[], show: (type: Type) => string): string {
  return typeArguments.length === 0 ? '' : `<${typeArguments.map(show).join(', ')}>`;
}

/** Whether two types are the same type (nominal for declared types, structural for the rest). */
export function sameType(left: Type, right: Type): boolean {
  if (left === right) return true;
  if (left.kind === 'unknown' || right.kind === 'unknown') return true;
  switch (left.kind) {
    case 'bits':
      return right.kind === 'bits' && left.width === right.width && left.signed === right.signed;
    case 'varbit':
      return right.kind === 'varbit' && left.width === right.width;
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
        right.kind === left.kind &&
        right.declaration === left.declaration &&
        sameTypes(left.typeArguments, right.typeArguments)
      );
    case 'enum':
    case 'serializable_enum':
    case 'newtype':
    case 'table':
    case 'table_result':
    case 'action_run':
      return right.kind === left.kind && right.declaration === left.declaration;
    case 'array':
      return right.kind === 'array' && left.size === right.size && sameType(left.element, right.element);
    case 'tuple':
      return right.kind === 'tuple' && sameTypes(left.elements, right.elements);
    case 'list_expression':
      return (
        right.kind === 'list_expression' &&
        left.dots === right.dots &&
        sameTypes(left.elements, right.elements)
      );
    case 'struct_expression':
      return (
        right.kind === 'struct_expression' &&
        left.dots === right.dots &&
        left.fields.length === right.fields.length &&
        left.fields.every((field, index) => {
          const other = right.fields[index];
          return other !== undefined && other.name === field.name && sameType(field.type, other.type);
        })
      );
    case 'list':
    case 'set':
    case 'value_set':
      return right.kind === left.kind && sameType(left.element, right.element);
    case 'variable':
      return right.kind === 'variable' && left.parameter === right.parameter;
    case 'inference':
      return right.kind === 'inference' && left.id === right.id;
    case 'action':
      return right.kind === 'action' && left.declarations[0] === right.declarations[0];
    case 'function':
    case 'builtin_method':
    case 'type_name':
      return false;
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

/** Replaces type variables: what each type parameter stands for. */
export type Substitution = ReadonlyMap<TypeParameter, Type>;

/** Applies a substitution to every type variable in `type`; gives back `type` itself where nothing changes. */
export function substitute(type: Type, substitution: Substitution): Type {
  if (substitution.size === 0) return type;
  return mapType(type, (leaf) =>
    leaf.kind === 'variable' ? (substitution.get(leaf.parameter) ?? leaf) : leaf,
  );
}

/** Rebuilds a type with `change` applied to its leaves (types without parts); shares what does not change. */
export function mapType(type: Type, change: (leaf: Type) => Type): Type {
  switch (type.kind) {
    case 'struct':
      return mapArguments(type, change);
    case 'header':
      return mapArguments(type, change);
    case 'header_union':
      return mapArguments(type, change);
    case 'extern':
      return mapArguments(type, change);
    case 'parser_type':
      return mapArguments(type, change);
    case 'control_type':
      return mapArguments(type, change);
    case 'package':
      return mapArguments(type, change);
    case 'parser':
      return mapArguments(type, change);
    case 'control':
      return mapArguments(type, change);
    case 'array':
    case 'list':
    case 'set':
    case 'value_set': {
      const element = mapType(type.element, change);
      return element === type.element ? type : { ...type, element };
    }
    case 'tuple':
    case 'list_expression': {
      const elements = mapAll(type.elements, change);
      return elements === type.elements ? type : { ...type, elements };
    }
    case 'struct_expression':
      return {
        ...type,
        fields: type.fields.map((field) => ({ name: field.name, type: mapType(field.type, change) })),
      };
    case 'type_name': {
      const inner = mapType(type.type, change);
      return inner === type.type ? type : { ...type, type: inner };
    }
    default:
      return change(type);
  }
}

function mapArguments<T extends Type & { readonly typeArguments: readonly Type[] }>(
  type: T,
  change: (leaf: Type) => Type,
): T {
  const typeArguments = mapAll(type.typeArguments, change);
  return typeArguments === type.typeArguments ? type : { ...type, typeArguments };
}

function mapAll(types: readonly Type[], change: (leaf: Type) => Type): readonly Type[] {
  const mapped = types.map((type) => mapType(type, change));
  return mapped.every((type, index) => type === types[index]) ? types : mapped;
}

/** Whether any leaf of `type` satisfies `test`. */
export function someLeaf(type: Type, test: (leaf: Type) => boolean): boolean {
  let found = false;
  mapType(type, (leaf) => {
    found ||= test(leaf);
    return leaf;
  });
  return found;
}

/** The substitution that binds each parameter to the argument in the same place. */
export function bindTypeParameters(
  parameters: readonly TypeParameter[],
  typeArguments: readonly Type[],
): Substitution {
  const substitution = new Map<TypeParameter, Type>();
  parameters.forEach((parameter, index) => {
    const argument = typeArguments[index];
    if (argument !== undefined) substitution.set(parameter, argument);
  });
  return substitution;
}
