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

/** Files with certificates and a key, and a name. */
export type TlsFiles = {
  readonly authority?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
};

/** TLS to a switch, as clients take it; undefined where there is none. @throws PemError that names the file. */
export function tlsOf({ tls }: SwitchConfig): ClientTls | undefined {
  return tls === undefined ? undefined : readTls({ ...tls, serverName: tls['server-name'] });
}

/** TLS as clients take it; a certificate and its key go together. @throws PemError that names the file. */
export function readTls({ authority, certificate, key, serverName }: TlsFiles): ClientTls {
  return {
    ...(authority === undefined ? {} : { authority: readCertificate(authority) }),
    ...(certificate === undefined || key === undefined ? {} : readPair(certificate, key)),
    ...(serverName === undefined ? {} : { serverName }),
  };
}

/** A certificate and its key. @throws PemError that names the files. */
export function readPair(
  certificate: string,
  key: string,
): { readonly certificate: Buffer; readonly key: Buffer } {
  const pair = { certificate: readCertificate(certificate), key: readPem(key) };
  // What goes with another key is known now, and not only when somebody connects.
  check(`${certificate} ${key}`, 'no key for its certificate', () =>
    createSecureContext({ cert: pair.certificate, key: pair.key }),
  );
  return pair;
}

/** The certificates of a file. @throws PemError that names it. */
export function readCertificate(file: string): Buffer {
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
