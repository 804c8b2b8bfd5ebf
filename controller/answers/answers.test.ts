/** Answers byte for byte as scapy makes them (vectors/make-answers.py). */

import { readFileSync } from 'node:fs';
import test from 'ava';
import { z } from 'zod';
import { addressKey, fromHex, toHex } from '../../wire/index.ts';
import { addressBytes } from '../pipeline/index.ts';
import {
  answerArp,
  answerEcho,
  answerHeaders,
  answerNeighborDiscovery,
  answerWithError,
  readNetworkPacket,
  translateError,
} from './index.ts';

const VECTORS = z
  .array(
    z.strictObject({
      kind: z.enum([
        'arp',
        'neighbor-discovery',
        'echo',
        'time-exceeded',
        'no-route',
        'no-neighbor',
        'no-service',
        'packet-too-big',
        'translate',
        'headers',
      ]),
      description: z.string(),
      question: z.string(),
      answer: z.string().nullable(),
      mtu: z.number().optional(),
      process: z.boolean().default(false),
      own: z.strictObject({ address: z.string(), port: z.number() }).nullish(),
    }),
  )
  .parse(JSON.parse(readFileSync('controller/answers/vectors/answers.json', 'utf8')));

const bytes = (text: string) => Uint8Array.from(addressBytes(text));
const VIRTUAL = ['2001:db8:100::1', '203.0.113.10'].map(bytes);
const OWN = ['2001:db8:100::fe', '203.0.113.254'].map(bytes);
const isIn = (all: readonly Uint8Array[]) => (address: Uint8Array) =>
  all.some((one) => addressKey(one) === addressKey(address));
const [HOME, CARE_OF] = ['2001:db8:1::10', '2001:db8:2::20'].map(bytes);
const CONTEXT = {
  careOfAddress: (home: Uint8Array) =>
    HOME !== undefined && addressKey(home) === addressKey(HOME) ? CARE_OF : undefined,
  linkAddress: (port: number) => (port === 3 ? fromHex('020000000001') : undefined),
  isVirtual: isIn(VIRTUAL),
  isOurs: isIn([...VIRTUAL, ...OWN]),
  ownAddress: (family: 4 | 6) => OWN.find(({ length }) => length === (family === 6 ? 16 : 4)),
};

for (const { kind, description, question, answer, mtu = 0, own, process } of VECTORS) {
  if (kind === 'translate') {
    test(`an error for a server: ${description}`, (t) => {
      const found = readNetworkPacket(fromHex(question) ?? new Uint8Array());
      const error = found === undefined ? undefined : translateError(found);
      const endpoint = own ? { address: bytes(own.address), port: own.port } : undefined;
      t.is(error === undefined ? null : toHex(error.emit(endpoint)), answer);
      t.like(error?.tuple, { sourcePort: 40_000, destinationPort: 8080, protocol: 17 });
    });
    continue;
  }
  test(`${kind}: ${description}`, (t) => {
    const asked = { port: 3, bytes: fromHex(question) ?? new Uint8Array() };
    const reply = (port: number) => {
      const frame = { ...asked, port };
      switch (kind) {
        case 'arp':
          return answerArp(frame, CONTEXT);
        case 'neighbor-discovery':
          return answerNeighborDiscovery(frame, CONTEXT);
        case 'echo':
          return answerEcho(frame, CONTEXT);
        case 'headers':
          return answerHeaders(frame, CONTEXT) ?? [];
        case 'packet-too-big':
          return answerWithError(frame, { kind, mtu }, CONTEXT);
        default:
          return answerWithError(frame, { kind }, CONTEXT);
      }
    };
    t.deepEqual(
      reply(3).map((frame) => ({
        port: frame.port,
        hex: toHex(frame.bytes),
        process: frame.process ?? false,
      })),
      answer === null ? [] : [{ port: 3, hex: answer, process }],
    );
    t.deepEqual(reply(4), [], 'a port where the switch has no address');
    // Nothing that a packet lacks can throw.
    for (let length = 0; length < asked.bytes.length; length++) {
      const cut = { port: 3, bytes: asked.bytes.subarray(0, length) };
      t.notThrows(() => [
        answerArp(cut, CONTEXT),
        answerNeighborDiscovery(cut, CONTEXT),
        answerEcho(cut, CONTEXT),
        answerHeaders(cut, CONTEXT),
      ]);
    }
  });
}
