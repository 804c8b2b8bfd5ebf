/** Frames of clients and servers that speak about media, at the ports of lab.ts. */

import type { PortPacket } from '../../switch/engine/index.ts';
import {
  concatBytes,
  emitIpv6,
  emitTcp,
  emitUdp,
  ipv6PseudoSum,
  TCP_ACK,
  TCP_FIN,
  TCP_SYN,
} from '../../wire/index.ts';
import { address, bytes, ethernet } from './lab.ts';

export const VIRTUAL = '2001:db8:100::1';

export type ServerName = 'one' | 'two';

export const PLACES = {
  one: { port: 2, link: '020000000101' },
  two: { port: 3, link: '020000000102' },
} as const;

function packet(source: string, destination: string, next: number, payload: Uint8Array): Uint8Array {
  const head = emitIpv6({
    trafficClass: 0,
    flowLabel: 0,
    payloadLength: payload.length,
    next,
    hopLimit: 64,
    source: address(source),
    destination: address(destination),
  });
  return concatBytes(head, payload);
}

function toSwitch(from: 'client' | ServerName, ip: Uint8Array): PortPacket {
  if (from === 'client') return { port: 1, bytes: concatBytes(ethernet(0x86dd), ip) };
  const { port, link } = PLACES[from];
  return { port, bytes: concatBytes(ethernet(0x86dd, bytes(link)), ip) };
}

/** A datagram of a client. */
export function fromClient(
  client: string,
  sourcePort: number,
  destinationPort: number,
  text = 'media',
): PortPacket {
  return toSwitch('client', udp(client, VIRTUAL, sourcePort, destinationPort, text));
}

/** A datagram of a server. */
export function fromServer(
  server: ServerName,
  client: string,
  sourcePort: number,
  destinationPort: number,
  text: string,
): PortPacket {
  return toSwitch(server, udp(VIRTUAL, client, sourcePort, destinationPort, text));
}

function udp(source: string, destination: string, sourcePort: number, destinationPort: number, text: string) {
  const datagram = emitUdp({ sourcePort, destinationPort, payload: Buffer.from(text, 'latin1') }, (length) =>
    ipv6PseudoSum(address(source), address(destination), length, 17),
  );
  return packet(source, destination, 17, datagram);
}

/** A connection of a client with a service: what each end says next, as frames. */
export function connection(client: string, clientPort: number, servicePort: number) {
  const next = { client: 0xffff_fff0, server: 77_000 };
  const say = (from: 'client' | ServerName, text: string, flags = TCP_ACK): PortPacket => {
    const side = from === 'client' ? 'client' : 'server';
    const other = side === 'client' ? 'server' : 'client';
    const [source, destination] = side === 'client' ? [client, VIRTUAL] : [VIRTUAL, client];
    const [sourcePort, destinationPort] =
      side === 'client' ? [clientPort, servicePort] : [servicePort, clientPort];
    const segment = emitTcp(
      {
        sourcePort,
        destinationPort,
        sequence: next[side],
        acknowledgement: next[other],
        flags,
        window: 1000,
        urgent: 0,
        options: new Uint8Array(),
        payload: Buffer.from(text, 'latin1'),
      },
      (length) => ipv6PseudoSum(address(source), address(destination), length, 6),
    );
    next[side] = (next[side] + text.length + ((flags & (TCP_SYN | TCP_FIN)) === 0 ? 0 : 1)) >>> 0;
    return toSwitch(from, packet(source, destination, 6, segment));
  };
  return { say, open: () => say('client', '', TCP_SYN) };
}
