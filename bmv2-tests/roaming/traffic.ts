/** TCP between two kernels, as two programs, and what the kernels count of it. */

import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { spawnBound } from './world.ts';

/** Sends back what it gets. */
const ECHO = `
require('node:net').createServer((socket) => {
  socket.setNoDelay(true);
  socket.on('error', (problem) => console.log('error ' + problem.code));
  socket.pipe(socket);
}).listen({ host: '::', port: 80 }, () => console.log('listening'));`;

/** What a client writes each 5 ms: in the suite a load that leaves the machine to others. */
const BYTES = Number(process.env['MOOR_ROAMING_BYTES'] ?? 3000);

/** Writes a pattern at a pace, compares what comes back, says how it goes each tenth of a second, and ends when told. */
const CLIENT = (address: string) => `
const at = (place) => (place * 31 + (place >>> 8) + (place >>> 16)) & 255;
const BYTES = ${BYTES}, EVERY = 5, OPEN = 400000;
const socket = require('node:net').connect({ host: '${address}', port: 80 });
socket.setNoDelay(true);
let sent = 0, got = 0, wrong = 0, error = '', ended = false;
const say = (kind) => console.log(JSON.stringify({ kind, sent, got, wrong, error }));
socket.on('connect', () => {
  say('connected');
  const timer = setInterval(() => {
    if (ended || sent - got > OPEN) return;
    const data = Buffer.allocUnsafe(BYTES);
    for (let index = 0; index < BYTES; index++) data[index] = at(sent + index);
    sent += BYTES;
    socket.write(data);
  }, EVERY);
  const saying = setInterval(() => say('going'), 100);
  process.stdin.on('data', () => { ended = true; clearInterval(timer); socket.end(); });
  socket.on('close', () => { clearInterval(saying); say('closed'); process.exit(0); });
});
socket.on('data', (data) => {
  for (const byte of data) if (byte !== at(got++)) wrong++;
});
socket.on('error', (problem) => { error = problem.code; say('error'); });`;

export type Progress = {
  readonly kind: 'connected' | 'going' | 'error' | 'closed';
  readonly sent: number;
  readonly got: number;
  /** Bytes that came back other than they were sent. */
  readonly wrong: number;
  readonly error: string;
};

/** A program in a namespace. */
export function spawnIn(space: string, code: string): ChildProcess {
  const words = ['ip', 'netns', 'exec', space, process.execPath, '--eval', code];
  return spawnBound(words, ['pipe', 'pipe', 'inherit']);
}

export async function startEcho(space: string): Promise<ChildProcess> {
  const child = spawnIn(space, ECHO);
  if (child.stdout === null) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'listening') return child;
    throw new Error(line);
  }
  throw new Error('it does not listen');
}

/** A connection that goes on until it is told to end. */
export class Connection {
  readonly child: ChildProcess;
  last: Progress = { kind: 'going', sent: 0, got: 0, wrong: 0, error: '' };
  readonly #closed: Promise<void>;

  constructor(space: string, address: string) {
    this.child = spawnIn(space, CLIENT(address));
    const { stdout } = this.child;
    if (stdout === null) throw new Error('no output');
    this.#closed = new Promise((resolve) => {
      createInterface({ input: stdout })
        .on('line', (line) => {
          this.last = JSON.parse(line);
        })
        .on('close', resolve);
    });
  }

  /** Ends it as TCP does, and gives what it came to. */
  async end(): Promise<Progress> {
    this.child.stdin?.write('end\n');
    await this.#closed;
    return this.last;
  }
}

/** What a kernel counts of TCP in a namespace (RFC 4022, and Linux's own). */
export type TcpCounts = {
  readonly inSegs: number;
  /** Without those that were sent again. */
  readonly outSegs: number;
  readonly retransSegs: number;
  readonly inErrs: number;
  readonly outRsts: number;
  /** Segments that came before one that was sent earlier. */
  readonly outOfOrder: number;
  /** Segments that came twice. */
  readonly duplicates: number;
};

export async function countsOf(space: string): Promise<TcpCounts> {
  const { stdout } = await execa('ip', [
    'netns',
    'exec',
    space,
    'cat',
    '/proc/net/snmp',
    '/proc/net/netstat',
  ]);
  const values = new Map<string, number>();
  const lines = stdout.split('\n');
  for (const [index, line] of lines.entries()) {
    if (index % 2 === 0) continue;
    const [names = [], numbers = []] = [lines[index - 1]?.split(' '), line.split(' ')];
    for (const [place, name] of names.entries()) values.set(`${names[0]}${name}`, Number(numbers[place]));
  }
  const of = (name: string) => values.get(name) ?? Number.NaN;
  return {
    inSegs: of('Tcp:InSegs'),
    outSegs: of('Tcp:OutSegs'),
    retransSegs: of('Tcp:RetransSegs'),
    inErrs: of('Tcp:InErrs'),
    outRsts: of('Tcp:OutRsts'),
    outOfOrder: of('TcpExt:TCPOFOQueue'),
    duplicates: of('TcpExt:TCPDSACKOldSent') + of('TcpExt:DelayedACKLost'),
  };
}
