/**
 * Signalling that is broken, by segments that come as they like: sessions are found or not, but nothing fails, what switches are
 * told can be written, and no more is kept than may be.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import { announcedFlowEntity, signallingSessionEntity } from '../../controller/pipeline/index.ts';
import { PROTOCOLS, SessionIdentifier, type SignallingEffect } from '../../controller/signalling/index.ts';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN } from '../../wire/index.ts';
import { mutateText } from './mutate-text.ts';
import type { Random } from './random.ts';
import { runCases } from './settings.ts';
import { CONVERSATIONS, type Said } from './signalling-seeds.ts';

const VIRTUAL = (0xffffn << 32n) | 0xcb00_710an;
const CLIENT = (0xffffn << 32n) | 0xc000_0209n;
const LIMITS = { sessions: 200, entries: 1000, held: 500_000 };
const NAMES = ['rtsp', 'sip', 'ftp'] as const;
/** What is broken: messages of a protocol as they are sent, or descriptions alone, in messages that are right. */
const KINDS = [...NAMES, 'sdp'] as const;
type Kind = (typeof KINDS)[number];
/** What is kept when all is over that ends: connections, requests that wait, flows that ended a moment ago. */
const MOST_HEAP = 200 * 2 ** 20;

/** Bytes of the heap that are in use, after everything else was collected. */
function heapInUse(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  return process.memoryUsage().heapUsed;
}

function makeIdentifier(): SessionIdentifier {
  const identifier = new SessionIdentifier({
    isVirtual: (address) => address === VIRTUAL,
    serverOf: ({ destinationPort }) => (destinationPort % 7 === 0 ? 3 : undefined),
    mostSessions: LIMITS.sessions,
    mostEntries: LIMITS.entries,
    connections: { connections: 500, held: LIMITS.held },
  });
  identifier.configure(new Map(NAMES.map((name, index) => [index + 1, PROTOCOLS[name]])), 0);
  return identifier;
}

function entityOf(effect: EntryEffect) {
  switch (effect.kind) {
    case 'expect':
      return announcedFlowEntity(effect.entry, effect.server);
    case 'expect-no-more':
      return announcedFlowEntity(effect.entry);
    case 'number':
      return signallingSessionEntity(effect.flow, effect.session);
    case 'number-no-more':
      return signallingSessionEntity(effect.flow);
  }
}
type EntryEffect = Exclude<SignallingEffect, { readonly tuple: unknown }>;

/** What is wanted of switches, as effects say. */
class Wanted {
  readonly #entries = new Set<string>();

  take(effects: readonly SignallingEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === 'pin' || effect.kind === 'end') continue;
      const isSet = effect.kind === 'expect' || effect.kind === 'number';
      // It throws for what no entry can hold.
      const { entity } = entityOf(effect);
      const key = JSON.stringify(
        entity?.$case === 'tableEntry'
          ? [entity.value.tableId, entity.value.match, entity.value.priority]
          : [],
        (_name, value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value),
      );
      if (isSet) this.#entries.add(key);
      else if (!this.#entries.delete(key)) throw new Error(`${key} is taken away and was not there`);
    }
  }

  get size(): number {
    return this.#entries.size;
  }
}

/** A conversation with some of it broken. */
function broken(said: readonly Said[], random: Random): readonly Said[] {
  return said.flatMap((one) => {
    switch (random.below(6)) {
      case 0:
        return [{ ...one, text: mutateText(one.text, random) }];
      case 1:
        return random.below(4) === 0 ? [] : [one, one];
      case 2:
        return random.below(4) === 0
          ? [{ ...one, side: one.side === 'client' ? 'server' : 'client' }]
          : [one];
      default:
        return [one];
    }
  });
}

/** The conversation of another session, as far as its ends name it. */
function renamed(said: readonly Said[], number: number): readonly Said[] {
  return said.map((one) => ({
    ...one,
    text: one.text
      .replaceAll('1@192.0.2.9', `${number}@192.0.2.9`)
      .replaceAll('Session: s1', `Session: s${number}`),
  }));
}

/** A conversation of SIP in which most descriptions are broken, each with the length that it has. */
function withBrokenDescriptions(said: readonly Said[], random: Random): readonly Said[] {
  return said.map((one) => {
    const end = one.text.indexOf('\r\n\r\n') + 4;
    if (end === one.text.length || random.below(4) === 0) return one;
    const body = mutateText(one.text.slice(end), random);
    const head = one.text.slice(0, end).replace(/^Content-Length: \d+/m, `Content-Length: ${body.length}`);
    return { ...one, text: head + body };
  });
}

for (const kind of KINDS) test.serial(`broken signalling: ${kind}`, (t) => breakSignalling(t, kind));

async function breakSignalling(t: ExecutionContext, kind: Kind): Promise<void> {
  const identifier = makeIdentifier();
  const wanted = new Wanted();
  const name = kind === 'sdp' ? 'sip' : kind;
  const service = NAMES.indexOf(name) + 1;
  const length = CONVERSATIONS[name].length;
  let now = 0;
  let began = 0;
  let messages = 0;
  let altered = 0;
  const count = await runCases(
    200,
    (random) => {
      const conversation = renamed(CONVERSATIONS[name], 1 + random.below(5 * LIMITS.sessions));
      now += random.below(3) === 0 ? random.below(100) : 0;
      const said =
        kind === 'sdp' ? withBrokenDescriptions(conversation, random) : broken(conversation, random);
      messages += said.length;
      altered += said.filter((one) => !conversation.includes(one)).length;
      const isDatagram = name === 'sip' && random.below(2) === 0;
      const tuple = {
        source: CLIENT + BigInt(random.below(4)),
        destination: VIRTUAL,
        sourcePort: 1 + random.below(2000),
        destinationPort: 554,
        protocol: isDatagram ? 17 : 6,
      };
      const next = { client: random.word(), server: random.word() };
      const waiting: (() => void)[] = [];
      for (const { side, text } of said) {
        const bytes = Buffer.from(text, 'latin1');
        const server = side === 'client' ? 1 + random.below(3) : random.below(4);
        // As an old entry may tell it, or the right one.
        const session = random.below(2) === 0 ? 0 : 1 + random.below(began + 1);
        const other = side === 'client' ? 'server' : 'client';
        if (isDatagram) {
          const content = { kind: 'datagram', payload: bytes } as const;
          wanted.take(identifier.take({ service, tuple, side, server, session, content }, now));
          continue;
        }
        for (let at = 0; at < bytes.length; ) {
          const end =
            random.below(3) === 0 ? bytes.length : Math.min(bytes.length, at + 1 + random.below(300));
          const segment = {
            sourcePort: 0,
            destinationPort: 0,
            sequence: (next[side] + (random.below(50) === 0 ? random.word() : 0)) >>> 0,
            acknowledgement: (next[other] + (random.below(50) === 0 ? random.below(5000) : 0)) >>> 0,
            flags: random.below(60) === 0 ? random.pick([TCP_SYN, TCP_FIN | TCP_ACK, TCP_RST]) : TCP_ACK,
            window: 0,
            checksum: 0,
            urgent: 0,
            options: new Uint8Array(),
            payload: bytes.subarray(at, end),
          };
          next[side] = (next[side] + end - at) >>> 0;
          at = end;
          const give = () =>
            wanted.take(
              identifier.take(
                { service, tuple, side, server, session, content: { kind: 'segment', segment } },
                now,
              ),
            );
          const how = random.below(20);
          if (how === 0) waiting.push(give);
          else if (how > 1) give();
          if (how === 2) give();
        }
      }
      for (const give of waiting) give();
      identifier.came(
        { ...tuple, sourcePort: 6000 + random.below(4), destinationPort: 7000, protocol: 17 },
        1,
      );
      identifier.admit({ ...tuple, sourcePort: random.below(65_536), destinationPort: 7000, protocol: 17 });
      wanted.take(identifier.tick(now, () => random.below(2) === 0));
      const { size, entries, held, counts, numbers: numbered } = identifier;
      began = counts.began;
      // Each service keeps as many as it may.
      if (size > 3 * LIMITS.sessions) throw new Error(`${size} sessions`);
      if (entries > LIMITS.entries || entries + numbered !== wanted.size)
        throw new Error(`${entries} entries, ${numbered} numbers`);
      if (held > LIMITS.held) throw new Error(`${held} bytes held`);
    },
    length,
  );
  t.log(
    `${messages} messages, of which ${altered} were altered; ${began} sessions began; ${Math.round(heapInUse() / 2 ** 20)} MiB of heap in use`,
  );
  t.true(began > count / 10, `${began} sessions began in ${count} cases`);
  const heap = heapInUse();
  t.true(heap < MOST_HEAP, `${heap} bytes of heap`);
  // All of it ends.
  wanted.take(identifier.tick(now + 1e6, () => false));
  t.is(identifier.size, 0);
  t.is(wanted.size, 0);
}
