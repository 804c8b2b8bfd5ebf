/** What the engines are set to unless said. */

import { crc32 } from 'node:zlib';
import test from 'ava';
import { parseConfig, selectionSettings } from './index.ts';

const PORT = "{ number: 1, role: both, link-address: '02:00:00:00:00:01' }";
const config = parseConfig(
  `
switches: [{ name: edge, target: 127.0.0.1:9559, ports: [${PORT}] }]
services: [{ name: web, address: 2001:db8:100::1, port: 80, servers: [one] }]
servers: [{ name: one, port: 1, link-address: '02:00:00:00:01:01' }]
`,
  'moor.yaml',
);

test('sixty connections of one client, from ports in sequence, reach each of up to eight servers', (t) => {
  const [service] = config.services;
  if (service === undefined) return t.fail();
  const { places } = selectionSettings(config, service);
  const misses = { prime: 0, powerOfTwo: 0 };
  for (let client = 0; client < 100; client++) {
    for (let servers = 2; servers <= 8; servers++) {
      for (const [kind, size] of [
        ['prime', places],
        ['powerOfTwo', 1024],
      ] as const) {
        const reached = new Set<number>();
        for (let flow = 0; flow < 60; flow++) {
          // What p4/stages/sessions.p4 selects by: address, ports, protocol.
          const key = Buffer.from(
            `20010db8${client.toString(16).padStart(24, '0')}${'0'.repeat(8)}06`,
            'hex',
          );
          key.writeUInt16BE(33_000 + 61 * client + flow, 16);
          key.writeUInt16BE(80, 18);
          // Members have their places one behind the other.
          reached.add(Math.floor(((crc32(key) % size) * servers) / size));
        }
        if (reached.size < servers) misses[kind]++;
      }
    }
  }
  // By chance one of eight is missed by 60 in 0.27 % of cases, (7/8)^60 · 8, and of fewer more seldom.
  t.true(misses.prime <= 5, String(misses.prime));
  t.true(misses.powerOfTwo > 100, `the reason for it: ${misses.powerOfTwo}`);
});
