/** One test for each section of P4Runtime on P4Info; longer than most files because all of them use one harness. */

import test from 'ava';
import {
  ActionRef_Scope,
  CounterSpec_Unit,
  MatchField_MatchType,
  MeterSpec_Type,
  MeterSpec_Unit,
  P4Info,
  Table_IdleTimeoutBehavior,
} from '../../../p4runtime/gen/p4/config/v1/p4info.ts';
import { decodeIndependently } from '../../../p4runtime/independent-decoder.ts';
import { buildSchema } from '../../../p4runtime/schema/index.ts';
import { hashOf } from './ids.ts';
import { controlPlane, controlPlaneOf, type Parts, v1model } from './test-harness.ts';

/** The P4Info of a v1model program; all of them must make a schema. */
function p4infoOf(parts: Parts): P4Info {
  const { p4info } = controlPlane(parts);
  buildSchema(p4info);
  return p4info;
}

/** A P4Info as google-protobuf reads it. */
function plain(p4info: P4Info) {
  return decodeIndependently('p4.config.v1.P4Info', P4Info.encode(p4info).finish());
}

const TABLE = 'table t { key = { meta.a : exact; } actions = { NoAction; } }';

// Values from the description of the hash: https://en.wikipedia.org/wiki/Jenkins_hash_function#one_at_a_time
test('the hash is the one-at-a-time hash', (t) => {
  t.is(hashOf('a'), 0xca2e9442);
  t.is(hashOf('The quick brown fox jumps over the lazy dog'), 0x519e91f5);
});

test('ids: upper byte by kind, lower three from @id or a hash of the name (ID Allocation)', (t) => {
  const p4info = p4infoOf({
    ingress: `@id(0x12ab34) action act1() {} @id(0x0112ab35) action act2() {}
      @id(0x12ab34) table tA { key = { meta.a : exact; } actions = { act1; act2; NoAction; } }`,
    apply: 'tA.apply();',
  });
  t.is(p4info.tables[0]?.preamble?.id, 0x0212ab34);
  t.deepEqual(
    p4info.actions.map(({ preamble }) => [preamble?.name, preamble?.id]),
    [
      ['NoAction', 0x01000000 | (hashOf('NoAction') & 0xffffff)],
      ['ingress.act1', 0x0112ab34],
      ['ingress.act2', 0x0112ab35],
    ],
  );
});

test('an id that a hash would give and @id has taken goes to the next', (t) => {
  const suffix = hashOf('ingress.t') & 0xffffff;
  const p4info = p4infoOf({
    ingress: `${TABLE} @id(${suffix}) ${TABLE.replace('table t', 'table u')}`,
    apply: 't.apply(); u.apply();',
  });
  t.deepEqual(
    p4info.tables.map(({ preamble }) => [preamble?.name, preamble?.id]),
    [
      ['ingress.t', 0x02000000 + suffix + 1],
      ['ingress.u', 0x02000000 + suffix],
    ],
  );
});

test('an alias is the shortest end of a name that no other name has (Preamble)', (t) => {
  const p4info = p4infoOf({
    blocks: `control C(inout metadata_t meta) { ${TABLE} apply { t.apply(); } }`,
    ingress: `C() c1; C() c2; ${TABLE.replace('table t', 'table u')}`,
    apply: 'c1.apply(meta); c2.apply(meta); u.apply();',
  });
  t.deepEqual(
    p4info.tables.map(({ preamble }) => [preamble?.name, preamble?.alias]),
    [
      ['ingress.c1.t', 'c1.t'],
      ['ingress.c2.t', 'c2.t'],
      ['ingress.u', 'u'],
    ],
  );
});

test('documentation and annotations, each in its place (Annotating P4 Entities with Documentation)', (t) => {
  const { tables } = p4infoOf({
    ingress: `@brief("short") @description("long " "text") @my_note(a, "b") @plain @name("routes") @id(7)
      @MixedExprList[1, "hello", true, 1 == 2, 5 + 6] @MixedKV[label = "text", int_val = 2 * 3] @Empty[]
      table t { key = { meta.a : exact @brief("key") @other(1) @id(5); } actions = { NoAction; } }`,
    apply: 't.apply();',
  });
  const [table] = tables;
  t.is(table?.preamble?.name, 'ingress.routes');
  t.deepEqual(table?.preamble?.doc, { brief: 'short', description: 'long text' });
  t.deepEqual(table?.preamble?.annotations, ['@my_note(a , "b")', '@plain']);
  const structured = plain(P4Info.fromPartial({ tables: [{ preamble: table?.preamble ?? {} }] }));
  t.deepEqual(JSON.parse(JSON.stringify(structured))['tables'][0].preamble.structured_annotations, [
    {
      name: 'MixedExprList',
      expression_list: {
        expressions: [
          { int64_value: '1' },
          { string_value: 'hello' },
          { bool_value: true },
          { bool_value: false },
          { int64_value: '11' },
        ],
      },
    },
    {
      name: 'MixedKV',
      kv_pair_list: {
        kv_pairs: [
          { key: 'label', value: { string_value: 'text' } },
          { key: 'int_val', value: { int64_value: '6' } },
        ],
      },
    },
    { name: 'Empty' },
  ]);
  t.is(table?.matchFields[0]?.id, 5);
  t.is(table?.matchFields[0]?.doc?.brief, 'key');
  t.deepEqual(table?.matchFields[0]?.annotations, ['@other(1)']);
});

test('match fields: kinds, widths, ids in the order of the keys (Table)', (t) => {
  const { tables } = p4infoOf({
    top: 'match_kind { nearest } enum bit<4> level_t { low = 1 } type bit<9> port_t;',
    metadata: 'level_t level; bool flag; port_t port;',
    ingress: `table t {
      key = { meta.a : exact; meta.c : lpm; meta.b : ternary; meta.b[7:0] : range; meta.flag : optional;
              meta.level : exact; meta.port : nearest; meta.c : selector; }
      actions = { NoAction; } implementation = action_selector(HashAlgorithm.crc16, 32w8, 32w8);
    }`,
    apply: 't.apply();',
  });
  const { EXACT, LPM, TERNARY, RANGE, OPTIONAL } = MatchField_MatchType;
  t.deepEqual(
    tables[0]?.matchFields.map(({ id, name, bitwidth, match, typeName }) => [
      id,
      name,
      bitwidth,
      match?.value,
      typeName?.name,
    ]),
    [
      [1, 'meta.a', 8, EXACT, undefined],
      [2, 'meta.c', 32, LPM, undefined],
      [3, 'meta.b', 16, TERNARY, undefined],
      [4, 'meta.b[7:0]', 8, RANGE, undefined],
      [5, 'meta.flag', 1, OPTIONAL, undefined],
      [6, 'meta.level', 4, EXACT, undefined],
      [7, 'meta.port', 9, 'nearest', 'port_t'],
    ],
  );
});

test('actions of a table: scope, default action, sizes, idle timeout (Table)', (t) => {
  const p4info = p4infoOf({
    ingress: `action set(bit<8> x, bit<12> y) { meta.a = x; } action drop() { mark_to_drop(standard); }
      table t { key = { meta.a : exact; } actions = { set; @tableonly drop; @defaultonly NoAction; }
        const default_action = set(3, 0x123); size = 77; support_timeout = true; }
      table u { key = { meta.a : exact; } actions = { drop; } }`,
    apply: 't.apply(); u.apply();',
  });
  const id = (name: string) => p4info.actions.find(({ preamble }) => preamble?.alias === name)?.preamble?.id;
  const [table, other] = p4info.tables;
  t.deepEqual(
    table?.actionRefs.map((ref) => [ref.id, ref.scope]),
    [
      [id('set'), ActionRef_Scope.TABLE_AND_DEFAULT],
      [id('drop'), ActionRef_Scope.TABLE_ONLY],
      [id('NoAction'), ActionRef_Scope.DEFAULT_ONLY],
    ],
  );
  t.is(table?.constDefaultActionId, id('set'));
  t.deepEqual(table?.initialDefaultAction, {
    actionId: id('set') ?? 0,
    arguments: [
      { paramId: 1, value: Uint8Array.of(3) },
      { paramId: 2, value: Uint8Array.of(1, 0x23) },
    ],
  });
  t.is(table?.size, 77n);
  t.is(table?.idleTimeoutBehavior, Table_IdleTimeoutBehavior.NOTIFY_CONTROL);
  // Where none is written it is NoAction, which entries cannot use.
  t.is(other?.constDefaultActionId, 0);
  t.is(other?.initialDefaultAction?.actionId, id('NoAction'));
  t.deepEqual(other?.actionRefs[1]?.scope, ActionRef_Scope.DEFAULT_ONLY);
  t.is(other?.size, 1024n);
  t.is(other?.idleTimeoutBehavior, Table_IdleTimeoutBehavior.NO_TIMEOUT);
});

test('parameters have the id that @id gives, or their place (Action)', (t) => {
  const { actions } = p4infoOf({
    ingress: `action a(bit<8> x, @id(1) bit<16> y, @name("zed") @brief("z") bit<32> z) { meta.a = x; meta.b = y; meta.c = z; }
      table t { key = { meta.a : exact; } actions = { a; } default_action = a(1, 2, 3); }`,
    apply: 't.apply();',
  });
  t.deepEqual(
    actions[0]?.params.map(({ id, name, bitwidth, doc }) => [id, name, bitwidth, doc?.brief]),
    [
      [2, 'x', 8, undefined],
      [1, 'y', 16, undefined],
      [3, 'zed', 32, 'z'],
    ],
  );
});

test('translated types show the control plane their other side (User-defined types)', (t) => {
  const { typeInfo, tables } = p4infoOf({
    top: `@p4runtime_translation("p/s", string) type bit<9> name_t;
      @p4runtime_translation("p/b", bit<32>) type bit<9> wide_t;
      @p4runtime_translation("p/w", 48) type bit<9> old_t;
      @note type bit<9> inner_t; type inner_t outer_t;`,
    metadata: 'name_t name; wide_t wide; old_t old; outer_t outer;',
    ingress: `table t { key = { meta.name : exact; meta.wide : exact; meta.old : exact; meta.outer : exact; }
      actions = { NoAction; } }`,
    apply: 't.apply();',
  });
  t.deepEqual(
    tables[0]?.matchFields.map(({ bitwidth, typeName }) => [typeName?.name, bitwidth]),
    [
      ['name_t', 0],
      ['wide_t', 32],
      ['old_t', 48],
      ['outer_t', 9],
    ],
  );
  t.deepEqual(
    JSON.parse(JSON.stringify(plain(P4Info.fromPartial({ typeInfo: typeInfo ?? {} }))))['type_info']
      .new_types,
    [
      { key: 'name_t', value: { translated_type: { uri: 'p/s', sdn_string: {} } } },
      { key: 'wide_t', value: { translated_type: { uri: 'p/b', sdn_bitwidth: '32' } } },
      { key: 'old_t', value: { translated_type: { uri: 'p/w', sdn_bitwidth: '48' } } },
      // The chain is followed to a type of the language.
      { key: 'outer_t', value: { original_type: { bitstring: { bit: { bitwidth: '9' } } } } },
    ],
  );
});

test('action profiles and selectors (ActionProfile)', (t) => {
  const { actionProfiles, tables } = p4infoOf({
    ingress: `@max_group_size(4) @selector_size_semantics("sum_of_members") @max_member_weight(9)
      action_selector(HashAlgorithm.crc16, 32w128, 32w14) selector;
      action_profile(32w64) profile;
      table a { key = { meta.a : exact; meta.c : selector; } actions = { NoAction; } implementation = selector; }
      table b { key = { meta.a : exact; } actions = { NoAction; } implementation = profile; }
      table c { key = { meta.a : exact; } actions = { NoAction; } implementation = profile; }
      table d { key = { meta.a : exact; } actions = { NoAction; } @name("own") implementation = action_profile(32w16); }`,
    apply: 'a.apply(); b.apply(); c.apply(); d.apply();',
  });
  const table = (alias: string) => tables.find(({ preamble }) => preamble?.alias === alias);
  const [selector, profile, own] = actionProfiles;
  t.deepEqual(
    [selector?.withSelector, selector?.size, selector?.maxGroupSize, selector?.selectorSizeSemantics],
    [true, 128n, 4, { $case: 'sumOfMembers', value: { maxMemberWeight: 9 } }],
  );
  t.deepEqual(selector?.preamble?.annotations, []);
  t.deepEqual(
    [profile?.withSelector, profile?.size, profile?.maxGroupSize, profile?.selectorSizeSemantics],
    [false, 64n, 0, undefined],
  );
  t.deepEqual(profile?.tableIds, [table('b')?.preamble?.id, table('c')?.preamble?.id]);
  t.deepEqual([own?.preamble?.name, own?.size], ['own', 16n]);
  t.is(table('a')?.implementationId, selector?.preamble?.id);
  t.is(table('d')?.implementationId, own?.preamble?.id);
});

test('counters and meters, direct and not (Counter & DirectCounter, Meter & DirectMeter)', (t) => {
  const p4info = p4infoOf({
    ingress: `counter(512, CounterType.packets_and_bytes) both; counter(1, CounterType.bytes) bytes;
      direct_counter(CounterType.packets) hits;
      meter(16, MeterType.packets) policer; @single_rate_three_color meter(8, MeterType.bytes) other;
      @single_rate_two_color direct_meter<bit<2>>(MeterType.bytes) own;
      action a() { both.count(0); } bit<2> color;
      action b() { own.read(color); hits.count(); }
      table t { key = { meta.a : exact; } actions = { a; } counters = hits; }
      table u { key = { meta.a : exact; } actions = { b; } meters = own; }`,
    apply: 't.apply(); u.apply();',
  });
  t.deepEqual(
    p4info.counters.map(({ preamble, spec, size }) => [preamble?.alias, spec?.unit, size]),
    [
      ['both', CounterSpec_Unit.BOTH, 512n],
      ['bytes', CounterSpec_Unit.BYTES, 1n],
    ],
  );
  const [table, second] = p4info.tables;
  t.deepEqual(
    p4info.directCounters.map(({ spec, directTableId }) => [spec?.unit, directTableId]),
    [[CounterSpec_Unit.PACKETS, table?.preamble?.id]],
  );
  t.deepEqual(table?.directResourceIds, [p4info.directCounters[0]?.preamble?.id]);
  t.deepEqual(
    p4info.meters.map(({ spec, size }) => [spec?.unit, spec?.type, size]),
    [
      [MeterSpec_Unit.PACKETS, MeterSpec_Type.TWO_RATE_THREE_COLOR, 16n],
      [MeterSpec_Unit.BYTES, MeterSpec_Type.SINGLE_RATE_THREE_COLOR, 8n],
    ],
  );
  t.deepEqual(p4info.directMeters[0]?.spec, {
    unit: MeterSpec_Unit.BYTES,
    type: MeterSpec_Type.SINGLE_RATE_TWO_COLOR,
  });
  t.deepEqual(second?.directResourceIds, [p4info.directMeters[0]?.preamble?.id]);
});

test('controller headers are called by their annotation (ControllerPacketMetadata)', (t) => {
  const { controllerPacketMetadata } = p4infoOf({
    top: `@controller_header("packet_in") header to_cpu_t { bit<9> ingress_port; @id(9) bit<7> pad; }
      struct pair_t { bit<4> x; bit<4> y; }
      @controller_header("packet_out") header from_cpu_t { bit<9> egress_port; pair_t pair; bit<7> rest; }`,
    headers: 'to_cpu_t to_cpu; from_cpu_t from_cpu;',
  });
  t.deepEqual(
    controllerPacketMetadata.map(({ preamble, metadata }) => [
      preamble?.name,
      preamble?.annotations,
      metadata.map(({ id, name, bitwidth }) => [id, name, bitwidth]),
    ]),
    [
      [
        'packet_in',
        ['@controller_header("packet_in")'],
        [
          [1, 'ingress_port', 9],
          [9, 'pad', 7],
        ],
      ],
      [
        'packet_out',
        ['@controller_header("packet_out")'],
        [
          [1, 'egress_port', 9],
          [2, 'pair.x', 4],
          [3, 'pair.y', 4],
          [4, 'rest', 7],
        ],
      ],
    ],
  );
});

test('value sets over bits and structs (ValueSet)', (t) => {
  const { valueSets } = p4infoOf({
    top: 'match_kind { custom } struct match_t { bit<8> f8; @match(ternary) @id(7) bit<16> f16; @match(custom) bit<32> f32; }',
    parser: '@id(1) value_set<bit<8>>(4) bits; value_set<match_t>(8) fields;',
  });
  const [bits, fields] = valueSets;
  t.is(bits?.preamble?.id, 0x03000001);
  t.is(bits?.size, 4);
  const shown = (set: typeof bits) =>
    set?.match.map(({ id, name, bitwidth, match }) => [id, name, bitwidth, match?.value]);
  t.deepEqual(shown(bits), [[1, '', 8, MatchField_MatchType.EXACT]]);
  t.deepEqual(shown(fields), [
    [1, 'f8', 8, MatchField_MatchType.EXACT],
    [7, 'f16', 16, MatchField_MatchType.TERNARY],
    [2, 'f32', 32, 'custom'],
  ]);
  t.deepEqual(fields?.match[1]?.annotations, []);
});

test('types of registers and digests (P4 Type Specifications in p4info.proto)', (t) => {
  const p4info = p4infoOf({
    top: `enum kind_t { small, large } enum bit<12> code_t { one = 1, max = 0xfff }
      header h_t { bit<8> x; code_t code; } header_union u_t { h_t h; } error { Odd }
      struct pair_t<T> { T left; T right; }
      struct sent_t { bit<8> plain; int<7> signed; varbit<32> variable; bool flag; error problem; kind_t kind; code_t code;
        h_t one_header; u_t one_union; h_t[3] stack; u_t[2] unions; tuple<bit<1>, bool> parts; pair_t<bit<9>> pair; }`,
    ingress: 'register<bit<48>>(256) last_seen; register<pair_t<bit<9>>>(2) pairs; sent_t sent;',
    apply: 'digest<sent_t>(1, sent); digest(1, sent);',
  });
  const [seen, pairs] = p4info.registers;
  t.is(seen?.size, 256);
  t.deepEqual(seen?.typeSpec?.typeSpec?.$case, 'bitstring');
  t.deepEqual(pairs?.typeSpec?.typeSpec, { $case: 'struct', value: { name: 'pair_t_bit9' } });
  t.is(p4info.digests.length, 1);
  const schema = buildSchema(p4info);
  t.deepEqual(schema.digests.get('sent_t').type, {
    kind: 'struct',
    name: 'sent_t',
    fields: [
      { name: 'plain', type: { kind: 'bit', width: 8 } },
      { name: 'signed', type: { kind: 'int', width: 7 } },
      { name: 'variable', type: { kind: 'varbit', width: 32 } },
      { name: 'flag', type: { kind: 'bool' } },
      {
        name: 'problem',
        type: {
          kind: 'error',
          members: [
            'NoError',
            'PacketTooShort',
            'NoMatch',
            'StackOutOfBounds',
            'HeaderTooShort',
            'ParserTimeout',
            'ParserInvalidArgument',
            'Odd',
          ],
        },
      },
      { name: 'kind', type: { kind: 'enum', name: 'kind_t', members: ['small', 'large'] } },
      {
        name: 'code',
        type: {
          kind: 'serializable_enum',
          name: 'code_t',
          width: 12,
          members: [
            { name: 'one', value: Uint8Array.of(0, 1) },
            { name: 'max', value: Uint8Array.of(0x0f, 0xff) },
          ],
        },
      },
      { name: 'one_header', type: HEADER },
      {
        name: 'one_union',
        type: { kind: 'header_union', name: 'u_t', members: [{ name: 'h', header: HEADER }] },
      },
      { name: 'stack', type: { kind: 'stack', element: HEADER, size: 3 } },
      {
        name: 'unions',
        type: {
          kind: 'stack',
          element: { kind: 'header_union', name: 'u_t', members: [{ name: 'h', header: HEADER }] },
          size: 2,
        },
      },
      { name: 'parts', type: { kind: 'tuple', members: [{ kind: 'bit', width: 1 }, { kind: 'bool' }] } },
      {
        name: 'pair',
        type: {
          kind: 'struct',
          name: 'pair_t_bit9',
          fields: [
            { name: 'left', type: { kind: 'bit', width: 9 } },
            { name: 'right', type: { kind: 'bit', width: 9 } },
          ],
        },
      },
    ],
  });
});

const HEADER = {
  kind: 'header',
  name: 'h_t',
  fields: [
    { name: 'x', type: { kind: 'bit', width: 8 } },
    // Fields of headers are bit strings only.
    { name: 'code', type: { kind: 'bit', width: 12 } },
  ],
} as const;

test('the package: annotations of main (Annotating P4 code with PkgInfo)', (t) => {
  const { pkgInfo } = p4infoOf({
    main: `@pkginfo(name="router.p4", version="2") @pkginfo(organization="o", contact="c", url="u")
      @brief("L3") @description("L3 router") @my_annotation @platform_property(multicast_group_table_size=10)
      @platform_property(multicast_group_table_total_replicas=70)`,
  });
  t.deepEqual(pkgInfo, {
    name: 'router.p4',
    version: '2',
    doc: { brief: 'L3', description: 'L3 router' },
    annotations: ['@my_annotation'],
    annotationLocations: [],
    arch: 'v1model',
    organization: 'o',
    contact: 'c',
    url: 'u',
    structuredAnnotations: [],
    platformProperties: {
      multicastGroupTableSize: 10,
      multicastGroupTableTotalReplicas: 70,
      multicastGroupTableMaxReplicasPerEntry: 0,
    },
  });
});

test('what cannot run is left out, and what is hidden', (t) => {
  const p4info = p4infoOf({
    blocks: `control Unused(inout metadata_t meta) { ${TABLE} apply { t.apply(); } } action never() {}`,
    ingress: `Unused() unused; action called(bit<8> x) { meta.a = x; } action unneeded() {}
      @hidden action secret() {}
      table applied { key = { meta.a : exact; } actions = { NoAction; secret; } }
      table not_applied { key = { meta.a : exact; } actions = { NoAction; unneeded; } }
      table ruled_out { key = { meta.a : exact; } actions = { NoAction; } }
      @hidden table hidden { key = { meta.a : exact; } actions = { NoAction; } }`.replace(
      'exact; @hidden',
      'exact;',
    ),
    apply: 'applied.apply(); called(3); if (false) { ruled_out.apply(); } hidden.apply();',
  });
  t.deepEqual(
    p4info.tables.map(({ preamble }) => preamble?.alias),
    ['applied'],
  );
  t.deepEqual(
    p4info.actions.map(({ preamble, params }) => [preamble?.alias, params.length]),
    [
      ['NoAction', 0],
      // Nothing gives its parameter but the program.
      ['called', 0],
    ],
  );
});

const PSA = `#include <core.p4>
#include <psa.p4>
struct empty_t {}
type bit<10> slot_t;
struct sent_t { bit<8> a; }
struct meta_t { bit<8> a; slot_t slot; sent_t sent; }
parser IP(packet_in b, out empty_t h, inout meta_t m, in psa_ingress_parser_input_metadata_t i, in empty_t r, in empty_t c) {
  state start { transition accept; }
}
control IC(inout empty_t h, inout meta_t m, in psa_ingress_input_metadata_t i, inout psa_ingress_output_metadata_t o) {
  Counter<bit<32>, slot_t>(1024, PSA_CounterType_t.PACKETS_AND_BYTES) counts;
  Meter<slot_t>(16, PSA_MeterType_t.BYTES) policer;
  Register<bit<8>, slot_t>(8) last;
  DirectCounter<bit<32>>(PSA_CounterType_t.PACKETS) hits;
  ActionProfile(32w64) profile;
  action a() { hits.count(); }
  table t { key = { m.a : exact; } actions = { a; NoAction; } psa_direct_counter = hits;
    psa_idle_timeout = PSA_IdleTimeout_t.NOTIFY_CONTROL; }
  table u { key = { m.a : exact; } actions = { NoAction; } psa_implementation = profile; }
  apply { t.apply(); u.apply(); counts.count(m.slot); send_to_port(o, (PortId_t)1); }
}
control ID(packet_out b, out empty_t x, out empty_t y, out empty_t z, inout empty_t h, in meta_t m,
    in psa_ingress_output_metadata_t i) {
  Digest<sent_t>() sent;
  apply { sent.pack(m.sent); }
}
parser EP(packet_in b, out empty_t h, inout meta_t m, in psa_egress_parser_input_metadata_t i, in empty_t n, in empty_t x,
    in empty_t y) { state start { transition accept; } }
control EC(inout empty_t h, inout meta_t m, in psa_egress_input_metadata_t i, inout psa_egress_output_metadata_t o) { apply {} }
control ED(packet_out b, out empty_t x, out empty_t y, inout empty_t h, in meta_t m, in psa_egress_output_metadata_t i,
    in psa_egress_deparser_input_metadata_t e) { apply {} }
IngressPipeline(IP(), IC(), ID()) ip;
EgressPipeline(EP(), EC(), ED()) ep;
PSA_Switch(ip, PacketReplicationEngine(), ep, BufferingQueueingEngine()) main;
`;

test('PSA: its names for externs and properties, and types of indexes', (t) => {
  const { p4info } = controlPlaneOf(PSA);
  buildSchema(p4info);
  t.is(p4info.pkgInfo?.arch, 'psa');
  t.deepEqual(p4info.counters[0]?.indexTypeName, { name: 'slot_t' });
  t.is(p4info.counters[0]?.spec?.unit, CounterSpec_Unit.BOTH);
  t.deepEqual(p4info.meters[0]?.indexTypeName, { name: 'slot_t' });
  t.deepEqual(p4info.registers[0]?.indexTypeName, { name: 'slot_t' });
  t.is(p4info.directCounters.length, 1);
  t.is(p4info.actionProfiles[0]?.size, 64n);
  t.is(p4info.tables[0]?.idleTimeoutBehavior, Table_IdleTimeoutBehavior.NOTIFY_CONTROL);
  t.is(p4info.digests[0]?.preamble?.name, 'ID.sent');
  t.true(p4info.actions.some(({ preamble }) => preamble?.name === 'send_to_port'));
});

const PNA = `#include <core.p4>
#include <pna.p4>
struct empty_t {}
struct headers_t {}
struct meta_t { bit<8> a; }
parser MP(packet_in pkt, out headers_t h, inout meta_t m, in pna_main_parser_input_metadata_t i) {
  state start { transition accept; }
}
control PC(in headers_t h, inout meta_t m, in pna_pre_input_metadata_t i, inout pna_pre_output_metadata_t o) { apply {} }
control MC(inout headers_t h, inout meta_t m, in pna_main_input_metadata_t i, inout pna_main_output_metadata_t o) {
  DirectMeter(PNA_MeterType_t.PACKETS) rate;
  DirectCounter<bit<64>>(PNA_CounterType_t.BYTES) hits;
  action a() { hits.count(); }
  table t { key = { m.a : exact; } actions = { a; NoAction; } pna_direct_counter = hits; pna_direct_meter = rate;
    pna_idle_timeout = PNA_IdleTimeout_t.NOTIFY_CONTROL; }
  apply { t.apply(); }
}
control MD(packet_out pkt, in headers_t h, in meta_t m, in pna_main_output_metadata_t o) { apply {} }
PNA_NIC(MP(), PC(), MC(), MD()) main;
`;

test('PNA: its names for properties', (t) => {
  const { p4info } = controlPlaneOf(PNA);
  buildSchema(p4info);
  t.is(p4info.pkgInfo?.arch, 'pna');
  t.is(p4info.tables[0]?.preamble?.name, 'MC.t');
  t.is(p4info.directCounters[0]?.spec?.unit, CounterSpec_Unit.BYTES);
  t.is(p4info.directMeters[0]?.spec?.unit, MeterSpec_Unit.PACKETS);
  t.is(p4info.tables[0]?.directResourceIds.length, 2);
  t.is(p4info.tables[0]?.idleTimeoutBehavior, Table_IdleTimeoutBehavior.NOTIFY_CONTROL);
});

const TNA = `#include <core.p4>
#include <tna.p4>
struct headers_t {}
struct meta_t { bit<8> a; }
struct told_t { bit<8> a; }
parser IP(packet_in p, out headers_t h, out meta_t m, out ingress_intrinsic_metadata_t i) {
  state start { p.extract(i); m = { 0 }; transition accept; }
}
control IC(inout headers_t h, inout meta_t m, in ingress_intrinsic_metadata_t i) {
  Meter<bit<4>>(16, MeterType_t.BYTES) rates;
  Counter<bit<64>, bit<5>>(32, CounterType_t.PACKETS_AND_BYTES) counts;
  Register<bit<8>, bit<3>>(8, 0) cells;
  DirectCounter<bit<64>>(CounterType_t.PACKETS) hits;
  ActionProfile(256) profile;
  Hash<bit<51>>(HashAlgorithm_t.CRC64) hash;
  ActionSelector(profile, hash, SelectorMode_t.FAIR, 120, 64) selector_of_t;
  action a() { hits.count(); }
  action b() {}
  table t { key = { m.a : exact; i.ingress_port : selector; } actions = { b; } implementation = selector_of_t; size = 4; }
  table u { key = { m.a : exact; } actions = { a; } default_action = a(); counters = hits; idle_timeout = true; size = 4; }
  apply { t.apply(); u.apply(); rates.execute(0); counts.count(1); cells.write(0, 1); }
}
control ID(packet_out p, inout headers_t h, in meta_t m) {
  Digest<told_t>(1) told;
  apply { told.pack({ m.a }); }
}
parser EP(packet_in p, out headers_t h, out meta_t m) { state start { m = { 0 }; transition accept; } }
control EC(inout headers_t h, inout meta_t m, in egress_intrinsic_metadata_t i) { apply {} }
control ED(packet_out p, inout headers_t h, in meta_t m) { apply {} }
Pipeline(IP(), IC(), ID(), EP(), EC(), ED()) pipe;
Switch(pipe) main;
`;

test('TNA: its names for externs and properties; a selector stands for its action profile', (t) => {
  const { p4info } = controlPlaneOf(TNA);
  buildSchema(p4info);
  t.is(p4info.pkgInfo?.arch, 'tna');
  t.is(p4info.meters[0]?.size, 16n);
  t.is(p4info.counters[0]?.size, 32n);
  t.is(p4info.registers[0]?.size, 8);
  t.is(p4info.directCounters[0]?.directTableId, p4info.tables[1]?.preamble?.id);
  t.is(p4info.tables[1]?.idleTimeoutBehavior, Table_IdleTimeoutBehavior.NOTIFY_CONTROL);
  t.is(p4info.digests[0]?.preamble?.name, 'ID.told');
  const [selector, ...others] = p4info.actionProfiles;
  t.deepEqual(others, []);
  t.true(selector?.withSelector);
  t.is(selector?.size, 256n);
  t.is(selector?.maxGroupSize, 120);
  t.is(p4info.tables[0]?.implementationId, selector?.preamble?.id);
});

test('v1model of 2020 has types of indexes', (t) => {
  const { p4info } = controlPlaneOf(
    `#define V1MODEL_VERSION 20200408\n${v1model({
      top: 'type bit<10> slot_t;',
      ingress: `counter<slot_t>(1024, CounterType.packets) c; meter<slot_t>(16, MeterType.bytes) m;
        register<bit<8>, slot_t>(8) r; register<bit<8>, bit<10>>(8) plain;`,
    })}`,
  );
  t.deepEqual(
    [p4info.counters[0], p4info.meters[0], p4info.registers[0], p4info.registers[1]].map(
      (one) => one?.indexTypeName?.name,
    ),
    ['slot_t', 'slot_t', 'slot_t', undefined],
  );
  t.deepEqual(Object.keys(p4info.typeInfo?.newTypes ?? {}), ['slot_t']);
});
