/** Why a connection does not come to be, and what to set: gRPC and OpenSSL say it in words of their own. */

import type { ClientTls } from './channel.ts';
import { RpcError } from './errors.ts';

/** What the reader sets, in the reader's words. */
export type TlsSettings = {
  /** How TLS is asked for, with an authority. */
  readonly authority: string;
  /** How a certificate and its key are shown. */
  readonly certificate: string;
  /** How the name in the server's certificate is said. */
  readonly serverName: string;
  /** How TLS is left out. */
  readonly none: string;
};

/** What is likely, and what to do about it. */
export type ConnectionExplanation = { readonly reason: string; readonly advice: string | undefined };

const SERVE = "'moor switch --tls-cert FILE --tls-key FILE'";

/** OpenSSL's words, and Node's, for what is wrong with a certificate. */
const NOT_BELIEVED =
  /unable to verify the first certificate|self-signed certificate|unable to get (?:local )?issuer|certificate signature failure/;
const OUT_OF_TIME = /certificate (?:has expired|is not yet valid)/;
/** A server without TLS answers with something else, or ends before the handshake does. */
const NO_TLS =
  /wrong version number|packet length too long|disconnected before secure TLS connection|unexpected message/;
/** The alerts that a server sends (RFC 8446, 6.2). */
const WANTS_CERTIFICATE = /alert certificate required/;
const REFUSES_CERTIFICATE =
  /alert (unknown ca|bad certificate|certificate (?:unknown|expired|revoked)|unsupported certificate)/;
const HANDSHAKE = /alert handshake failure/;
/** What grpc-js says where the other side ends a connection before it has said anything, with the time. */
const ENDED = /^Failed to connect|^Socket closed|ECONNRESET|EPIPE/;

/**
 * What is likely to be wrong with a connection that does not come to be, and what to set.
 * @param tls What the client asked for.
 * @param settings The names of what can be set.
 * @returns Undefined for an error of another kind.
 */
export function explainConnection(
  problem: unknown,
  tls: ClientTls | undefined,
  settings: TlsSettings,
): ConnectionExplanation | undefined {
  if (!(problem instanceof RpcError) || problem.connection === undefined) return undefined;
  const words = problem.connection;
  return tls === undefined ? explainPlain(words, settings) : explainSecure(words, tls, settings);
}

function explainPlain(words: string, settings: TlsSettings): ConnectionExplanation {
  if (ENDED.test(words)) {
    return {
      reason: 'it ends the connection at once: it goes down, or wants TLS',
      advice: `if it wants TLS, ${settings.authority}`,
    };
  }
  return explainOther(words);
}

function explainSecure(words: string, tls: ClientTls, settings: TlsSettings): ConnectionExplanation {
  if (NO_TLS.test(words)) {
    return {
      reason: 'it does not speak TLS',
      advice: `${settings.none}, or start the switch with TLS (${SERVE})`,
    };
  }
  if (NOT_BELIEVED.test(words)) {
    const advice =
      tls.authority === undefined
        ? settings.authority
        : 'is the authority that is given the one that signed the certificate of the switch?';
    return { reason: `its certificate is of an authority that is not believed (${words})`, advice };
  }
  if (OUT_OF_TIME.test(words)) {
    return { reason: `its ${words}`, advice: 'it takes a new one, or a clock is off' };
  }
  if (words.includes('does not match certificate')) {
    const [, reason = words] = /(Hostname\/IP does not match .*)/s.exec(words) ?? [];
    return { reason, advice: `${settings.serverName}, or reach it by a name that stands there` };
  }
  const [, refused] = REFUSES_CERTIFICATE.exec(words) ?? [];
  const isShown = tls.certificate !== undefined;
  if (WANTS_CERTIFICATE.test(words) || (!isShown && (HANDSHAKE.test(words) || ENDED.test(words)))) {
    return { reason: 'it wants to see a certificate', advice: settings.certificate };
  }
  if (refused !== undefined || (isShown && (HANDSHAKE.test(words) || ENDED.test(words)))) {
    const why = refused === undefined ? '' : ` (${refused})`;
    return {
      reason: `it does not take the certificate that it is shown${why}`,
      advice: "is it of the authority that the switch believes ('moor switch --tls-client-ca FILE')?",
    };
  }
  return explainOther(words);
}

function explainOther(words: string): ConnectionExplanation {
  if (words.startsWith('Protocol error')) {
    return { reason: 'it does not speak gRPC', advice: 'is the address that of a P4Runtime server?' };
  }
  // OpenSSL begins with the number of a thread, and ends with where in its sources it was.
  const [, told] = /^[0-9A-F]+:error:[^:]*:[^:]*:[^:]*:([^:]+):/s.exec(words) ?? [];
  return { reason: told ?? words, advice: undefined };
}
