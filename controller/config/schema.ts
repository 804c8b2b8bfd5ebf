/** What moor.yaml holds. The JSON schema in docs/ is made from this. */

import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import {
  admission,
  health,
  loadSettings,
  onFailure,
  selection,
  serviceAdmission,
  serviceSelection,
} from './cluster-schema.ts';
import { duration } from './duration.ts';

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*$/i,
    'write letters, digits, ".", "_" and "-", beginning with a letter or digit',
  )
  .max(64)
  .describe('A name of your own, for logs, metrics, and other settings.');

const address = z
  .string()
  .refine((text) => isAddress(text), 'it is no IPv4 or IPv6 address')
  .describe('An IPv4 or IPv6 address.');

const prefix = z
  .string()
  .refine((text) => {
    const [head = '', length = '', ...rest] = text.split('/');
    if (rest.length > 0 || !isAddress(head) || !/^\d+$/.test(length)) return false;
    return Number(length) <= (head.includes(':') ? 128 : 32);
  }, 'it is no prefix; write ADDRESS/LENGTH')
  .describe('A prefix, as in 2001:db8::/32 or 198.51.100.0/24.');

const linkAddress = z
  .string()
  .regex(/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i, 'it is no link-layer address; write 02:00:00:00:00:01')
  .describe('A link-layer (MAC) address.');

const hostAndPort = z
  .string()
  .regex(/^(\[[^\]]+\]|[^:\s]+):\d{1,5}$/, 'write HOST:PORT')
  .describe('HOST:PORT; IPv6 addresses in brackets.');

const portNumber = z.int().min(1).max(511).describe('The number of a port of the switch.');
const transportPort = z.int().min(1).max(65_535);
const mtu = z.int().min(1280).max(65_535).default(1500).describe('The greatest IP packet, in bytes.');

const tls = z
  .strictObject({
    authority: z
      .string()
      .optional()
      .describe('File with the certificates (PEM) that the switch is checked against.'),
    certificate: z.string().optional().describe("File with the controller's certificate (PEM)."),
    key: z.string().optional().describe("File with the certificate's key (PEM)."),
    'server-name': z
      .string()
      .optional()
      .describe("The name in the switch's certificate, if it is not the target."),
  })
  .describe('TLS to the switch.');

const port = z.strictObject({
  number: portNumber,
  role: z
    .enum(['uplink', 'server', 'both'])
    .describe('uplink: clients are there; server: servers, or a load balancer; both: clients and servers.'),
  'link-address': linkAddress.describe("The switch's own link-layer address on this port."),
});

const switchEntry = z.strictObject({
  name,
  target: hostAndPort.describe('Where its P4Runtime server listens.'),
  'device-id': z
    .int()
    .min(0)
    .default(1)
    .describe('What the switch calls itself: --device-id of moor switch.'),
  role: z
    .enum(['both', 'dispatcher', 'gateway'])
    .default('both')
    .describe(
      'dispatcher: packets to services go through it; gateway: packets from servers leave by it; both: one switch.',
    ),
  'replace-pipeline': z
    .boolean()
    .default(false)
    .describe(
      'Load the program over another one. Sessions go on where that is another build of moor that keeps them alike.',
    ),
  tls: tls.optional(),
  ports: z.array(port).min(1),
});

const server = z.strictObject({
  name,
  id: z
    .int()
    .min(1)
    .max(65_534)
    .optional()
    .describe('A number for the switch; counted up where it is left out.'),
  port: portNumber.describe('The switch port that leads to it.'),
  'link-address': linkAddress,
  address: address.optional().describe('Its own address: for NAT, and for health.'),
  'server-port': transportPort
    .optional()
    .describe('The port that it listens at behind NAT, if not that of the service.'),
  weight: z.int().min(0).max(1000).default(1).describe('Its share of new sessions; 0 drains it.'),
  agent: z
    .boolean()
    .default(true)
    .describe(
      'Whether an agent runs there (moor agent). Where health is set, a server whose agent is silent has failed; one without keeps its weight.',
    ),
  mtu,
});

const service = z.strictObject({
  name,
  id: z
    .int()
    .min(1)
    .max(4095)
    .optional()
    .describe('A number for the switch; counted up where it is left out.'),
  address: address.describe('The virtual address.'),
  protocol: z
    .union([z.enum(['tcp', 'udp', 'icmp', 'icmpv6']), z.int().min(0).max(255)])
    .default('tcp')
    .describe('Its transport, or the number of another protocol.'),
  port: transportPort.optional().describe('Left out: every port of the protocol.'),
  mode: z
    .enum(['layer2', 'nat', 'hand-over'])
    .default('layer2')
    .describe(
      'layer2: servers have the virtual address; nat: they have addresses of their own; hand-over: an existing load balancer takes all.',
    ),
  servers: z.array(name).min(1).describe('Names of servers.'),
  signalling: z
    .enum(['none', 'rtsp', 'sip', 'ftp'])
    .default('none')
    .describe(
      'The protocol that announces further flows of a session. At its address, packets to ports of no other service go where they were announced, and nowhere else.',
    ),
  'idle-timeout': duration
    .pipe(z.number().min(1).max(3600))
    .prefault('30s')
    .describe('A flow without packets for so long is inactive, and forgotten after twice as long.'),
  'on-failure': onFailure.optional(),
  admission: serviceAdmission.optional(),
  selection: serviceSelection.optional(),
});

const route = z.strictObject({ prefix, via: name.describe('The name of a neighbour.') });

const neighbor = z.strictObject({
  name,
  port: portNumber,
  'link-address': linkAddress,
  mtu,
});

const mobility = z.strictObject({
  enabled: z.boolean().default(true).describe('Whether mobile nodes are answered.'),
  'maximum-bindings': z
    .int()
    .min(1)
    .max(131_072)
    .default(100_000)
    .describe('So many bindings are kept at most.'),
  'maximum-lifetime': duration
    .pipe(z.number().min(4).max(420))
    .prefault('420s')
    .describe('Of a binding (RFC 6275, section 12).'),
  'messages-per-second': z
    .int()
    .min(1)
    .max(1_000_000)
    .default(20_000)
    .describe('How many mobility messages of each kind the switch hands on; more are dropped.'),
  keys: z
    .array(
      z.strictObject({
        'home-address': address,
        key: z
          .string()
          .regex(/^([0-9a-f]{2}){20,64}$/i, 'write 20 to 64 bytes in hexadecimal')
          .describe('Kcn.'),
        'home-nonce': z.string().regex(/^([0-9a-f]{2}){8,64}$/i, 'write 8 bytes or more in hexadecimal'),
        'care-of-nonce': z.string().regex(/^([0-9a-f]{2}){8,64}$/i, 'write 8 bytes or more in hexadecimal'),
      }),
    )
    .default([])
    .describe('Static shared keys of mobile nodes (RFC 4449).'),
});

const policing = z.strictObject({
  'packets-per-second': z.int().min(1).default(2000).describe('Packets a second of each reason.'),
  burst: z.int().min(1).default(500).describe('Packets that may come at once, above that rate.'),
  'signalling-packets-per-second': z
    .int()
    .min(1)
    .default(20_000)
    .describe('Copies of packets of signalling flows.'),
});

/** Everything. */
export const CONFIG_SCHEMA = z.strictObject({
  switches: z.array(switchEntry).min(1),
  addresses: z
    .array(address)
    .default([])
    .describe('Addresses of the switches themselves, which answer echo requests.'),
  services: z.array(service).default([]),
  servers: z.array(server).default([]),
  routes: z.array(route).default([]),
  neighbors: z.array(neighbor).default([]),
  mobility: mobility.prefault({}),
  health: health(hostAndPort).optional(),
  load: loadSettings.prefault({}),
  admission: admission
    .prefault({})
    .describe('SA2C (SARA, III.B): how many new sessions are refused under load. A service may differ.'),
  selection: selection.prefault({}),
  policing: policing
    .prefault({})
    .describe('How many packets of each other reason the switch hands to the controller.'),
  pipeline: z
    .strictObject({
      p4info: z.string().describe('File with the P4Info.'),
      program: z.string().describe('File with the program, as the switch takes it.'),
    })
    .optional()
    .describe(
      "Another build of the pipeline, for a switch that is not BMv2's kind; left out, moor's own for v1model.",
    ),
  'election-priority': z
    .int()
    .min(0)
    .max(1_000_000)
    .default(0)
    .describe(
      'Among controllers of the same switches the highest is primary. A reload stands for election again with it.',
    ),
  state: z.string().default('/var/lib/moor').describe('Directory of what outlives a restart.'),
  listen: hostAndPort.default('127.0.0.1:9412').describe('Where status and metrics are served by HTTP.'),
  log: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('The least that the log tells.'),
});

export type Config = z.output<typeof CONFIG_SCHEMA>;
export type SwitchConfig = Config['switches'][number];
export type ServiceConfig = Config['services'][number];
export type ServerConfig = Config['servers'][number];

function isAddress(text: string): boolean {
  return text.includes(':') ? ipaddr.IPv6.isValid(text) : ipaddr.IPv4.isValidFourPartDecimal(text);
}
