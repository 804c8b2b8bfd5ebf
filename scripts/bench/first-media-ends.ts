/**
 * The ends of `first-media.ts`, each a process in a network namespace. `server` answers SETUP and PLAY and sends media back to where it came
 * from. `client` sets up one stream after the other, and sends its first packet as soon as it may: when it hears the reply to SETUP, or for
 * every second stream the reply to PLAY. It tells how many were answered.
 */

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { isPlayed, portOf, RTSP_PORT } from './first-media-streams.ts';

/** A stream whose media is not answered for so long has lost its first packet. */
const PATIENCE_MS = 2000;

const [, , role = '', address = '', count = '0'] = process.argv;

async function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp6');
  socket.bind(port, role === 'server' ? address : '::');
  await once(socket, 'listening');
  return socket;
}

/** Heads that are whole, of a connection that carries nothing else. */
function heads(onHead: (text: string) => void): (bytes: Buffer) => void {
  let rest = '';
  return (bytes) => {
    const parts = (rest + bytes.toString('latin1')).split('\r\n\r\n');
    rest = parts.pop() ?? '';
    for (const one of parts) onHead(one);
  };
}

function fieldOf(head: string, pattern: RegExp): string {
  return pattern.exec(head)?.[1] ?? '';
}

async function serve(): Promise<void> {
  for (let number = 0; number < Number(count); number++) {
    const socket = await bound(portOf(number));
    socket.on('message', (payload, { port, address: from }) => socket.send(payload, port, from));
  }
  const server = createServer({ noDelay: true }, (connection) => {
    connection.on(
      'data',
      heads((head) => {
        const sequence = fieldOf(head, /CSeq: (\d+)/);
        const port = Number(fieldOf(head, /client_port=(\d+)/));
        const transport = `RTP/AVP;unicast;client_port=${port}-${port + 1};server_port=${port}-${port + 1}`;
        const more = head.startsWith('SETUP') ? `Session: s${port}\r\nTransport: ${transport}\r\n` : '';
        connection.write(`RTSP/1.0 200 OK\r\nCSeq: ${sequence}\r\n${more}\r\n`);
      }),
    );
    connection.on('error', () => {});
  });
  server.listen(RTSP_PORT, address);
  await once(server, 'listening');
  process.stdout.write('listens\n');
}

async function play(): Promise<void> {
  const connection = connect({ port: RTSP_PORT, host: address, noDelay: true });
  await once(connection, 'connect');
  let hear: () => void = () => {};
  connection.on(
    'data',
    heads(() => hear()),
  );
  let sequence = 0;
  const ask = (method: string, number: number, ...fields: readonly string[]) => {
    const text = [`${method} rtsp://h/${number} RTSP/1.0`, `CSeq: ${++sequence}`, ...fields, '', ''].join(
      '\r\n',
    );
    return new Promise<void>((resolve) => {
      hear = resolve;
      connection.write(text);
    });
  };
  let answered = 0;
  for (let number = 0; number < Number(count); number++) {
    const port = portOf(number);
    const socket = await bound(port);
    const transport = `Transport: RTP/AVP;unicast;client_port=${port}-${port + 1}`;
    await ask('SETUP', number, transport);
    if (isPlayed(number)) await ask('PLAY', number, `Session: s${port}`);
    socket.send('media', port, address);
    const back = once(socket, 'message', { signal: AbortSignal.timeout(PATIENCE_MS) });
    answered += await back.then(
      () => 1,
      () => 0,
    );
    socket.close();
    // Other streams' entries are written by then.
    await wait(5);
  }
  process.stdout.write(`${answered}\n`);
  connection.destroy();
}

if (role === 'server') await serve();
if (role === 'client') await play();
