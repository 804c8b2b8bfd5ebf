/**
 * The types of registers, digests and fields as the control plane sees them: P4DataTypeSpec with all names replaced by
 * what P4TypeInfo says of them, and translated types by what they are translated to (specification, "Representation of
 * Arbitrary P4 Types").
 */

import { EntityError } from '../errors.ts';
import { Code } from '../gen/google/rpc/code.ts';
import type {
  P4BitstringLikeTypeSpec,
  P4DataTypeSpec,
  P4NamedType,
  P4NewTypeSpec,
  P4TypeInfo,
} from '../gen/p4/config/v1/p4types.ts';

export type DataType =
  | { readonly kind: 'bit' | 'int'; readonly width: number }
  /** `width`: the greatest. */
  | { readonly kind: 'varbit'; readonly width: number }
  | { readonly kind: 'bool' }
  /** Only by translation (`sdn_string`). */
  | { readonly kind: 'string' }
  | { readonly kind: 'tuple'; readonly members: readonly DataType[] }
  | StructType
  | HeaderType
  | UnionType
  | { readonly kind: 'stack'; readonly element: HeaderType | UnionType; readonly size: number }
  | { readonly kind: 'enum'; readonly name: string; readonly members: readonly string[] }
  | { readonly kind: 'error'; readonly members: readonly string[] }
  | {
      readonly kind: 'serializable_enum';
      readonly name: string;
      readonly width: number;
      readonly members: readonly { readonly name: string; readonly value: Uint8Array }[];
    };

export type StructType = {
  readonly kind: 'struct';
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: DataType }[];
};

/** Fields are `bit`, `int` or `varbit`. */
export type HeaderType = {
  readonly kind: 'header';
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly type: DataType }[];
};

export type UnionType = {
  readonly kind: 'header_union';
  readonly name: string;
  readonly members: readonly { readonly name: string; readonly header: HeaderType }[];
};

/**
 * What `spec` means.
 * @throws EntityError INVALID_ARGUMENT for a name that P4TypeInfo does not have, or a type that contains itself.
 */
export function resolveType(spec: P4DataTypeSpec | undefined, info: P4TypeInfo | undefined): DataType {
  return resolve(spec, info, []);
}

/**
 * What the control plane sees of a type that `type` introduced.
 * @throws EntityError INVALID_ARGUMENT as resolveType does.
 */
export function resolveNewType(name: string, info: P4TypeInfo | undefined): DataType {
  return newType({ name }, info, []);
}

function resolve(
  spec: P4DataTypeSpec | undefined,
  info: P4TypeInfo | undefined,
  around: readonly string[],
): DataType {
  const type = spec?.typeSpec;
  switch (type?.$case) {
    case undefined:
      throw wrong('a type has no type_spec');
    case 'bitstring':
      return bitstring(type.value);
    case 'bool':
      return { kind: 'bool' };
    case 'tuple':
      return { kind: 'tuple', members: type.value.members.map((member) => resolve(member, info, around)) };
    case 'struct': {
      const { name } = type.value;
      const inside = enter(around, `struct ${name}`);
      const fields = lookUp(info?.structs, 'struct', name).members.map((member) => ({
        name: member.name,
        type: resolve(member.typeSpec, info, inside),
      }));
      return { kind: 'struct', name, fields };
    }
    case 'header':
      return header(type.value, info);
    case 'headerUnion':
      return union(type.value, info);
    case 'headerStack':
      return { kind: 'stack', element: header(type.value.header, info), size: type.value.size };
    case 'headerUnionStack':
      return { kind: 'stack', element: union(type.value.headerUnion, info), size: type.value.size };
    case 'enum': {
      const { name } = type.value;
      const members = lookUp(info?.enums, 'enum', name).members.map((member) => member.name);
      return { kind: 'enum', name, members };
    }
    case 'error':
      return { kind: 'error', members: info?.error?.members ?? [] };
    case 'serializableEnum': {
      const { name } = type.value;
      const found = lookUp(info?.serializableEnums, 'serializable enum', name);
      return {
        kind: 'serializable_enum',
        name,
        width: checkWidth(found.underlyingType?.bitwidth ?? 0),
        members: found.members.map((member) => ({ name: member.name, value: member.value })),
      };
    }
    case 'newType':
      return newType(type.value, info, around);
  }
}

function newType({ name }: P4NamedType, info: P4TypeInfo | undefined, around: readonly string[]): DataType {
  const { representation }: P4NewTypeSpec = lookUp(info?.newTypes, 'new type', name);
  if (representation?.$case === 'originalType') {
    return resolve(representation.value, info, enter(around, `type ${name}`));
  }
  const translated = representation?.value.sdnType;
  if (translated?.$case === 'sdnBitwidth') return { kind: 'bit', width: checkWidth(translated.value) };
  if (translated?.$case === 'sdnString') return { kind: 'string' };
  throw wrong(`new type '${name}' has neither an original nor a translated type`);
}

function header(named: P4NamedType | undefined, info: P4TypeInfo | undefined): HeaderType {
  const name = named?.name ?? '';
  const fields = lookUp(info?.headers, 'header', name).members.map((member) => {
    if (member.typeSpec === undefined) throw wrong(`field '${member.name}' of header '${name}' has no type`);
    return { name: member.name, type: bitstring(member.typeSpec) };
  });
  return { kind: 'header', name, fields };
}

function union(named: P4NamedType | undefined, info: P4TypeInfo | undefined): UnionType {
  const name = named?.name ?? '';
  const members = lookUp(info?.headerUnions, 'header union', name).members.map((member) => ({
    name: member.name,
    header: header(member.header, info),
  }));
  return { kind: 'header_union', name, members };
}

function bitstring({ typeSpec }: P4BitstringLikeTypeSpec): DataType {
  switch (typeSpec?.$case) {
    case undefined:
      throw wrong('a bit string has no type_spec');
    case 'bit':
      return { kind: 'bit', width: checkWidth(typeSpec.value.bitwidth) };
    case 'int':
      return { kind: 'int', width: checkWidth(typeSpec.value.bitwidth) };
    case 'varbit':
      return { kind: 'varbit', width: checkWidth(typeSpec.value.maxBitwidth) };
  }
}

/** As wide as a program can have them; numbers beyond eat the machine. */
const MAXIMUM_WIDTH = 1 << 16;

/** @throws EntityError INVALID_ARGUMENT for a width that no type has. */
export function checkWidth(width: number): number {
  if (width >= 0 && width <= MAXIMUM_WIDTH) return width;
  throw wrong(`a type is ${width} bits wide; it can be 0 to ${MAXIMUM_WIDTH}`);
}

function enter(around: readonly string[], name: string): readonly string[] {
  if (around.includes(name)) throw wrong(`${name} contains itself`);
  return [...around, name];
}

function lookUp<T>(types: { readonly [name: string]: T } | undefined, kind: string, name: string): T {
  const found = types !== undefined && Object.hasOwn(types, name) ? types[name] : undefined;
  if (found === undefined) throw wrong(`type_info has no ${kind} '${name}'`);
  return found;
}

function wrong(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, `P4Info: ${message}`);
}
