/** Sessions that outlive a restart: what another identifier makes of what comes next is what the first one would have. */

import test from 'ava';
import {
  entryKey,
  formatSession,
  PROTOCOLS,
  parseSession,
  SessionIdentifier,
} from '../../controller/signalling/index.ts';
import { TCP_ACK } from '../../wire/index.ts';
import { CONVERSATIONS, type Said } from '../fuzz/signalling-seeds.ts';

const VIRTUAL = (0xffffn << 32n) | 0xcb00_710an;
const CLIENT = (0xffffn << 32n) | 0xc000_0209n;
const NAMES = ['rtsp', 'sip', 'ftp'] as const;
type Name = (typeof NAMES)[number];

function make() {
  const changed = new Set<string>();
  const identifier = new SessionIdentifier({
    isVirtual: (address) => address === VIRTUAL,
    serverOf: () => undefined,
    onChanged: (id) => changed.add(id),
  });
  identifier.configure(new Map(NAMES.map((name, index) => [index + 1, PROTOCOLS[name]])), 0);
  return { identifier, changed };
}

/** What is said from a place of a conversation to another one, in datagrams or segments. */
function say(of: SessionIdentifier, name: Name, said: readonly Said[], from: number, to: number): void {
  const sequences = { client: 1, server: 1 };
  for (const [index, { side, text }] of said.entries()) {
    const payload = Buffer.from(text, 'latin1');
    const sequence = sequences[side];
    sequences[side] += payload.length;
    if (index < from || index >= to) continue;
    const acknowledgement = sequences[side === 'client' ? 'server' : 'client'];
    const segment = {
      ...{ sourcePort: 0, destinationPort: 0, sequence, acknowledgement, flags: TCP_ACK, payload },
      ...{ window: 0, checksum: 0, urgent: 0, options: new Uint8Array() },
    };
    const tuple = {
      source: CLIENT,
      destination: VIRTUAL,
      sourcePort: 40_000,
      destinationPort: 5060,
      protocol: name === 'sip' ? 17 : 6,
    };
    const content =
      name === 'sip' ? ({ kind: 'datagram', payload } as const) : ({ kind: 'segment', segment } as const);
    of.take({ service: NAMES.indexOf(name) + 1, tuple, side, server: 3, session: 0, content }, 10);
    of.came({ ...tuple, sourcePort: 6000, destinationPort: 7000, protocol: 17 }, 3);
  }
}

/** Sessions and entries, but for how often they were counted. */
function seen(of: SessionIdentifier) {
  return {
    sessions: [...of.sessions(10)],
    entries: [...of.expected()]
      .map((change) => [entryKey(change.entry), change.kind === 'expect' ? change.server : 0])
      .sort(),
  };
}

for (const name of NAMES) {
  test(`${name}: a restart behind any message but a request that waits changes nothing`, (t) => {
    const said = CONVERSATIONS[name];
    let sessions = 0;
    for (let cut = 1; cut < said.length; cut++) {
      // Which stream a reply is about the request says, which is not kept; a session is known all the same.
      if (name === 'rtsp' && said[cut - 1]?.side === 'client') continue;
      const [first, second] = [make(), make()];
      say(first.identifier, name, said, 0, cut);
      const saved = [...first.changed].flatMap((id) => first.identifier.saved(id) ?? []);
      t.is(saved.length, first.identifier.size, 'every session has changed');
      const read = saved.flatMap((one) => parseSession(formatSession(one)) ?? []);
      t.deepEqual(read.map(formatSession), saved.map(formatSession));
      t.deepEqual(
        second.identifier.restore(read, 10, () => true),
        [],
      );
      t.deepEqual(seen(second.identifier), seen(first.identifier), `at ${cut}`);
      sessions += saved.length;
      for (const { identifier } of [first, second]) say(identifier, name, said, cut, said.length);
      t.deepEqual(seen(second.identifier), seen(first.identifier), `at the end, cut at ${cut}`);
      t.deepEqual(
        second.identifier.tick(1e6, () => false).length,
        first.identifier.tick(1e6, () => false).length,
      );
      t.is(second.identifier.size, 0);
    }
    t.true(sessions > 2);
  });
}

test('sessions whose service, protocol or server is another one do not go on, nor what is damaged', (t) => {
  const { identifier } = make();
  say(identifier, 'rtsp', CONVERSATIONS.rtsp, 0, 4);
  const [id = ''] = [...identifier.sessions(0)].map(({ service }) => `${service} 3 s1`);
  const saved = identifier.saved(id);
  if (saved === undefined) {
    t.fail('there is a session');
    return;
  }
  const again = make().identifier;
  t.deepEqual(
    again.restore([saved], 0, () => false),
    [id],
  );
  t.deepEqual(
    again.restore([{ ...saved, protocol: 'sip' }], 0, () => true),
    [id],
  );
  t.deepEqual(
    again.restore([{ ...saved, tracker: { other: 1 } }], 0, () => true),
    [id],
  );
  t.is(again.size, 0);
  t.deepEqual(
    again.restore([saved, saved], 0, () => true),
    [id],
  );
  t.is(again.size, 1);
  const text = formatSession(saved);
  for (const broken of ['', text.slice(1), text.slice(0, -1), text.replace('3 s1', '3 s2'), `${text} `]) {
    t.is(parseSession(broken), undefined, broken);
  }
});
