/** From the configuration of a switch to how it is reached. */

import type { ClientOptions } from '../p4runtime/client/index.ts';
import type { SwitchConfig } from './config/index.ts';
import { tlsOf } from './read-pem.ts';

/** Whether a switch is reached in the same way, and kept in the same role. */
export function sameConnection(left: SwitchConfig, right: SwitchConfig): boolean {
  const text = ({ target, role, tls, ...rest }: SwitchConfig) =>
    JSON.stringify([target, role, tls, rest['device-id'], rest['replace-pipeline']]);
  return text(left) === text(right);
}

/** How a switch is reached. @throws PemError. */
export function clientOptions(own: SwitchConfig): ClientOptions {
  const tls = tlsOf(own);
  return {
    target: own.target,
    deviceId: BigInt(own['device-id']),
    ...(tls === undefined ? {} : { tls }),
  };
}
