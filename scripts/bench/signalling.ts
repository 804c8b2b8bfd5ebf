/**
 * `npm run bench signalling`: RTSP sessions and SIP calls a second through the session identifier's core, one thread, and
 * bytes of heap that a session takes; then the time from the copy of a reply to the entry in an embedded switch in the same process,
 * with gRPC between them.
 *
 * Sessions a second are by CPU time. The time to an entry is wall time, and means little on a busy machine.
 */

import { startEmbedded } from '../../bmv2-tests/harness/embedded.ts';
import { v1modelPipeline } from '../../bmv2-tests/harness/pipeline-program.ts';
import { announcedFlowEntity } from '../../controller/pipeline/index.ts';
import { PROTOCOLS, SessionIdentifier } from '../../controller/signalling/index.ts';
import { insert } from '../../p4runtime/entities/index.ts';
import { measureFirstMedia, whatFirstMediaLacks } from './first-media.ts';
import { quantile } from './spread.ts';
import type { BenchOptions } from './switch.ts';

const SESSIONS = 20_000;
const ROUNDS = 3;
const WRITES = 300;
/** Of the part over veth. */
const STREAMS = 1000;
/** Sessions a second that the core is to have. */
const GOAL = 10_000;

const VIRTUAL = (0xffffn << 32n) | 0xcb00_710an;
const CLIENTS = (0xffffn << 32n) | 0xc633_0000n;

type Kind = 'rtsp' | 'sip';

function identifier(): SessionIdentifier {
  const made = new SessionIdentifier({
    isVirtual: (address) => address === VIRTUAL,
    serverOf: () => undefined,
    mostEntries: SESSIONS,
  });
  made.configure(
    new Map([
      [1, PROTOCOLS.rtsp],
      [2, PROTOCOLS.sip],
    ]),
    0,
  );
  return made;
}

/** The messages that set up a session, from both sides. */
function messages(kind: Kind, index: number): readonly [string, string] {
  if (kind === 'rtsp') {
    const transport = `Transport: RTP/AVP;unicast;client_port=6000-6001`;
    return [
      `SETUP rtsp://film.example.com/1/track1 RTSP/1.0\r\nCSeq: 3\r\nUser-Agent: bench\r\n${transport}\r\n\r\n`,
      `RTSP/1.0 200 OK\r\nCSeq: 3\r\n${transport};server_port=7000-7001\r\nServer: bench\r\nSession: ${index};timeout=60\r\n\r\n`,
    ];
  }
  const sdp = (host: string, port: number) =>
    `v=0\r\no=- 1 1 IN IP4 ${host}\r\ns=-\r\nc=IN IP4 ${host}\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n`;
  const sip = (start: string, to: string, body: string) =>
    `${start}\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK${index}\r\nFrom: <sip:a@h>;tag=a\r\nTo: <sip:b@h>${to}\r\nCall-ID: ${index}@h\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  const client = `198.51.${(index >> 8) & 255}.${index & 255}`;
  return [
    sip('INVITE sip:b@h SIP/2.0', '', sdp(client, 6000)),
    sip('SIP/2.0 200 OK', ';tag=b', sdp('203.0.113.10', 7000)),
  ];
}

type Messages = readonly [request: Buffer, reply: Buffer];

function makeMessages(kind: Kind, index: number): Messages {
  const [request, reply] = messages(kind, index);
  return [Buffer.from(request, 'latin1'), Buffer.from(reply, 'latin1')];
}

function setUp(of: SessionIdentifier, kind: Kind, index: number, [request, reply]: Messages) {
  const tuple = {
    source: CLIENTS + BigInt(index),
    destination: VIRTUAL,
    sourcePort: 40_000,
    destinationPort: kind === 'rtsp' ? 554 : 5060,
    protocol: 17,
  };
  const service = kind === 'rtsp' ? 1 : 2;
  const take = (side: 'client' | 'server', payload: Uint8Array) =>
    of.take(
      { service, tuple, side, server: 1 + (index % 8), session: 0, content: { kind: 'datagram', payload } },
      0,
    );
  return [...take('client', request), ...take('server', reply)];
}

function measureCore(kind: Kind): { readonly rate: number; readonly bytes: number } {
  const of = identifier();
  const said = Array.from({ length: SESSIONS }, (_, index) => makeMessages(kind, index));
  globalThis.gc?.();
  const before = process.memoryUsage().heapUsed;
  const begin = process.cpuUsage();
  for (const [index, both] of said.entries()) setUp(of, kind, index, both);
  const { user, system } = process.cpuUsage(begin);
  globalThis.gc?.();
  if (of.size !== SESSIONS) throw new Error(`${of.size} sessions of ${SESSIONS}`);
  return {
    rate: SESSIONS / ((user + system) / 1e6),
    bytes: (process.memoryUsage().heapUsed - before) / SESSIONS,
  };
}

/** Milliseconds from a reply to its entry: median and 99th percentile, with so many entries there already. */
async function measureWrites(there: number): Promise<readonly [number, number]> {
  const { client, close } = await startEmbedded(v1modelPipeline(), 'none');
  const of = identifier();
  const times: number[] = [];
  for (let index = 0; index < there + WRITES; index++) {
    const begin = performance.now();
    const updates = setUp(of, 'rtsp', index, makeMessages('rtsp', index)).flatMap((effect) =>
      effect.kind === 'expect' ? [insert(announcedFlowEntity(effect.entry, effect.server))] : [],
    );
    await client.write(updates);
    if (index >= there) times.push(performance.now() - begin);
  }
  await close();
  return [quantile(times, 0.5), quantile(times, 0.99)];
}

function percentiles(times: readonly number[]): string {
  return `median ${quantile(times, 0.5).toFixed(2)} ms, p99 ${quantile(times, 0.99).toFixed(2)} ms`;
}

/** Entries against first packets of media, over veth. */
async function benchFirstMedia(): Promise<void> {
  const lacks = whatFirstMediaLacks();
  if (lacks !== undefined) {
    process.stdout.write(`  who is first was not measured: ${lacks}\n`);
    return;
  }
  process.stdout.write('who is first, over veth; from the passage of the reply to SETUP by the switch\n');
  const { setUp, played } = await measureFirstMedia(STREAMS);
  for (const [who, found] of [
    ['a client that sends with the reply to SETUP', setUp],
    ['a client that waits for the reply to PLAY', played],
  ] as const) {
    const { streams, entries, media, early, detours, lost } = found;
    process.stdout.write(
      `  ${who}, ${streams} streams\n` +
        `    to the entry: ${percentiles(entries)}; to the first packet of media: ${percentiles(media)}\n` +
        `    ${early} first packets before their entries (${((100 * early) / streams).toFixed(1)} %)` +
        `${early > 0 ? `, by the controller in ${percentiles(detours)}` : ''}; ${lost} lost\n`,
    );
  }
}

/** Prints the figures; tells whether the goal is met. `--only=first-media` leaves out all but what goes over veth. */
export async function benchSignalling({ only }: BenchOptions): Promise<boolean> {
  if (only === 'first-media') {
    await benchFirstMedia();
    return true;
  }
  process.stdout.write('signalling, one thread, the core without I/O\n');
  let isMet = true;
  for (const kind of ['rtsp', 'sip'] as const) {
    // The first one is to warm up; of the others the best, for there may be others on the machine.
    measureCore(kind);
    const rounds = Array.from({ length: ROUNDS }, () => measureCore(kind));
    const rate = Math.max(...rounds.map((one) => one.rate));
    const bytes = Math.min(...rounds.map((one) => one.bytes));
    isMet &&= rate >= GOAL;
    const memory = globalThis.gc === undefined ? 'with --expose-gc also bytes' : `${Math.round(bytes)} bytes`;
    process.stdout.write(
      `  ${kind.padEnd(4)} ${Math.round(rate).toLocaleString('en').padStart(9)} sessions/s; a session: ${memory}\n`,
    );
  }
  for (const there of [0, 2000]) {
    const [median, worst] = await measureWrites(there);
    process.stdout.write(
      `  from a reply to its entry, ${there.toLocaleString('en')} there: median ${median.toFixed(2)} ms, p99 ${worst.toFixed(2)} ms\n`,
    );
  }
  await benchFirstMedia();
  process.stdout.write(
    `  goal: ${GOAL.toLocaleString('en')} sessions/s of each: ${isMet ? 'met' : 'missed'}\n`,
  );
  return isMet;
}
