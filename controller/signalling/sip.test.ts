/** Calls as RFC 3261 (section 24), RFC 3264 (section 10), RFC 3262 and RFC 6337 tell them. */

import test from 'ava';
import { literalAddress } from './literal-address.ts';
import { type ExpectedFlow, type Side, type SignallingEvent, type SignallingFlow, UDP } from './protocol.ts';
import { SIP } from './sip.ts';

const address = (text: string) => literalAddress(text) ?? -1n;
const CLIENT = address('192.0.2.4');
const VIRTUAL = address('203.0.113.10');
const FLOW: SignallingFlow = {
  client: { address: CLIENT, port: 5060 },
  virtual: { address: VIRTUAL, port: 5060 },
  protocol: UDP,
  server: 3,
};
const CALL = 'a84b4c76e66710@pc33.atlanta.example.com';
const SESSION = `${CALL}\n1928301774`;

type Words = {
  readonly cseq?: string;
  readonly from?: string;
  readonly to?: string;
  readonly sdp?: string;
  readonly more?: readonly string[];
  readonly call?: string;
};

/** A message of the call; From has the caller's tag, To what is given. */
function message(start: string, words: Words): Buffer {
  const { cseq = '314159 INVITE', from = '1928301774', to = '', sdp = '', more = [], call = CALL } = words;
  const lines = [
    start,
    'Via: SIP/2.0/UDP pc33.atlanta.example.com;branch=z9hG4bK776asdhds',
    'Max-Forwards: 70',
    `To: Bob <sip:bob@biloxi.example.com>${to === '' ? '' : `;tag=${to}`}`,
    `From: Alice <sip:alice@atlanta.example.com>${from === '' ? '' : `;tag=${from}`}`,
    `Call-ID: ${call}`,
    `CSeq: ${cseq}`,
    ...more,
    ...(sdp === '' || more.some((one) => one.includes('multipart')) ? [] : ['Content-Type: application/sdp']),
    `Content-Length: ${sdp.length}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${sdp}`, 'latin1');
}

function sdp(host: string, ...lines: readonly string[]): string {
  const family = host.includes(':') ? 'IP6' : 'IP4';
  return `${[
    'v=0',
    `o=u 2890844526 2890844526 IN ${family} ${host}`,
    's=-',
    `c=IN ${family} ${host}`,
    't=0 0',
    ...lines,
  ].join('\r\n')}\r\n`;
}

function conversation() {
  const tracker = SIP.makeTracker(100);
  let now = 0;
  const say =
    (side: Side) =>
    (start: string, words: Words = {}): readonly SignallingEvent[] =>
      tracker
        .take(message(start, words), side, FLOW, now)
        .filter(({ kind }) => kind !== 'active' && kind !== 'timeout');
  const wait = (seconds: number) => {
    now += seconds;
    return tracker.expire(now);
  };
  return { tracker, client: say('client'), server: say('server'), wait };
}

const INVITE = 'INVITE sip:bob@biloxi.example.com SIP/2.0';
const BYE = 'BYE sip:bob@192.0.2.4 SIP/2.0';
const ACK = 'ACK sip:bob@192.0.2.4 SIP/2.0';
const OK = 'SIP/2.0 200 OK';
const ALICE = sdp('192.0.2.4', 'm=audio 49170 RTP/AVP 0');
const BOB = sdp('203.0.113.10', 'm=audio 3456 RTP/AVP 0');

const udp = (
  clientPort: number | undefined,
  virtualPort: number,
  more: Partial<ExpectedFlow> = {},
): ExpectedFlow => ({
  protocol: UDP,
  clientAddress: CLIENT,
  clientPort,
  virtualAddress: VIRTUAL,
  virtualPort,
  ...more,
});
const announced = (medium: string, ...flows: readonly ExpectedFlow[]): SignallingEvent => ({
  kind: 'announced',
  session: SESSION,
  medium,
  flows,
});
const ENDED: SignallingEvent = { kind: 'ended', session: SESSION };

test('INVITE begins a call, the answer announces its media, BYE and its reply end it (RFC 3261, 24.2)', (t) => {
  const { client, server } = conversation();
  t.deepEqual(client(INVITE, { sdp: ALICE }), [{ kind: 'began', session: SESSION, timeout: 200 }]);
  t.deepEqual(server('SIP/2.0 100 Trying'), []);
  t.deepEqual(server('SIP/2.0 180 Ringing', { to: 'a6c85cf' }), []);
  t.deepEqual(server(OK, { to: 'a6c85cf', sdp: BOB }), [
    announced('a6c85cf', udp(49_170, 3456), udp(49_171, 3457)),
  ]);
  t.deepEqual(client(ACK, { to: 'a6c85cf', cseq: '314159 ACK' }), []);
  // Bob hangs up: From and To change places.
  const turned = { from: 'a6c85cf', to: '1928301774', cseq: '231 BYE' };
  t.deepEqual(server(BYE, turned), []);
  t.deepEqual(client(OK, turned), [ENDED]);
});

test('early media is announced with the reply that brings its description, and the same is not told twice', (t) => {
  const { client, server } = conversation();
  client(INVITE, { sdp: ALICE });
  const both = announced('b', udp(49_170, 3456), udp(49_171, 3457));
  t.deepEqual(server('SIP/2.0 183 Session Progress', { to: 'b', sdp: BOB }), [both]);
  t.deepEqual(server('SIP/2.0 183 Session Progress', { to: 'b', sdp: BOB }), []);
  t.deepEqual(server(OK, { to: 'b', sdp: BOB }), []);
  t.deepEqual(server(OK, { to: 'b', sdp: BOB }), []);
});

test('an offer in the 200 is announced from anywhere at the client, and from where ACK says', (t) => {
  const { client, server } = conversation();
  client(INVITE);
  t.deepEqual(server(OK, { to: 'b', sdp: BOB }), [
    announced('b', udp(undefined, 3456), udp(undefined, 3457)),
  ]);
  t.deepEqual(client(ACK, { to: 'b', cseq: '314159 ACK', sdp: ALICE }), [
    announced('b', udp(49_170, 3456), udp(49_171, 3457)),
  ]);
});

test('a server that calls announces its media with the offer', (t) => {
  const { client, server } = conversation();
  t.deepEqual(server(INVITE, { sdp: BOB }), [
    { kind: 'began', session: SESSION, timeout: 200 },
    announced('', udp(undefined, 3456), udp(undefined, 3457)),
  ]);
  t.deepEqual(
    client(OK, { to: 'c', sdp: ALICE }).at(-1),
    announced('c', udp(49_170, 3456), udp(49_171, 3457)),
  );
});

test('a re-INVITE announces old and new media until it is answered; refused, the old stays', (t) => {
  const { client, server } = conversation();
  client(INVITE, { sdp: ALICE });
  server(OK, { to: 'b', sdp: BOB });
  const moved = sdp('203.0.113.10', 'm=audio 4000 RTP/AVP 0');
  const turned = { from: 'b', to: '1928301774', cseq: '7 INVITE' };
  t.deepEqual(server(INVITE, { ...turned, sdp: moved }), [
    announced('b', udp(49_170, 3456), udp(49_171, 3457), udp(49_170, 4000), udp(49_171, 4001)),
  ]);
  t.deepEqual(client('SIP/2.0 488 Not Acceptable Here', turned), [
    announced('b', udp(49_170, 3456), udp(49_171, 3457)),
  ]);
  server(INVITE, { ...turned, cseq: '8 INVITE', sdp: moved });
  t.deepEqual(client(OK, { ...turned, cseq: '8 INVITE', sdp: ALICE }), [
    announced('b', udp(49_170, 4000), udp(49_171, 4001)),
  ]);
});

test('a re-INVITE without an offer gets one in its reply, which ACK answers (RFC 3261, 14.1; RFC 3264, 5)', (t) => {
  const { client, server } = conversation();
  client(INVITE, { sdp: ALICE });
  server(OK, { to: 'b', sdp: BOB });
  t.deepEqual(client(INVITE, { to: 'b', cseq: '314160 INVITE' }), []);
  const moved = sdp('203.0.113.10', 'm=audio 4000 RTP/AVP 0');
  t.deepEqual(server(OK, { to: 'b', cseq: '314160 INVITE', sdp: moved }), [
    announced('b', udp(49_170, 4000), udp(49_171, 4001)),
  ]);
  const held = sdp('192.0.2.4', 'm=audio 50000 RTP/AVP 0', 'a=sendonly');
  t.deepEqual(client(ACK, { to: 'b', cseq: '314160 ACK', sdp: held }), [
    announced('b', udp(50_000, 4000), udp(50_001, 4001)),
  ]);
});

test('UPDATE and PRACK carry offers too (RFC 3311, RFC 3262)', (t) => {
  const { client, server } = conversation();
  client(INVITE, { sdp: ALICE });
  server('SIP/2.0 183 Session Progress', { to: 'b', sdp: BOB, more: ['RSeq: 1'] });
  const moved = sdp('192.0.2.4', 'm=audio 50000 RTP/AVP 0');
  t.deepEqual(client('PRACK sip:bob@192.0.2.4 SIP/2.0', { to: 'b', cseq: '314160 PRACK', sdp: moved }), [
    announced('b', udp(49_170, 3456), udp(49_171, 3457), udp(50_000, 3456), udp(50_001, 3457)),
  ]);
  t.deepEqual(server(OK, { to: 'b', cseq: '314160 PRACK', sdp: BOB }), [
    announced('b', udp(50_000, 3456), udp(50_001, 3457)),
  ]);
  client('UPDATE sip:bob@192.0.2.4 SIP/2.0', { to: 'b', cseq: '314161 UPDATE', sdp: ALICE });
  t.deepEqual(server(OK, { to: 'b', cseq: '314161 UPDATE', sdp: BOB }), [
    announced('b', udp(49_170, 3456), udp(49_171, 3457)),
  ]);
});

test('a stream with port 0 is gone, others keep their places (RFC 3264, 8.2)', (t) => {
  const { client, server } = conversation();
  client(INVITE, {
    sdp: sdp('192.0.2.4', 'm=audio 49170 RTP/AVP 0', 'm=video 51372 RTP/AVP 31', 'm=video 53000 RTP/AVP 32'),
  });
  t.deepEqual(
    server(OK, {
      to: 'b',
      sdp: sdp('203.0.113.10', 'm=audio 49920 RTP/AVP 0', 'm=video 0 RTP/AVP 31', 'm=video 53002 RTP/AVP 32'),
    }),
    [announced('b', udp(49_170, 49_920), udp(49_171, 49_921), udp(53_000, 53_002), udp(53_001, 53_003))],
  );
});

test('hold keeps the flows, in both ways of writing it (RFC 3264, 8.4)', (t) => {
  const { client, server } = conversation();
  client(INVITE, { sdp: ALICE });
  server(OK, { to: 'b', sdp: BOB });
  for (const [index, held] of [
    sdp('192.0.2.4', 'm=audio 49170 RTP/AVP 0', 'a=inactive'),
    sdp('0.0.0.0', 'm=audio 49170 RTP/AVP 0'),
  ].entries()) {
    const cseq = `${314_160 + index} INVITE`;
    t.deepEqual(client(INVITE, { to: 'b', cseq, sdp: held }), []);
    t.deepEqual(server(OK, { to: 'b', cseq, sdp: BOB }), []);
  }
});

test('RTCP is beside RTP, elsewhere, or where it says (RFC 5761, RFC 3605)', (t) => {
  const offers: readonly [string, string, readonly ExpectedFlow[]][] = [
    ['a=rtcp-mux', 'a=rtcp-mux', [udp(49_170, 3456)]],
    ['a=rtcp-mux', 'a=sendrecv', [udp(49_170, 3456), udp(49_171, 3457)]],
    ['a=rtcp:53020', 'a=rtcp:4711', [udp(49_170, 3456), udp(53_020, 4711)]],
    [
      'a=rtcp:53020 IN IP4 192.0.2.77',
      'a=rtcp:4711 IN IP4 203.0.113.11',
      [
        udp(49_170, 3456),
        udp(53_020, 4711, { clientAddress: address('192.0.2.77'), virtualAddress: address('203.0.113.11') }),
      ],
    ],
  ];
  for (const [offer, answer, flows] of offers) {
    const { client, server } = conversation();
    client(INVITE, { sdp: `${ALICE}${offer}\r\n` });
    t.deepEqual(server(OK, { to: 'b', sdp: `${BOB}${answer}\r\n` }), [announced('b', ...flows)]);
  }
});

test('addresses of streams, of IPv6, names, several ports, and media that is no RTP', (t) => {
  const { client, server } = conversation();
  client(INVITE, {
    sdp: sdp(
      'host.example.com',
      'm=audio 49170/2 RTP/AVP 0',
      'm=image 20000 udptl t38',
      'c=IN IP6 2001:db8::5',
      'm=message 9 TCP/MSRP *',
    ),
  });
  t.deepEqual(
    server(OK, {
      to: 'b',
      sdp: sdp(
        '2001:db8:100::1',
        'm=audio 3456/2 RTP/AVP 0',
        'm=image 4000 udptl t38',
        'm=message 2855 TCP/MSRP *',
      ),
    }),
    [
      announced(
        'b',
        ...[
          udp(49_170, 3456),
          udp(49_171, 3457),
          udp(49_172, 3458),
          udp(49_173, 3459),
          udp(20_000, 4000, { clientAddress: address('2001:db8::5') }),
          udp(undefined, 2855, { protocol: 6 }),
        ].map((one) => ({ ...one, virtualAddress: address('2001:db8:100::1') })),
      ),
    ],
  );
});

test('a forked INVITE has a dialog for each branch; those that nobody took end by themselves', (t) => {
  const { client, server, wait } = conversation();
  client(INVITE, { sdp: ALICE });
  server('SIP/2.0 183 Session Progress', { to: 'b1', sdp: BOB });
  const other = sdp('203.0.113.10', 'm=audio 5000 RTP/AVP 0');
  t.deepEqual(server('SIP/2.0 183 Session Progress', { to: 'b2', sdp: other }), [
    announced('b2', udp(49_170, 5000), udp(49_171, 5001)),
  ]);
  t.deepEqual(server(OK, { to: 'b2', sdp: other }), []);
  t.deepEqual(wait(31), []);
  t.deepEqual(wait(2), [announced('b1')]);
  client(BYE, { to: 'b2', cseq: '314160 BYE' });
  t.deepEqual(server(OK, { to: 'b2', cseq: '314160 BYE' }), [ENDED]);
});

test('refused, challenged and cancelled calls end; a challenged one begins again', (t) => {
  const { client, server } = conversation();
  client(INVITE, { sdp: ALICE });
  t.deepEqual(server('SIP/2.0 407 Proxy Authentication Required', { to: 'x' }), [ENDED]);
  t.deepEqual(client(ACK, { to: 'x', cseq: '314159 ACK' }), []);
  t.like(client(INVITE, { sdp: ALICE, cseq: '314160 INVITE' })[0], { kind: 'began' });
  server('SIP/2.0 183 Session Progress', { to: 'b', cseq: '314160 INVITE', sdp: BOB });
  client('CANCEL sip:bob@biloxi.example.com SIP/2.0', { cseq: '314160 CANCEL' });
  t.deepEqual(server(OK, { to: 'b', cseq: '314160 CANCEL' }), []);
  t.deepEqual(server('SIP/2.0 487 Request Terminated', { to: 'b', cseq: '314160 INVITE' }), [ENDED]);
});

test('a BYE that is challenged does not end the call; one without a reply does, after 64 T1', (t) => {
  const { client, server, wait } = conversation();
  client(INVITE, { sdp: ALICE });
  server(OK, { to: 'b', sdp: BOB });
  client(BYE, { to: 'b', cseq: '314160 BYE' });
  server('SIP/2.0 401 Unauthorized', { to: 'b', cseq: '314160 BYE' });
  t.deepEqual(
    wait(100).filter(({ session }) => session === SESSION && true),
    [
      // The branch without a tag, which is over since the call was answered, had nothing.
    ],
  );
  client(BYE, { to: 'b', cseq: '314161 BYE' });
  t.deepEqual(wait(33), [ENDED]);
});

test("another call's tags end nothing", (t) => {
  const { client, server } = conversation();
  client(INVITE, { sdp: ALICE });
  server(OK, { to: 'b', sdp: BOB });
  const wrong = { from: 'guess', to: 'other', cseq: '1 BYE' };
  t.deepEqual(client(BYE, wrong), []);
  t.deepEqual(server(OK, wrong), []);
  t.deepEqual(client('REGISTER sip:example.com SIP/2.0', { cseq: '1 REGISTER', call: 'r' }), []);
});

test('session timers say how long a silent call lives (RFC 4028)', (t) => {
  const tracker = SIP.makeTracker(10);
  const say = (side: Side, start: string, words: Words) => tracker.take(message(start, words), side, FLOW, 0);
  say('client', INVITE, { sdp: ALICE });
  const events = say('server', OK, { to: 'b', sdp: BOB, more: ['x: 90;refresher=uac'] });
  t.true(events.some((one) => one.kind === 'timeout' && one.seconds === 90));
});

test('compact names, folded lines, tags in other places, and white space (RFC 3261, 7.3; RFC 4475, 3.1.1.1)', (t) => {
  const tracker = SIP.makeTracker(10);
  const text = [
    INVITE,
    'v: SIP/2.0/UDP host:5060;branch=z9hG4bK1',
    't : "Bob ;tag=no \\" <" <sip:bob;tag=neither@biloxi.example.com>',
    'f: Alice',
    '  <sip:alice@atlanta.example.com>',
    '\t; x=y ; TAG = 1928301774',
    `i:  ${CALL}`,
    'CSEQ:    0314159',
    '   INVITE',
    'c: application/SDP;charset=utf-8',
    `L: ${ALICE.length}`,
    '',
    `${ALICE}trailing bytes`,
  ].join('\r\n');
  t.deepEqual(tracker.take(Buffer.from(`\r\n\r\n${text}`), 'client', FLOW, 0), [
    { kind: 'began', session: SESSION, timeout: 200 },
  ]);
  t.deepEqual(
    tracker
      .take(message(OK, { to: 'b', sdp: BOB }), 'server', FLOW, 0)
      .find(({ kind }) => kind === 'announced'),
    announced('b', udp(49_170, 3456), udp(49_171, 3457)),
  );
});

test('a description inside other parts is found (RFC 5621)', (t) => {
  const { client, server } = conversation();
  const inner = ['--in', 'Content-Type: application/sdp', '', ALICE, '--in--', ''].join('\r\n');
  const body = [
    'preamble',
    '--"out"',
    'Content-Type: text/plain',
    '',
    'm=audio 1 RTP/AVP 0',
    '--"out"',
    'Content-Type: multipart/alternative;boundary=in',
    '',
    inner,
    '--"out"--',
  ]
    .join('\r\n')
    .replaceAll('"', '');
  client(INVITE, { sdp: body, more: ['Content-Type: multipart/mixed; boundary="out"'] });
  t.deepEqual(server(OK, { to: 'b', sdp: BOB }), [announced('b', udp(49_170, 3456), udp(49_171, 3457))]);
});

test('a datagram that was cut says what it has', (t) => {
  const tracker = SIP.makeTracker(10);
  const whole = message(INVITE, { sdp: `${ALICE}a=rtpmap:0 PCMU/8000\r\n` });
  tracker.take(whole.subarray(0, whole.length - 10), 'client', FLOW, 0);
  t.deepEqual(
    tracker
      .take(message(OK, { to: 'b', sdp: BOB }), 'server', FLOW, 0)
      .find(({ kind }) => kind === 'announced'),
    announced('b', udp(49_170, 3456), udp(49_171, 3457)),
  );
});

test('over TCP, messages are framed by their length, with keep-alives between (RFC 5626, 3.5.1)', (t) => {
  const all = Buffer.concat([
    Buffer.from('\r\n\r\n'),
    message(INVITE, { sdp: ALICE }),
    Buffer.from('\r\n'),
    message(BYE, { to: 'b', cseq: '2 BYE' }),
  ]);
  for (const size of [1, 7, all.length]) {
    const framer = SIP.makeFramer();
    const found: Uint8Array[] = [];
    for (let at = 0; at < all.length; at += size) found.push(...framer.take(all.subarray(at, at + size)));
    t.deepEqual(
      found.map(({ length }) => length),
      [message(INVITE, { sdp: ALICE }).length, message(BYE, { to: 'b', cseq: '2 BYE' }).length],
    );
  }
});
