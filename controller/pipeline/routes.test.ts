/** Routes of both families in one table of 128 bits. */

import test from 'ava';
import { parseConfig } from '../config/index.ts';
import { desiredEntities } from './desired.ts';
import { Identifiers } from './identifiers.ts';

const config = (prefixes: readonly string[]) =>
  parseConfig(
    `switches:
  - { name: edge, target: 127.0.0.1:1, ports: [{ number: 1, role: both, link-address: '02:00:00:00:00:01' }] }
neighbors: [{ name: router, port: 1, link-address: '02:00:00:00:00:02' }]
routes:
${prefixes.map((prefix) => `  - { prefix: '${prefix}', via: router }`).join('\n')}
`,
    'moor.yaml',
  );

/** Of the table `routes` (p4/include/ids.p4), by prefix: whether its packets have a next hop. */
function routesOf(prefixes: readonly string[]): ReadonlyMap<string, boolean> {
  const made = config(prefixes);
  const [own] = made.switches;
  if (own === undefined) throw new Error('there is one');
  const numbers = {
    services: new Identifiers('service', {}, 4095),
    servers: new Identifiers('server', {}, 65_534),
    virtualAddresses: new Identifiers('virtual address', {}, 4095),
  };
  const found = new Map<string, boolean>();
  for (const { entity } of desiredEntities(made, own, numbers)) {
    if (entity?.$case !== 'tableEntry' || entity.value.tableId !== ROUTES) continue;
    const [field] = entity.value.match;
    if (field?.fieldMatchType?.$case !== 'lpm') continue;
    const { value, prefixLen } = field.fieldMatchType.value;
    const action = entity.value.action?.type;
    const params = action?.$case === 'action' ? action.value.params.length : 0;
    found.set(`${Buffer.from(value).toString('hex')}/${prefixLen}`, params > 0);
  }
  return found;
}

/** Its identifier in the P4Info: 02 for tables, and the @id of p4/stages/routing.p4. */
const ROUTES = 0x0200_000c;
const IPV4 = 'ffff00000000/96';

test('a default route of IPv6 is none of IPv4, whose addresses lie within it', (t) => {
  t.is(routesOf(['::/0']).get(IPV4), false);
  t.is(routesOf(['::/8']).get(IPV4), false);
  t.is(routesOf(['::/0', '0.0.0.0/0']).get(IPV4), true);
  t.is(routesOf(['2001:db8::/32']).get(IPV4), undefined);
  t.is(routesOf(['::/0', '198.51.100.0/24']).get(IPV4), false);
});
