/**
 * Clients that talk to services: connections that stay and must not break, short ones that come and go, and datagrams
 * whose server must stay the same. What they send is a pattern, so that what comes back can be compared.
 *
 * What they are to each other is in `lab-server.ts`.
 */

import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export type CrowdSettings = {
  readonly kind: 'crowd';
  /** By name. */
  readonly groups: Readonly<Record<string, CrowdGroup>>;
};

/** Clients of one service. */
export type CrowdGroup = {
  readonly address: string;
  readonly port: number;
  /** Connections that stay; each sends so many bytes each so many milliseconds. */
  readonly connections: number;
  readonly bytes: number;
  readonly every: number;
  /** Connections that stay and send a little each so many milliseconds. */
  readonly quiet: { readonly connections: number; readonly every: number };
  /** Connections that come, ask once and go, a second. */
  readonly visits: number;
  /** Sockets that send a datagram each `every` milliseconds, and how long their datagrams are. */
  readonly datagrams: number;
  readonly datagramBytes?: number;
};

/** What it is told, one line of JSON each. */
export type CrowdCommand = { readonly report: number } | { readonly add: number } | { readonly end: true };

/** What it came to; `report` is the number in the command. */
export type CrowdReport = {
  readonly event: 'report';
  readonly report: number;
  readonly groups: Readonly<Record<string, GroupReport>>;
};

/** What one group came to. */
export type GroupReport = {
  /** Connections that stand, those that were to be, and those that broke after they stood. */
  readonly open: number;
  readonly wanted: number;
  readonly lost: readonly { readonly server: string; readonly why: string; readonly time: number }[];
  /** Connections by server. */
  readonly servers: Readonly<Record<string, number>>;
  readonly got: number;
  /** Bytes that came back other than they were sent. */
  readonly wrong: number;
  /** Milliseconds since the connection heard something that has waited longest for what it sent; and the longest ever. */
  readonly waits: number;
  readonly longestWait: number;
  readonly visits: { readonly done: number; readonly failed: Readonly<Record<string, number>> };
  readonly datagrams: {
    readonly sent: number;
    readonly got: number;
    /** Answers of another server than the first one's. */
    readonly moved: number;
  };
};

/** The most that a connection sends before something comes back. */
const MOST_OPEN = 200_000;
const VISIT_MS = 20_000;
const CONNECT_AGAIN_MS = 500;

/** What stands at a place of what is sent. */
function patternAt(place: number): number {
  return (place * 31 + (place >>> 8) + (place >>> 16)) & 0xff;
}

type Member = {
  socket: Socket;
  server: string | undefined;
  sent: number;
  got: number;
  heard: number;
};

/** The clients. */
export class Crowd {
  readonly #settings: CrowdGroup;
  readonly #members = new Set<Member>();
  readonly #lost: { server: string; why: string; time: number }[] = [];
  readonly #failed: Record<string, number> = {};
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #datagrams = { sent: 0, got: 0, moved: 0 };
  #visitsDone = 0;
  #got = 0;
  #wrong = 0;
  #wanted = 0;
  #longestWait = 0;
  #isOver = false;

  constructor(settings: CrowdGroup) {
    this.#settings = settings;
    const { connections, bytes, every, quiet, visits, datagrams } = settings;
    for (let count = 0; count < connections; count++) this.#join(bytes, every);
    for (let count = 0; count < quiet.connections; count++) this.#join(1, quiet.every);
    for (let count = 0; count < datagrams; count++) this.#sendDatagrams();
    if (visits > 0) this.#timers.push(setInterval(() => this.#visit(), 1000 / visits));
  }

  /** More connections that stay. */
  add(count: number): void {
    for (let number = 0; number < count; number++) this.#join(this.#settings.bytes, this.#settings.every);
  }

  report(): GroupReport {
    const servers: Record<string, number> = {};
    let open = 0;
    let waits = 0;
    const now = performance.now();
    for (const one of this.#members) {
      if (one.server === undefined) continue;
      open++;
      servers[one.server] = (servers[one.server] ?? 0) + 1;
      if (one.sent > one.got) waits = Math.max(waits, now - one.heard);
    }
    this.#longestWait = Math.max(this.#longestWait, waits);
    return {
      open,
      wanted: this.#wanted,
      lost: this.#lost,
      servers,
      got: this.#got,
      wrong: this.#wrong,
      waits: Math.round(waits),
      longestWait: Math.round(this.#longestWait),
      visits: { done: this.#visitsDone, failed: this.#failed },
      datagrams: this.#datagrams,
    };
  }

  /** All go. */
  end(): void {
    this.#isOver = true;
    for (const timer of this.#timers) clearInterval(timer);
    for (const { socket } of this.#members) socket.destroy();
  }

  /** A connection that stays. One that never stood is tried again: that is a matter of admission, not of sessions. */
  #join(bytes: number, every: number): void {
    this.#wanted++;
    this.#connect(bytes, every);
  }

  #connect(bytes: number, every: number): void {
    if (this.#isOver) return;
    const { address, port } = this.#settings;
    const socket = connect({ host: address, port });
    const member: Member = { socket, server: undefined, sent: 0, got: 0, heard: performance.now() };
    this.#members.add(member);
    socket.setNoDelay(true);
    // Not all at once.
    const timer = setInterval(() => {
      if (member.server === undefined || member.sent - member.got > MOST_OPEN) return;
      const data = Buffer.allocUnsafe(bytes);
      for (let index = 0; index < bytes; index++) data[index] = patternAt(member.sent + index);
      if (member.sent === member.got) member.heard = performance.now();
      member.sent += bytes;
      socket.write(data);
    }, every);
    let greeting = '';
    socket.on('data', (data) => {
      this.#longestWait = Math.max(this.#longestWait, performance.now() - member.heard);
      member.heard = performance.now();
      let from = 0;
      if (member.server === undefined) {
        const end = data.indexOf(0x0a);
        greeting += data.toString('latin1', 0, end === -1 ? data.length : end);
        if (end === -1) return;
        member.server = greeting;
        from = end + 1;
      }
      for (let index = from; index < data.length; index++) {
        if (data[index] !== patternAt(member.got++)) this.#wrong++;
      }
      this.#got += data.length - from;
    });
    let why = 'closed';
    socket.on('error', (problem: NodeJS.ErrnoException) => {
      why = problem.code ?? problem.message;
    });
    socket.on('close', () => {
      clearInterval(timer);
      this.#members.delete(member);
      if (this.#isOver) return;
      if (member.server === undefined) setTimeout(() => this.#connect(bytes, every), CONNECT_AGAIN_MS);
      else this.#lost.push({ server: member.server, why, time: Date.now() });
    });
  }

  #visit(): void {
    const { address, port } = this.#settings;
    const socket = connect({ host: address, port });
    let isDone = false;
    let why = 'timeout';
    socket.setTimeout(VISIT_MS, () => socket.destroy());
    socket.on('connect', () => socket.write('?'));
    socket.on('data', (data) => {
      isDone ||= data.includes(0x3f);
      if (isDone) socket.end();
    });
    socket.on('error', (problem: NodeJS.ErrnoException) => {
      why = problem.code ?? problem.message;
    });
    socket.on('close', () => {
      if (isDone) this.#visitsDone++;
      else if (!this.#isOver) this.#failed[why] = (this.#failed[why] ?? 0) + 1;
    });
  }

  #sendDatagrams(): void {
    const { address, port, every, datagramBytes = 20 } = this.#settings;
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    let server: string | undefined;
    socket.on('error', () => {});
    socket.on('message', (message) => {
      const name = message.toString('latin1').split(' ')[0] ?? '';
      if (message.length !== name.length + 1 + datagramBytes) this.#wrong++;
      server ??= name;
      this.#datagrams.got++;
      if (name === server) return;
      this.#datagrams.moved++;
      server = name;
    });
    this.#timers.push(
      setInterval(() => {
        socket.send(
          `datagram ${this.#datagrams.sent++} `.padEnd(datagramBytes, 'x'),
          port,
          address,
          () => {},
        );
      }, every),
    );
  }
}

/** Runs clients by commands on standard input, until it ends or says so. */
export function runCrowd(settings: CrowdSettings, say: (value: CrowdReport) => void): () => void {
  const crowds = Object.entries(settings.groups).map(([name, group]) => [name, new Crowd(group)] as const);
  const end = () => {
    for (const [, crowd] of crowds) crowd.end();
  };
  createInterface({ input: process.stdin }).on('line', (line) => {
    const command: CrowdCommand = JSON.parse(line);
    if ('report' in command) {
      const groups = Object.fromEntries(crowds.map(([name, crowd]) => [name, crowd.report()]));
      say({ event: 'report', report: command.report, groups });
    } else if ('add' in command) {
      for (const [, crowd] of crowds) crowd.add(command.add);
    } else end();
  });
  return end;
}
