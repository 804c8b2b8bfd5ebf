/** From the configuration of a switch to how it is reached. */

import type { ClientOptions } from '../p4runtime/client/index.ts';
import type { Config, SwitchConfig } from './config/index.ts';
import { tlsOf } from './read-pem.ts';

/** Whether a switch is reached in the same way, and kept in the same role. */
export function sameConnection(left: SwitchConfig, right: SwitchConfig): boolean {
  const text = ({ target, role, tls, ...rest }: SwitchConfig) =>
    JSON.stringify([target, role, tls, rest['device-id'], rest['replace-pipeline']]);
  return text(left) === text(right);
}

/** Whether the certificates and keys of two connections are the same; files of the same name can have become others. */
export function sameTls({ tls: left }: ClientOptions, { tls: right }: ClientOptions): boolean {
  const isSame = (one: Buffer | undefined, other: Buffer | undefined) =>
    one === undefined || other === undefined ? one === other : one.equals(other);
  return (
    isSame(left?.authority, right?.authority) &&
    isSame(left?.certificate, right?.certificate) &&
    isSame(left?.key, right?.key)
  );
}

/** The number by which a controller stands for election: its priority first, and then the younger is before the older. */
export function electionIdOf(config: Config, startedAt: number): bigint {
  return (BigInt(config['election-priority']) << 64n) | BigInt(startedAt);
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
