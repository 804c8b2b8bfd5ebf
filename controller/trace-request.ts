/** What the dashboard asks about a packet, and the packet that it means. */

import { z } from 'zod';
import {
  concatBytes,
  ETHERTYPE_IPV4,
  ETHERTYPE_IPV6,
  emitEthernet,
  emitIpv4,
  emitIpv6,
  emitTcp,
  emitUdp,
  fromHex,
  ipv4PseudoSum,
  ipv6PseudoSum,
  PROTOCOL_TCP,
  PROTOCOL_UDP,
  parseLinkAddress,
  TCP_SYN,
} from '../wire/index.ts';
import type { Config, ServiceConfig, SwitchConfig } from './config/index.ts';
import { addressBytes, protocolNumber } from './pipeline/index.ts';

/** A packet to trace, in a copy of a switch. */
export type TraceRequest = {
  readonly switch: SwitchConfig;
  readonly port: number;
  readonly packet: Uint8Array;
};

/** What the switch would do with it. */
export type TraceAnswer =
  /** Documents as docs/trace.schema.json has them; what the copy lacks, in words. */
  | { readonly kind: 'traces'; readonly traces: readonly unknown[]; readonly remarks: readonly string[] }
  | { readonly kind: 'problem'; readonly message: string };

/** Traces a packet; the controller has no switch of its own to do it with. */
export type TraceService = (request: TraceRequest) => Promise<TraceAnswer>;

/** What a request gets wrong, in the user's terms. */
export class TraceRequestError extends Error {
  override readonly name = 'TraceRequestError';
}

const LONGEST_PACKET = 10_240;

const place = { switch: z.string(), port: z.int().min(0).max(511) };
const SCHEMA = z.union([
  z.strictObject({ ...place, hex: z.string() }),
  z.strictObject({
    ...place,
    service: z.string(),
    client: z.string(),
    clientPort: z.int().min(0).max(65_535),
  }),
]);

/** Reads a request. @throws TraceRequestError. */
export function readTraceRequest(body: unknown, config: Config): TraceRequest {
  const { success, data } = SCHEMA.safeParse(body);
  if (!success) {
    throw new TraceRequestError(
      'send {"switch": NAME, "port": NUMBER, "hex": BYTES}, or "service", "client" and "clientPort" in the place of "hex"',
    );
  }
  const found = config.switches.find(({ name }) => name === data.switch);
  if (found === undefined) throw new TraceRequestError(`there is no switch '${data.switch}'`);
  const packet = 'hex' in data ? readHex(data.hex) : firstPacket(config, found, data.port, data);
  return { switch: found, port: data.port, packet };
}

function readHex(text: string): Uint8Array {
  const digits = text.replaceAll(/[\s:.]/g, '').replace(/^0x/i, '');
  if (digits === '') throw new TraceRequestError('give a packet in hexadecimal');
  if (!/^[0-9a-f]*$/i.test(digits))
    throw new TraceRequestError('write the bytes of the packet in hexadecimal');
  if (digits.length % 2 !== 0)
    throw new TraceRequestError(`write two hexadecimal digits for each byte: there are ${digits.length}`);
  const packet = fromHex(digits) ?? new Uint8Array();
  if (packet.length > LONGEST_PACKET)
    throw new TraceRequestError(`the packet has ${packet.length} bytes; ${LONGEST_PACKET} are the most`);
  return packet;
}

type Session = { readonly service: string; readonly client: string; readonly clientPort: number };

/** The first packet of a session, as it comes in by a port: a TCP SYN, or a UDP datagram of four bytes. */
function firstPacket(
  config: Config,
  { ports }: SwitchConfig,
  port: number,
  { service: name, client, clientPort }: Session,
): Uint8Array {
  const service = config.services.find((one) => one.name === name);
  if (service === undefined) throw new TraceRequestError(`there is no service '${name}'`);
  const link = parseLinkAddress(ports.find(({ number }) => number === port)?.['link-address'] ?? '');
  if (link === undefined)
    throw new TraceRequestError(`port ${port} of the switch is not in the configuration`);
  const destination = Uint8Array.from(addressBytes(service.address));
  const source = addressOf(client, destination.length, service);
  const protocol = protocolNumber(service);
  const sum = (length: number) =>
    destination.length === 16
      ? ipv6PseudoSum(source, destination, length, protocol)
      : ipv4PseudoSum(source, destination, length, protocol);
  const body = transport(service, protocol, clientPort, sum);
  const ends = { source, destination };
  const head =
    destination.length === 16
      ? emitIpv6({
          ...{ trafficClass: 0, flowLabel: 0, payloadLength: body.length, next: protocol, hopLimit: 64 },
          ...ends,
        })
      : emitIpv4({
          ...{ trafficClass: 0, totalLength: 20 + body.length, identification: 1, dontFragment: true },
          ...{ moreFragments: false, fragmentOffset: 0, timeToLive: 64, protocol, options: new Uint8Array() },
          ...ends,
        });
  const ethertype = destination.length === 16 ? ETHERTYPE_IPV6 : ETHERTYPE_IPV4;
  return concatBytes(
    emitEthernet({ destination: link, source: ROUTER, tags: [], ethertype }),
    head,
    body,
  ).slice();
}

/** Of the router that the packet would come from. */
const ROUTER = Uint8Array.of(2, 0, 0, 0, 0, 0xfe);
/** Of services that take every port. */
const ANY_PORT = 80;

function transport(
  { name, port = ANY_PORT }: ServiceConfig,
  protocol: number,
  sourcePort: number,
  sum: (length: number) => number,
): Uint8Array {
  if (protocol === PROTOCOL_TCP) {
    const rest = { sequence: 1, acknowledgement: 0, window: 65_535, urgent: 0, options: new Uint8Array() };
    const segment = { ...rest, sourcePort, destinationPort: port, flags: TCP_SYN, payload: new Uint8Array() };
    return emitTcp(segment, sum);
  }
  if (protocol === PROTOCOL_UDP)
    return emitUdp({ sourcePort, destinationPort: port, payload: Uint8Array.of(0, 0, 0, 0) }, sum);
  throw new TraceRequestError(`service '${name}' is neither of TCP nor of UDP: give a packet in hexadecimal`);
}

function addressOf(text: string, length: number, { address }: ServiceConfig): Uint8Array {
  let bytes: Uint8Array | undefined;
  try {
    bytes = Uint8Array.from(addressBytes(text.trim()));
  } catch {
    throw new TraceRequestError(`'${text}' is no address of a client`);
  }
  if (bytes.length !== length)
    throw new TraceRequestError(`the client has to have an address of the same kind as ${address}`);
  return bytes;
}
