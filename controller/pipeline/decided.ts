/**
 * What is decided while the controller runs: which servers new sessions go to, how many of them are refused, and which
 * servers packets go to at all. Everything else that a configuration gives is in `desired.ts`.
 */

import type { MacText } from '../../p4runtime/bindings/index.ts';
import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Config, ServerConfig, ServiceConfig, SwitchConfig } from '../config/index.ts';
import { macText, tableAddress } from './addresses.ts';
import { enums, tables } from './bindings.ts';
import { checksumChange } from './checksum-change.ts';
import { type Numbers, serverKey } from './numbers.ts';

/** A member of a service's selection, in the order of its places. A server may be there more than once. */
export type WeightedServer = { readonly name: string; readonly weight: number };

/** Probabilities in 1/65,536, as the switch takes them. */
export type Refusal = { readonly new_session: number; readonly established: number };

export type Decisions = {
  readonly members: (service: ServiceConfig) => readonly WeightedServer[];
  readonly refusal: (service: ServiceConfig) => Refusal;
  /** Whether packets may go on to a server; not to one that is dead. */
  readonly isReachable: (server: string) => boolean;
};

/** The entries of `selection` and `admission`. */
export function decidedEntities(config: Config, numbers: Numbers, decisions: Decisions): readonly Entity[] {
  return config.services
    .filter(({ mode }) => mode !== 'hand-over')
    .flatMap((service) => [
      ...selection(service, decisions.members(service), numbers),
      ...admission(service, decisions.refusal(service), numbers),
    ]);
}

/** The candidates of a service. Without any the switch has no entry. */
function selection(
  service: ServiceConfig,
  members: readonly WeightedServer[],
  numbers: Numbers,
): readonly Entity[] {
  const counted = members.filter(({ weight }) => weight > 0);
  if (counted.length === 0) return [];
  return [
    tables.selection.entry({
      key: { service: numbers.services.of(service.name) },
      action: {
        set: counted.map(({ name, weight }) => ({
          action: { name: 'set_candidate', params: { server: numbers.servers.of(serverKey(service, name)) } },
          weight,
        })),
      },
    }),
  ];
}

/** The probabilities of a service; 0 is the table's default action and takes no entry. */
function admission(service: ServiceConfig, refusal: Refusal, numbers: Numbers): readonly Entity[] {
  return (['new_session', 'established'] as const).flatMap((kind) => {
    const probability = refusal[kind];
    if (probability === 0) return [];
    return [
      tables.admission.entry({
        key: { service: numbers.services.of(service.name), class: enums.class_t[kind] },
        action: { name: 'set_drop_probability', params: { probability } },
      }),
    ];
  });
}

/** The entries of `servers` that a switch has, by the server's name. */
export function serverEntities(
  config: Config,
  own: SwitchConfig,
  numbers: Numbers,
): ReadonlyMap<string, readonly Entity[]> {
  const ports = new Map(own.ports.map((port) => [port.number, macText(port['link-address'])]));
  const there = new Map(config.servers.map((server) => [server.name, server]));
  const made = new Map<string, Entity>();
  const byName = new Map<string, Entity[]>();
  for (const service of config.services) {
    for (const name of service.servers) {
      const server = there.get(name);
      const source = server === undefined ? undefined : ports.get(server.port);
      const key = serverKey(service, name);
      // A port of another switch: that one has it.
      if (server === undefined || source === undefined || made.has(key)) continue;
      const entity = serverEntity(service, server, source, numbers.servers.of(key));
      made.set(key, entity);
      byName.set(name, [...(byName.get(name) ?? []), entity]);
    }
  }
  return byName;
}

function serverEntity(service: ServiceConfig, server: ServerConfig, source: MacText, number: number): Entity {
  const reached = {
    destination: macText(server['link-address']),
    source,
    port: server.port,
    mtu: server.mtu,
  };
  return tables.servers.entry({
    key: { server: number },
    action:
      service.mode === 'nat'
        ? { name: 'translate', params: { ...translation(service, server), ...reached } }
        : service.mode === 'hand-over'
          ? { name: 'to_load_balancer', params: reached }
          : { name: 'to_server', params: reached },
  });
}

/** What a server behind NAT is sent, and what that does to checksums. */
function translation(service: ServiceConfig, server: ServerConfig) {
  const { virtual, own } = ends(service, server);
  return {
    address: tableAddress(own.address),
    server_port: own.port,
    checksum_change: checksumChange(virtual, own),
  };
}

/** What stands in packets on either side of NAT. */
export function ends(service: ServiceConfig, server: ServerConfig) {
  const port = service.port ?? 0;
  return {
    virtual: { address: service.address, port },
    own: { address: server.address ?? service.address, port: server['server-port'] ?? port },
  };
}
