/** Each setting of moor.yaml by example. Together the examples are a file that `moor run --check` takes, which a test holds. */

import { ADMISSION_DEFAULTS } from '../../controller/admission/index.ts';
import type { About, AboutSettings } from './settings-reference.ts';

const FRACTION = 'probability';
const LOAD = 'load, 1: full';

const { readings } = ADMISSION_DEFAULTS;
const READINGS: AboutSettings = {
  'cluster-load': {
    example: 'normalized',
    otherwise: readings.clusterLoad,
    means: 'What equation (1) sums up.',
  },
  variance: { example: 'sample', otherwise: readings.variance, means: 'Of the servers, in equation (1).' },
  branches: {
    example: 'prose',
    otherwise: readings.branches,
    means: 'Which case of equation (2) holds where.',
  },
  f: { example: 'falling', otherwise: readings.f, means: 'Between T1 and T2.' },
  critical: { example: 'rising', otherwise: readings.critical, means: 'Above T3.' },
  interval: { example: 'recovering', otherwise: readings.interval, means: 'Equation (3).' },
  thresholds: { example: 'excess', otherwise: readings.thresholds, means: 'Equation (4).' },
};

const ADMISSION: AboutSettings = {
  enabled: { example: true },
  new: { example: 0.1, unit: FRACTION },
  alpha: { example: 0.8, unit: 'part of one' },
  t1: { example: 0.75, unit: LOAD },
  t2: { example: 0.95, unit: LOAD },
  t3: { example: 1, unit: LOAD },
  capacity: { example: 2, unit: LOAD },
  'first-interval': { example: '1s' },
  'interval-floor': { example: '100ms' },
  by: { example: 'estimate' },
  ...under('readings.', READINGS),
  'most.new-session': { example: 0.9, unit: FRACTION, means: 'Of new sessions.', otherwise: '1' },
  'most.established': {
    ...{ example: 0, unit: FRACTION, otherwise: '1' },
    means: 'Of packets of established sessions.',
  },
};

const OF_SERVICE: Readonly<Record<string, Partial<About>>> = {
  enabled: { means: 'Whether SA2C decides for this service.', otherwise: 'as `admission.enabled`' },
  new: { means: 'As `admission.new`.', otherwise: 'that' },
};

const component = (name: string, about: About): readonly [string, About] => [name, about];
const COMPONENTS = [
  component('cpu', { example: 2, means: 'Processors.' }),
  component('memory', { example: 0, means: 'Memory.' }),
  component('networkBuffers', { example: 1, means: 'Buffers of the network.' }),
  component('ioQueue', { example: 1, means: 'Requests to disks.' }),
  component('backlog', { example: 4, means: 'What waits at the application.' }),
] as const;

/** By path. */
export const CONFIGURATION_SETTINGS: AboutSettings = {
  ...under('switches[].', {
    name: { example: 'edge' },
    target: { example: '127.0.0.1:9559' },
    'device-id': { example: 1, unit: 'a name' },
    role: { example: 'both' },
    'replace-pipeline': { example: false },
    'tls.authority': { example: '/etc/moor/tls/ca.pem', otherwise: 'those that Node.js knows' },
    'tls.certificate': { example: '/etc/moor/tls/controller.pem', otherwise: 'the controller shows none' },
    'tls.key': { example: '/etc/moor/tls/controller.key', otherwise: 'as `tls.certificate`, which needs it' },
    'tls.server-name': { example: 'edge.example', otherwise: 'the host of `target`' },
    'ports[].number': { example: 1, unit: 'a name' },
    'ports[].role': { example: 'both' },
    'ports[].link-address': { example: '02:00:00:00:00:01' },
  }),
  addresses: { example: ['192.0.2.1', '2001:db8:2::1'] },
  ...under('services[].', {
    name: { example: 'web' },
    id: { example: 1, unit: 'a name' },
    address: { example: '2001:db8:100::10' },
    protocol: { example: 'tcp', unit: 'number of IANA' },
    port: { example: 80, unit: 'a name' },
    mode: { example: 'layer2' },
    servers: { example: ['one'] },
    signalling: { example: 'none' },
    'idle-timeout': { example: '30s' },
    'on-failure.silent': { example: 'end', otherwise: '`move` for UDP, else `end`' },
    'on-failure.application': { example: 'end', otherwise: '`move` for UDP, else `end`' },
    'on-failure.planned': { example: 'move', otherwise: '`move` for UDP, else `end`' },
    ...under(
      'admission.',
      Object.fromEntries(
        Object.entries(ADMISSION).map(([name, one]) => [name, { ...one, ...OF_SERVICE[name] }]),
      ),
    ),
    'selection.policy': { example: 'round-robin', means: 'As `selection.policy`.', otherwise: 'that' },
    'selection.places': { example: 101, unit: 'places', means: 'As `selection.places`.', otherwise: 'that' },
  }),
  ...under('servers[].', {
    name: { example: 'one' },
    id: { example: 1, unit: 'a name' },
    port: { example: 1, unit: 'a name' },
    'link-address': { example: '02:00:00:00:02:01' },
    address: { example: '2001:db8:2::11', otherwise: 'it has none; NAT takes one' },
    'server-port': { example: 8080, unit: 'a name', otherwise: "the service's" },
    weight: { example: 2, unit: 'parts' },
    agent: { example: true },
    mtu: { example: 1500, unit: 'bytes' },
  }),
  ...under('routes[].', { prefix: { example: '::/0' }, via: { example: 'router' } }),
  ...under('neighbors[].', {
    name: { example: 'router' },
    port: { example: 1, unit: 'a name' },
    'link-address': { example: '02:00:00:00:00:fe' },
    mtu: { example: 1500, unit: 'bytes' },
  }),
  ...under('mobility.', {
    enabled: { example: true },
    'maximum-bindings': { example: 10_000, unit: 'bindings' },
    'maximum-lifetime': { example: '420s' },
    'messages-per-second': { example: 5000, unit: 'packets a second' },
    'keys[].home-address': { example: '2001:db8:1::10' },
    'keys[].key': { example: '000102030405060708090a0b0c0d0e0f10111213' },
    'keys[].home-nonce': {
      example: '0001020304050607',
      means: 'As RFC 4449 has it precomputed, in hexadecimal.',
    },
    'keys[].care-of-nonce': { example: '08090a0b0c0d0e0f', means: 'The same for the care-of address.' },
  }),
  ...under('health.', {
    listen: { example: '10.0.0.1:9413' },
    'key-file': { example: '/etc/moor/agent.key', otherwise: '`bare: true` has to be there' },
    bare: { example: false },
    'clock-tolerance': { example: '30s' },
    every: { example: '1s' },
    misses: { example: 3, unit: 'messages' },
    rise: { example: 2, unit: 'messages' },
    'slow-start': { example: '30s' },
    'application-grace': { example: '10s' },
    'planned-failure': { example: 'drain' },
  }),
  ...under('load.', {
    every: { example: '1s' },
    misses: { example: 3, unit: 'messages' },
    'half-life': { example: '10s' },
    capacity: { example: 1, unit: LOAD },
    by: { example: 'greatest' },
    ...Object.fromEntries(
      COMPONENTS.map(([name, about]) => [`weights.${name}`, { ...about, unit: 'parts', otherwise: '1' }]),
    ),
    ...Object.fromEntries(
      COMPONENTS.map(([name, about]) => [
        `idle.${name}`,
        { ...about, example: 0.05, unit: LOAD, otherwise: '0' },
      ]),
    ),
    samples: { example: 10, unit: 'samples' },
    horizon: { example: 1, unit: 'samples' },
    'readings.window': { example: 'sliding', means: 'Which samples a forecast is made of.' },
    'readings.error-term': { example: 'none', means: 'Whether ε of equation (5) is added.' },
    'readings.error': {
      example: 'clamped',
      means: 'err of equation (8): within [0, 1], or as it comes out.',
    },
    'readings.compared': { example: 'damped', means: 'What servers are compared by.' },
  }),
  ...under('admission.', ADMISSION),
  ...under('selection.', { policy: { example: 'shell-weights' }, places: { example: 1021, unit: 'places' } }),
  ...under('policing.', {
    'packets-per-second': { example: 2000, unit: 'packets a second' },
    burst: { example: 500, unit: 'packets' },
    'signalling-packets-per-second': { example: 20_000, unit: 'packets a second' },
  }),
  ...under('pipeline.', {
    p4info: { example: '/etc/moor/pipeline.p4info.txtpb' },
    program: { example: '/etc/moor/pipeline.json' },
  }),
  'election-priority': { example: 10, unit: 'rank' },
  state: { example: '/var/lib/moor' },
  listen: { example: '127.0.0.1:9412' },
  log: { example: 'info' },
};

function under(prefix: string, settings: AboutSettings): AboutSettings {
  return Object.fromEntries(Object.entries(settings).map(([name, about]) => [`${prefix}${name}`, about]));
}
