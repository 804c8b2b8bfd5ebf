/** What `moor doctor` says of ports. */

import test from 'ava';
import { type Port, Port_State, Sending_By } from '../p4runtime/gen/moor/v1/ports.ts';
import { portFinding } from './diagnose-ports.ts';

const own = { of: { name: 'edge', target: '127.0.0.1:9559' }, number: 2, role: 'server' } as const;
const counters = {
  receivedFrames: 9n,
  receivedBytes: 900n,
  sentFrames: 40n,
  sentBytes: 4000n,
  receiveDrops: 0n,
  sendDrops: 0n,
};
const port: Port = { number: 2, name: 'eth2', state: Port_State.STATE_UP, counters, sending: undefined };

test('a port is fine, or it is said what is wrong', (t) => {
  t.like(portFinding(own, port), { condition: 'ok', found: 'eth2, up' });
  t.like(portFinding(own, undefined), { condition: 'missing', found: 'the switch has no such port' });
  t.regex(portFinding(own, { ...port, state: Port_State.STATE_DOWN }).found, /eth2 is down/);
  t.regex(portFinding(own, { ...port, state: Port_State.STATE_GONE }).found, /eth2 is gone/);
  const xdp = { by: Sending_By.BY_AF_XDP, reason: '' };
  t.like(portFinding(own, { ...port, sending: xdp }), {
    condition: 'ok',
    found: 'eth2, up, sends by AF_XDP',
  });
  const packet = { by: Sending_By.BY_AF_PACKET, reason: 'somebody captures its frames' };
  t.like(portFinding(own, { ...port, sending: packet }), {
    condition: 'ok',
    found: 'eth2, up, sends by AF_PACKET: somebody captures its frames',
  });
});

test('a server that never sends, and frames that are lost', (t) => {
  const mute = { ...port, counters: { ...counters, receivedFrames: 0n } };
  t.like(portFinding(own, mute), { condition: 'warning' });
  t.regex(portFinding(own, mute).advice ?? '', /link-address/);
  t.is(portFinding({ ...own, role: 'uplink' }, mute).condition, 'ok');
  t.is(portFinding(own, { ...mute, counters: { ...mute.counters, sentFrames: 3n } }).condition, 'ok');
  t.regex(portFinding(own, { ...port, counters: { ...counters, sendDrops: 7n } }).found, /0 in, 7 out/);
  const many = { ...counters, receivedFrames: 10_000n, receiveDrops: 18n };
  t.is(portFinding(own, { ...port, counters: many }).condition, 'ok');
});
