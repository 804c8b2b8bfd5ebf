/** From the configuration of a switch to how it is reached. */

import type { ClientOptions } from '../p4runtime/client/index.ts';
import type { Config, SwitchConfig } from './config/index.ts';
import { tlsOf } from './read-pem.ts';
import type { SwitchReach } from './switches/index.ts';

/**
 * Whether a switch is reached in the same way. One that is not, as on another machine, is the same switch still: what was wanted
 * of it is wanted there. Certificates are compared by what is in them: files of the same name can have become others.
 */
export function sameReach(left: SwitchReach, right: SwitchReach): boolean {
  const isSame = (one: Buffer | undefined, other: Buffer | undefined) =>
    one === undefined || other === undefined ? one === other : one.equals(other);
  const [one, other] = [left.client, right.client];
  return (
    left.electionId === right.electionId &&
    left.replacePipeline === right.replacePipeline &&
    one.target === other.target &&
    one.deviceId === other.deviceId &&
    (one.tls === undefined) === (other.tls === undefined) &&
    one.tls?.serverName === other.tls?.serverName &&
    isSame(one.tls?.authority, other.tls?.authority) &&
    isSame(one.tls?.certificate, other.tls?.certificate) &&
    isSame(one.tls?.key, other.tls?.key)
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
