/**
 * Where BMv2 keeps the program's variables. Scalars are fields of the metadata header `scalars`; headers, stacks and
 * unions are instances of their own; the parameters of all five blocks that stand for the same thing are one thing.
 */

import { InternalError } from '../../diagnostics.ts';
import type {
  BitsType,
  BoolType,
  EnumType,
  ErrorType,
  HeaderType,
  StackType,
  Type,
  UnionType,
  VarbitType,
  Variable,
} from '../../ir/index.ts';
import { type Json, type Operand, sourceInfo } from './json.ts';

/** What fits into one field. */
export type ScalarType = BitsType | BoolType | ErrorType | EnumType;

/** Where a value is. */
export type Place =
  | {
      readonly kind: 'scalar';
      readonly header: string;
      readonly field: string;
      readonly type: ScalarType | VarbitType;
    }
  | { readonly kind: 'header'; readonly name: string; readonly type: HeaderType }
  | {
      readonly kind: 'union';
      readonly name: string;
      readonly type: UnionType;
      readonly members: ReadonlyMap<string, Place>;
    }
  | {
      readonly kind: 'stack';
      readonly name: string;
      readonly type: StackType;
      readonly elements: readonly Place[];
    }
  /** A struct, tuple or array: only its leaves are anywhere. Keys are names of fields or indexes. */
  | { readonly kind: 'group'; readonly type: Type; readonly fields: ReadonlyMap<string, Place> }
  /** A packet, or another object that is not data. */
  | { readonly kind: 'object' };

/** The name of the header that holds scalars. */
export const SCALARS = 'scalars';
const STANDARD_METADATA = 'standard_metadata';
/** How wide enums and errors are kept. */
export const SYMBOL_WIDTH = 32;

/** How many bits a scalar takes. */
export function widthOf(type: ScalarType): number {
  switch (type.kind) {
    case 'bits':
      return type.width;
    case 'bool':
      return 1;
    default:
      return SYMBOL_WIDTH;
  }
}

/** Whether a type fits into one field. */
export function isScalar(type: Type): type is ScalarType {
  return type.kind === 'bits' || type.kind === 'bool' || type.kind === 'error' || type.kind === 'enum';
}

/** One field of a header as the switch has it: a field of a struct in it is called `struct.field`. */
export type HeaderField = { readonly name: string; readonly type: ScalarType | VarbitType };

/** The fields of a header in their order, structs in it taken apart. */
export function headerFields(type: Type, prefix = ''): readonly HeaderField[] {
  const named = (name: string, inner: Type): readonly HeaderField[] =>
    isScalar(inner) || inner.kind === 'varbit' ? [{ name, type: inner }] : headerFields(inner, `${name}.`);
  switch (type.kind) {
    case 'struct':
    case 'header':
      return type.fields.flatMap((one) => named(`${prefix}${one.name}`, one.type));
    case 'tuple':
      return type.elements.flatMap((element, index) => named(`${prefix}${index}`, element));
    case 'array':
      return Array.from({ length: type.size }, (_, index) => named(`${prefix}${index}`, type.element)).flat();
    default:
      throw new InternalError(`a header cannot have a field of type ${type.kind}`);
  }
}

/** How many bits a value takes, varbits left out. */
export function bitsOf(type: Type): number {
  switch (type.kind) {
    case 'struct':
    case 'header':
      return type.fields.reduce((sum, one) => sum + bitsOf(one.type), 0);
    case 'tuple':
      return type.elements.reduce((sum, element) => sum + bitsOf(element), 0);
    case 'array':
      return type.size * bitsOf(type.element);
    default:
      return isScalar(type) ? widthOf(type) : 0;
  }
}

type FieldEntry =
  | readonly [name: string, width: number, signed: boolean]
  | readonly [name: string, width: '*'];

function scalarEntry(name: string, type: ScalarType): FieldEntry {
  return [name, widthOf(type), type.kind === 'bits' && type.signed];
}

/** Fields that fill the last byte of a metadata header. */
function padding(fields: readonly FieldEntry[]): readonly FieldEntry[] {
  const width = fields.reduce((sum, [, bits]) => sum + (typeof bits === 'number' ? bits : 0), 0);
  return width % 8 === 0 ? [] : [['_padding', 8 - (width % 8), false]];
}

/** The instances of one program, filled while its blocks are converted. */
export class Layout {
  readonly #scalars: FieldEntry[] = [];
  readonly #scalarNames = new Set<string>();
  readonly #headerTypes = new Map<string, { readonly [key: string]: Json }>();
  readonly #headers: { readonly [key: string]: Json }[] = [];
  readonly #stacks: Json[] = [];
  readonly #unionTypes = new Map<string, Json>();
  readonly #unions: Json[] = [];
  readonly #unionStacks: Json[] = [];
  readonly #instanceNames = new Set<string>();
  readonly #variables = new Map<Variable, Place>();
  readonly #aliases: Json[] = [];
  readonly #empty = new Map<string, Place>();
  readonly #onHeaderType: (type: HeaderType) => void;

  /** @param onHeaderType Called once for each header type that the program keeps. */
  constructor(onHeaderType: (type: HeaderType) => void) {
    this.#onHeaderType = onHeaderType;
    this.#instance(SCALARS, `${SCALARS}_0`, true);
  }

  /** Where a variable is. */
  placeOf(variable: Variable): Place {
    const place = this.#variables.get(variable);
    if (place === undefined) throw new InternalError(`'${variable.name}' is kept nowhere`, variable.span);
    return place;
  }

  /** Says that a parameter of a block is what is at `place`. */
  bind(variable: Variable, place: Place): void {
    this.#variables.set(variable, place);
  }

  /** Makes room for a local variable or temporary. */
  addLocal(variable: Variable): void {
    this.#variables.set(variable, this.allocate(variable.name, variable.type));
  }

  /** Makes room for a scalar of the back end's own. */
  scratch(base: string, type: ScalarType): Place & { readonly kind: 'scalar' } {
    return this.#scalar(base, type);
  }

  /** A varbit that nothing writes, and that stays empty. */
  empty(type: VarbitType): Operand {
    const name = `$empty${type.width}`;
    const place = this.#empty.get(name) ?? this.#varbit(name, type);
    this.#empty.set(name, place);
    return { type: 'field', value: [name, 'field'] };
  }

  /** Makes room for a value. Names of headers and fields begin with `name`. */
  allocate(name: string, type: Type): Place {
    switch (type.kind) {
      case 'bits':
      case 'bool':
      case 'error':
      case 'enum':
        return this.#scalar(name, type);
      case 'varbit':
        return this.#varbit(name, type);
      case 'header':
        return this.#header(this.#fresh(name), type);
      case 'header_union':
        return this.#union(this.#fresh(name), type);
      case 'stack':
        return this.#stack(this.#fresh(name), type);
      case 'struct':
        return this.#group(
          type,
          type.fields.map((one) => [one.name, this.allocate(this.#join(name, one.name), one.type)]),
        );
      case 'tuple':
        return this.#group(
          type,
          type.elements.map((element, index) => [
            `${index}`,
            this.allocate(this.#join(name, `${index}`), element),
          ]),
        );
      case 'array':
        return this.#group(
          type,
          Array.from({ length: type.size }, (_, index) => [
            `${index}`,
            this.allocate(`${name}[${index}]`, type.element),
          ]),
        );
      default:
        return { kind: 'object' };
    }
  }

  /** The standard metadata: a header of its own, whose aliases are the names that the switch knows. */
  standardMetadata(type: Type): Place {
    if (type.kind !== 'struct') return this.allocate(STANDARD_METADATA, type);
    const fields: FieldEntry[] = [];
    const places: [string, Place][] = [];
    for (const one of type.fields) {
      if (!isScalar(one.type)) continue;
      fields.push(scalarEntry(one.name, one.type));
      places.push([one.name, { kind: 'scalar', header: STANDARD_METADATA, field: one.name, type: one.type }]);
      for (const { name, body } of one.annotations) {
        if (name.name !== 'alias' || body.form !== 'unstructured') continue;
        const alias = body.tokens[0]?.value;
        if (typeof alias === 'string') this.#aliases.push([alias, [STANDARD_METADATA, one.name]]);
      }
    }
    this.#headerTypes.set(STANDARD_METADATA, {
      name: STANDARD_METADATA,
      id: this.#headerTypes.size + 1,
      fields: [...fields, ...padding(fields)],
    });
    this.#instance(STANDARD_METADATA, STANDARD_METADATA, true);
    return this.#group(type, places);
  }

  /** The sections of the JSON that say where everything is. */
  sections(): { readonly [key: string]: Json } {
    const scalars = { name: `${SCALARS}_0`, id: 0, fields: [...this.#scalars, ...padding(this.#scalars)] };
    return {
      header_types: [scalars, ...this.#headerTypes.values()],
      headers: this.#headers,
      header_stacks: this.#stacks,
      header_union_types: [...this.#unionTypes.values()],
      header_unions: this.#unions,
      header_union_stacks: this.#unionStacks,
    };
  }

  get aliases(): Json {
    return this.#aliases;
  }

  #join(prefix: string, name: string): string {
    return prefix === '' ? name : `${prefix}.${name}`;
  }

  #fresh(base: string): string {
    let name = base;
    for (let count = 0; this.#instanceNames.has(name); count++) name = `${base}_${count}`;
    return name;
  }

  #instance(name: string, type: string, metadata: boolean): number {
    const id = this.#headers.length;
    this.#instanceNames.add(name);
    this.#headers.push({ name, id, header_type: type, metadata, pi_omit: true });
    return id;
  }

  #scalar(base: string, type: ScalarType): Place & { readonly kind: 'scalar' } {
    let name = base;
    for (let count = 0; this.#scalarNames.has(name); count++) name = `${base}_${count}`;
    this.#scalarNames.add(name);
    this.#scalars.push(scalarEntry(name, type));
    return { kind: 'scalar', header: SCALARS, field: name, type };
  }

  /** A header may have one field of variable width only, so each varbit variable is a header. */
  #varbit(name: string, type: VarbitType): Place {
    const typeName = `$varbit${type.width}`;
    if (!this.#headerTypes.has(typeName)) {
      this.#headerTypes.set(typeName, {
        name: typeName,
        id: this.#headerTypes.size + 1,
        fields: [['field', '*']],
        max_length: Math.ceil(type.width / 8),
      });
    }
    const instance = this.#fresh(name);
    this.#instance(instance, typeName, true);
    return { kind: 'scalar', header: instance, field: 'field', type };
  }

  #headerType(type: HeaderType): string {
    if (this.#headerTypes.has(type.name)) return type.name;
    this.#onHeaderType(type);
    const fields = headerFields(type);
    const varbit = fields.find((one) => one.type.kind === 'varbit');
    const width = bitsOf(type) + (varbit?.type.kind === 'varbit' ? varbit.type.width : 0);
    this.#headerTypes.set(type.name, {
      name: type.name,
      id: this.#headerTypes.size + 1,
      fields: fields.map((one): FieldEntry => {
        return one.type.kind === 'varbit' ? [one.name, '*'] : scalarEntry(one.name, one.type);
      }),
      ...(varbit === undefined ? {} : { max_length: Math.ceil(width / 8) }),
    });
    return type.name;
  }

  #header(name: string, type: HeaderType): Place {
    this.#instance(name, this.#headerType(type), false);
    return { kind: 'header', name, type };
  }

  /** The id of the header that `#header` made last. */
  get #lastHeader(): number {
    return this.#headers.length - 1;
  }

  #unionType(type: UnionType): string {
    if (!this.#unionTypes.has(type.name)) {
      const headers = type.fields.flatMap((one) =>
        one.type.kind === 'header' ? [[one.name, this.#headerType(one.type)]] : [],
      );
      this.#unionTypes.set(type.name, { name: type.name, id: this.#unionTypes.size, headers });
    }
    return type.name;
  }

  #union(name: string, type: UnionType): Place {
    const unionType = this.#unionType(type);
    this.#instanceNames.add(name);
    const members = new Map<string, Place>();
    const ids: number[] = [];
    for (const one of type.fields) {
      if (one.type.kind !== 'header') continue;
      members.set(one.name, this.#header(this.#fresh(`${name}.${one.name}`), one.type));
      ids.push(this.#lastHeader);
    }
    this.#unions.push({
      name,
      id: this.#unions.length,
      union_type: unionType,
      header_ids: ids,
      pi_omit: true,
    });
    return { kind: 'union', name, type, members };
  }

  #stack(name: string, type: StackType): Place {
    this.#instanceNames.add(name);
    const { element } = type;
    const elements: Place[] = [];
    const ids: number[] = [];
    for (let index = 0; index < type.size; index++) {
      const elementName = `${name}[${index}]`;
      if (element.kind === 'header') {
        elements.push(this.#header(elementName, element));
        ids.push(this.#lastHeader);
      } else {
        elements.push(this.#union(elementName, element));
        ids.push(this.#unions.length - 1);
      }
    }
    if (element.kind === 'header') {
      this.#stacks.push({
        name,
        id: this.#stacks.length,
        header_type: this.#headerType(element),
        size: type.size,
        header_ids: ids,
      });
    } else {
      this.#unionStacks.push({
        name,
        id: this.#unionStacks.length,
        union_type: this.#unionType(element),
        size: type.size,
        header_union_ids: ids,
      });
    }
    return { kind: 'stack', name, type, elements };
  }

  #group(type: Type, fields: readonly (readonly [string, Place])[]): Place {
    return { kind: 'group', type, fields: new Map(fields) };
  }
}

/** `source_info` as a part of an object. */
export function withSource(span: Parameters<typeof sourceInfo>[0]): { readonly source_info: Json } {
  return { source_info: sourceInfo(span) };
}
