import test from 'ava';
import { fromHex, toHex } from '../../wire/index.ts';
import { addRoutingHeader } from './index.ts';

const bytes = (text: string) => fromHex(text.replaceAll(' ', '')) ?? new Uint8Array();
const VIRTUAL = '20010db8010000000000000000000001';
const HOME = '20010db8000100000000000000000010';
const CARE_OF = '20010db8000200000000000000000020';

const context = {
  careOfAddress: (home: Uint8Array, virtual: Uint8Array) =>
    toHex(home) === HOME && toHex(virtual) === VIRTUAL ? bytes(CARE_OF) : undefined,
  linkAddress: () => undefined,
  isVirtual: () => true,
  isOurs: () => true,
  ownAddress: () => undefined,
};

const ETHERNET = '020000000001 020000000101 86dd';
/** An IPv6 header, by hand: version 6, the payload's length, the next header, hop limit 64. */
const ipv6 = (length: string, next: string, source: string, destination: string) =>
  `60000000 ${length} ${next} 40 ${source} ${destination}`;
/** A routing header of eight bytes. */
const routing = (next: string, type: string, left: string) => `${next} 00 ${type} ${left} 00000000`;
const UDP = '0035 1388 000c abcd 01020304';

const add = (packet: string) =>
  addRoutingHeader({ port: 2, bytes: bytes(`${ETHERNET} ${packet}`) }, context).map((one) => ({
    ...one,
    bytes: toHex(one.bytes),
  }));

test('the type 2 routing header follows the one that is there, and the packet goes to the care-of address', (t) => {
  const given = `${ipv6('0014', '2b', VIRTUAL, HOME)} ${routing('11', 'fd', '00')} ${UDP}`;
  // RFC 6275, 6.4: next header, length 2, type 2, segments left 1, reserved, home address.
  const type2 = `11 02 02 01 00000000 ${HOME}`;
  const made = `${ETHERNET} ${ipv6('002c', '2b', VIRTUAL, CARE_OF)} ${routing('2b', 'fd', '00')} ${type2} ${UDP}`;
  t.deepEqual(add(given), [{ port: 2, bytes: toHex(bytes(made)), process: true }]);
  // What pads a frame is no part of the packet.
  t.deepEqual(add(`${given} 000000000000`), [{ port: 2, bytes: toHex(bytes(made)), process: true }]);
});

test('it follows the last one, in front of what stands behind, and behind hop-by-hop options', (t) => {
  const hop = '2b 00 01 04 00000000';
  const options = '11 00 01 04 00000000';
  const given = `${ipv6('002c', '00', VIRTUAL, HOME)} ${hop} ${routing('2b', 'fe', '00')} ${routing('3c', 'fd', '00')} ${options} ${UDP}`;
  const made = `${ETHERNET} ${ipv6('0044', '00', VIRTUAL, CARE_OF)} ${hop} ${routing('2b', 'fe', '00')} ${routing('2b', 'fd', '00')} 3c 02 02 01 00000000 ${HOME} ${options} ${UDP}`;
  t.deepEqual(add(given), [{ port: 2, bytes: toHex(bytes(made)), process: true }]);
});

test('no binding, segments that are left, a type 2 header that is there, or none: nothing goes on', (t) => {
  t.deepEqual(add(`${ipv6('0014', '2b', VIRTUAL, VIRTUAL)} ${routing('11', 'fd', '00')} ${UDP}`), []);
  t.deepEqual(add(`${ipv6('0014', '2b', HOME, HOME)} ${routing('11', 'fd', '00')} ${UDP}`), []);
  t.deepEqual(add(`${ipv6('0014', '2b', VIRTUAL, HOME)} ${routing('11', 'fd', '01')} ${UDP}`), []);
  t.deepEqual(add(`${ipv6('0014', '2b', VIRTUAL, HOME)} ${routing('11', '02', '00')} ${UDP}`), []);
  t.deepEqual(add(`${ipv6('000c', '11', VIRTUAL, HOME)} ${UDP}`), []);
  t.deepEqual(add('60'), []);
});
