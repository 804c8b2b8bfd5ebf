/** Certificates and keys of a configuration. */

import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
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
  const { authority, certificate, key } = tls;
  const ca = authority === undefined ? undefined : readCertificate(authority);
  const cert = certificate === undefined ? undefined : readCertificate(certificate);
  const own = key === undefined ? undefined : readPem(key);
  // What goes with another key is known now, and not only when the switch is reached.
  check(`${certificate ?? ''} ${key ?? ''}`.trim(), 'no key for its certificate', () =>
    createSecureContext({ cert, key: own }),
  );
  return {
    ...(ca === undefined ? {} : { authority: ca }),
    ...(cert === undefined ? {} : { certificate: cert }),
    ...(own === undefined ? {} : { key: own }),
    ...(tls['server-name'] === undefined ? {} : { serverName: tls['server-name'] }),
  };
}

function readCertificate(file: string): Buffer {
  const pem = readPem(file);
  check(file, 'no certificate', () => new X509Certificate(pem));
  return pem;
}

function check(files: string, what: string, look: () => unknown): void {
  try {
    look();
  } catch (problem) {
    throw new PemError(`${files}: ${what}: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
}
