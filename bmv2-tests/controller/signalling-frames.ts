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
import type { BareSwitch } from '../harness/embedded.ts';
import { address, bytes, ethernet } from './lab.ts';

export const VIRTUAL = '2001:db8:100::1';
export const CLIENT = '2001:db8:3::1';

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

/** Sets a stream of RTSP up with the server that new sessions go to. */
export function setUp(
  bare: BareSwitch,
  server: ServerName,
  clientPort: number,
  ports: readonly [number, number],
  parameters = '',
) {
  const { open, say } = connection(CLIENT, clientPort, 554);
  const [near, far] = ports;
  const transport = `Transport: RTP/AVP;unicast;client_port=${near}-${near + 1}`;
  bare.send([open()]);
  bare.send([say('client', `SETUP rtsp://h/1 RTSP/1.0\r\nCSeq: 1\r\n${transport}\r\n\r\n`)]);
  const session = `${server}${clientPort}`;
  bare.send([
    say(
      server,
      `RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: ${session}${parameters}\r\n${transport};server_port=${far}-${far + 1}\r\n\r\n`,
    ),
  ]);
  return {
    tearDown: () => {
      bare.send([say('client', `TEARDOWN rtsp://h/1 RTSP/1.0\r\nCSeq: 2\r\nSession: ${session}\r\n\r\n`)]);
      bare.send([say(server, 'RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n')]);
    },
  };
}

/** A call of the client to the server that new sessions go to. */
export function makeCall(bare: BareSwitch, server: ServerName, id: string, signallingPort: number) {
  const sdp = (port: number, host: string) =>
    `v=0\r\no=- 1 1 IN IP6 ${host}\r\ns=-\r\nc=IN IP6 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\n`;
  const message = (start: string, method: string, to: string, body = '') =>
    `${start}\r\nVia: SIP/2.0/UDP h\r\nFrom: <sip:a@h>;tag=a\r\nTo: <sip:b@h>${to}\r\nCall-ID: ${id}\r\nCSeq: 1 ${method}\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const client = (text: string) => bare.send([fromClient(CLIENT, signallingPort, 5060, text)]);
  const answer = (text: string) => bare.send([fromServer(server, CLIENT, 5060, signallingPort, text)]);
  return {
    begin: (near = 6000, far = 7000) => {
      client(message('INVITE sip:b@h SIP/2.0', 'INVITE', '', sdp(near, CLIENT)));
      answer(message('SIP/2.0 200 OK', 'INVITE', ';tag=b', sdp(far, VIRTUAL)));
      client(message('ACK sip:b@h SIP/2.0', 'ACK', ';tag=b'));
    },
    end: () => {
      client(message('BYE sip:b@h SIP/2.0', 'BYE', ';tag=b'));
      answer(message('SIP/2.0 200 OK', 'BYE', ';tag=b'));
    },
  };
}
