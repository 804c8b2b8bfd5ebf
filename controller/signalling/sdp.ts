/** Session descriptions, as far as they say where media goes (RFC 8866; RFC 3264; RFC 3605; RFC 5761). */

import { parse } from 'sdp-transform';
import { literalAddress } from './literal-address.ts';
import { TCP, UDP } from './protocol.ts';

/** Where one stream is taken. */
export type MediaDescription = {
  /** 6 or 17; undefined for others, which nothing can be said of. */
  readonly protocol: number | undefined;
  /** 0: there is no such stream (any more). */
  readonly port: number;
  /** Of several streams with consecutive ports (RFC 8866, section 5.14). */
  readonly count: number;
  /** Undefined: a name, or none; the sender's own is meant. */
  readonly address: bigint | undefined;
  readonly isRtp: boolean;
  /** RTCP beside RTP on one port is offered, or agreed on. */
  readonly isMultiplexed: boolean;
  /** Where RTCP goes, if not to the next port. */
  readonly rtcp: { readonly port: number; readonly address: bigint | undefined } | undefined;
};

const MOST_TEXT = 65_536;
const MOST_MEDIA = 32;
const MOST_PORTS = 16;

/** Lines that are read; the package sees no others. */
const WANTED = /^(?:c=|m=|a=rtcp:|a=rtcp-mux)/;

/** The streams of a description, in order; undefined for what is none. */
export function parseDescription(text: string): readonly MediaDescription[] | undefined {
  if (text.length > MOST_TEXT) return undefined;
  const all = text.split(/\r\n|\r|\n/);
  if (!all.some((line) => line.startsWith('v=0'))) return undefined;
  const lines = all.filter((line) => line.length <= 1024 && WANTED.test(line));
  const counts: number[] = [];
  // The package knows no number of ports: it gets lines without.
  const plain = lines.map((line) => {
    if (!line.startsWith('m=')) return line;
    const [, head = '', count, rest = ''] = /^(m=\S+ \d+)(?:\/(\d{1,5}))?( .*)$/.exec(line) ?? [];
    counts.push(Math.min(Math.max(Number(count ?? 1), 1), MOST_PORTS));
    return `${head}${rest}`;
  });
  const { connection, media } = parse(`${plain.join('\r\n')}\r\n`);
  return media.slice(0, MOST_MEDIA).map((one, index): MediaDescription => {
    // What comes from the network may be other than the package's types say.
    const protocol = String(one.protocol ?? '').toUpperCase();
    const isRtp = protocol.includes('RTP/');
    return {
      protocol: protocol === '' ? undefined : protocol.startsWith('TCP') ? TCP : UDP,
      port: portOf(one.port),
      count: counts[index] ?? 1,
      address: literalAddress(addressOf(one.connection ?? connection)),
      isRtp,
      isMultiplexed: isRtp && one.rtcpMux !== undefined,
      rtcp:
        one.rtcp === undefined || portOf(one.rtcp.port) === 0
          ? undefined
          : { port: portOf(one.rtcp.port), address: literalAddress(textOf(one.rtcp.address)) },
    };
  });
}

/** The address without time to live and number of addresses (RFC 8866, section 5.7). */
function addressOf(connection: { readonly ip?: unknown } | undefined): string | undefined {
  return textOf(connection?.ip)?.split('/')[0];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function portOf(value: unknown): number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65_536 ? value : 0;
}
