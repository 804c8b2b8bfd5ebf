/** Tokens, keys, authenticators and whole packets against Python's hmac, openssl and scapy (vectors/make-vectors.py). */

import { readFileSync } from 'node:fs';
import test from 'ava';
import { fromHex, toHex } from '../../wire/index.ts';
import { HOME, makeAgent } from './test-harness.ts';
import { bindingManagementKey, careOfKeygenToken, homeKeygenToken } from './tokens.ts';

type Vectors = {
  readonly key: string;
  readonly nonce: string;
  readonly index: number;
  readonly static: { readonly key: string; readonly homeNonce: string; readonly careOfNonce: string };
  readonly tokens: readonly Readonly<Record<string, string>>[];
  readonly exchanges: Readonly<Record<string, readonly [string, string]>>;
};
const VECTORS: Vectors = JSON.parse(readFileSync('controller/mobility/vectors/vectors.json', 'utf8'));

function bytes(text: string | undefined): Uint8Array {
  const value = fromHex(text ?? 'x');
  if (value === undefined) throw new Error(text);
  return value;
}

test('keygen tokens and binding management keys are those of python and openssl', (t) => {
  t.is(VECTORS.tokens.length, 20);
  for (const vector of VECTORS.tokens) {
    const secret = { key: bytes(vector['key']), value: bytes(vector['nonce']) };
    const home = homeKeygenToken(secret, bytes(vector['address']));
    const careOf = careOfKeygenToken(secret, bytes(vector['address']));
    t.is(toHex(home), vector['home'] ?? '');
    t.is(toHex(careOf), vector['careOf'] ?? '');
    t.is(toHex(bindingManagementKey(home, careOf)), vector['kbm'] ?? '');
    t.is(toHex(bindingManagementKey(home, undefined)), vector['kbmDeletion'] ?? '');
  }
});

/** Kcn, nonce and index as the vectors have them, by their lengths. */
function knownRandom(length: number): Uint8Array {
  if (length === 20) return bytes(VECTORS.key);
  if (length === 8) return bytes(VECTORS.nonce);
  if (length === 2) return Uint8Array.of(VECTORS.index >> 8, VECTORS.index & 0xff);
  return new Uint8Array(length);
}

const seen = new Set<string>();

/** Gives the packet of an exchange to an agent and wants the answer byte for byte. */
function exchange(agent: ReturnType<typeof makeAgent>, name: string): readonly [string, string] {
  const [input, output] = VECTORS.exchanges[name] ?? ['x', ''];
  seen.add(name);
  const sent = agent.receive(bytes(input)).map(toHex);
  return [sent.join(' '), output];
}

test('whole exchanges are byte for byte those of scapy', (t) => {
  const agent = makeAgent({}, { random: knownRandom });
  for (const name of ['binding error', 'home test', 'care-of test', 'registration', 'lifetime capped'])
    t.is(...exchange(agent, name), name);
  t.is(...exchange(agent, 'sequence number too low'));
  for (const name of ['alternate care-of address', 'deletion while away'])
    t.is(...exchange(agent, name), name);
  t.is(agent.state.bindings.size, 0);
  for (const name of [
    'deletion while away, care-of address in the authenticator',
    'deletion at home',
    'deletion at home with a lifetime',
    'expired home nonce',
    'expired care-of nonce',
    'expired nonces',
    'home registration',
  ])
    t.is(...exchange(agent, name), name);
});

test('exchanges with a static key (RFC 4449) are byte for byte those of scapy', (t) => {
  const { key, homeNonce, careOfNonce } = VECTORS.static;
  const agent = makeAgent({
    staticKeys: [
      { homeAddress: HOME, key: bytes(key), homeNonce: bytes(homeNonce), careOfNonce: bytes(careOfNonce) },
    ],
    maximumStaticLifetime: 3_600_000,
  });
  t.is(...exchange(agent, 'static key'));
  t.is(...exchange(agent, 'static key, deletion'));
});

test('a binding refresh request is byte for byte that of scapy', (t) => {
  const agent = makeAgent({}, { random: knownRandom });
  for (const name of ['home test', 'care-of test', 'registration']) exchange(agent, name);
  agent.now += 360_000;
  agent.run({ kind: 'used', homeAddress: HOME, virtualAddress: bytes('20010db8010000000000000000000001') });
  const [, output] = VECTORS.exchanges['binding refresh request'] ?? ['', ''];
  seen.add('binding refresh request');
  t.deepEqual(agent.wait(20_000).map(toHex), [output]);
});

test('every exchange of the file is played', (t) => {
  t.deepEqual([...seen].toSorted(), Object.keys(VECTORS.exchanges).toSorted());
});
