/** Which number of the switch stands for what of a configuration. */

import type { Config, ServiceConfig } from '../config/index.ts';
import { readableAddress } from './addresses.ts';
import type { Identifiers, StoredIdentifiers } from './identifiers.ts';
import { mediaServices } from './media-services.ts';

export type Numbers = {
  readonly services: Identifiers;
  readonly servers: Identifiers;
  /** By the address as people write it (`readableAddress`). */
  readonly virtualAddresses: Identifiers;
};

export const PROTOCOLS = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 } as const;

/** The number of a service's protocol. */
export function protocolNumber({ protocol }: Pick<ServiceConfig, 'protocol'>): number {
  return typeof protocol === 'number' ? protocol : PROTOCOLS[protocol];
}

/**
 * What tells a server from others in the switch. Behind NAT it is another one for each service, since what is written
 * into packets differs.
 */
export function serverKey(service: Pick<ServiceConfig, 'name' | 'mode'>, server: string): string {
  return service.mode === 'nat' ? `${service.name}/${server}` : server;
}

/** The server that a key stands for. */
export function serverOfKey(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}

/** Numbers that can be thrown away. */
export function copyNumbers({ services, servers, virtualAddresses }: Numbers): Numbers {
  return {
    services: services.copy(),
    servers: servers.copy(),
    virtualAddresses: virtualAddresses.copy(),
  };
}

/** Takes over what copies have given since. */
export function adoptNumbers(numbers: Numbers, copies: Numbers): void {
  for (const kind of ['services', 'servers', 'virtualAddresses'] as const) numbers[kind].adopt(copies[kind]);
}

/** What is stored of them. */
export function storedNumbers({ services, servers, virtualAddresses }: Numbers): StoredIdentifiers {
  return {
    services: services.stored(),
    servers: servers.stored(),
    virtualAddresses: virtualAddresses.stored(),
  };
}

/**
 * Gives every service, virtual address and server its number; where agents are heard, which say whose agent they are, also
 * servers that are behind NAT only.
 * @throws IdentifierError when a number that is asked for is another's.
 */
export function numberAll(config: Config, numbers: Numbers): void {
  // Those that are asked for, before others take them.
  for (const { name, id } of config.services) if (id !== undefined) numbers.services.of(name, id);
  const direct = new Set(
    config.services.filter(({ mode }) => mode !== 'nat').flatMap(({ servers }) => servers),
  );
  const named = config.servers.filter(({ name }) => config.health !== undefined || direct.has(name));
  for (const { name, id } of named) if (id !== undefined) numbers.servers.of(name, id);
  for (const service of config.services) {
    numbers.services.of(service.name);
    numbers.virtualAddresses.of(readableAddress(service.address));
    for (const name of service.servers) numbers.servers.of(serverKey(service, name));
  }
  for (const { name } of named) numbers.servers.of(name);
  for (const { name } of mediaServices(config)) numbers.services.of(name);
}
