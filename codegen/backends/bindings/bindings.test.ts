/** Generates bindings of one program, type-checks uses of them that are right and wrong, and runs them. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { transform } from 'esbuild';
import { DigestList, Entity, PacketIn } from '../../../p4runtime/gen/p4/v1/p4runtime.ts';
import { decodeIndependently } from '../../../p4runtime/independent-decoder.ts';
import { controlPlane } from '../p4info/test-harness.ts';
import { makeBindings } from './index.ts';

const ROOT = process.cwd();
const RUNTIME = path.join(ROOT, 'p4runtime/bindings/index.ts');

const { p4info } = controlPlane({
  top: `type bit<9> port_t; @p4runtime_translation("x/name", string) type bit<9> name_t;
    enum bit<16> kind_t { small = 1, large = 0xffff } enum color_t { red, green }
    @controller_header("packet_in") header to_cpu_t { port_t ingress_port; bit<7> pad; }
    @controller_header("packet_out") header from_cpu_t { port_t egress_port; bit<7> pad; }
    header pair_t { bit<8> left; bit<40> right; }
    struct learned_t { bit<48> mac; port_t port; int<8> delta; bool fresh; color_t color; kind_t kind; pair_t pair;
      pair_t[2] pairs; tuple<bit<1>, error> rest; }
    struct match_t { bit<16> type; @match(ternary) bit<8> flags; }`,
  headers: 'to_cpu_t to_cpu; from_cpu_t from_cpu;',
  metadata: 'port_t port; name_t name; bit<48> mac; bit<128> v6; learned_t learned;',
  parser: 'value_set<bit<16>>(4) types; value_set<match_t>(4) matches;',
  ingress: `
    direct_counter(CounterType.packets_and_bytes) hits; direct_meter<bit<2>>(MeterType.bytes) rate; bit<2> color;
    counter(512, CounterType.packets) totals; meter(16, MeterType.packets) policer;
    register<learned_t>(8) last; register<bit<64>>(4) stamps;
    action_selector(HashAlgorithm.crc16, 32w128, 32w14) members; action_profile(32w16) singles;
    @brief("Sends out of a port.") @description("Any port */ but the CPU's.")
    action forward(@brief("where to") port_t port, @format(MAC_ADDRESS) bit<48> dst) { standard.egress_spec = (bit<9>)port; meta.mac = dst; }
    action drop() { mark_to_drop(standard); }
    action to(name_t name) { meta.name = name; }
    action counted() { hits.count(); } action metered() { rate.read(color); }
    @brief("Routes.") table routes {
      key = { meta.c : lpm @name("dst") @format(IPV4_ADDRESS); meta.port : ternary @name("in.port"); meta.v6 : range @name("v6");
              meta.name : optional @name("name"); meta.a : exact @name("a"); }
      actions = { @tableonly forward; to; @defaultonly drop; }
      default_action = drop(); size = 64; support_timeout = true; }
    table plain { key = { meta.mac : exact @name("mac"); meta.a : exact @name("a"); } actions = { drop; counted; } const default_action = drop(); counters = hits; }
    table policed { key = { meta.a : exact @name("a"); } actions = { metered; } meters = rate; }
    table balanced { key = { meta.a : exact @name("a"); meta.c : selector; } actions = { forward; drop; } implementation = members; }
    table single { key = { meta.a : exact @name("a"); } actions = { forward; } implementation = singles; }
    table keyless { actions = { drop; } default_action = drop(); }`,
  apply: `routes.apply(); plain.apply(); policed.apply(); balanced.apply(); single.apply(); keyless.apply();
    totals.count(1); digest<learned_t>(1, meta.learned);`,
  main: '@pkginfo(name="router", version="3") @brief("A router.")',
});

const directory = mkdtempSync(path.join(tmpdir(), 'moor-bindings-'));
const text = makeBindings(p4info, { runtime: RUNTIME });
writeFileSync(path.join(directory, 'package.json'), '{ "type": "module" }');
writeFileSync(path.join(directory, 'router.ts'), text);
// What is run imports what these tests import, compiled or not.
const runtime = fileURLToPath(
  new URL(`../../../p4runtime/bindings/index${path.extname(import.meta.url)}`, import.meta.url),
);
const runnable = await transform(makeBindings(p4info, { runtime }), { loader: 'ts' });
writeFileSync(path.join(directory, 'router.mjs'), runnable.code);

test.after.always(() => rmSync(directory, { recursive: true, force: true }));

/** Checks a program that uses the bindings; what TypeScript says, one line a mistake. */
function typeCheck(name: string, program: string): readonly string[] {
  const file = path.join(directory, `${name}.ts`);
  writeFileSync(
    file,
    `import * as router from './router.ts';\nimport { ipv4, mac } from '${RUNTIME}';\n${program}`,
  );
  writeFileSync(
    path.join(directory, `tsconfig.${name}.json`),
    JSON.stringify({
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: {
        rewriteRelativeImportExtensions: false,
        typeRoots: [path.join(ROOT, 'node_modules/@types')],
      },
      include: [],
      files: [file],
    }),
  );
  try {
    execFileSync(path.join(ROOT, 'node_modules/.bin/tsc'), ['-p', `tsconfig.${name}.json`], {
      cwd: directory,
    });
    return [];
  } catch (error) {
    const output = error instanceof Error && 'stdout' in error ? String(error.stdout) : String(error);
    return output.split('\n').filter((line) => /^\S.*: error TS/.test(line));
  }
}

const RIGHT = `
router.tables.routes.entry({ key: { a: 7 }, action: { name: 'to', params: { name: 'eth0' } }, priority: 1 });
router.tables.routes.entry({
  key: { dst: { value: '10.0.0.0', prefixLength: 8 }, 'in.port': { value: 5 }, v6: { low: 0n, high: 5 }, name: 'x', a: 1n },
  action: { name: 'forward', params: { port: 3, dst: '00:00:00:00:00:01' } },
  priority: 10,
  idleTimeoutNs: 5n,
});
router.tables.routes.defaultEntry({ name: 'drop' });
router.tables.plain.entry({ key: { mac: mac('00:00:00:00:00:01'), a: 255 }, action: { name: 'counted' }, counter: { bytes: 0n, packets: 0n } });
router.tables.policed.entry({ key: { a: 1 }, meter: { committedRate: 1n, committedBurst: 1n } });
router.tables.balanced.entry({ key: { a: 1 }, action: { group: 3 } });
router.tables.balanced.entry({ key: { a: 1 }, action: { set: [{ action: { name: 'drop' }, weight: 2 }] } });
router.tables.single.entry({ key: { a: 1 }, action: { member: 3 } });
router.tables.keyless.defaultEntry({ name: 'drop' });
router.actionProfiles.members.member(1, { name: 'drop' });
router.actionProfiles.members.group(1, [{ member: 1, weight: 2 }]);
router.counters.totals.cell(5, { bytes: 0n, packets: 1n });
router.meters.policer.cell(5);
router.registers.stamps.cell(1, 2 ** 40);
router.registers.last.cell(1, { mac: 1n, port: 2, delta: -1, fresh: true, color: 'green', kind: router.enums.kind_t.large,
  pair: { left: 1, right: 2n }, pairs: [null, { left: 1, right: 1 }], rest: [1, 'NoError'] });
router.valueSets.types.members([{ value: 0x800 }]);
router.valueSets.matches.members([{ type: 1, flags: { value: 1, mask: 1 } }, { type: 2 }]);
router.packets.packet_out(new Uint8Array(), { egress_port: 1, pad: 0 });

router.tables.policed.entry({ key: { a: 1 } });
router.tables.routes.entry({ key: { a: 1, dst: { value: ipv4('10.0.0.1'), prefixLength: 32 } }, priority: 1 });

// What is read can be written again, and where a value of its type belongs.
declare const entity: Parameters<typeof router.tables.routes.decode>[0];
declare const packet: Parameters<typeof router.packets.packet_in>[0];
const read = router.tables.routes.decode(entity);
if (read !== undefined && !read.isDefault && read.action?.name === 'forward') {
  const { port, dst } = read.action.params;
  router.tables.routes.entry({ ...read, action: { name: 'forward', params: { port, dst } } });
  const sum: number = port + 1;
  const words: string = dst.toUpperCase();
  router.packets.packet_out(new Uint8Array(), { egress_port: router.packets.packet_in(packet).ingress_port, pad: sum });
  void words;
}
`;

test('right uses pass the type check', (t) => {
  t.deepEqual(typeCheck('right', RIGHT), []);
});

// Each is wrong in one way.
const WRONG: readonly (readonly [string, string])[] = [
  ['no such table', 'router.tables.route;'],
  ['an exact field is missing', 'router.tables.routes.entry({ key: {}, priority: 1 });'],
  ['no such field', 'router.tables.policed.entry({ key: { a: 1, b: 2 } });'],
  [
    'a value where a prefix belongs',
    "router.tables.routes.entry({ key: { a: 1, dst: '10.0.0.0' }, priority: 1 });",
  ],
  [
    'a range where a value and mask belong',
    "router.tables.routes.entry({ key: { a: 1, 'in.port': { low: 1, high: 2 } }, priority: 1 });",
  ],
  ['no priority', 'router.tables.routes.entry({ key: { a: 1 } });'],
  ['a priority too many', 'router.tables.policed.entry({ key: { a: 1 }, priority: 1 });'],
  ['an idle timeout too many', 'router.tables.policed.entry({ key: { a: 1 }, idleTimeoutNs: 1n });'],
  [
    'a counter too many',
    'router.tables.policed.entry({ key: { a: 1 }, counter: { bytes: 0n, packets: 0n } });',
  ],
  ['an action of another table', "router.tables.policed.entry({ key: { a: 1 }, action: { name: 'drop' } });"],
  [
    'an action that is for the default only',
    "router.tables.routes.entry({ key: { a: 1 }, priority: 1, action: { name: 'drop' } });",
  ],
  [
    'a default that is for entries only',
    "router.tables.routes.defaultEntry({ name: 'forward', params: { port: 1, dst: 1 } });",
  ],
  [
    'a parameter is missing',
    "router.actionProfiles.singles.member(1, { name: 'forward', params: { port: 1 } });",
  ],
  [
    'an action where a member belongs',
    "router.tables.single.entry({ key: { a: 1 }, action: { name: 'forward', params: { port: 1, dst: 1 } } });",
  ],
  [
    'a group of a profile without selector',
    'router.tables.single.entry({ key: { a: 1 }, action: { group: 1 } });',
  ],
  ['groups of a profile without selector', 'router.actionProfiles.singles.group(1);'],
  ['a number for a translated type', 'router.tables.routes.entry({ key: { a: 1, name: 5 }, priority: 1 });'],
  ['text for a number', "router.tables.policed.entry({ key: { a: '1' } });"],
  [
    'text that is no MAC address',
    "router.actionProfiles.singles.member(1, { name: 'forward', params: { port: 1, dst: '10.0.0.1' } });",
  ],
  ['a value of another width', "router.tables.policed.entry({ key: { a: ipv4('10.0.0.1') } });"],
  [
    'a wide value of another width',
    "router.tables.routes.entry({ key: { a: mac('00:00:00:00:00:01') }, priority: 1 });",
  ],
  [
    'a field of another width',
    'declare const packet: Parameters<typeof router.packets.packet_in>[0]; router.packets.packet_out(new Uint8Array(), { egress_port: 1, pad: router.packets.packet_in(packet).ingress_port });',
  ],
  [
    'a member that an enum has not',
    "declare const r: NonNullable<ReturnType<typeof router.registers.last.decode>>; router.registers.last.cell(1, { ...r.data, color: 'blue' });",
  ],
  ['a field of a packet is missing', 'router.packets.packet_out(new Uint8Array(), { egress_port: 1 });'],
  [
    'a field of a digest that there is not',
    'declare const list: Parameters<typeof router.digests.learned_t.decode>[0]; router.digests.learned_t.decode(list)?.[0]?.colour;',
  ],
  [
    'a wide number where a narrow one is read',
    'declare const list: Parameters<typeof router.digests.learned_t.decode>[0]; const m: number | undefined = router.digests.learned_t.decode(list)?.[0]?.mac; void m;',
  ],
];

test('every wrong use is a type error, and each only where it is', (t) => {
  // One program for all, so that the type checker starts once; a line each.
  const lines = WRONG.map(([, line]) => `{ ${line} }`);
  const found = typeCheck('wrong', lines.join('\n'));
  // Behind the two imports; the import of what only wrong uses use is no matter.
  const at = new Set(found.map((line) => Number(/\((\d+),/.exec(line)?.[1]) - 3));
  t.deepEqual(
    WRONG.filter((_, index) => !at.has(index)).map(([what]) => what),
    [],
    'these are wrong and pass',
  );
  t.deepEqual(
    [...at].filter((line) => line < 0 || line >= WRONG.length),
    [],
  );
});

/** The generated module as the test sees it. */
async function load(): Promise<Record<string, Record<string, unknown>>> {
  return await import(pathToFileURL(path.join(directory, 'router.mjs')).href);
}

function same(t: ExecutionContext, actual: unknown, expected: unknown): void {
  t.deepEqual(actual, expected);
}

type Encoder = (...values: unknown[]) => Entity;

/** A function of an object of the module. */
async function method(group: string, object: string, name: string): Promise<Encoder> {
  const found = (await load())[group]?.[object];
  const value: unknown = typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
  if (typeof value !== 'function') throw new Error(`${group}.${object}.${name} is no function`);
  return (...values) => Reflect.apply(value, undefined, values);
}

test('entries are what the specification says, and are read again as they were given', async (t) => {
  const entry = await method('tables', 'routes', 'entry');
  const given = {
    key: { dst: { value: '10.0.0.0', prefixLength: 8 }, 'in.port': { value: 5 }, name: 'x', a: 1 },
    action: { name: 'forward', params: { port: 3, dst: '00:00:00:00:00:01' } },
    priority: 10,
    idleTimeoutNs: 5n,
  };
  const entity = entry(given);
  const table = p4info.tables[0];
  const action = p4info.actions.find(({ preamble }) => preamble?.alias === 'forward');
  t.deepEqual(decodeIndependently('p4.v1.Entity', Entity.encode(entity).finish()), {
    table_entry: {
      table_id: String(table?.preamble?.id),
      match: [
        { field_id: '1', lpm: { value: '0a000000', prefix_len: '8' } },
        { field_id: '2', ternary: { value: '05', mask: '01ff' } },
        { field_id: '4', optional: { value: '78' } },
        { field_id: '5', exact: { value: '01' } },
      ],
      action: {
        action: {
          action_id: String(action?.preamble?.id),
          params: [
            { param_id: '1', value: '03' },
            { param_id: '2', value: '01' },
          ],
        },
      },
      priority: '10',
      idle_timeout_ns: '5',
    },
  });
  const decode = await method('tables', 'routes', 'decode');
  same(t, decode(entity), {
    ...given,
    key: { ...given.key, 'in.port': { value: 5, mask: 511 } },
    isDefault: false,
    isConst: false,
  });
  t.is<unknown, unknown>((await method('tables', 'plain', 'decode'))(entity), undefined);
});

test('values that do not fit are refused when they are encoded', async (t) => {
  const entry = await method('tables', 'routes', 'entry');
  const action = { name: 'to', params: { name: 'eth0' } };
  t.throws(() => entry({ key: { a: 256 }, action, priority: 1 }), {
    message: /match field 'a': 256 is not in bit<8>/,
  });
  t.throws(() => entry({ key: { a: 0.5 }, action, priority: 1 }), { message: /no whole number/ });
  t.throws(() => entry({ key: { a: 1 }, action, priority: 0 }), { message: /priority above 0/ });
  t.throws(() => entry({ key: { a: 1, dst: { value: '10.0.0.1', prefixLength: 8 } }, action, priority: 1 }), {
    message: /bits beyond its prefix/,
  });
  t.throws(() => entry({ key: { a: 1 }, action: { name: 'tp' }, priority: 1 }), {
    message: /did you mean 'to'/,
  });
});

test('digests, registers, packets and value sets come through', async (t) => {
  const value = {
    mac: 0xab_00_00_00_00_01n,
    port: 300,
    delta: -5,
    fresh: true,
    color: 'green',
    kind: 0xffff,
    pair: { left: 1, right: 2n },
    pairs: [null, { left: 3, right: 4n }],
    rest: [1, 'NoMatch'],
  };
  const cell = (await method('registers', 'last', 'cell'))(2, value);
  same(t, (await method('registers', 'last', 'decode'))(cell), { index: 2n, data: value });
  const data = cell.entity?.$case === 'registerEntry' ? cell.entity.value.data : undefined;
  const list = DigestList.fromPartial({
    digestId: p4info.digests[0]?.preamble?.id ?? 0,
    data: data === undefined ? [] : [data],
  });
  const decodeDigest: (list: unknown) => unknown = await method('digests', 'learned_t', 'decode');
  t.deepEqual(decodeDigest(list), [value]);
  t.is(decodeDigest({ ...list, digestId: 1 }), undefined);

  const packets = (await load())['packets'] ?? {};
  const packetOut = packets['packet_out'];
  const packetIn = packets['packet_in'];
  if (typeof packetOut !== 'function' || typeof packetIn !== 'function') throw new Error('no packets');
  const out = packetOut(Uint8Array.of(9), { egress_port: 300, pad: 1 });
  t.deepEqual(out.metadata, [
    { metadataId: 1, value: Uint8Array.of(1, 44) },
    { metadataId: 2, value: Uint8Array.of(1) },
  ]);
  t.deepEqual(packetIn(PacketIn.fromPartial({ metadata: out.metadata })), { ingress_port: 300, pad: 1 });

  const members = [{ type: 1, flags: { value: 1, mask: 3 } }, { type: 2 }];
  const set = (await method('valueSets', 'matches', 'members'))(members);
  same(t, (await method('valueSets', 'matches', 'decode'))(set), members);
  const types = (await method('valueSets', 'types', 'members'))([{ value: 0x800 }]);
  same(t, (await method('valueSets', 'types', 'decode'))(types), [{ value: 0x800 }]);
});

test('members, groups and cells come through', async (t) => {
  const action = { name: 'forward', params: { port: 1, dst: '00:00:00:00:00:02' } };
  const member = (await method('actionProfiles', 'members', 'member'))(7, action);
  same(t, (await method('actionProfiles', 'members', 'decodeMember'))(member), {
    member: 7,
    action,
  });
  const parts = [
    { member: 7, weight: 2, watchPort: Uint8Array.of(1) },
    { member: 8, weight: 1 },
  ];
  const group = (await method('actionProfiles', 'members', 'group'))(1, parts, 4);
  same(t, (await method('actionProfiles', 'members', 'decodeGroup'))(group), {
    group: 1,
    members: parts,
    maxSize: 4,
  });
  const counts = { bytes: 10n, packets: 1n };
  const counter = (await method('counters', 'totals', 'cell'))(3, counts);
  same(t, (await method('counters', 'totals', 'decode'))(counter), { index: 3n, counts });
  const rates = { committedRate: 1n, committedBurst: 2n, peakRate: 3n, peakBurst: 4n, excessBurst: 0n };
  const meter = (await method('meters', 'policer', 'cell'))(3, rates);
  same(t, (await method('meters', 'policer', 'decode'))(meter), { index: 3n, rates });
  const entry = await method('tables', 'balanced', 'entry');
  const decode = await method('tables', 'balanced', 'decode');
  const set = { key: { a: 1 }, action: { set: [{ action, weight: 2 }] } };
  same(t, decode(entry(set)), { ...set, isDefault: false, isConst: false });
});

test('the file documents itself', (t) => {
  t.regex(
    text,
    /\/\*\*\n \* Bindings of router, version 3 \(v1model\), made from its P4Info\. Do not edit\.\n \* A router\.\n \*\//,
  );
  t.true(text.includes("`ingress.forward`: Sends out of a port.\n * Any port *\\/ but the CPU's."));
  t.true(
    text.includes('    /**\n     * where to\n     * bit<9> (`port_t`)\n     */\n    readonly port: Bit<9>;'),
  );
  t.true(text.includes('  /** lpm, bit<32> */\n  readonly dst?: Lpm<Ipv4> | undefined;'));
  t.true(text.includes('64 entries.'));
  t.true(text.includes('16 cells: two rates, three colors (RFC 2698), in packets a second.'));
});
