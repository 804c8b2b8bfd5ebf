/** The TypeScript type of a value, as it is read. */

import type { AddressFormat } from '../../../p4runtime/addresses.ts';
import type { DataType, FieldInfo, ParameterInfo, ValueType } from '../../../p4runtime/schema/index.ts';
import { type NameTable, propertyName, stringLiteral } from './names.ts';

/** Numbers up to this width are read as `number` (p4runtime/entities/values.ts). */
const NUMBER_WIDTH = 32;

const ADDRESS_TYPES: Readonly<Record<AddressFormat, string>> = { mac: 'Mac', ipv4: 'Ipv4', ipv6: 'Ipv6' };

/** The type of a match field, parameter or packet field. */
export function valueTypeText({ type, format }: Pick<ParameterInfo, 'type' | 'format'>): string {
  if (type.kind === 'string') return 'string';
  if (type.kind === 'unsupported') return 'never';
  return format === undefined ? bits('bit', type.width) : ADDRESS_TYPES[format];
}

/** What P4 calls it, for documentation. */
export function p4TypeText(type: ValueType): string {
  if (type.kind === 'bit') return `bit<${type.width}>`;
  return type.kind === 'string' ? 'translated to a string' : 'of a type that P4Runtime cannot carry';
}

/** What a match field takes, and whether it can be left out because it then matches everything. */
export function matchTypeText(field: FieldInfo): { readonly text: string; readonly optional: boolean } {
  const value = valueTypeText(field);
  switch (field.matchKind) {
    case 'exact':
      return { text: value, optional: false };
    case 'optional':
      return { text: value, optional: true };
    case 'lpm':
      return { text: `Lpm<${value}>`, optional: true };
    case 'ternary':
      return { text: `Ternary<${value}>`, optional: true };
    case 'range':
      return { text: `Range<${value}>`, optional: true };
    case undefined:
      return { text: 'never', optional: false };
  }
}

function bits(kind: 'bit' | 'int', width: number): string {
  const name = kind === 'bit' ? 'Bit' : 'Int';
  return `${width <= NUMBER_WIDTH ? '' : 'Wide'}${name}<${width}>`;
}

/** Writes the types of registers and digests; those with names are declared once. */
export class DataTypeWriter {
  readonly #names: NameTable;
  readonly #declared = new Map<string, string>();
  readonly #declarations: string[] = [];

  constructor(names: NameTable) {
    this.#names = names;
  }

  /** The declarations of all named types that were written. */
  get declarations(): readonly string[] {
    return this.#declarations;
  }

  /** The type of a value. */
  text(type: DataType): string {
    switch (type.kind) {
      case 'bit':
      case 'int':
        return bits(type.kind, type.width);
      case 'serializable_enum':
        return bits('bit', type.width);
      case 'varbit':
        return '{ readonly bits: bigint; readonly width: number }';
      case 'bool':
        return 'boolean';
      case 'string':
        return 'string';
      case 'tuple':
        return `readonly [${type.members.map((member) => this.text(member)).join(', ')}]`;
      case 'struct':
        return this.#declare('struct', type.name, type.fields);
      case 'header':
        // null: not valid.
        return `${this.#declare('header', type.name, type.fields)} | null`;
      case 'header_union': {
        const members = type.members.map(
          ({ name, header }) => `{ readonly ${propertyName(name)}: ${this.text(header)} }`,
        );
        return [...members, 'null'].join(' | ');
      }
      case 'stack':
        return `readonly (${this.text(type.element)})[]`;
      case 'enum':
      case 'error':
        return type.members.length === 0 ? 'never' : type.members.map(stringLiteral).join(' | ');
    }
  }

  #declare(
    kind: string,
    name: string,
    fields: readonly { readonly name: string; readonly type: DataType }[],
  ): string {
    const key = `${kind} ${name}`;
    const known = this.#declared.get(key);
    if (known !== undefined) return known;
    const own = this.#names.typeName(name, '');
    this.#declared.set(key, own);
    const lines = fields.map((field) => `  readonly ${propertyName(field.name)}: ${this.text(field.type)};`);
    this.#declarations.push(`/** \`${kind} ${name}\` */\nexport type ${own} = {\n${lines.join('\n')}\n};\n`);
    return own;
  }
}
