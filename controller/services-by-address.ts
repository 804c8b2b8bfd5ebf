/** Services by their address. */

import type { ServiceConfig } from './config/index.ts';
import { tableAddress, wholeIpv6 } from './pipeline/index.ts';

/** Services by their address as the tables have it. */
export function servicesByAddress(
  services: readonly ServiceConfig[],
): ReadonlyMap<bigint, readonly ServiceConfig[]> {
  const found = new Map<bigint, ServiceConfig[]>();
  for (const service of services) {
    const address = wholeIpv6(tableAddress(service.address));
    const there = found.get(address);
    if (there === undefined) found.set(address, [service]);
    else there.push(service);
  }
  return found;
}
