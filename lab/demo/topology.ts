/**
 * The network of the demonstration.
 *
 *     mn ─┬─ home ────┐                        ┌─ s1
 *         ├─ visited1 ┼─ net (delays) ─ dc ────┼─ s2
 *         └─ visited2 ┤    │           switch  └─ s3
 *                     └── client
 *
 * `net` and `dc` have no kernel between their interfaces: the router with delays and the switch are programs. So are the
 * home agent, behind `agent:eth0` on the home link, and the mobile node's Mobile IPv6, between `mn:home0`, which the node's stack has, and
 * the links that it may be at.
 */

import type { Namespace, Topology } from '../namespaces.ts';

export const VIP = '2001:db8:100::1';
export const SWITCH_ADDRESS = '2001:db8:100::fe';
export const HOME_ADDRESS = '2001:db8:1::10';
export const HOME_AGENT = '2001:db8:1::2';
export const SERVERS = ['s1', 's2', 's3'] as const;
export type ServerName = (typeof SERVERS)[number];

/** Link-layer addresses, by what has them. */
export const LINKS = {
  switch: '02:00:00:00:00:01',
  homeAgent: '02:00:00:00:03:02',
  stack: '02:00:00:00:04:01',
} as const;

/** The Internet's ports. Milliseconds are those of the way to a network; between two it takes the sum. */
export const NETWORKS = [
  { name: 'home', number: 1, prefixes: ['2001:db8:1::/64'], delay: 20 },
  { name: 'visited1', number: 2, prefixes: ['2001:db8:2::/64'], delay: 5 },
  { name: 'visited2', number: 3, prefixes: ['2001:db8:3::/64'], delay: 8 },
  { name: 'dc', number: 4, prefixes: ['2001:db8:100::/64'], delay: 2 },
  { name: 'client', number: 5, prefixes: ['2001:db8:5::/64'], delay: 5 },
] as const;

/** Links that the mobile node may be at. */
export const ACCESS = {
  home: {
    interface: 'air-home',
    linkAddress: '02:00:00:00:05:01',
    router: '2001:db8:1::1',
    careOf: undefined,
  },
  visited1: {
    interface: 'air-visited1',
    linkAddress: '02:00:00:00:05:02',
    router: '2001:db8:2::1',
    careOf: '2001:db8:2::20',
  },
  visited2: {
    interface: 'air-visited2',
    linkAddress: '02:00:00:00:05:03',
    router: '2001:db8:3::1',
    careOf: '2001:db8:3::20',
  },
} as const;
export type AccessName = keyof typeof ACCESS;

/** Of the Internet's side of a link. */
export function internetLink(number: number): string {
  return `02:00:00:00:01:0${number}`;
}

/** Of a server on the switch's side. */
export function serverLink(server: ServerName): string {
  return `02:00:00:00:02:0${SERVERS.indexOf(server) + 1}`;
}

/** Addresses on the link between the Internet and a network. */
export function transitAddress(number: number, side: 'internet' | 'network'): string {
  return `2001:db8:f${number}::${side === 'internet' ? 1 : 2}`;
}

/** Addresses on the network that the controller and the agents talk over. */
export function managementAddress(server?: ServerName): string {
  return `fd6d:6f6f:72::${server === undefined ? 1 : 11 + SERVERS.indexOf(server)}`;
}

/** The whole of it. */
export function demoTopology(): Topology {
  const net: Namespace = {
    interfaces: Object.fromEntries(
      NETWORKS.map(({ name, number }) => [name, { linkAddress: internetLink(number) }]),
    ),
  };
  const servers = SERVERS.map((name): [string, Namespace] => [
    name,
    {
      interfaces: {
        eth0: { linkAddress: serverLink(name) },
        management: { addresses: [`${managementAddress(name)}/64`] },
      },
      routes: [{ prefix: 'default', via: SWITCH_ADDRESS, interface: 'eth0' }],
    },
  ]);
  return {
    namespaces: {
      net,
      home: routed(1, {
        bridges: ['lan'],
        interfaces: {
          lan: { addresses: ['2001:db8:1::1/64'] },
          agent: { master: 'lan' },
          air: { master: 'lan' },
        },
      }),
      // Its frames are not for a kernel that forwards.
      agent: { interfaces: { eth0: { linkAddress: LINKS.homeAgent } } },
      visited1: routed(2, { interfaces: { air: { addresses: ['2001:db8:2::1/64'] } } }),
      visited2: routed(3, { interfaces: { air: { addresses: ['2001:db8:3::1/64'] } } }),
      mn: {
        interfaces: {
          home0: { addresses: [`${HOME_ADDRESS}/128`], mtu: 1400 },
          mip0: {},
          ...Object.fromEntries(
            Object.values(ACCESS).map(({ interface: name, linkAddress }) => [name, { linkAddress }]),
          ),
        },
        routes: [{ prefix: 'default', via: 'fe80::1', interface: 'home0' }],
      },
      dc: {
        bridges: ['management'],
        interfaces: {
          uplink: {},
          ...Object.fromEntries(SERVERS.map((name) => [name, {}])),
          management: { addresses: [`${managementAddress()}/64`] },
          ...Object.fromEntries(SERVERS.map((name) => [`m-${name}`, { master: 'management' }])),
        },
      },
      ...Object.fromEntries(servers),
      client: {
        interfaces: { eth0: { addresses: ['2001:db8:5::10/64'] } },
        routes: [{ prefix: 'default', via: '2001:db8:5::1', interface: 'eth0' }],
      },
    },
    links: [
      ['home:uplink', 'net:home'],
      ['visited1:uplink', 'net:visited1'],
      ['visited2:uplink', 'net:visited2'],
      ['dc:uplink', 'net:dc'],
      ['client:eth0', 'net:client'],
      ['home:agent', 'agent:eth0'],
      ['home:air', 'mn:air-home'],
      ['visited1:air', 'mn:air-visited1'],
      ['visited2:air', 'mn:air-visited2'],
      ['mn:home0', 'mn:mip0'],
      ...SERVERS.flatMap((name): [string, string][] => [
        [`dc:${name}`, `${name}:eth0`],
        [`dc:m-${name}`, `${name}:management`],
      ]),
    ],
  };
}

/** A network with a router of the kernel's between its link and the Internet. */
function routed(number: number, { interfaces, ...rest }: Namespace): Namespace {
  return {
    ...rest,
    forwards: true,
    interfaces: { ...interfaces, uplink: { addresses: [`${transitAddress(number, 'network')}/64`] } },
    routes: [{ prefix: 'default', via: transitAddress(number, 'internet'), interface: 'uplink' }],
  };
}
