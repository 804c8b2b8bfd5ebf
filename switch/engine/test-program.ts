/** Small programs for tests: BMv2 JSON with what every program has, and what the test is about. */

/** Anything that JSON has. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

type JsonObject = { readonly [name: string]: Json };

/** Parts of a program; what is left out is empty. */
export type ProgramParts = {
  readonly [name: string]: Json | undefined;
  /** Types of headers by name: names and widths of their fields. */
  readonly types?: { readonly [name: string]: readonly Json[] };
  /** Headers of packets: the names of their types. */
  readonly instances?: { readonly [name: string]: string };
  /** Metadata: the names of their types. */
  readonly metadata?: { readonly [name: string]: string };
  readonly states?: readonly Json[];
  readonly order?: readonly string[];
  /** Primitives that ingress runs first. */
  readonly ingress?: readonly Json[];
  /** Primitives that egress runs. */
  readonly egress?: readonly Json[];
};

/** All of v1model's standard metadata, with padding to whole bytes. */
export const STANDARD_METADATA: readonly Json[] = [
  ['ingress_port', 9, false],
  ['egress_spec', 9, false],
  ['egress_port', 9, false],
  ['clone_spec', 32, false],
  ['instance_type', 32, false],
  ['drop', 1, false],
  ['recirculate_port', 16, false],
  ['packet_length', 32, false],
  ['enq_timestamp', 32, false],
  ['enq_qdepth', 19, false],
  ['deq_timedelta', 32, false],
  ['deq_qdepth', 19, false],
  ['ingress_global_timestamp', 48, false],
  ['egress_global_timestamp', 48, false],
  ['lf_field_list', 32, false],
  ['mcast_grp', 16, false],
  ['resubmit_flag', 32, false],
  ['egress_rid', 16, false],
  ['recirculate_flag', 32, false],
  ['checksum_error', 1, false],
  ['parser_error', 32, false],
  ['priority', 3, false],
  ['_padding', 3, false],
];

const ALIASES: readonly Json[] = (
  [
    ['queueing_metadata', 'enq_timestamp'],
    ['queueing_metadata', 'enq_qdepth'],
    ['queueing_metadata', 'deq_timedelta'],
    ['queueing_metadata', 'deq_qdepth'],
    ['intrinsic_metadata', 'ingress_global_timestamp'],
    ['intrinsic_metadata', 'egress_global_timestamp'],
    ['intrinsic_metadata', 'mcast_grp'],
    ['intrinsic_metadata', 'egress_rid'],
    ['intrinsic_metadata', 'priority'],
  ] as const
).map(([header, field]) => [`${header}.${field}`, ['standard_metadata', field]]);

/** A reference to a field. */
export function field(header: string, name: string): JsonObject {
  return { type: 'field', value: [header, name] };
}

/** A constant. */
export function hex(value: bigint | number): JsonObject {
  const number = BigInt(value);
  return { type: 'hexstr', value: number < 0n ? `-0x${(-number).toString(16)}` : `0x${number.toString(16)}` };
}

/** An operation as an expression. */
export function operation(op: string, left: Json, right: Json): JsonObject {
  return { type: 'expression', value: { op, left, right } };
}

/** A call of a primitive. */
export function primitive(op: string, ...parameters: readonly Json[]): JsonObject {
  return { op, parameters };
}

/** A parser state that extracts headers and goes on, or ends. */
export function extracting(
  name: string,
  id: number,
  headers: readonly string[],
  next: string | null,
): JsonObject {
  return {
    name,
    id,
    parser_ops: headers.map((header) => ({
      op: 'extract',
      parameters: [{ type: 'regular', value: header }],
    })),
    transition_key: [],
    transitions: [{ type: 'default', value: null, mask: null, next_state: next }],
  };
}

/** A whole program. */
export function programJson(parts: ProgramParts): JsonObject {
  const {
    types = {},
    instances = {},
    metadata = {},
    states = [],
    order = [],
    ingress = [],
    egress = [],
    ...rest
  } = parts;
  const headers = [
    { name: 'standard_metadata', header_type: 'standard_metadata', metadata: true },
    ...Object.entries(metadata).map(([name, type]) => ({ name, header_type: type, metadata: true })),
    ...Object.entries(instances).map(([name, type]) => ({ name, header_type: type, metadata: false })),
  ].map((header, id) => ({ ...header, id }));
  const call = (pipeline: string, id: number) => ({
    name: `${pipeline}_call`,
    id,
    action_id: id,
    next_node: null,
  });
  const action = (pipeline: string, id: number, primitives: readonly Json[]) => ({
    name: `${pipeline}_action`,
    id,
    runtime_data: [],
    primitives,
  });
  const given = Object.fromEntries(
    Object.entries(rest).filter((entry): entry is [string, Json] => entry[1] !== undefined),
  );
  return {
    header_types: [
      { name: 'standard_metadata', id: 0, fields: STANDARD_METADATA },
      ...Object.entries(types).map(([name, fields], index) => ({ name, id: index + 1, fields })),
    ],
    headers,
    parsers:
      states.length === 0 ? [] : [{ name: 'parser', id: 0, init_state: 'start', parse_states: states }],
    deparsers: [{ name: 'deparser', id: 0, order }],
    actions: [action('ingress', 0, ingress), action('egress', 1, egress)],
    pipelines: [
      {
        name: 'ingress',
        id: 0,
        init_table: 'ingress_call',
        tables: [],
        conditionals: [],
        action_calls: [call('ingress', 0)],
      },
      {
        name: 'egress',
        id: 1,
        init_table: 'egress_call',
        tables: [],
        conditionals: [],
        action_calls: [call('egress', 1)],
      },
    ],
    field_aliases: ALIASES,
    ...given,
  };
}
