/** Random entries of every table, over the same few addresses as the packets. */

import type { CaseEntry } from '../harness/case.ts';
import {
  CARE_OFS,
  CLIENT_PORTS,
  CLIENTS,
  CLIENTS4,
  HOMES,
  SERVER_NUMBERS,
  SERVERS,
  SERVERS4,
  SERVICE_NUMBERS,
  SERVICE_PORTS,
  SWITCH_MAC,
  VIRTUAL,
  VIRTUAL_NUMBERS,
  VIRTUAL4,
} from './pools.ts';
import type { Random } from './random.ts';
import { REASONS } from './verdict.ts';

/** The virtual addresses and the port that `pipeline/base.json` has not. */
export const MORE_BASE: readonly CaseEntry[] = [
  {
    table: 'local_addresses',
    match: { address: '2001:db8:100::2' },
    action: 'set_virtual',
    data: { number: 3 },
  },
  {
    table: 'virtual_sources',
    match: { address: '2001:db8:100::2' },
    action: 'set_number',
    data: { number: 3 },
  },
  {
    table: 'local_addresses',
    match: { address: '::ffff:203.0.113.11' },
    action: 'set_virtual',
    data: { number: 4 },
  },
  { table: 'ports', match: { port: 5 }, action: 'set_role', data: { role: 3, address: SWITCH_MAC } },
];

const mapped = (address: string) => `::ffff:${address}`;

/** What an entry's table and key are, as text: two such entries cannot be there at the same time. */
export function keyOf({ table, match, priority }: CaseEntry): string {
  return JSON.stringify([table, Object.entries(match).sort(), priority ?? 0]);
}

const port = (random: Random) => random.pick([1, 2, 3, 4]);
const mtu = (random: Random) => random.pick([0, 1280, 1500, 1500, 9000, 100]);

/** An entry that the switch may be given. @param serial makes priorities that no other entry has. */
export function generateEntry(random: Random, serial: number): CaseEntry {
  const is4 = random.oneIn(4);
  const client = is4 ? mapped(random.pick(CLIENTS4)) : random.pick([...CLIENTS, ...HOMES]);
  const virtual = is4 ? mapped(random.pick(VIRTUAL4)) : random.pick(VIRTUAL);
  const server = random.pick(SERVER_NUMBERS);
  const service = random.pick(SERVICE_NUMBERS);
  const protocol = random.pick([6, 6, 17]);
  const flow = {
    source: client,
    destination: virtual,
    source_port: random.pick(CLIENT_PORTS),
    destination_port: random.pick(SERVICE_PORTS),
    protocol,
  };
  const serverPort = random.pick([0, 0, ...SERVICE_PORTS]);
  const link = { destination: '02:00:00:00:01:09', source: SWITCH_MAC, port: port(random), mtu: mtu(random) };
  const entries: readonly (() => CaseEntry)[] = [
    ...Array<() => CaseEntry>(5).fill(() => ({
      table: 'bindings',
      match: { home_address: random.pick(HOMES), virtual_number: random.pick(VIRTUAL_NUMBERS) },
      action: 'set_care_of_address',
      data: { care_of_address: random.pick(CARE_OFS) },
    })),
    ...Array<() => CaseEntry>(6).fill(() => ({
      table: 'flows',
      match: flow,
      action: 'set_server',
      data: { server },
    })),
    () => ({
      table: 'announced_flows',
      match: Object.fromEntries(Object.entries(flow).filter(() => random.oneIn(2))),
      action: 'expect_server',
      data: { server },
      priority: 1000 + serial,
    }),
    () => ({
      table: 'services',
      match: {
        address: virtual,
        protocol: random.pick([6, 17, 17, 58, 1, 50, 132]),
        ...(random.oneIn(3) ? {} : { port: random.pick(SERVICE_PORTS) }),
      },
      ...(random.oneIn(3)
        ? { action: 'hand_over', data: { service, server } }
        : { action: 'set_service', data: { service } }),
      priority: 1000 + serial,
    }),
    () => ({
      table: 'admission',
      match: { service, class: random.below(2) },
      action: 'set_drop_probability',
      data: { probability: random.pick([0, 65_536]) },
    }),
    () => ({
      table: 'selection',
      match: { service },
      set: [{ action: 'set_candidate', data: { server }, weight: 1 + random.below(3) }],
    }),
    () => ({
      table: 'servers',
      match: { server },
      ...(random.oneIn(2)
        ? { action: random.pick(['to_server', 'to_load_balancer']), data: link }
        : {
            action: 'translate',
            data: {
              ...link,
              address: is4 ? mapped(random.pick(SERVERS4)) : random.pick(SERVERS),
              server_port: random.pick(SERVICE_PORTS),
              checksum_change: random.pick([0, 1, 0xffff, random.below(65_536)]),
            },
          }),
    }),
    () => ({
      table: 'translations_back',
      match: {
        address: is4 ? mapped(random.pick(SERVERS4)) : random.pick(SERVERS),
        port: serverPort,
        protocol: random.pick([6, 6, 17, 58, 1, 50]),
      },
      ...(random.oneIn(4)
        ? { action: 'ask_controller', data: { reason: random.pick([REASONS.fragment, REASONS.icmp_error]) } }
        : {
            action: 'translate_back',
            data: {
              address: virtual,
              port: serverPort === 0 ? 0 : random.pick(SERVICE_PORTS),
              checksum_change: random.pick([0, 1, 0xffff, random.below(65_536)]),
            },
          }),
    }),
    () => ({
      table: 'routes',
      match: { prefix: route(random, is4) },
      ...(random.oneIn(8)
        ? { action: 'report_no_route', data: {} }
        : { action: 'set_next_hop', data: { next_hop: random.pick([1, 1, 1, 2, 9]) } }),
    }),
    () => ({
      table: 'neighbors',
      match: { next_hop: random.pick([1, 2]) },
      action: 'to_neighbor',
      data: { ...link, destination: '02:00:00:00:00:fe' },
    }),
    () => ({
      table: 'signalling_taps',
      match: { virtual_address: virtual, protocol, port: random.pick([0, ...SERVICE_PORTS]) },
      action: 'tap',
      data: { service },
    }),
    () => ({
      table: 'signalling_sessions',
      match: {
        client_address: client,
        client_port: random.pick(CLIENT_PORTS),
        virtual_address: virtual,
        virtual_port: random.pick(SERVICE_PORTS),
        protocol,
      },
      action: 'set_session',
      data: { session: random.next() },
    }),
    () => ({
      table: 'local_addresses',
      match: { address: random.pick(['ff02::1', 'fe80::1', '::ffff:224.0.0.251', '::ffff:169.254.1.1']) },
      ...random.pick([{ action: 'set_virtual', data: { number: 5 } }, { action: 'set_local' }]),
    }),
    () => ({
      table: 'ports',
      match: { port: 5 },
      action: 'set_role',
      data: { role: random.below(4), address: SWITCH_MAC },
    }),
  ];
  return random.pick(entries)();
}

function route(random: Random, is4: boolean): string {
  if (is4) return random.pick(['::ffff:0.0.0.0/96', '::ffff:198.51.0.0/112', '::ffff:192.0.2.8/125']);
  return random.pick([
    '::/0',
    '2001:db8::/32',
    '2001:db8:3::30/127',
    '2001:db8:3::31/128',
    '2001:db8:200::/48',
  ]);
}
