/** Certificates and keys of a configuration. */

import { readFileSync } from 'node:fs';
import type { ClientTls } from '../p4runtime/client/index.ts';
import type { SwitchConfig } from './config/index.ts';

/** A certificate or key that cannot be read. */
export class PemError extends Error {
  override readonly name = 'PemError';
}

/** A certificate or key. @throws PemError that names the file. */
export function readPem(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (problem) {
    throw new PemError(
      `${file}: cannot read it: ${problem instanceof Error ? problem.message : String(problem)}`,
    );
  }
}

/** TLS to a switch, as clients take it; undefined where there is none. @throws PemError that names the file. */
export function tlsOf({ tls }: SwitchConfig): ClientTls | undefined {
  if (tls === undefined) return undefined;
  return {
    ...(tls.authority === undefined ? {} : { authority: readPem(tls.authority) }),
    ...(tls.certificate === undefined ? {} : { certificate: readPem(tls.certificate) }),
    ...(tls.key === undefined ? {} : { key: readPem(tls.key) }),
    ...(tls['server-name'] === undefined ? {} : { serverName: tls['server-name'] }),
  };
}
