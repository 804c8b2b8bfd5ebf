/** RTSP as its specifications tell it: RFC 2326, section 14, RFC 7826, appendix A. */

import test from 'ava';
import { literalAddress } from './literal-address.ts';
import { type ExpectedFlow, type Side, type SignallingEvent, type SignallingFlow, TCP } from './protocol.ts';
import { RTSP } from './rtsp.ts';

const address = (text: string) => literalAddress(text) ?? -1n;
const CLIENT = address('192.0.2.9');
const VIRTUAL = address('203.0.113.10');
const FLOW: SignallingFlow = {
  client: { address: CLIENT, port: 40_000 },
  virtual: { address: VIRTUAL, port: 554 },
  protocol: TCP,
  server: 3,
};

function conversation(flow = FLOW) {
  const tracker = RTSP.makeTracker(100);
  const say =
    (side: Side) =>
    (...lines: readonly string[]): readonly SignallingEvent[] =>
      tracker.take(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), side, flow, 0);
  return { tracker, client: say('client'), server: say('server') };
}

const udp = (
  clientPort: number | undefined,
  virtualPort: number | undefined,
  more: Partial<ExpectedFlow> = {},
): ExpectedFlow => ({
  protocol: 17,
  clientAddress: CLIENT,
  clientPort,
  virtualAddress: VIRTUAL,
  virtualPort,
  ...more,
});

test('a stream is announced when its SETUP is answered, and TEARDOWN ends the session (RFC 2326, 14.1)', (t) => {
  const { client, server } = conversation();
  const uri = 'rtsp://audio.example.com/twister/audio.en';
  t.deepEqual(
    client(`SETUP ${uri} RTSP/1.0`, 'CSeq: 1', 'Transport: RTP/AVP/UDP;unicast;client_port=3056-3057'),
    [],
  );
  t.deepEqual(
    server(
      'RTSP/1.0 200 OK',
      'CSeq: 1',
      'Session: 12345678',
      'Transport: RTP/AVP/UDP;unicast;client_port=3056-3057;server_port=5000-5001',
    ),
    [
      { kind: 'began', session: '3 12345678', timeout: 60 },
      {
        kind: 'announced',
        session: '3 12345678',
        medium: uri,
        flows: [udp(3056, 5000), udp(3057, 5001)],
      },
    ],
  );
  t.deepEqual(client(`PLAY ${uri} RTSP/1.0`, 'CSeq: 2', 'Session: 12345678', 'Range: smpte=0:10:00-'), [
    { kind: 'active', session: '3 12345678' },
  ]);
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 2', 'Session: 12345678'), [
    { kind: 'active', session: '3 12345678' },
  ]);
  client(`TEARDOWN ${uri} RTSP/1.0`, 'CSeq: 3', 'Session: 12345678');
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 3'), [{ kind: 'ended', session: '3 12345678' }]);
});

test('several streams are one session; TEARDOWN of one leaves the other (RFC 2326, 10.7)', (t) => {
  const { client, server } = conversation();
  for (const [index, stream] of ['track1', 'track2'].entries()) {
    const session = index === 0 ? [] : ['Session: s'];
    const ports = `${6000 + 2 * index}-${6001 + 2 * index}`;
    const transport = `Transport: RTP/AVP;unicast;client_port=${ports}`;
    client(`SETUP rtsp://h/m/${stream} RTSP/1.0`, `CSeq: ${index}`, ...session, transport);
    server(
      'RTSP/1.0 200 OK',
      `CSeq: ${index}`,
      'Session: s;timeout=30',
      `${transport};server_port=7000-7001`,
    );
  }
  client('TEARDOWN rtsp://h/m/track1 RTSP/1.0', 'CSeq: 7', 'Session: s');
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 7', 'Session: s'), [
    { kind: 'announced', session: '3 s', medium: 'rtsp://h/m/track1', flows: [] },
  ]);
  client('TEARDOWN rtsp://h/m RTSP/1.0', 'CSeq: 8', 'Session: s');
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 8'), [{ kind: 'ended', session: '3 s' }]);
});

test('a stream is the same by another way of writing its URI (RFC 3986, 6.2.2 and 6.2.3)', (t) => {
  const { client, server } = conversation();
  const streams = ['rtsp://Film.example.com/m/track1', 'rtsp://film.example.com:554/m/track2/'];
  for (const [index, stream] of streams.entries()) {
    const transport = `Transport: RTP/AVP;unicast;client_port=${6000 + 2 * index}`;
    client(`SETUP ${stream} RTSP/1.0`, `CSeq: ${index}`, 'Session: s', transport);
    server('RTSP/1.0 200 OK', `CSeq: ${index}`, 'Session: s', `${transport};server_port=7000`);
  }
  // The other stream goes on: its media must not be taken for that of nobody.
  client('TEARDOWN RTSP://film.EXAMPLE.com:554/m/track1 RTSP/1.0', 'CSeq: 7', 'Session: s');
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 7', 'Session: s'), [
    { kind: 'announced', session: '3 s', medium: 'rtsp://film.example.com/m/track1', flows: [] },
  ]);
  client('TEARDOWN rtsp://film.example.com/m/track2 RTSP/1.0', 'CSeq: 8', 'Session: s');
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 8', 'Session: s'), [{ kind: 'ended', session: '3 s' }]);
});

test('SETUPs that are sent before a session is known become one (RFC 7826, 18.33)', (t) => {
  const { client, server } = conversation();
  const transport = (port: number) => `Transport: RTP/AVP;unicast;dest_addr=":${port}"`;
  client('SETUP rtsp://h/1 RTSP/2.0', 'CSeq: 1', 'Pipelined-Requests: 7654', transport(6000));
  client('SETUP rtsp://h/2 RTSP/2.0', 'CSeq: 2', 'Pipelined-Requests: 7654', transport(6002));
  client('PLAY rtsp://h/ RTSP/2.0', 'CSeq: 3', 'Pipelined-Requests: 7654');
  const reply = (sequence: number, ...more: readonly string[]) =>
    server('RTSP/2.0 200 OK', `CSeq: ${sequence}`, 'Session: s', 'Pipelined-Requests: 7654', ...more);
  t.deepEqual(
    reply(1, `${transport(6000)};src_addr=":7000"`).map(({ kind }) => kind),
    ['began', 'announced'],
  );
  t.like(reply(2, `${transport(6002)};src_addr=":7002"`), [
    { medium: 'rtsp://h/2', flows: [udp(6002, 7002)] },
  ]);
  t.deepEqual(reply(3), [{ kind: 'active', session: '3 s' }]);
});

test('TEARDOWN of the only stream ends the session, and one that is refused does not', (t) => {
  const { client, server } = conversation();
  client('SETUP rtsp://h/m/1 RTSP/1.0', 'CSeq: 1', 'Transport: RTP/AVP;unicast;client_port=6000-6001');
  server('RTSP/1.0 200 OK', 'CSeq: 1', 'Session: s', 'Transport: RTP/AVP;unicast;client_port=6000-6001');
  client('TEARDOWN rtsp://h/m/1 RTSP/1.0', 'CSeq: 2', 'Session: s');
  t.deepEqual(server('RTSP/1.0 401 Unauthorized', 'CSeq: 2'), [{ kind: 'active', session: '3 s' }]);
  client('TEARDOWN rtsp://h/m/1 RTSP/1.0', 'CSeq: 3', 'Session: s');
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 3'), [{ kind: 'ended', session: '3 s' }]);
});

test('what a reply does not repeat comes from the request; what nobody says may be anything', (t) => {
  const { client, server } = conversation();
  client(
    'SETUP rtsp://h/1 RTSP/1.0',
    'CSeq: 1',
    'Transport: RTP/AVP;unicast;client_port=4588-4589;mode="PLAY"',
  );
  const [, announced] = server(
    'RTSP/1.0 200 OK',
    'CSeq: 1',
    'Session: s',
    'Transport: RTP/AVP;unicast;server_port=6256-6257',
  );
  t.like(announced, { flows: [udp(4588, 6256), udp(4589, 6257)] });
  client(
    'SETUP rtsp://h/2 RTSP/1.0',
    'CSeq: 2',
    'Session: s',
    'Transport: RTP/AVP;unicast;client_port=4590-4591',
  );
  const events = server(
    'RTSP/1.0 200 OK',
    'CSeq: 2',
    'Session: s',
    'Transport: RTP/AVP;unicast;client_port=4590-4591',
  );
  t.like(events.at(-1), { flows: [udp(4590, undefined), udp(4591, undefined)] });
});

test('source and destination name other addresses; names do not', (t) => {
  const { client, server } = conversation();
  client('SETUP rtsp://h/1 RTSP/1.0', 'CSeq: 1', 'Transport: RTP/AVP;unicast;client_port=4588-4589');
  const [, announced] = server(
    'RTSP/1.0 200 OK',
    'CSeq: 1',
    'Session: s',
    'Transport: RTP/AVP;unicast;destination=192.0.2.77;source=203.0.113.11;client_port=4588-4589;server_port=6256-6257;ssrc=1',
  );
  const other = { clientAddress: address('192.0.2.77'), virtualAddress: address('203.0.113.11') };
  t.like(announced, { flows: [udp(4588, 6256, other), udp(4589, 6257, other)] });
  client('SETUP rtsp://h/1 RTSP/1.0', 'CSeq: 2', 'Transport: RTP/AVP;unicast;client_port=4588-4589');
  const again = server(
    'RTSP/1.0 200 OK',
    'CSeq: 2',
    'Session: s',
    'Transport: RTP/AVP;unicast;destination=here.example.com;source=media.example.com;client_port=4588-4589;server_port=6256-6257',
  );
  t.like(again.at(-1), { flows: [udp(4588, 6256), udp(4589, 6257)] });
});

test('interleaved and multicast streams have no flows to a server', (t) => {
  const { client, server } = conversation();
  client(
    'SETUP rtsp://h/1 RTSP/1.0',
    'CSeq: 1',
    'Transport: RTP/AVP/TCP;unicast;interleaved=0-1,RTP/AVP;multicast,RTP/AVP;unicast;client_port=5000-5001',
  );
  const [, interleaved] = server(
    'RTSP/1.0 200 OK',
    'CSeq: 1',
    'Session: s',
    'Transport: RTP/AVP/TCP;unicast;interleaved=0-1',
  );
  t.like(interleaved, { kind: 'announced', flows: [] });
  client('SETUP rtsp://h/2 RTSP/1.0', 'CSeq: 2', 'Session: s', 'Transport: RTP/AVP;multicast');
  const multicast = server(
    'RTSP/1.0 200 OK',
    'CSeq: 2',
    'Session: s',
    'Transport: RTP/AVP;multicast;destination=224.2.0.1;client_port=3456-3457;port=3456-3457;ttl=16',
  );
  t.like(multicast.at(-1), { kind: 'announced', flows: [] });
});

test('RTSP 2.0 names addresses with ports, for both families and with RTCP beside RTP (RFC 7826, 18.54)', (t) => {
  const { client, server } = conversation();
  client(
    'SETUP rtsp://example.com/foo/bar RTSP/2.0',
    'CSeq: 302',
    'Transport: RTP/AVP;unicast;dest_addr=":4588"/":4589", RTP/AVP/TCP;unicast;interleaved=0-1',
  );
  const [, plain] = server(
    'RTSP/2.0 200 OK',
    'CSeq: 302',
    'Session: QKyjN8nt2WqbWw4tIYof52;timeout=600',
    'Transport: RTP/AVP;unicast;dest_addr="192.0.2.53:4588"/"192.0.2.53:4589";src_addr="198.51.100.241:6256"/"198.51.100.241:6257";ssrc=2A3F93ED',
  );
  const both = { clientAddress: address('192.0.2.53'), virtualAddress: address('198.51.100.241') };
  t.like(plain, { flows: [udp(4588, 6256, both), udp(4589, 6257, both)] });

  client(
    'SETUP rtsp://h/6 RTSP/2.0',
    'CSeq: 303',
    'Transport: RTP/AVP/UDP;unicast;RTCP-mux;dest_addr=":9000"',
  );
  const muxed = server(
    'RTSP/2.0 200 OK',
    'CSeq: 303',
    'Session: QKyjN8nt2WqbWw4tIYof52',
    'Transport: RTP/AVP/UDP;unicast;RTCP-mux;dest_addr="[2001:db8::9]:9000";src_addr="[2001:db8:100::1]:7000"',
  );
  t.like(muxed.at(-1), {
    flows: [
      udp(9000, 7000, { clientAddress: address('2001:db8::9'), virtualAddress: address('2001:db8:100::1') }),
    ],
  });
});

test('replies belong to requests by CSeq, also when several are on their way', (t) => {
  const { client, server } = conversation();
  const setup = (n: number) =>
    client(
      `SETUP rtsp://h/${n} RTSP/1.0`,
      `CSeq: ${n}`,
      `Transport: RTP/AVP;unicast;client_port=${5000 + 2 * n}-${5001 + 2 * n}`,
    );
  setup(1);
  setup(2);
  const reply = (n: number) =>
    server(
      'RTSP/1.0 200 OK',
      `CSeq: ${n}`,
      'Session: s',
      `Transport: RTP/AVP;unicast;server_port=${7000 + n}`,
    ).at(-1);
  t.like(reply(2), { medium: 'rtsp://h/2', flows: [udp(5004, 7002)] });
  t.like(reply(1), { medium: 'rtsp://h/1', flows: [udp(5002, 7001)] });
});

test('the timeout is what a server says last; session not found, and TEARDOWN by a server, end it', (t) => {
  const { client, server } = conversation();
  const begin = (id: string) => {
    client('SETUP rtsp://h/1 RTSP/1.0', 'CSeq: 1', 'Transport: RTP/AVP;unicast;client_port=5000-5001');
    return server(
      'RTSP/1.0 200 OK',
      'CSeq: 1',
      `Session: ${id} ; timeout=15`,
      'Transport: RTP/AVP;unicast;client_port=5000-5001',
    );
  };
  t.like(begin('a')[0], { kind: 'began', session: '3 a', timeout: 15 });
  client('OPTIONS rtsp://h/1 RTSP/1.0', 'CSeq: 2', 'Session: a');
  t.deepEqual(server('RTSP/1.0 200 OK', 'CSeq: 2', 'Session: a;timeout=90').at(-1), {
    kind: 'timeout',
    session: '3 a',
    seconds: 90,
  });
  client('GET_PARAMETER rtsp://h/1 RTSP/1.0', 'CSeq: 3', 'Session: a');
  t.deepEqual(server('RTSP/1.0 454 Session Not Found', 'CSeq: 3'), [{ kind: 'ended', session: '3 a' }]);
  begin('b');
  t.deepEqual(server('TEARDOWN rtsp://h/1 RTSP/2.0', 'CSeq: 1', 'Session: b'), [
    { kind: 'ended', session: '3 b' },
  ]);
  t.deepEqual(server('REDIRECT rtsp://h/1 RTSP/1.0', 'CSeq: 2', 'Location: rtsp://other/', 'Session: b'), []);
});

test('a refused or redirected SETUP announces nothing', (t) => {
  const { client, server } = conversation();
  for (const [n, status] of [
    [1, '301 Moved Permanently'],
    [2, '461 Unsupported Transport'],
  ] as const) {
    client('SETUP rtsp://h/1 RTSP/1.0', `CSeq: ${n}`, 'Transport: RTP/AVP;unicast;client_port=5000-5001');
    t.deepEqual(server(`RTSP/1.0 ${status}`, `CSeq: ${n}`, 'Location: rtsp://other.example.com/1'), []);
  }
});

test('a reply whose request was not seen is enough, and folded fields are whole', (t) => {
  const { server } = conversation();
  const [, announced] = server(
    'RTSP/1.0 200 OK',
    'CSeq: 1',
    'Session: s',
    'Transport: RTP/AVP;unicast;',
    '  client_port=5000-5001;',
    '\tserver_port=7000-7001',
  );
  t.like(announced, { flows: [udp(5000, 7000), udp(5001, 7001)] });
});

test('session ids are those of one server', (t) => {
  const tracker = RTSP.makeTracker(100);
  const setup = (flow: SignallingFlow) =>
    tracker.take(
      Buffer.from(
        'RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: 1\r\nTransport: RTP/AVP;unicast;client_port=5000\r\n\r\n',
      ),
      'server',
      flow,
      0,
    );
  t.is(setup(FLOW)[0]?.kind, 'began');
  t.is(setup({ ...FLOW, server: 4 })[0]?.kind, 'began');
});

test('more sessions than it may keep end the ones that were silent longest', (t) => {
  const tracker = RTSP.makeTracker(2);
  const setup = (id: string) =>
    tracker.take(
      Buffer.from(
        `RTSP/1.0 200 OK\r\nCSeq: 1\r\nSession: ${id}\r\nTransport: RTP/AVP;unicast;client_port=5000\r\n\r\n`,
      ),
      'server',
      FLOW,
      0,
    );
  setup('a');
  setup('b');
  t.deepEqual(setup('c')[0], { kind: 'ended', session: '3 a' });
});
