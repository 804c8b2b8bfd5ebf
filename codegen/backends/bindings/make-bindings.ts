/**
 * P4Info to one TypeScript file: a typed object for every table, action profile, counter, meter, register, digest, value
 * set and packet header. The file holds types, and the P4Info itself; what encodes and decodes is in p4runtime/bindings.
 */

import {
  CounterSpec_Unit,
  MeterSpec_Type,
  MeterSpec_Unit,
  P4Info,
} from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import {
  type ActionInfo,
  buildSchema,
  type FieldInfo,
  type Identified,
  type ParameterInfo,
  type Schema,
  type TableInfo,
} from '../../../p4runtime/schema/index.ts';
import { comment, documented, objectComment } from './documentation.ts';
import { NameTable, propertyName, stringLiteral } from './names.ts';
import { DataTypeWriter, matchTypeText, p4TypeText, valueTypeText } from './types.ts';

export type BindingsOptions = {
  /** What the generated file imports the runtime from; the package when left out. */
  readonly runtime?: string;
};

/** Where users of the package find p4runtime/bindings. */
export const PACKAGED_RUNTIME = 'moor/bindings';

/** What the generated file may import. */
const RUNTIME_TYPES: readonly string[] =
  'ActionSelection Bit Entry Given Int Ipv4 Ipv6 Lpm Mac NewEntry Range Ternary WeightedSet WideBit WideInt WithCounter WithIdleTimeout WithMeter WithPriority WithoutCounter WithoutIdleTimeout WithoutMeter WithoutPriority'.split(
    ' ',
  );
const RUNTIME_VALUES: readonly string[] =
  'actionProfile actionSelector counter digest meter openSchema packetIn packetOut register table valueSet'.split(
    ' ',
  );

/**
 * The text of the bindings.
 * @throws EntityError for a P4Info that contradicts itself.
 */
export function makeBindings(p4info: P4Info, { runtime = PACKAGED_RUNTIME }: BindingsOptions = {}): string {
  return new BindingsWriter(p4info).write(runtime);
}

class BindingsWriter {
  readonly #p4info: P4Info;
  readonly #schema: Schema;
  readonly #names = new NameTable([
    ...RUNTIME_TYPES,
    ...RUNTIME_VALUES,
    ...'schema tables actionProfiles counters meters registers digests valueSets packets enums'.split(' '),
  ]);
  readonly #data = new DataTypeWriter(this.#names);
  readonly #actionTypes = new Map<ActionInfo, string>();

  constructor(p4info: P4Info) {
    this.#p4info = p4info;
    this.#schema = buildSchema(p4info);
  }

  write(runtime: string): string {
    const actions = this.#schema.actions.all.map((action) => this.#action(action));
    const tables = this.#schema.tables.all.map((table) => this.#table(table));
    const groups = [
      this.#group(
        'tables',
        tables.map(({ property }) => property),
      ),
      this.#group('actionProfiles', this.#actionProfiles()),
      this.#group('counters', this.#counters()),
      this.#group('meters', this.#meters()),
      this.#group('registers', this.#registers()),
      this.#group('digests', this.#digests()),
      this.#group('valueSets', this.#valueSets()),
      this.#group('packets', this.#packets()),
      this.#group('enums', this.#enums()),
    ];
    const body = [...actions, ...tables.map(({ types }) => types), ...this.#data.declarations, ...groups]
      .filter((part) => part !== '')
      .join('\n');
    const base64 = Buffer.from(P4Info.encode(this.#p4info).finish()).toString('base64');
    const schema = `/** The index of the P4Info, and the P4Info itself. */\nexport const schema = openSchema(\n  ${stringLiteral(base64)},\n);\n`;
    const uses = (name: string) => new RegExp(`\\b${name}\\b`).test(body);
    const imports = [
      ...[...RUNTIME_VALUES].filter((name) => name === 'openSchema' || uses(name)),
      ...[...RUNTIME_TYPES].filter(uses).map((name) => `type ${name}`),
    ];
    return `${this.#header()}\nimport { ${imports.join(', ')} } from ${stringLiteral(runtime)};\n\n${schema}\n${body}`;
  }

  #header(): string {
    const { name = '', version = '', arch = '', doc } = this.#p4info.pkgInfo ?? {};
    const title = [name === '' ? 'a P4 program' : name, version === '' ? '' : `version ${version}`].filter(
      Boolean,
    );
    const first = `Bindings of ${title.join(', ')}${arch === '' ? '' : ` (${arch})`}, made from its P4Info. Do not edit.`;
    return comment([first, ...documented(doc)]);
  }

  /** `export const tables = { … };`; nothing where there is nothing. */
  #group(name: string, properties: readonly string[]): string {
    return properties.length === 0 ? '' : `export const ${name} = {\n${properties.join('')}} as const;\n`;
  }

  /** One property of a group. */
  #property(
    object: Identified & { readonly message: { readonly preamble: P4Info['tables'][number]['preamble'] } },
    more: readonly string[],
    value: string,
  ): string {
    const name = object.alias === '' ? object.name : object.alias;
    return `${objectComment(object.message.preamble, more, '  ')}  ${propertyName(name)}: ${value},\n`;
  }

  #action(action: ActionInfo): string {
    const name = this.#names.typeName(action.alias === '' ? action.name : action.alias, 'Action');
    this.#actionTypes.set(action, name);
    const { preamble, params } = action.message;
    const fields = action.parameters.map((parameter, index) =>
      this.#parameter(parameter, [
        ...documented(params[index]?.doc),
        typeNote(p4TypeText(parameter.type), params[index]?.typeName?.name),
      ]),
    );
    const called = `  readonly name: ${stringLiteral(action.alias === '' ? action.name : action.alias)};\n`;
    const given = fields.length === 0 ? '' : `  readonly params: {\n${fields.join('')}  };\n`;
    return `${objectComment(preamble, [])}export type ${name} = {\n${called}${given}};\n`;
  }

  #parameter(parameter: ParameterInfo, paragraphs: readonly string[], indent = '    '): string {
    const field = `${indent}readonly ${propertyName(parameter.name)}: ${valueTypeText(parameter)};\n`;
    return `${comment(paragraphs, indent)}${field}`;
  }

  #matchFields(fields: readonly FieldInfo[]): string {
    if (fields.length === 0) return 'Record<never, never>';
    const lines = fields.map((field) => {
      const { text, optional } = matchTypeText(field);
      const kind = field.matchKind ?? `of a match kind that P4Runtime cannot carry`;
      const note = typeNote(`${kind}, ${p4TypeText(field.type)}`, field.message.typeName?.name);
      const paragraphs = [...documented(field.message.doc), note];
      const type = optional ? `?: ${text} | undefined` : `: ${text}`;
      return `${comment(paragraphs, '  ')}  readonly ${propertyName(field.name)}${type};\n`;
    });
    return `{\n${lines.join('')}}`;
  }

  #union(actions: readonly ActionInfo[]): string {
    return actions.map((action) => this.#actionTypes.get(action) ?? 'never').join(' | ') || 'never';
  }

  #table(table: TableInfo): { readonly types: string; readonly property: string } {
    const alias = table.alias === '' ? table.name : table.alias;
    const key = this.#names.typeName(alias, 'Key');
    const action = this.#names.typeName(alias, 'EntryAction');
    const fallback = this.#names.typeName(alias, 'DefaultAction');
    const entry = this.#names.typeName(alias, 'Entry');
    const parts = [
      table.hasPriority ? 'WithPriority' : 'WithoutPriority',
      table.idleTimeout ? 'WithIdleTimeout' : 'WithoutIdleTimeout',
      table.directCounter === undefined ? 'WithoutCounter' : 'WithCounter',
      table.directMeter === undefined ? 'WithoutMeter' : 'WithMeter',
    ].join(' & ');
    const name = `\`${table.name}\``;
    const types = [
      `/** What an entry of ${name} matches. */\nexport type ${key} = ${this.#matchFields(table.fields)};\n`,
      `/** What an entry of ${name} runs. */\nexport type ${action} = ${this.#entryAction(table)};\n`,
      `/** What ${name} runs when nothing matches. */\nexport type ${fallback} = ${this.#defaultAction(table)};\n`,
      `/** An entry of ${name}, as it is read. */\nexport type ${entry} = Entry<${key}, ${action}, ${parts}>;\n`,
    ];
    const given = `NewEntry<Given<${key}>, Given<${action}>, ${parts}>`;
    const value = `table<${entry}, ${given}, ${fallback}, Given<${fallback}>>(schema, ${hex(table.id)})`;
    const notes = [
      `${table.size} entries${table.constEntries ? ', which are constant' : ''}.`,
      ...(table.idleTimeout ? ['Idle entries are told of.'] : []),
    ];
    return { types: types.join('\n'), property: this.#property(table, notes, value) };
  }

  #entryAction(table: TableInfo): string {
    const actions = this.#union(table.actions.filter(({ inEntries }) => inEntries).map((use) => use.action));
    if (table.implementation === undefined) return actions;
    const member = '{ readonly member: number }';
    if (!table.implementation.withSelector) return member;
    return `${member} | { readonly group: number } | WeightedSet<${actions}>`;
  }

  /** A constant default action cannot be set, but it can be read. */
  #defaultAction(table: TableInfo): string {
    if (table.constDefaultAction !== undefined) return this.#union([table.constDefaultAction]);
    return this.#union(table.actions.filter(({ asDefault }) => asDefault).map((use) => use.action));
  }

  #actionProfiles(): readonly string[] {
    return this.#schema.actionProfiles.all.map((profile) => {
      const users = profile.tableIds.flatMap((id) => this.#schema.tables.find(id) ?? []);
      const uses = users.flatMap((user) => user.actions.filter(({ inEntries }) => inEntries));
      const actions = this.#union([...new Set(uses.map((use) => use.action))]);
      const make = profile.withSelector ? 'actionSelector' : 'actionProfile';
      const limit = profile.maxGroupSize > 0 ? ` Groups have at most ${profile.maxGroupSize}.` : '';
      const notes = [`${profile.size} members.${limit}`];
      return this.#property(
        profile,
        notes,
        `${make}<${actions}, Given<${actions}>>(schema, ${hex(profile.id)})`,
      );
    });
  }

  #counters(): readonly string[] {
    return this.#schema.counters.all.map((counter) => {
      const unit = COUNTER_UNITS[counter.message.spec?.unit ?? CounterSpec_Unit.UNSPECIFIED];
      return this.#property(
        counter,
        [`${counter.size} cells that count ${unit}.`],
        `counter(schema, ${hex(counter.id)})`,
      );
    });
  }

  #meters(): readonly string[] {
    return this.#schema.meters.all.map((meter) => {
      const { unit = MeterSpec_Unit.UNSPECIFIED, type = MeterSpec_Type.TWO_RATE_THREE_COLOR } =
        meter.message.spec ?? {};
      const notes = [`${meter.size} cells: ${METER_TYPES[type]}, in ${METER_UNITS[unit]} a second.`];
      return this.#property(meter, notes, `meter(schema, ${hex(meter.id)})`);
    });
  }

  #registers(): readonly string[] {
    return this.#schema.registers.all.map((register) => {
      const type = this.#data.text(register.type);
      return this.#property(
        register,
        [`${register.size} cells.`],
        `register<${type}, Given<${type}>>(schema, ${hex(register.id)})`,
      );
    });
  }

  #digests(): readonly string[] {
    return this.#schema.digests.all.map((digest) =>
      this.#property(digest, [], `digest<${this.#data.text(digest.type)}>(schema, ${hex(digest.id)})`),
    );
  }

  #valueSets(): readonly string[] {
    return this.#schema.valueSets.all.map((valueSet) => {
      const member = this.#matchFields(valueSet.fields).replaceAll('\n', '\n  ');
      const notes = [`At most ${valueSet.size} members.`];
      return this.#property(
        valueSet,
        notes,
        `valueSet<${member}, Given<${member}>>(schema, ${hex(valueSet.id)})`,
      );
    });
  }

  #packets(): readonly string[] {
    return this.#schema.packetHeaders.all.flatMap((header) => {
      if (header.name !== 'packet_in' && header.name !== 'packet_out') return [];
      const fields = header.fields.map((field, index) => {
        const typeName = header.message.metadata[index]?.typeName?.name;
        return this.#parameter(field, [typeNote(p4TypeText(field.type), typeName)]);
      });
      const type = `{\n${fields.join('')}  }`;
      const value =
        header.name === 'packet_in' ? `packetIn<${type}>(schema)` : `packetOut<Given<${type}>>(schema)`;
      return [this.#property(header, [], value)];
    });
  }

  #enums(): readonly string[] {
    const enums = this.#p4info.typeInfo?.serializableEnums ?? {};
    return Object.entries(enums).map(([name, { underlyingType, members }]) => {
      const width = underlyingType?.bitwidth ?? 0;
      const lines = members.map((member) => {
        const value = BigInt(`0x0${Buffer.from(member.value).toString('hex')}`);
        return `    ${propertyName(member.name)}: ${value}${width <= 32 ? '' : 'n'},\n`;
      });
      const text = `\`enum bit<${width}> ${name}\``;
      return `${comment([text], '  ')}  ${propertyName(name)}: {\n${lines.join('')}  },\n`;
    });
  }
}

const COUNTER_UNITS: Readonly<Record<CounterSpec_Unit, string>> = {
  [CounterSpec_Unit.UNSPECIFIED]: 'something',
  [CounterSpec_Unit.BYTES]: 'bytes',
  [CounterSpec_Unit.PACKETS]: 'packets',
  [CounterSpec_Unit.BOTH]: 'bytes and packets',
};

const METER_UNITS: Readonly<Record<MeterSpec_Unit, string>> = {
  [MeterSpec_Unit.UNSPECIFIED]: 'something',
  [MeterSpec_Unit.BYTES]: 'bytes',
  [MeterSpec_Unit.PACKETS]: 'packets',
};

const METER_TYPES: Readonly<Record<MeterSpec_Type, string>> = {
  [MeterSpec_Type.TWO_RATE_THREE_COLOR]: 'two rates, three colors (RFC 2698)',
  [MeterSpec_Type.SINGLE_RATE_THREE_COLOR]: 'one rate, three colors (RFC 2697)',
  [MeterSpec_Type.SINGLE_RATE_TWO_COLOR]: 'one rate, two colors',
};

function typeNote(type: string, name: string | undefined): string {
  return name === undefined ? type : `${type} (\`${name}\`)`;
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(8, '0')}`;
}
