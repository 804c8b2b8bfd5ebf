/** From packets to what switches expect. */

import test from 'ava';
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, type TcpSegment } from '../../wire/index.ts';
import type { Tuple } from '../sessions/index.ts';
import {
  PROTOCOLS,
  SessionIdentifier,
  type SessionIdentifierOptions,
  type SignallingEffect,
} from './index.ts';
import { literalAddress } from './literal-address.ts';

const address = (text: string) => literalAddress(text) ?? -1n;
const { rtsp: RTSP, sip: SIP, ftp: FTP } = PROTOCOLS;
const CLIENT = address('192.0.2.9');
const VIRTUAL = address('203.0.113.10');
const RTSP_SERVICE = 1;
const SIP_SERVICE = 2;
const FTP_SERVICE = 3;

function identifier(options: Partial<SessionIdentifierOptions> = {}) {
  const found = new SessionIdentifier({
    isVirtual: (one) => one === VIRTUAL,
    serverOf: () => undefined,
    ...options,
  });
  found.configure(
    new Map([
      [RTSP_SERVICE, RTSP],
      [SIP_SERVICE, SIP],
      [FTP_SERVICE, FTP],
    ]),
    0,
  );
  return found;
}

const signalling = (port: number, destinationPort: number, protocol: number): Tuple => ({
  source: CLIENT,
  destination: VIRTUAL,
  sourcePort: port,
  destinationPort,
  protocol,
});

function segment(sequence: number, acknowledgement: number, flags: number, text = ''): TcpSegment {
  return {
    sourcePort: 0,
    destinationPort: 0,
    sequence,
    acknowledgement,
    flags,
    window: 1000,
    checksum: 0,
    urgent: 0,
    options: new Uint8Array(),
    payload: Buffer.from(text, 'latin1'),
  };
}

/** A connection that both ends speak on in turn. */
function connection(of: SessionIdentifier, service: number, port: number, far: number, server: number) {
  const tuple = signalling(port, far, 6);
  const next = { client: 1000, server: 5000 };
  const send = (side: 'client' | 'server', flags: number, text: string, now: number) => {
    const other = side === 'client' ? 'server' : 'client';
    const one = segment(next[side], next[other], flags, text);
    next[side] += text.length + ((flags & (TCP_SYN | TCP_FIN)) !== 0 ? 1 : 0);
    const told = side === 'client' ? server : 0;
    const packet = {
      service,
      tuple,
      side,
      server: told,
      session: 0,
      content: { kind: 'segment', segment: one },
    } as const;
    return withoutNumbers(of.take(packet, now));
  };
  send('client', TCP_SYN, '', 0);
  send('server', TCP_SYN | TCP_ACK, '', 0);
  return {
    say: (side: 'client' | 'server', text: string, now = 0) => send(side, TCP_ACK, text, now),
    send,
  };
}

const SETUP =
  'SETUP rtsp://h/1 RTSP/1.0\r\nCSeq: 1\r\nTransport: RTP/AVP;unicast;client_port=6000-6001\r\n\r\n';
const SET_UP = `RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: s\r\nTransport: RTP/AVP;unicast;client_port=6000-6001;server_port=7000-7001\r\n\r\n`;
const TEARDOWN = 'TEARDOWN rtsp://h/1 RTSP/1.0\r\nCSeq: 2\r\nSession: s\r\n\r\n';
const DONE = 'RTSP/1.0 200 OK\r\nCSeq: 2\r\n\r\n';

const media = (sourcePort: number, destinationPort: number): Tuple => ({
  source: CLIENT,
  destination: VIRTUAL,
  sourcePort,
  destinationPort,
  protocol: 17,
});

const pairEntry = (server: number) => ({
  kind: 'expect',
  server,
  entry: {
    protocol: 17,
    source: CLIENT,
    sourcePort: { value: 6000, mask: 0xfffe },
    destination: VIRTUAL,
    destinationPort: { value: 7000, mask: 0xfffe },
    priority: 40,
  },
});
const kinds = (effects: readonly SignallingEffect[]) => withoutNumbers(effects).map(({ kind }) => kind);
/** What becomes of flows that are announced; numbers of sessions have a test of their own. */
const withoutNumbers = (effects: readonly SignallingEffect[]) => effects.filter((one) => !isOfNumber(one));
const isOfNumber = ({ kind }: SignallingEffect) => kind === 'number' || kind === 'number-no-more';

test('a reply gives the entries of its pair, TEARDOWN takes them and the flows that came, together', (t) => {
  const found = identifier();
  const { say } = connection(found, RTSP_SERVICE, 40_000, 554, 7);
  t.deepEqual(say('client', SETUP), []);
  t.deepEqual(say('server', SET_UP), [pairEntry(7)]);
  t.like([...found.sessions(0)][0], { status: 'new', server: 7, protocol: 'rtsp', secondary: [] });
  t.deepEqual(found.came(media(6001, 7001), 7), { number: 1, server: 7 });
  // From behind a NAT: no entry takes it, until it comes.
  t.is(found.came(media(33_333, 7000), 7), undefined);
  t.deepEqual(found.admit(media(33_333, 7000)), { kind: 'pin', tuple: media(33_333, 7000), server: 7 });
  t.is(found.admit(media(33_333, 7002)), undefined);
  t.is(found.came(media(6000, 7002), 7), undefined);
  t.like([...found.sessions(0)][0], {
    status: 'established',
    announced: [{ clientPort: 6000 }],
    secondary: [media(6001, 7001), media(33_333, 7000)],
  });
  say('client', TEARDOWN);
  t.deepEqual(kinds(say('server', DONE)), ['expect-no-more', 'end', 'end']);
  t.is(found.size, 0);
  t.is(found.entries, 0);
  t.false(found.expects(CLIENT));
});

test('messages in segments that come out of order, twice, or not at all', (t) => {
  const found = identifier();
  const tuple = signalling(40_000, 554, 6);
  const from = (side: 'client' | 'server', one: TcpSegment) =>
    found.take(
      {
        service: RTSP_SERVICE,
        tuple,
        side,
        server: 7,
        session: 0,
        content: { kind: 'segment', segment: one },
      },
      0,
    );
  from('client', segment(99, 0, TCP_SYN));
  from('client', segment(120, 1, TCP_ACK, SETUP.slice(20)));
  from('client', segment(100, 1, TCP_ACK, SETUP.slice(0, 40)));
  from('client', segment(100, 1, TCP_ACK, SETUP.slice(0, 40)));
  t.is(kinds(from('server', segment(1, 100 + SETUP.length, TCP_ACK, SET_UP))).length, 1);
  // The copy of the TEARDOWN is lost; its reply is not, and says nothing by itself.
  const after = 100 + SETUP.length + TEARDOWN.length;
  t.deepEqual(from('server', segment(1 + SET_UP.length, after, TCP_ACK, DONE)), []);
  // The next request is read all the same.
  const again = TEARDOWN.replace('CSeq: 2', 'CSeq: 3');
  from('client', segment(after, 1 + SET_UP.length + DONE.length, TCP_ACK, again));
  const acknowledged = segment(
    1 + SET_UP.length + DONE.length,
    after + again.length,
    TCP_ACK,
    DONE.replace('2\r', '3\r'),
  );
  t.deepEqual(kinds(from('server', acknowledged)), ['expect-no-more']);
});

test('a session that is silent for twice its timeout ends, unless its media is there', (t) => {
  const found = identifier();
  const { say } = connection(found, RTSP_SERVICE, 40_000, 554, 7);
  say('client', SETUP);
  say('server', SET_UP);
  found.came(media(6000, 7000), 7);
  t.deepEqual(
    found.tick(119, () => true),
    [],
  );
  t.deepEqual(
    found.tick(200, () => false),
    [],
  );
  t.like([...found.sessions(200)][0], { status: 'inactive' });
  t.deepEqual(kinds(found.tick(240, () => false)), ['expect-no-more', 'end']);
  t.is(found.counts.timedOut, 1);
});

test('signalling keeps a session', (t) => {
  const found = identifier();
  const { say } = connection(found, RTSP_SERVICE, 40_000, 554, 7);
  say('client', SETUP);
  say('server', SET_UP);
  say('client', 'OPTIONS * RTSP/1.0\r\nCSeq: 5\r\nSession: s\r\n\r\n', 100);
  t.deepEqual(
    found.tick(219, () => false),
    [],
  );
  t.is(kinds(found.tick(220, () => false)).length, 1);
});

test('an entry that two sessions want is that of the last, and goes back', (t) => {
  const found = identifier();
  const one = connection(found, RTSP_SERVICE, 40_000, 554, 7);
  const two = connection(found, RTSP_SERVICE, 40_001, 554, 8);
  one.say('client', SETUP);
  one.say('server', SET_UP);
  two.say('client', SETUP);
  t.deepEqual(two.say('server', SET_UP), [pairEntry(8)]);
  two.say('client', TEARDOWN);
  t.deepEqual(two.say('server', DONE), [pairEntry(7)]);
});

test('a flow that is with another server, or was a moment ago, is pinned', (t) => {
  const found = identifier({
    serverOf: ({ destinationPort }) => (destinationPort === 7001 ? 9 : undefined),
  });
  const one = connection(found, RTSP_SERVICE, 40_000, 554, 7);
  one.say('client', SETUP);
  t.deepEqual(one.say('server', SET_UP).at(-1), { kind: 'pin', tuple: media(6001, 7001), server: 7 });
  found.came(media(6000, 7000), 7);
  one.say('client', TEARDOWN);
  one.say('server', DONE, 10);
  const two = connection(found, RTSP_SERVICE, 40_001, 554, 8);
  two.say('client', SETUP, 12);
  t.deepEqual(two.say('server', SET_UP, 12).slice(1), [
    { kind: 'pin', tuple: media(6000, 7000), server: 8 },
    { kind: 'pin', tuple: media(6001, 7001), server: 8 },
  ]);
});

test('FTP ends with its connection, whichever way that ends', (t) => {
  for (const end of ['rst', 'fin'] as const) {
    const found = identifier();
    const { say, send } = connection(found, FTP_SERVICE, 40_000, 21, 7);
    say('client', 'EPSV\r\n');
    t.deepEqual(say('server', '229 ok (|||6446|)\r\n'), [
      {
        kind: 'expect',
        server: 7,
        entry: {
          protocol: 6,
          source: CLIENT,
          sourcePort: undefined,
          destination: VIRTUAL,
          destinationPort: { value: 6446, mask: 0xffff },
          priority: 30,
        },
      },
    ]);
    if (end === 'rst') t.deepEqual(kinds(send('server', TCP_RST, '', 0)), ['expect-no-more']);
    else {
      t.deepEqual(send('client', TCP_FIN | TCP_ACK, '', 0), []);
      t.deepEqual(kinds(send('server', TCP_FIN | TCP_ACK, '', 0)), ['expect-no-more']);
    }
  }
});

test('a new connection between the same ends is read from its own beginning', (t) => {
  const found = identifier();
  const first = connection(found, RTSP_SERVICE, 40_000, 554, 7);
  first.say('client', SETUP.slice(0, 30));
  const { say } = connection(found, RTSP_SERVICE, 40_000, 554, 7);
  // The same numbers: that was the SYN again, and nothing is lost.
  say('client', SETUP);
  t.is(say('server', SET_UP).length, 1);
});

test('without a server known nothing is pinned; with the first packet that tells it, all is', (t) => {
  const found = identifier();
  const tuple = signalling(40_000, 554, 6);
  const take = (side: 'client' | 'server', server: number, one: TcpSegment) =>
    withoutNumbers(
      found.take(
        {
          service: RTSP_SERVICE,
          tuple,
          side,
          server,
          session: 0,
          content: { kind: 'segment', segment: one },
        },
        0,
      ),
    );
  take('client', 0, segment(1, 1, TCP_ACK, SETUP));
  t.deepEqual(take('server', 0, segment(1, 1 + SETUP.length, TCP_ACK, SET_UP)), []);
  const options = 'OPTIONS * RTSP/1.0\r\nCSeq: 5\r\nSession: s\r\n\r\n';
  // The id is that of a server: of no server it is another one's.
  t.deepEqual(take('client', 7, segment(1 + SETUP.length, 1, TCP_ACK, options)), []);
});

test('addresses that are not ours, and entries beyond the room there is, are not announced', (t) => {
  const elsewhere = identifier();
  const one = connection(elsewhere, RTSP_SERVICE, 40_000, 554, 7);
  one.say('client', SETUP);
  t.deepEqual(one.say('server', SET_UP.replace('server_port', 'source=198.51.100.1;server_port')), []);
  const small = identifier({ mostEntries: 0 });
  const two = connection(small, RTSP_SERVICE, 40_000, 554, 7);
  two.say('client', SETUP);
  t.is(two.say('server', SET_UP).length, 0);
  t.is(small.counts.withoutRoom, 1);
});

test('services that are no more, and servers, take their sessions with them', (t) => {
  for (const end of ['service', 'server'] as const) {
    const found = identifier();
    const { say } = connection(found, RTSP_SERVICE, 40_000, 554, 7);
    say('client', SETUP);
    say('server', SET_UP);
    const effects =
      end === 'service'
        ? found.configure(new Map([[SIP_SERVICE, SIP]]), 1)
        : found.endServer(RTSP_SERVICE, 7, 1);
    t.deepEqual(kinds(effects), ['expect-no-more']);
    t.is(found.size, 0);
  }
});

test('many connections that say half of something keep no more than their bound', (t) => {
  const found = identifier({ connections: { connections: 1000, held: 100_000 } });
  for (let port = 1; port <= 5000; port++) {
    const tuple = signalling(port, 554, 6);
    const half = segment(1, 1, TCP_ACK, SETUP.slice(0, 60));
    const content = { kind: 'segment', segment: half } as const;
    found.take({ service: RTSP_SERVICE, tuple, side: 'client', server: 7, session: 0, content }, 0);
    t.true(found.held <= 100_000);
  }
  t.is(found.held, 1000 * 60);
});

test('of sessions that may have a flow from elsewhere, the one that lacks it gets it', (t) => {
  const found = identifier();
  for (const [index, server] of [7, 8, 9].entries()) {
    const { say } = connection(found, RTSP_SERVICE, 40_000 + index, 554, server);
    say('client', SETUP);
    say('server', SET_UP.replaceAll('6000-6001', `${6000 + 10 * index}-${6001 + 10 * index}`));
  }
  found.came(media(6020, 7000), 9);
  t.like(found.admit(media(33_333, 7000)), { server: 8 });
  t.like(found.admit(media(33_334, 7000)), { server: 7 });
  // The one that it is announced for is before all.
  t.like(found.admit(media(6021, 7001)), { server: 9 });
});

test('a flow has the number of its session, by which copies are known that say nothing of their server', (t) => {
  const found = identifier();
  const tuple = signalling(40_000, 5060, 17);
  const flow = {
    client: { address: CLIENT, port: 40_000 },
    virtual: { address: VIRTUAL, port: 5060 },
    protocol: 17,
  };
  const say = (
    side: 'client' | 'server',
    server: number,
    session: number,
    start: string,
    to: string,
    sdp = '',
  ) => {
    const [, method = ''] = /^(?:SIP\S+ \d+ )?([A-Z]+)/.exec(start) ?? [];
    const lines = [start, 'From: <sip:a@h>;tag=a', `To: <sip:b@h>${to}`, 'Call-ID: c', `CSeq: 1 ${method}`];
    const body = sdp === '' ? [] : ['c: application/sdp', '', sdp];
    const payload = Buffer.from([...lines, ...(sdp === '' ? ['', ''] : body)].join('\r\n'));
    return found.take(
      { service: SIP_SERVICE, tuple, side, server, session, content: { kind: 'datagram', payload } },
      0,
    );
  };
  const sdp = (host: string, port: number) => `v=0\r\nc=IN IP4 ${host}\r\nm=audio ${port} RTP/AVP 0\r\n`;
  const [begun] = say('client', 7, 0, 'INVITE sip:b SIP/2.0', '', sdp('192.0.2.9', 6000)).filter(isOfNumber);
  t.deepEqual(begun, { kind: 'number', flow, session: 1 });
  t.deepEqual([...found.numbered()], [begun]);
  // Numbers of another service's session, of another flow's, and of none are not believed.
  const other = connection(found, RTSP_SERVICE, 40_001, 554, 8);
  other.say('client', SETUP);
  other.say('server', SET_UP);
  for (const session of [2, 3]) say('server', 0, session, 'SIP/2.0 180 INVITE', ';tag=b');
  const effects = say('server', 0, 1, 'SIP/2.0 200 INVITE', ';tag=b', sdp('203.0.113.10', 7000));
  t.deepEqual(withoutNumbers(effects), [pairEntry(7)]);
  say('client', 7, 1, 'BYE sip:b SIP/2.0', ';tag=b');
  const ended = say('server', 0, 1, 'SIP/2.0 200 BYE', ';tag=b');
  t.deepEqual(ended.filter(isOfNumber), [{ kind: 'number-no-more', flow }]);
});
