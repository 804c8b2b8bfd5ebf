/**
 * Services for flows that signalling announces: at an address with signalling, all ports that no other service has. They have
 * no members in `selection`, so that what was not announced goes to no server.
 */

import type { Config, ServiceConfig } from '../config/index.ts';
import { PROTOCOLS } from '../signalling/protocols.ts';
import { tableAddress } from './addresses.ts';

export type MediaService = {
  /** No service of a configuration can be called so. */
  readonly name: string;
  readonly address: string;
  readonly protocol: number;
  /** The service whose signalling announces; the first one where there are several. */
  readonly signalling: ServiceConfig;
};

const NUMBERS: Readonly<Record<string, number>> = { tcp: 6, udp: 17 };

/** Those of a configuration, one for each address and protocol. */
export function mediaServices(config: Config): readonly MediaService[] {
  const found = new Map<string, MediaService>();
  // A service that takes every port takes media, too.
  const taken = new Set(
    config.services
      .filter(({ port }) => port === undefined)
      .map(({ address, protocol }) => `${tableAddress(address)} ${NUMBERS[protocol] ?? protocol}`),
  );
  for (const service of config.services) {
    if (service.signalling === 'none') continue;
    for (const protocol of PROTOCOLS[service.signalling].announces) {
      const key = `${tableAddress(service.address)} ${protocol}`;
      if (taken.has(key) || found.has(key)) continue;
      const name = `media at ${service.address} protocol ${protocol}`;
      found.set(key, { name, address: service.address, protocol, signalling: service });
    }
  }
  return [...found.values()];
}
