/** The Transport field of RTSP (RFC 2326, section 12.39; RFC 7826, section 18.54). */

import { literalAddress, literalPort } from './literal-address.ts';
import { type ExpectedFlow, type SignallingFlow, TCP, UDP } from './protocol.ts';
import { splitOutsideQuotes } from './text-message.ts';

/** An address with a port, as dest_addr and src_addr have them; undefined: not said. */
export type TransportAddress = { readonly address: bigint | undefined; readonly port: number | undefined };

/** One way in which media may go. */
export type Transport = {
  readonly lower: 'udp' | 'tcp';
  readonly isMulticast: boolean;
  readonly isInterleaved: boolean;
  readonly isMultiplexed: boolean;
  /** Where the client takes media: RTP, RTCP. */
  readonly client: readonly TransportAddress[];
  readonly server: readonly TransportAddress[];
};

/** More ports of one stream are not believed. */
const MOST_PORTS = 16;
const MOST_TRANSPORTS = 16;

/** All ways that a field offers, the one that is liked best first. */
export function parseTransports(text: string): readonly Transport[] {
  return splitOutsideQuotes(text, ',').slice(0, MOST_TRANSPORTS).map(parseTransport);
}

function parseTransport(text: string): Transport {
  const [protocol = '', ...rest] = splitOutsideQuotes(text, ';');
  const parameters = new Map<string, string>();
  for (const one of rest) {
    const equals = one.indexOf('=');
    const name = (equals < 0 ? one : one.slice(0, equals)).trim().toLowerCase();
    if (!parameters.has(name)) parameters.set(name, equals < 0 ? '' : unquoted(one.slice(equals + 1).trim()));
  }
  // RTP/AVP/TCP; without a lower transport it is UDP (RFC 2326, section 12.39).
  const isTcp = protocol.split('/')[2]?.trim().toUpperCase() === 'TCP';
  return {
    lower: isTcp ? 'tcp' : 'udp',
    isMulticast: parameters.has('multicast'),
    isInterleaved: parameters.has('interleaved'),
    isMultiplexed: parameters.has('rtcp-mux'),
    client:
      addresses(parameters.get('dest_addr')) ??
      ports(parameters.get('client_port'), parameters.get('destination')),
    server:
      addresses(parameters.get('src_addr')) ?? ports(parameters.get('server_port'), parameters.get('source')),
  };
}

/**
 * The flows that a SETUP and its reply agree on.
 * @param chosen What the reply says.
 * @param offered What the request said, for what the reply does not repeat.
 */
export function transportFlows(
  chosen: Transport,
  offered: Transport | undefined,
  flow: SignallingFlow,
): readonly ExpectedFlow[] {
  if (chosen.isMulticast || chosen.isInterleaved) return [];
  const client = chosen.client.length > 0 ? chosen.client : (offered?.client ?? []);
  // Connections of their own are opened from any port.
  const isTcp = chosen.lower === 'tcp';
  const count = Math.max(chosen.server.length, chosen.server.length > 0 ? 0 : client.length);
  const isMultiplexed = chosen.isMultiplexed && chosen.server.length === 1;
  return Array.from({ length: count }, (_, index) => {
    const near = client[index] ?? (isMultiplexed ? client[0] : undefined);
    const far = chosen.server[index];
    return {
      protocol: isTcp ? TCP : UDP,
      clientAddress: near?.address ?? client[0]?.address ?? flow.client.address,
      clientPort: isTcp ? undefined : near?.port,
      virtualAddress: far?.address ?? chosen.server[0]?.address ?? flow.virtual.address,
      virtualPort: far?.port,
    };
  });
}

/** `"192.0.2.5:9000"/":9001"`, with or without quotes around all or each; undefined where there is nothing. */
function addresses(text: string | undefined): readonly TransportAddress[] | undefined {
  if (text === undefined) return undefined;
  const found = text
    .split('/')
    .slice(0, MOST_PORTS)
    .map((one) => {
      const bare = one.replaceAll('"', '').trim();
      const [, host = '', port = ''] = /^(\[[^\]]*\]|[^:]*)(?::(\d+))?$/.exec(bare) ?? [];
      return { address: literalAddress(host), port: literalPort(port) };
    })
    .filter(({ address, port }) => address !== undefined || port !== undefined);
  return found;
}

/** `4588-4589`, or one. */
function ports(text: string | undefined, host: string | undefined): readonly TransportAddress[] {
  const [, first, last] = /^(\d{1,5})(?:\s*-\s*(\d{1,5}))?$/.exec(text ?? '') ?? [];
  const from = literalPort(first);
  const address = literalAddress(host);
  if (from === undefined) return address === undefined ? [] : [{ address, port: undefined }];
  const to = Math.min(literalPort(last) ?? from, from + MOST_PORTS - 1);
  return Array.from({ length: Math.max(1, to - from + 1) }, (_, index) => ({ address, port: from + index }));
}

function unquoted(text: string): string {
  return text.replace(/^"(.*)"$/, '$1');
}
