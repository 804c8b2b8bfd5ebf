/** Streams from copies of segments. Sequence numbers are worked out by hand. */

import test from 'ava';
import { TCP_ACK, TCP_SYN } from '../../wire/index.ts';
import { type Piece, TcpStream } from './tcp-stream.ts';

const seg = (sequence: number, text: string, flags = TCP_ACK) => ({
  sequence,
  flags,
  payload: Buffer.from(text),
});

function shown(pieces: readonly Piece[]): string {
  return pieces.map((one) => (one.kind === 'lost' ? '…' : Buffer.from(one.bytes).toString())).join('');
}

function begun(initial = 1000): TcpStream {
  const stream = new TcpStream();
  stream.take(seg(initial, '', TCP_SYN));
  return stream;
}

test('segments in order, twice and overlapping give each byte once', (t) => {
  const stream = begun();
  t.is(shown(stream.take(seg(1001, 'abc'))), 'abc');
  t.is(shown(stream.take(seg(1001, 'abc'))), '');
  t.is(shown(stream.take(seg(1002, 'bcde'))), 'de');
  t.is(shown(stream.take(seg(1000, 'xabc'))), '');
  t.is(shown(stream.take(seg(1006, 'f'))), 'f');
});

test('out of order they wait for each other', (t) => {
  const stream = begun();
  t.is(shown(stream.take(seg(1007, 'gh'))), '');
  t.is(shown(stream.take(seg(1004, 'def'))), '');
  t.is(stream.held, 5);
  t.is(shown(stream.take(seg(1001, 'abc'))), 'abcdefgh');
  t.is(stream.held, 0);
});

test('held segments that overlap are trimmed, and the longer of two at one place stays', (t) => {
  const stream = begun();
  stream.take(seg(1003, 'c'));
  stream.take(seg(1003, 'cde'));
  stream.take(seg(1004, 'd'));
  stream.take(seg(1005, 'ef'));
  t.is(shown(stream.take(seg(1001, 'ab'))), 'abcdef');
});

test('sequence numbers go on behind 2^32 − 1', (t) => {
  const stream = begun(0xffff_fffd);
  t.is(shown(stream.take(seg(0xffff_fffe, 'abcd'))), 'abcd');
  t.is(shown(stream.take(seg(4, 'gh'))), '');
  t.is(shown(stream.take(seg(2, 'ef'))), 'efgh');
  t.is(shown(stream.take(seg(0xffff_fffe, 'abcd'))), '');
});

test('data may come with the SYN', (t) => {
  const stream = new TcpStream();
  t.is(shown(stream.take(seg(10, 'hi', TCP_SYN))), 'hi');
  t.is(shown(stream.take(seg(13, '!'))), '!');
});

test('a connection that had begun before is read from where it is', (t) => {
  const stream = new TcpStream();
  t.is(shown(stream.take(seg(500, 'abc'))), 'abc');
  t.is(shown(stream.take(seg(503, 'd'))), 'd');
});

test('a gap that the other end has acknowledged is given up', (t) => {
  const stream = begun();
  stream.take(seg(1004, 'def'));
  t.is(shown(stream.acknowledge(1001)), '');
  t.is(shown(stream.acknowledge(1007)), '…def');
  // The same, when the acknowledgement comes first.
  t.is(shown(stream.acknowledge(1012)), '');
  t.is(shown(stream.take(seg(1012, 'x'))), '…x');
  // Older acknowledgements say nothing.
  t.is(shown(stream.acknowledge(1001)), '');
});

test('an endless gap holds no more than its bounds', (t) => {
  const stream = begun();
  let most = 0;
  let text = '';
  for (let index = 0; index < 1000; index++) {
    text += shown(stream.take(seg(1002 + index * 1400, 'x'.repeat(1400))));
    most = Math.max(most, stream.held);
  }
  t.true(most <= 65_536 + 1400, String(most));
  t.true(text.startsWith('…x'));
  const tiny = begun();
  for (let index = 0; index < 1000; index++) tiny.take(seg(1002 + index * 2, 'x'));
  t.true(tiny.held <= 65);
});

test('what is further ahead than any window is of another connection', (t) => {
  const stream = begun();
  t.is(shown(stream.take(seg(1001 + 2 ** 30 + 1, 'x'))), '');
  t.is(stream.held, 0);
});
