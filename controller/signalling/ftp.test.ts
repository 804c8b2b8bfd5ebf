/** FTP's four ways to a data connection (RFC 959, section 5.3; RFC 2428, sections 2 and 3). */

import test from 'ava';
import { FTP } from './ftp.ts';
import { literalAddress } from './literal-address.ts';
import { flowKey, type Side, type SignallingFlow, TCP } from './protocol.ts';

const address = (text: string) => literalAddress(text) ?? -1n;
const FLOW: SignallingFlow = {
  client: { address: address('192.0.2.9'), port: 40_000 },
  virtual: { address: address('203.0.113.10'), port: 21 },
  protocol: TCP,
  server: 1,
};
const SESSION = flowKey(FLOW);

function conversation() {
  const tracker = FTP.makeTracker(10);
  const say = (side: Side) => (line: string) => tracker.take(Buffer.from(`${line}\r`), side, FLOW, 0);
  const server = say('server');
  server('220 ready');
  return { tracker, client: say('client'), server };
}

const announced = (
  clientAddress: string,
  clientPort: number | undefined,
  virtualPort: number | undefined,
) => ({
  kind: 'announced' as const,
  session: SESSION,
  medium: 'data',
  flows: [
    {
      protocol: TCP,
      clientAddress: address(clientAddress),
      clientPort,
      virtualAddress: address('203.0.113.10'),
      virtualPort,
    },
  ],
});

test('PASV and EPSV: the client comes from any port to the one that is named', (t) => {
  const { client, server } = conversation();
  client('PASV');
  t.deepEqual(
    server('227 Entering Passive Mode (203,0,113,10,19,137).').at(-1),
    announced('192.0.2.9', undefined, 5001),
  );
  // A server behind the virtual address may know itself by another.
  t.deepEqual(server('227 =10,0,0,1,0,99').at(-1), announced('192.0.2.9', undefined, 99));
  client('EPSV');
  t.deepEqual(
    server('229 Entering Extended Passive Mode (|||6446|)').at(-1),
    announced('192.0.2.9', undefined, 6446),
  );
});

test('PORT and EPRT: the server comes to the port that is named', (t) => {
  const { client } = conversation();
  t.deepEqual(client('PORT 192,0,2,9,156,65').at(-1), announced('192.0.2.9', 40_001, undefined));
  t.deepEqual(client('eprt |1|132.235.1.2|6275|').at(-1), announced('132.235.1.2', 6275, undefined));
  t.deepEqual(
    client('EPRT |2|1080::8:800:200C:417A|5282|').at(-1),
    announced('1080::8:800:200C:417A', 5282, undefined),
  );
  t.deepEqual(client('EPRT !1!132.235.1.2!6275!').at(-1), announced('132.235.1.2', 6275, undefined));
});

test('a session begins with its connection, and ends with QUIT or with it', (t) => {
  const { tracker, client, server } = conversation();
  t.deepEqual(client('QUIT'), [{ kind: 'active', session: SESSION }]);
  t.deepEqual(server('221 Goodbye').at(-1), { kind: 'ended', session: SESSION });
  t.deepEqual(server('220 again')[0], { kind: 'began', session: SESSION, timeout: 900 });
  t.deepEqual(tracker.closed(FLOW), [{ kind: 'ended', session: SESSION }]);
  t.deepEqual(tracker.closed(FLOW), []);
});

test('what is nothing announces nothing', (t) => {
  const { client, server } = conversation();
  for (const line of [
    'PORT 1,2,3',
    'PORT 1,2,3,4,256,1',
    'PORT 1,2,3,4,0,0',
    'EPRT',
    'EPRT |',
    'EPRT |1|1.2.3.4|',
    'EPRT |1|1.2.3.4|99999|',
    '227 Entering Passive Mode (203,0,113,10,19,137)',
    '',
  ]) {
    t.deepEqual(
      client(line).filter(({ kind }) => kind === 'announced'),
      [],
      line,
    );
  }
  for (const line of ['229 (||||)', '229 (|||x|)', '227 (1,2,3,4,5)', 'PORT 1,2,3,4,5,6', '229']) {
    t.deepEqual(
      server(line).filter(({ kind }) => kind === 'announced'),
      [],
      line,
    );
  }
});

test('lines are cut from streams; what is longer than a line may be is passed over', (t) => {
  const framer = FTP.makeFramer();
  const texts = (text: string) => framer.take(Buffer.from(text)).map((one) => Buffer.from(one).toString());
  t.deepEqual(texts('USER a\r\nPAS'), ['USER a\r']);
  t.deepEqual(texts('V\r\n'), ['PASV\r']);
  for (let index = 0; index < 100; index++) texts('x'.repeat(1000));
  t.true(framer.held() <= 4096);
  t.deepEqual(texts('\r\nPASV\r\n'), ['PASV\r']);
  framer.lose();
  t.deepEqual(texts('SV\r\nQUIT\r\n'), ['QUIT\r']);
});

test('telnet commands in front of a line are passed over', (t) => {
  const { tracker } = conversation();
  const abort = Buffer.from([255, 244, 255, 242, ...Buffer.from('PORT 192,0,2,9,156,65\r')]);
  t.deepEqual(tracker.take(abort, 'client', FLOW, 0).at(-1), announced('192.0.2.9', 40_001, undefined));
});
