/**
 * Writes a large P4 program, as alike as possible to those that people write by hand for v1model: 20 lines for each
 * table, actions with parameters, conditions, switches, registers, counters, hashes, and a parser that grows with it.
 *
 *   npx tsx scripts/generate-program.ts TABLES > large.p4        500 tables make 10,000 lines
 */

import { fileURLToPath } from 'node:url';

/** Tables in one control. */
const TABLES_IN_STAGE = 10;

/** The wire formats at the front: each as name, and fields with their widths. */
const FORMATS: readonly (readonly [string, readonly (readonly [string, number])[]])[] = [
  [
    'ethernet',
    [
      ['destination', 48],
      ['source', 48],
      ['ether_type', 16],
    ],
  ],
  [
    'ipv4',
    [
      ['version', 4],
      ['header_length', 4],
      ['services', 8],
      ['total_length', 16],
      ['identification', 16],
      ['flags', 3],
      ['fragment_offset', 13],
      ['time_to_live', 8],
      ['protocol', 8],
      ['checksum', 16],
      ['source', 32],
      ['destination', 32],
    ],
  ],
  [
    'tcp',
    [
      ['source_port', 16],
      ['destination_port', 16],
      ['sequence', 32],
      ['acknowledgement', 32],
      ['offset', 4],
      ['flags', 12],
      ['window', 16],
      ['checksum', 16],
      ['urgent', 16],
    ],
  ],
];

/**
 * A program with so many tables (at least one), in about 20 lines each. The same number gives the same text.
 * moor has nothing to say about it, neither errors nor warnings.
 */
export function generateProgram(tables: number): string {
  const stages = Math.ceil(tables / TABLES_IN_STAGE);
  const numbers = Array.from({ length: stages }, (_, index) => index);
  const lines = [
    '// Generated: a large program to measure with.',
    '#include <core.p4>',
    '#include <v1model.p4>',
    '',
    '#define ETHERTYPE_IPV4 0x0800',
    '#define IS_SET(flags, bit_number) (((flags) >> (bit_number)) & 1 == 1)',
    'const bit<8> PROTOCOL_TCP = 6;',
    '',
    ...FORMATS.flatMap(([name, fields]) => [
      `header ${name}_t {`,
      ...fields.map(([field, width]) => `    bit<${width}> ${field};`),
      '}',
      '',
    ]),
    ...numbers.map((stage) => `header option_${stage}_t { bit<8> next; bit<24> value; }`),
    '',
    'struct headers_t {',
    ...FORMATS.map(([name]) => `    ${name}_t ${name};`),
    ...numbers.map((stage) => `    option_${stage}_t option_${stage};`),
    '}',
    '',
    'struct metadata_t {',
    '    bit<32> flow_hash;',
    ...numbers.map((stage) => `    bit<16> class_${stage};`),
    '}',
    '',
    ...parser(numbers),
    'control VerifyChecksums(inout headers_t headers, inout metadata_t metadata) {',
    '    apply { }',
    '}',
    '',
    ...numbers.flatMap((stage) =>
      stageControl(stage, stage * TABLES_IN_STAGE, Math.min(tables, (stage + 1) * TABLES_IN_STAGE)),
    ),
    ...frame(numbers),
  ];
  return `${lines.join('\n')}\n`;
}

function parser(numbers: readonly number[]): readonly string[] {
  return [
    'parser ParseHeaders(packet_in packet, out headers_t headers, inout metadata_t metadata,',
    '                    inout standard_metadata_t standard_metadata) {',
    '    state start {',
    '        packet.extract(headers.ethernet);',
    '        transition select(headers.ethernet.ether_type) {',
    '            ETHERTYPE_IPV4: parse_ipv4;',
    '            default: accept;',
    '        }',
    '    }',
    '    state parse_ipv4 {',
    '        packet.extract(headers.ipv4);',
    '        transition select(headers.ipv4.protocol, headers.ipv4.fragment_offset) {',
    '            (PROTOCOL_TCP, 0): parse_tcp;',
    '            (_, 1 .. 0x1fff): accept;',
    '            default: parse_option_0;',
    '        }',
    '    }',
    '    state parse_tcp {',
    '        packet.extract(headers.tcp);',
    '        transition accept;',
    '    }',
    ...numbers.flatMap((stage) => [
      `    state parse_option_${stage} {`,
      `        packet.extract(headers.option_${stage});`,
      ...(stage + 1 < numbers.length
        ? [
            `        transition select(headers.option_${stage}.next) {`,
            `            ${(stage + 1) % 256}: parse_option_${stage + 1};`,
            '            default: accept;',
            '        }',
          ]
        : ['        transition accept;']),
      '    }',
    ]),
    '}',
    '',
  ];
}

/** One control: registers and counters, its tables, and an apply block that uses them all. */
function stageControl(stage: number, first: number, behind: number): readonly string[] {
  const tables = Array.from({ length: behind - first }, (_, index) => first + index);
  return [
    `control Stage${stage}(inout headers_t headers, inout metadata_t metadata,`,
    '               inout standard_metadata_t standard_metadata) {',
    `    register<bit<32>>(1024) seen_${stage};`,
    `    counter(512, CounterType.packets_and_bytes) passed_${stage};`,
    '    action drop() { mark_to_drop(standard_metadata); exit; }',
    ...tables.flatMap((table) => tableAndAction(stage, table)),
    '    apply {',
    '        bit<32> last;',
    `        seen_${stage}.read(last, metadata.flow_hash & 0x3ff);`,
    `        passed_${stage}.count((bit<32>)standard_metadata.ingress_port);`,
    ...tables.flatMap((table) => apply(stage, table)),
    `        seen_${stage}.write(metadata.flow_hash & 0x3ff, last + 1);`,
    '    }',
    '}',
    '',
  ];
}

function tableAndAction(stage: number, table: number): readonly string[] {
  const keys = [
    'headers.ipv4.destination: lpm;',
    'headers.ipv4.source: ternary;',
    'headers.ethernet.destination: exact;',
    'headers.tcp.destination_port: range;',
  ];
  return [
    `    action set_${table}(bit<16> class, bit<9> port) {`,
    `        metadata.class_${stage} = class | (bit<16>)headers.ipv4.time_to_live;`,
    '        standard_metadata.egress_spec = port;',
    `        headers.ipv4.services = (bit<8>)(class >> ${table % 8}) ^ 0x${(table % 256).toString(16)};`,
    '    }',
    `    @name("table_${table}") table classify_${table} {`,
    '        key = {',
    `            ${keys[table % keys.length] ?? ''}`,
    `            metadata.class_${stage}: exact @name("class");`,
    '        }',
    `        actions = { set_${table}; drop; NoAction; }`,
    '        const default_action = NoAction();',
    '        size = 1024;',
    '    }',
  ];
}

function apply(stage: number, table: number): readonly string[] {
  switch (table % 3) {
    case 0:
      return [`        classify_${table}.apply();`];
    case 1:
      return [
        `        if (headers.ipv4.isValid() && metadata.class_${stage} > ${table % 60_000}) {`,
        `            classify_${table}.apply();`,
        '        }',
      ];
    default:
      return [
        `        switch (classify_${table}.apply().action_run) {`,
        `            set_${table}: { metadata.class_${stage} = metadata.class_${stage} |+| 1; }`,
        '            default: {',
        `                if (IS_SET(headers.tcp.flags, ${table % 12})) { last = last + 1; }`,
        '            }',
        '        }',
      ];
  }
}

/** What is left of the architecture: ingress calls all stages. */
function frame(numbers: readonly number[]): readonly string[] {
  const parameters =
    '(inout headers_t headers, inout metadata_t metadata, inout standard_metadata_t standard_metadata)';
  return [
    `control Process${parameters} {`,
    ...numbers.map((stage) => `    Stage${stage}() stage_${stage};`),
    '    apply {',
    '        hash(metadata.flow_hash, HashAlgorithm.crc32, 32w0,',
    '             { headers.ipv4.source, headers.ipv4.destination, headers.ipv4.protocol }, 32w0xffffffff);',
    ...numbers.map((stage) => `        stage_${stage}.apply(headers, metadata, standard_metadata);`),
    '    }',
    '}',
    '',
    `control Send${parameters} {`,
    '    apply { }',
    '}',
    '',
    'control UpdateChecksums(inout headers_t headers, inout metadata_t metadata) {',
    '    apply { }',
    '}',
    '',
    'control Deparse(packet_out packet, in headers_t headers) {',
    '    apply {',
    ...FORMATS.map(([name]) => `        packet.emit(headers.${name});`),
    ...numbers.map((stage) => `        packet.emit(headers.option_${stage});`),
    '    }',
    '}',
    '',
    'V1Switch(ParseHeaders(), VerifyChecksums(), Process(), Send(), UpdateChecksums(), Deparse()) main;',
  ];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [words = ''] = process.argv.slice(2);
  const tables = Number(words);
  if (Number.isInteger(tables) && tables > 0) process.stdout.write(generateProgram(tables));
  else {
    process.stderr.write('usage: npx tsx scripts/generate-program.ts TABLES > large.p4\n');
    process.exitCode = 2;
  }
}
