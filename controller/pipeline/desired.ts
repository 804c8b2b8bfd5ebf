/**
 * What a configuration means for one switch: the entries of its tables but for what is decided while the controller runs
 * (`decided.ts`), and those of sessions and bindings, which come and go.
 */

import type { MacText } from '../../p4runtime/bindings/index.ts';
import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Config, ServerConfig, SwitchConfig } from '../config/index.ts';
import { macText, readableAddress, tableAddress, tablePrefix } from './addresses.ts';
import { digests, enums, meters, schema, tables } from './bindings.ts';
import { checksumChange } from './checksum-change.ts';
import { cpuSession } from './cpu-session.ts';
import { ends } from './decided.ts';
import { mediaServices } from './media-services.ts';
import { type Numbers, PROTOCOLS, protocolNumber } from './numbers.ts';

/** Entries with a port are before those without. */
const PRIORITY_WITH_PORT = 20;
const PRIORITY_WITHOUT_PORT = 10;

/** How long reports of flows wait for others, so that they come in lists. */
const DIGEST_WAIT_NS = 2_000_000n;
const DIGEST_LIST = 256;
const DIGEST_ACK_NS = 1_000_000_000n;

/** The entries of a switch that the configuration gives alone. Its names and numbers are right. */
export function desiredEntities(config: Config, own: SwitchConfig, numbers: Numbers): readonly Entity[] {
  const ports = new Map(own.ports.map((port) => [port.number, macText(port['link-address'])]));
  const isDispatcher = own.role !== 'gateway';
  const isGateway = own.role !== 'dispatcher';
  return [
    cpuSession(),
    ...digestEntries(),
    ...policers(config),
    ...own.ports.map((port) =>
      tables.ports.entry({
        key: { port: port.number },
        action: {
          name: 'set_role',
          params: { role: enums.role_t[port.role], address: macText(port['link-address']) },
        },
      }),
    ),
    ...localAddresses(config, isDispatcher, numbers),
    ...(isGateway ? virtualSources(config, numbers) : []),
    ...(isDispatcher ? [...services(config, numbers), ...servicesOfMedia(config, numbers)] : []),
    ...(isGateway ? translationsBack(config) : []),
    ...taps(config, numbers),
    ...routes(config, ports),
  ];
}

// ---- Parts ----

function localAddresses(config: Config, isDispatcher: boolean, numbers: Numbers): readonly Entity[] {
  return [
    ...(isDispatcher ? virtualAddresses(config) : []).map((address) =>
      tables.local_addresses.entry({
        key: { address: tableAddress(address) },
        action: { name: 'set_virtual', params: { number: numbers.virtualAddresses.of(address) } },
      }),
    ),
    ...[...new Set(config.addresses.map(tableAddress))].map((address) =>
      tables.local_addresses.entry({ key: { address }, action: { name: 'set_local' } }),
    ),
  ];
}

/** By which servers send to mobile nodes: those have addresses of IPv6. */
function virtualSources(config: Config, numbers: Numbers): readonly Entity[] {
  return virtualAddresses(config)
    .filter((address) => address.includes(':'))
    .map((address) =>
      tables.virtual_sources.entry({
        key: { address: tableAddress(address) },
        action: { name: 'set_number', params: { number: numbers.virtualAddresses.of(address) } },
      }),
    );
}

function virtualAddresses(config: Config): readonly string[] {
  return [...new Set(config.services.map(({ address }) => readableAddress(address)))];
}

function services(config: Config, numbers: Numbers): readonly Entity[] {
  return config.services.map((service) => {
    const number = numbers.services.of(service.name);
    const [first = ''] = service.servers;
    return tables.services.entry({
      key: {
        address: tableAddress(service.address),
        protocol: protocolNumber(service),
        ...(service.port === undefined ? {} : { port: { value: service.port } }),
      },
      priority: service.port === undefined ? PRIORITY_WITHOUT_PORT : PRIORITY_WITH_PORT,
      action:
        service.mode === 'hand-over'
          ? { name: 'hand_over', params: { service: number, server: numbers.servers.of(first) } }
          : { name: 'set_service', params: { service: number } },
    });
  });
}

function servicesOfMedia(config: Config, numbers: Numbers): readonly Entity[] {
  return mediaServices(config).map(({ name, address, protocol }) =>
    tables.services.entry({
      key: { address: tableAddress(address), protocol },
      priority: PRIORITY_WITHOUT_PORT,
      action: { name: 'set_service', params: { service: numbers.services.of(name) } },
    }),
  );
}

function translationsBack(config: Config): readonly Entity[] {
  const made: Entity[] = [];
  // Protocol and virtual address by server: what has no port is told apart by them, or not at all.
  const virtual = new Map<string, Set<string>>();
  for (const service of config.services) {
    if (service.mode !== 'nat') continue;
    for (const name of service.servers) {
      const both = ends(service, serverOf(config, name));
      const protocol = protocolNumber(service);
      made.push(
        tables.translations_back.entry({
          key: { address: tableAddress(both.own.address), port: both.own.port, protocol },
          action: {
            name: 'translate_back',
            params: {
              address: tableAddress(both.virtual.address),
              port: both.virtual.port,
              checksum_change: checksumChange(both.own, both.virtual),
            },
          },
        }),
      );
      const of = `${tableAddress(both.own.address)} ${protocol}`;
      const addresses = virtual.get(of) ?? new Set();
      addresses.add(service.address);
      virtual.set(of, addresses);
    }
  }
  const hosts = new Set<string>();
  for (const [of, addresses] of virtual) {
    const [host = '', protocol = '0'] = of.split(' ');
    const [only] = addresses;
    const key = { address: tableAddress(host), port: 0, protocol: Number(protocol) };
    // Later fragments: the checksum stands in the first one.
    made.push(
      tables.translations_back.entry({
        key,
        action:
          addresses.size === 1 && only !== undefined
            ? { name: 'translate_back', params: { address: tableAddress(only), port: 0, checksum_change: 0 } }
            : { name: 'ask_controller', params: { reason: enums.reason_t.fragment } },
      }),
    );
    hosts.add(host);
  }
  for (const host of hosts) {
    for (const protocol of [PROTOCOLS.icmp, PROTOCOLS.icmpv6]) {
      made.push(
        tables.translations_back.entry({
          key: { address: tableAddress(host), port: 0, protocol },
          action: { name: 'ask_controller', params: { reason: enums.reason_t.icmp_error } },
        }),
      );
    }
  }
  return made;
}

function taps(config: Config, numbers: Numbers): readonly Entity[] {
  return config.services.flatMap((service) => {
    if (service.signalling === 'none' || service.port === undefined) return [];
    return [
      tables.signalling_taps.entry({
        key: {
          virtual_address: tableAddress(service.address),
          protocol: protocolNumber(service),
          port: service.port,
        },
        action: { name: 'tap', params: { service: numbers.services.of(service.name) } },
      }),
    ];
  });
}

function routes(config: Config, ports: ReadonlyMap<number, MacText>): readonly Entity[] {
  const there = config.neighbors.map((neighbor, index) => ({ ...neighbor, number: index + 1 }));
  const near = there.flatMap((neighbor) => {
    const source = ports.get(neighbor.port);
    if (source === undefined) return [];
    return [
      tables.neighbors.entry({
        key: { next_hop: neighbor.number },
        action: {
          name: 'to_neighbor',
          params: {
            destination: macText(neighbor['link-address']),
            source,
            port: neighbor.port,
            mtu: neighbor.mtu,
          },
        },
      }),
    ];
  });
  const far = config.routes.flatMap(({ prefix, via }) => {
    const neighbor = there.find(({ name }) => name === via);
    if (neighbor === undefined || !ports.has(neighbor.port)) return [];
    return [
      tables.routes.entry({
        key: { prefix: tablePrefix(prefix) },
        action: { name: 'set_next_hop', params: { next_hop: neighbor.number } },
      }),
    ];
  });
  return [...near, ...far, ...(isIpv4Caught(config) ? [NO_IPV4_ROUTE] : [])];
}

/** IPv4 lies within the prefixes of IPv6 that the table has; a default route of IPv6 is none of IPv4. */
const NO_IPV4_ROUTE: Entity = tables.routes.entry({
  key: { prefix: tablePrefix('0.0.0.0/0') },
  action: { name: 'report_no_route' },
});

function isIpv4Caught({ routes: all }: Config): boolean {
  const mapped = tableAddress('0.0.0.0');
  const catches = ({ prefix }: Config['routes'][number]) => {
    const { value, prefixLength } = tablePrefix(prefix);
    return prefixLength < 96 && tablePrefix(`${mapped}/${prefixLength}`).value === value;
  };
  return all.some(catches) && !all.some(({ prefix }) => /^[\d.]+\/0$/.test(prefix));
}

/** Mobility messages have a rate of their own, so that a flood of one kind starves no other. */
function policers(config: Config): readonly Entity[] {
  const { mobility, policing } = config;
  const ofMobility = new Set<number>([
    enums.reason_t.home_test_init,
    enums.reason_t.care_of_test_init,
    enums.reason_t.binding_update,
  ]);
  return Object.values(enums.reason_t)
    .filter((reason) => reason !== enums.reason_t.none)
    .map((reason) => {
      const own = ofMobility.has(reason)
        ? mobility['messages-per-second']
        : reason === enums.reason_t.signalling
          ? policing['signalling-packets-per-second']
          : undefined;
      const rate = BigInt(own ?? policing['packets-per-second']);
      const burst = own === undefined ? BigInt(policing.burst) : rate / 4n + 1n;
      return meters.punt_policer.cell(reason, {
        committedRate: rate,
        committedBurst: burst,
        peakRate: rate,
        peakBurst: burst,
      });
    });
}

function digestEntries(): readonly Entity[] {
  return [
    digests.flow_digest_t.entry({
      maxTimeoutNs: DIGEST_WAIT_NS,
      maxListSize: DIGEST_LIST,
      ackTimeoutNs: DIGEST_ACK_NS,
    }),
  ];
}

/** What tables refer to is written first; what they are pointed at by, last. */
const ORDER: readonly string[] = [
  'ports',
  'local_addresses',
  'neighbors',
  'routes',
  'servers',
  'translations_back',
  'admission',
  'selection',
  'bindings',
  'virtual_sources',
  'flows',
  'announced_flows',
  'signalling_sessions',
  'services',
  'signalling_taps',
];

const RANKS: ReadonlyMap<string, number> = new Map(
  ORDER.flatMap((name, index) => {
    const table = schema.tables.find(name);
    return table === undefined ? [] : [[`table ${table.id}`, index + 1] as const];
  }),
);

/** The order of groups of entities: meters, digests and clone sessions before all tables. */
export function rankOf(group: string): number {
  return group.startsWith('table ') ? (RANKS.get(group) ?? ORDER.length + 1) : 0;
}

function serverOf(config: Config, name: string): ServerConfig {
  const found = config.servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`no server is called '${name}'`);
  return found;
}
