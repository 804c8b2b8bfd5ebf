/** A program with one of everything: its P4Info, and what the device has of it. */

import type { ForwardingPipelineConfig } from '../../../p4runtime/gen/p4/v1/p4runtime.ts';
import { decodeP4Info } from '../../../p4runtime/text/index.ts';
import type { MapProgram } from './map-device.ts';

/** Ids of the program. */
export const ID = {
  exact: 0x02000001,
  lpm: 0x02000002,
  acl: 0x02000003,
  constant: 0x02000004,
  indirect: 0x02000005,
  selected: 0x02000006,
  keyless: 0x02000007,
  translated: 0x02000008,
  fixedDefault: 0x02000009,
  mixed: 0x0200000a,
  set: 0x01000001,
  drop: 0x01000002,
  noAction: 0x01000003,
  onlyDefault: 0x01000004,
  toPort: 0x01000005,
  profile: 0x11000001,
  selector: 0x11000002,
  counter: 0x12000001,
  direct: 0x13000001,
  meter: 0x14000001,
  directMeter: 0x15000001,
  srtcm: 0x14000002,
  register: 0x16000001,
  signed: 0x16000002,
  digest: 0x17000001,
  valueSet: 0x03000001,
} as const;

const preamble = (id: number, name: string, annotations = '') =>
  `preamble { id: ${id} name: "${name}" alias: "${name.split('.').at(-1)}" ${annotations} }`;
const actions = (...ids: readonly number[]) => ids.map((id) => `action_refs { id: ${id} }`).join(' ');
const field = (id: number, name: string, bits: number, kind: string) =>
  `match_fields { id: ${id} name: "${name}" bitwidth: ${bits} match_type: ${kind} }`;

/** In protobuf's text format. */
export const P4INFO_TEXT = `
pkg_info { arch: "v1model" }
tables { ${preamble(ID.exact, 'c.exact')} ${field(1, 'h.a', 32, 'EXACT')} ${field(2, 'h.b', 9, 'EXACT')}
  ${actions(ID.set, ID.drop)} action_refs { id: ${ID.noAction} scope: DEFAULT_ONLY } action_refs { id: ${ID.onlyDefault} scope: DEFAULT_ONLY }
  direct_resource_ids: ${ID.direct} direct_resource_ids: ${ID.directMeter} size: 1024 idle_timeout_behavior: NOTIFY_CONTROL }
tables { ${preamble(ID.lpm, 'c.lpm')} ${field(1, 'h.a', 32, 'LPM')} ${actions(ID.set, ID.drop)} size: 4 }
tables { ${preamble(ID.acl, 'c.acl', 'annotations: "@p4runtime_role(\\"acl\\")"')} ${field(1, 'h.a', 32, 'TERNARY')} ${field(2, 'h.p', 16, 'RANGE')} ${field(3, 'h.o', 9, 'OPTIONAL')}
  ${actions(ID.set, ID.drop)} size: 1024 }
tables { ${preamble(ID.constant, 'c.constant')} ${field(1, 'h.k', 8, 'EXACT')} ${actions(ID.drop)}
  size: 2 is_const_table: true has_initial_entries: true }
tables { ${preamble(ID.indirect, 'c.indirect')} ${field(1, 'h.a', 32, 'EXACT')} ${actions(ID.set, ID.drop)} implementation_id: ${ID.profile} size: 64 }
tables { ${preamble(ID.selected, 'c.selected')} ${field(1, 'h.a', 32, 'EXACT')} ${actions(ID.set, ID.drop)} implementation_id: ${ID.selector} size: 64 }
tables { ${preamble(ID.keyless, 'c.keyless')} ${actions(ID.set)} size: 1 }
tables { ${preamble(ID.translated, 'c.translated')}
  match_fields { id: 1 name: "m.port" bitwidth: 32 match_type: EXACT type_name { name: "PortId_t" } }
  match_fields { id: 2 name: "m.vrf" match_type: OPTIONAL type_name { name: "vrf_t" } }
  ${actions(ID.toPort)} size: 64 }
tables { ${preamble(ID.fixedDefault, 'c.fixed')} ${field(1, 'h.a', 32, 'EXACT')} ${actions(ID.drop)} const_default_action_id: ${ID.drop} size: 64 }
tables { ${preamble(ID.mixed, 'c.mixed')} ${field(1, 'h.k', 8, 'EXACT')} ${actions(ID.drop)} size: 16 has_initial_entries: true }
actions { ${preamble(ID.set, 'c.set')} params { id: 1 name: "port" bitwidth: 9 } params { id: 2 name: "mac" bitwidth: 48 } }
actions { ${preamble(ID.drop, 'c.drop')} }
actions { ${preamble(ID.noAction, 'NoAction')} }
actions { ${preamble(ID.onlyDefault, 'c.only_default')} }
actions { ${preamble(ID.toPort, 'c.to_port')} params { id: 1 name: "port" bitwidth: 32 type_name { name: "PortId_t" } } }
action_profiles { ${preamble(ID.profile, 'c.profile')} table_ids: ${ID.indirect} size: 2 }
action_profiles { ${preamble(ID.selector, 'c.selector')} table_ids: ${ID.selected} with_selector: true size: 20 max_group_size: 8 }
counters { ${preamble(ID.counter, 'c.counter')} spec { unit: BOTH } size: 8 }
direct_counters { ${preamble(ID.direct, 'c.direct')} spec { unit: BOTH } direct_table_id: ${ID.exact} }
meters { ${preamble(ID.meter, 'c.meter')} spec { unit: BYTES } size: 4 }
meters { ${preamble(ID.srtcm, 'c.srtcm')} spec { unit: BYTES type: SINGLE_RATE_THREE_COLOR } size: 1 }
direct_meters { ${preamble(ID.directMeter, 'c.direct_meter')} spec { unit: PACKETS } direct_table_id: ${ID.exact} }
registers { ${preamble(ID.register, 'c.register')} type_spec { bitstring { bit { bitwidth: 48 } } } size: 16 }
registers { ${preamble(ID.signed, 'c.signed')} type_spec { bitstring { int { bitwidth: 12 } } } size: 2 }
digests { ${preamble(ID.digest, 'learn_t')} type_spec { struct { name: "learn_t" } } }
value_sets { ${preamble(ID.valueSet, 'p.types')} match { id: 1 bitwidth: 16 match_type: EXACT } size: 2 }
controller_packet_metadata { ${preamble(0x04000001, 'packet_in')} metadata { id: 1 name: "ingress_port" bitwidth: 32 type_name { name: "PortId_t" } } metadata { id: 2 name: "reason" bitwidth: 7 } }
controller_packet_metadata { ${preamble(0x04000002, 'packet_out')} metadata { id: 1 name: "egress_port" bitwidth: 9 } metadata { id: 2 name: "queue" bitwidth: 8 } }
type_info {
  structs { key: "learn_t" value { members { name: "mac" type_spec { bitstring { bit { bitwidth: 48 } } } }
    members { name: "port" type_spec { new_type { name: "PortId_t" } } } } }
  new_types { key: "PortId_t" value { translated_type { uri: "p4.org/psa/v1/PortId_t" sdn_bitwidth: 32 } } }
  new_types { key: "vrf_t" value { translated_type { uri: "example.org/vrf" sdn_string {} } } }
}
`;

const FIELD = (name: string, width: number) => ({ name, width });

/** What the device has of it. */
export const PROGRAM: MapProgram = {
  tables: [
    {
      name: 'c.exact',
      keys: [FIELD('h.a', 32), FIELD('h.b', 9)],
      counter: true,
      meter: true,
      defaultAction: 'NoAction',
    },
    { name: 'c.lpm', keys: [FIELD('h.a', 32)], size: 4, defaultAction: 'c.drop' },
    { name: 'c.acl', keys: [FIELD('h.a', 32), FIELD('h.p', 16), FIELD('h.o', 9)] },
    {
      name: 'c.constant',
      keys: [FIELD('h.k', 8)],
      constEntries: [
        { value: '01', action: 'c.drop', isConst: true },
        { value: '02', action: 'c.drop', isConst: true },
      ],
    },
    { name: 'c.indirect', keys: [FIELD('h.a', 32)] },
    { name: 'c.selected', keys: [FIELD('h.a', 32)] },
    { name: 'c.keyless', keys: [] },
    { name: 'c.translated', keys: [FIELD('m.port', 9), FIELD('m.vrf', 4)] },
    { name: 'c.fixed', keys: [FIELD('h.a', 32)], defaultAction: 'c.drop' },
    {
      name: 'c.mixed',
      keys: [FIELD('h.k', 8)],
      constEntries: [
        { value: '01', action: 'c.drop', isConst: true },
        { value: '02', action: 'c.drop', isConst: false },
      ],
    },
  ],
  actions: {
    'c.set': [FIELD('port', 9), FIELD('mac', 48)],
    'c.drop': [],
    NoAction: [],
    'c.only_default': [],
    'c.to_port': [FIELD('port', 9)],
  },
  profiles: ['c.profile', 'c.selector'],
  counters: { 'c.counter': 8 },
  meters: { 'c.meter': 4, 'c.srtcm': 1 },
  registers: { 'c.register': [16, 48], 'c.signed': [2, 12] },
  digests: ['learn_t'],
  valueSets: { 'p.types': [FIELD('', 16)] },
  headerTypes: [
    { name: 'ethernet_t', fields: [FIELD('dst', 48)] },
    { name: 'packet_in_t', fields: [FIELD('ingress_port', 9), FIELD('reason', 7)] },
  ],
};

/** The configuration, with a cookie. */
export function makeConfig(
  changes: Partial<MapProgram> = {},
  p4info = P4INFO_TEXT,
): ForwardingPipelineConfig {
  return {
    p4info: decodeP4Info(Buffer.from(p4info), 'text'),
    p4DeviceConfig: Buffer.from(JSON.stringify({ ...PROGRAM, ...changes })),
    cookie: { cookie: 7n },
  };
}
