/** Ports where a message names them: watch ports and replicas. */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import type { Device } from './device.ts';
import { toInteger } from './numbers.ts';
import type { Translator } from './translation.ts';

/** Ports by their bytes (or, from before P4Runtime 1.4, by a number). */
export type Ports = {
  /** @throws EntityError INVALID_ARGUMENT for a port that the switch cannot have. */
  readonly number: (value: Uint8Array | number, what: string) => number;
  /** @throws EntityError INVALID_ARGUMENT for one that it does not have now. */
  readonly existing: (value: Uint8Array | number, what: string) => number;
};

/** @param width Bits of a port in the data plane. */
export function makePorts(
  translator: Translator,
  width: number,
  { ports: now, knowsPorts }: Pick<Device, 'ports' | 'knowsPorts'>,
): Ports {
  const number = (value: Uint8Array | number, what: string): number => {
    if (typeof value === 'number') {
      const port = value >>> 0;
      if (port >= 2 ** width) throw none(what, String(port), `a port is a bit<${width}>`);
      return port;
    }
    try {
      return toInteger(translator.toDevice(value, width, what));
    } catch (problem) {
      if (!(problem instanceof EntityError)) throw problem;
      throw new EntityError(Code.INVALID_ARGUMENT, problem.message);
    }
  };
  const existing = (value: Uint8Array | number, what: string): number => {
    const port = number(value, what);
    const ports = now();
    if (!knowsPorts || ports.has(port)) return port;
    const known = [...ports]
      .map(([each, name]) => (name === '' ? String(each) : `${each} (${name})`))
      .join(', ');
    throw none(what, String(port), known === '' ? 'the switch has no ports' : `there are ${known}`);
  };
  return { number, existing };
}

function none(what: string, port: string, why: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, `${what}: there is no port ${port}; ${why}`);
}
