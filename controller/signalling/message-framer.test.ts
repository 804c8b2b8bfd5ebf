/** Messages found in streams, cut in every way. */

import test from 'ava';
import { RTSP } from './rtsp.ts';

const OPTIONS = 'OPTIONS rtsp://a/b RTSP/1.0\r\nCSeq: 1\r\n\r\n';
const PLAY = 'PLAY rtsp://a/b RTSP/1.0\r\nCSeq: 2\r\nSession: 1\r\n\r\n';
const DESCRIBED = 'RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: 5\r\n\r\nv=0\r\n';
const bytes = (text: string) => Buffer.from(text, 'latin1');
const texts = (messages: readonly Uint8Array[]) => messages.map((one) => Buffer.from(one).toString('latin1'));

test('pipelined messages come one by one, however they are cut', (t) => {
  const all = bytes(`${OPTIONS}\r\n\r\n${PLAY}${DESCRIBED}${OPTIONS}`);
  for (const size of [1, 2, 3, 7, 20, all.length]) {
    const framer = RTSP.makeFramer();
    const found: string[] = [];
    for (let at = 0; at < all.length; at += size) {
      found.push(...texts(framer.take(all.subarray(at, at + size))));
    }
    t.deepEqual(found, [OPTIONS, PLAY, DESCRIBED, OPTIONS], `cut into ${size}`);
    t.is(framer.held(), 0);
  }
});

test('interleaved data is passed over, also what looks like a message inside', (t) => {
  const inside = bytes(`${OPTIONS}`);
  const frame = Buffer.concat([bytes('$\0'), Buffer.from([0, inside.length]), inside]);
  const all = Buffer.concat([frame, bytes(PLAY), frame, frame, bytes(DESCRIBED)]);
  for (const size of [1, 5, all.length]) {
    const framer = RTSP.makeFramer();
    const found: string[] = [];
    for (let at = 0; at < all.length; at += size) {
      found.push(...texts(framer.take(all.subarray(at, at + size))));
    }
    t.deepEqual(found, [PLAY, DESCRIBED]);
  }
});

test('after a loss it goes on at the next start line, behind whatever stands there', (t) => {
  const framer = RTSP.makeFramer();
  framer.take(bytes('SETUP rtsp://a/b RTSP/1.0\r\nCS'));
  framer.lose();
  t.deepEqual(texts(framer.take(bytes(`1056\r\n\0\u0001$\u0002 junk${DESCRIBED}${PLAY}`))), [
    DESCRIBED,
    PLAY,
  ]);
});

test('lines that are no start lines are passed over', (t) => {
  const framer = RTSP.makeFramer();
  t.deepEqual(texts(framer.take(bytes(`hello\r\nCSeq: 1\r\n${OPTIONS}`))), [OPTIONS]);
});

test('heads and bodies that never end are not kept', (t) => {
  const endless = RTSP.makeFramer();
  endless.take(bytes('OPTIONS rtsp://a/b RTSP/1.0\r\n'));
  for (let index = 0; index < 2000; index++) {
    endless.take(bytes(`X-Field-${index}: ${'x'.repeat(50)}\r\n`));
    t.true(endless.held() <= 16_384 + 100);
  }
  t.deepEqual(texts(endless.take(bytes(`\r\n${PLAY}`))), [PLAY]);
  const line = RTSP.makeFramer();
  for (let index = 0; index < 100; index++) line.take(bytes('x'.repeat(1000)));
  t.true(line.held() <= 17_000);
  t.deepEqual(texts(line.take(bytes(`\r\n${PLAY}`))), [PLAY]);
  const body = RTSP.makeFramer();
  const head = 'ANNOUNCE rtsp://a/b RTSP/1.0\r\nCSeq: 9\r\nContent-Length: 1000000\r\n\r\n';
  t.deepEqual(texts(body.take(bytes(head))), [head]);
  for (let index = 0; index < 1000; index++) {
    body.take(bytes('x'.repeat(1000)));
    t.true(body.held() <= 1000);
  }
  t.deepEqual(texts(body.take(bytes(PLAY))), [PLAY]);
});

test('a length that is none counts as none', (t) => {
  const framer = RTSP.makeFramer();
  const odd = 'RTSP/1.0 200 OK\r\nCSeq: 3\r\nContent-Length: -5\r\n\r\n';
  t.deepEqual(texts(framer.take(bytes(odd + PLAY))), [odd, PLAY]);
});

test('bare line feeds end lines too', (t) => {
  const framer = RTSP.makeFramer();
  const bare = PLAY.replaceAll('\r', '');
  t.deepEqual(texts(framer.take(bytes(bare + OPTIONS))), [bare, OPTIONS]);
});
