/** Random programs for v1model, with everything that is needed to run them. */

import { makeFunction, Tables } from './callables.ts';
import { type Command, makeCommands } from './entries.ts';
import { expression } from './expressions.ts';
import { type ArrayModel, Externs } from './externs.ts';
import { type InputPacket, PacketMaker } from './packets.ts';
import { makeParser } from './parser.ts';
import { type HeaderType, type Instance, Plan, type ScalarType, typeText } from './plan.ts';
import { Random } from './random.ts';
import type { Callable, Place, Scope } from './scope.ts';
import { FreshNames, indent, Statements } from './statements.ts';

/** A program, what the control plane does with it, and packets. */
export type RandomProgram = {
  readonly seed: number;
  readonly text: string;
  readonly commands: readonly Command[];
  readonly packets: readonly InputPacket[];
  /** What is read when all packets are through. */
  readonly arrays: readonly ArrayModel[];
  /** Whether packets leave a port in the order in which they came. */
  readonly keepsOrder: boolean;
};

/** What of the standard metadata can be looked at, for it does not depend on time. */
const STANDARD: readonly { readonly name: string; readonly width: number; readonly egressOnly: boolean }[] = [
  { name: 'ingress_port', width: 9, egressOnly: false },
  { name: 'packet_length', width: 32, egressOnly: false },
  { name: 'instance_type', width: 32, egressOnly: false },
  { name: 'checksum_error', width: 1, egressOnly: false },
  { name: 'egress_port', width: 9, egressOnly: true },
  { name: 'egress_rid', width: 16, egressOnly: true },
];

function headerText({ name, fields, varbit }: HeaderType): readonly string[] {
  return [
    `header ${name} {`,
    ...fields.map((field) => `    ${typeText(field.type)} ${field.name};`),
    ...(varbit === undefined ? [] : [`    varbit<${varbit}> rest;`]),
    '}',
  ];
}

function probeFields(
  plan: Plan,
): readonly { readonly name: string; readonly from: string; readonly type: ScalarType }[] {
  return [
    ...plan.metadata.map(({ name, type }) => ({ name, from: `meta.${name}`, type })),
    ...STANDARD.map(({ name, width }) => ({
      name,
      from: `sm.${name}`,
      type: { kind: 'bit', width } as const,
    })),
  ];
}

function probeType(plan: Plan): readonly string[] {
  const fields = probeFields(plan).map(({ name, type }) =>
    type.kind === 'bool' ? `    bit<1> ${name};` : `    ${typeText(type)} ${name};`,
  );
  const bits = probeFields(plan).reduce((sum, { type }) => sum + (type.kind === 'bool' ? 1 : type.width), 4);
  const pad = bits % 8 === 0 ? [] : [`    bit<${8 - (bits % 8)}> pad;`];
  return ['header probe_t {', ...fields, '    bit<4> parser_error;', ...pad, '}'];
}

/** Shows at the end of egress what no header shows. */
function probeLines(plan: Plan): readonly string[] {
  const bits = probeFields(plan).reduce((sum, { type }) => sum + (type.kind === 'bool' ? 1 : type.width), 4);
  const errors = [
    'NoError',
    'PacketTooShort',
    'NoMatch',
    'StackOutOfBounds',
    'HeaderTooShort',
    'Odd',
    'Strange',
  ];
  return [
    'hdr.probe.setValid();',
    ...probeFields(plan).map(({ name, from, type }) =>
      type.kind === 'bool' ? `hdr.probe.${name} = (bit<1>)${from};` : `hdr.probe.${name} = ${from};`,
    ),
    'hdr.probe.parser_error = 15;',
    ...errors.map(
      (error, index) => `if (sm.parser_error == error.${error}) { hdr.probe.parser_error = ${index}; }`,
    ),
    ...(bits % 8 === 0 ? [] : ['hdr.probe.pad = 0;']),
  ];
}

function structText(plan: Plan): readonly string[] {
  const union = plan.unions.flatMap(({ name, members }) => [
    `header_union ${name}_t {`,
    ...members.map(({ path, type }) => `    ${type.name} ${path.replace(/.*\./, '')};`),
    '}',
  ]);
  return [
    ...union,
    'struct headers_t {',
    ...plan.singles.map(({ path, type }) => `    ${type.name} ${path};`),
    ...plan.stacks.map(({ name, type, size }) => `    ${type.name}[${size}] ${name};`),
    ...plan.unions.map(({ name }) => `    ${name}_t ${name};`),
    '    probe_t probe;',
    '}',
    'struct meta_t {',
    ...plan.metadata.map(({ name, type, lists }) => {
      const annotation = lists.length === 0 ? '' : `@field_list(${lists.join(', ')}) `;
      return `    ${annotation}${typeText(type)} ${name};`;
    }),
    '}',
  ];
}

/** Values that a checksum is computed of: fields of headers that are valid under its condition. */
function checksumData(plan: Plan): { readonly condition: string; readonly data: string } {
  const { random } = plan;
  const other = random.oneOf(
    plan.instances().filter(({ type, path }) => path !== 'base' && type.varbit === undefined),
  );
  const valid: readonly Instance[] = [...plan.singles.slice(0, 1), ...(other === undefined ? [] : [other])];
  const fields = Array.from({ length: random.between(1, 5) }, () => {
    const instance = random.oneOf(valid);
    const field = random.oneOf(instance?.type.fields.filter(({ name }) => name !== 'sum') ?? []);
    return instance === undefined || field === undefined
      ? 'hdr.base.kind'
      : `hdr.${instance.path}.${field.name}`;
  });
  const used = valid.filter(({ path }) => fields.some((text) => text.startsWith(`hdr.${path}.`)));
  const all = [...new Set(['base', ...used.map(({ path }) => path)])];
  return { condition: all.map((path) => `hdr.${path}.isValid()`).join(' && '), data: fields.join(', ') };
}

function checksums(plan: Plan, update: boolean): readonly string[] {
  const { random } = plan;
  if (!random.chance(45)) return [];
  const { condition, data } = checksumData(plan);
  const payload = random.chance(25) ? '_with_payload' : '';
  const algorithm = random.chance(70) ? 'csum16' : random.one(['crc16', 'xor16']);
  const name = update ? 'update_checksum' : 'verify_checksum';
  return [`${name}${payload}(${condition}, { ${data} }, hdr.base.sum, HashAlgorithm.${algorithm});`];
}

/** Packets that simple_switch can have on their way around without losing one: its queue for them takes 1024. */
const MOST_AGAIN = 900;

class ProgramMaker {
  readonly #plan: Plan;
  readonly #names = new FreshNames();
  readonly #statements: Statements;
  readonly #functions: Callable[] = [];

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#statements = new Statements(plan, this.#names);
  }

  #scope(where: 'ingress' | 'egress'): Scope {
    const plan = this.#plan;
    const standard = STANDARD.filter(({ egressOnly }) => where === 'egress' || !egressOnly).map(
      ({ name, width }): Place => ({ text: `sm.${name}`, type: { kind: 'bit', width }, writable: false }),
    );
    // How often a packet went around is not for other statements.
    const metadata = plan.metadata.map(
      ({ name, type }): Place => ({ text: `meta.${name}`, type, writable: name !== 'rounds' }),
    );
    return {
      where,
      inAction: false,
      places: [...metadata, ...metadata, ...standard],
      instances: plan.instances(),
      valid: new Set(['base']),
      functions: this.#functions,
      hasMetadata: true,
      loops: 0,
    };
  }

  #control(where: 'ingress' | 'egress') {
    const plan = this.#plan;
    const { random } = plan;
    const externs = new Externs(plan, this.#names, where);
    const most = where === 'ingress' ? random.between(1, 5) : random.pick(3);
    const tables = new Tables(plan, this.#names, this.#statements, externs, where, most);
    const scope = this.#scope(where);
    const beginning =
      where === 'ingress'
        ? [`sm.egress_spec = (bit<9>)${expression(plan, scope, { kind: 'bit', width: 3 }, 1)};`]
        : [];
    const body = this.#statements.block(
      scope,
      where === 'ingress' ? random.between(4, 10) : random.between(1, 5),
      3,
      {
        extern: (each) => externs.call(each),
        apply: (each, depth) => tables.apply(each, depth),
      },
    );
    const text = [
      `control ${where}(inout headers_t hdr, inout meta_t meta, inout standard_metadata_t sm) {`,
      ...indent([...externs.declarations, ...tables.declarations]),
      '    apply {',
      '        if (hdr.base.isValid()) {',
      ...indent(indent(indent([...beginning, ...body]))),
      '        }',
      ...(where === 'egress' ? indent(indent(probeLines(plan))) : []),
      '    }',
      '}',
    ];
    return { text, tables: tables.models, arrays: externs.arrays };
  }

  make(seed: number, packetCount: number): RandomProgram {
    const plan = this.#plan;
    const { random } = plan;
    const functions = Array.from({ length: random.pick(3) }, () => {
      const made = makeFunction(plan, this.#names, this.#statements);
      this.#functions.push(made.callable);
      return made.lines;
    });
    const parser = makeParser(plan);
    const ingress = this.#control('ingress');
    const egress = this.#control('egress');
    const emitted = random.chance(80)
      ? [
          ...plan.singles.map(({ path }) => path),
          ...plan.stacks.map(({ name }) => name),
          ...plan.unions.map(({ name }) => name),
        ]
      : random.shuffled([...plan.stacks.map(({ name }) => name), ...plan.singles.map(({ path }) => path)]);
    const text = [
      '#include <core.p4>',
      '#include <v1model.p4>',
      'error { Odd, Strange }',
      ...plan.headerTypes.flatMap(headerText),
      ...probeType(plan),
      ...structText(plan),
      ...functions.flat(),
      ...parser.text,
      'control check(inout headers_t hdr, inout meta_t meta) {',
      '    apply {',
      ...indent(indent(checksums(plan, false))),
      '    }',
      '}',
      ...ingress.text,
      ...egress.text,
      'control update(inout headers_t hdr, inout meta_t meta) {',
      '    apply {',
      ...indent(indent(checksums(plan, true))),
      '    }',
      '}',
      'control deparse(packet_out packet, in headers_t hdr) {',
      '    apply {',
      ...emitted.map((name) => `        packet.emit(hdr.${name});`),
      '        packet.emit(hdr.probe);',
      '    }',
      '}',
      'V1Switch(prs(), check(), ingress(), egress(), update(), deparse()) main;',
      '',
    ].join('\n');
    const commands = makeCommands(plan, [...ingress.tables, ...egress.tables], parser);
    const members = new Map<string, bigint[]>();
    for (const command of commands) {
      if (command.kind === 'value')
        members.set(command.set, [...(members.get(command.set) ?? []), command.value]);
    }
    const packets = new PacketMaker(plan, parser, members);
    const { features } = plan;
    return {
      seed,
      text,
      commands,
      packets: Array.from(
        { length: features.reentry ? Math.min(packetCount, MOST_AGAIN) : packetCount },
        (_, serial) => packets.make(serial),
      ),
      arrays: [...ingress.arrays, ...egress.arrays],
      keepsOrder: !features.reentry && !features.clones && !features.multicast,
    };
  }
}

/** The program of a seed, with so many packets. */
export function makeProgram(seed: number, packetCount: number): RandomProgram {
  return new ProgramMaker(new Plan(new Random(seed))).make(seed, packetCount);
}
