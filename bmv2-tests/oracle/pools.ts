/** Few of everything, so that tables hit often. */

export const SWITCH_MAC = '02:00:00:00:00:01';
export const STATION_MACS = ['02:00:00:00:00:c1', '02:00:00:00:01:01', '02:00:00:00:01:02'];

/** With roles: see `pipeline/base.json`; 5 is for clients and servers, 7 is not configured. */
export const PORTS = [1, 1, 1, 1, 2, 2, 3, 4, 5, 5, 7];

export const VIRTUAL = ['2001:db8:100::1', '2001:db8:100::1', '2001:db8:100::2'];
/** Of the first two, and of none. */
export const VIRTUAL_NUMBERS = [1, 1, 3, 0];
export const VIRTUAL4 = ['203.0.113.10', '203.0.113.10', '203.0.113.11'];
export const HOMES = ['2001:db8:1::10', '2001:db8:1::10', '2001:db8:1::12'];
export const CARE_OFS = ['2001:db8:2::20', '2001:db8:2::20', '2001:db8:4::20'];
/** The second one's flows take the same slots of the caches as the first one's: CRC-32 is linear. */
export const CLIENTS = [
  '2001:db8:3::30',
  '2001:db8:3::46cd',
  '2001:db8:3::30',
  '2001:db8:3::46cd',
  '2001:db8:3::32',
  '2001:db8:4::33',
];
export const CLIENTS4 = ['198.51.100.7', '198.51.100.8', '192.0.2.9'];
export const SERVERS = ['2001:db8:200::5', '2001:db8:200::6'];
export const SERVERS4 = ['10.0.0.5', '10.0.0.6'];
export const ODD = [
  '::',
  '::1',
  'fe80::1',
  'fe80::2',
  'ff02::1',
  'ff02::fb',
  '::ffff:198.51.100.7',
  '::ffff:203.0.113.10',
  '::fffe:0:1',
  '2001:db8:100::fe',
  '2001:db8:9::1',
];
export const ODD4 = [
  '0.0.0.0',
  '0.1.2.3',
  '127.0.0.1',
  '169.254.1.1',
  '169.254.1.2',
  '224.0.0.251',
  '239.255.0.1',
  '240.0.0.1',
  '255.255.255.255',
  '198.18.0.1',
];

export const CLIENT_PORTS = [40_000, 40_001];
export const SERVICE_PORTS = [80, 80, 80, 443, 554, 5000, 5000, 8080, 8080, 9000];
export const SERVER_NUMBERS = [1, 2, 3, 4, 5, 6, 77];
export const SERVICE_NUMBERS = [1, 2, 3, 4, 9];
export const IDENTIFICATIONS = [77, 78, 0x0001_004d];
