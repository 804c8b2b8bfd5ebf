/** moor.yaml: what is right, and every mistake with its place. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import test from 'ava';
import { configurationSchema } from './document.ts';
import {
  admissionSettings,
  failurePolicy,
  healthSettings,
  loadSettings,
  selectionSettings,
} from './engines.ts';
import { ConfigError, loadConfig, parseConfig } from './load.ts';

const RIGHT = `switches:
  - name: edge
    target: 127.0.0.1:9559
    ports:
      - { number: 1, role: uplink, link-address: 02:00:00:00:00:01 }
      - { number: 2, role: server, link-address: 02:00:00:00:00:01 }
services:
  - { name: web, address: 2001:db8:100::1, port: 80, servers: [one] }
servers:
  - { name: one, port: 2, link-address: 02:00:00:00:01:01, address: 2001:db8:200::5 }
neighbors:
  - { name: router, port: 1, link-address: 02:00:00:00:00:fe }
routes:
  - { prefix: ::/0, via: router }
`;

function messages(text: string): readonly string[] {
  try {
    parseConfig(text, 'moor.yaml');
    return [];
  } catch (problem) {
    if (!(problem instanceof ConfigError)) throw problem;
    return problem.message.split('\n');
  }
}

test('a configuration gets its defaults', (t) => {
  const config = parseConfig(RIGHT, 'moor.yaml');
  t.like(config.switches[0], { role: 'both', 'device-id': 1, 'replace-pipeline': false });
  t.like(config.services[0], { protocol: 'tcp', mode: 'layer2', signalling: 'none', 'idle-timeout': 30 });
  t.like(config.servers[0], { weight: 1, mtu: 1500 });
  t.like(config.mobility, { enabled: true, 'maximum-lifetime': 420 });
  t.is(config.listen, '127.0.0.1:9412');
});

test('times have units', (t) => {
  const of = (text: string) =>
    parseConfig(RIGHT.replace('servers: [one]', `servers: [one], idle-timeout: ${text}`), 'moor.yaml')
      .services[0]?.['idle-timeout'];
  t.is(of('45'), 45);
  t.is(of('45s'), 45);
  t.is(of('2m'), 120);
  t.is(of('1500ms'), 1.5);
  t.is(of('1h'), 3600);
});

for (const [what, from, to, expected] of [
  [
    'a word for a port',
    'port: 80',
    'port: http',
    ['moor.yaml:8:44: error: services[0].port: write a number'],
  ],
  [
    'no such setting',
    'port: 80',
    'prot: 80',
    ['moor.yaml:8:44: error: services[0].prot: there is no such setting'],
  ],
  [
    'a server that nobody knows',
    '[one]',
    '[one, two]',
    ["moor.yaml:8:69: error: services[0].servers[1]: no server is called 'two'"],
  ],
  [
    'a port that no switch has',
    'name: one, port: 2',
    'name: one, port: 9',
    ['moor.yaml:10:18: error: servers[0].port: no switch has a port 9'],
  ],
  [
    'an address that is none',
    'address: 2001:db8:100::1',
    'address: 2001:db8:100::g',
    ['moor.yaml:8:18: error: services[0].address: it is no IPv4 or IPv6 address'],
  ],
  [
    'a link-layer address that is none',
    '02:00:00:00:01:01',
    '02:00:00:00:01',
    ['moor.yaml:10:27: error: servers[0].link-address: it is no link-layer address; write 02:00:00:00:00:01'],
  ],
  [
    'a role that is none',
    'role: uplink',
    'role: up',
    ['moor.yaml:5:22: error: switches[0].ports[0].role: write one of uplink, server, both'],
  ],
  [
    'what is missing',
    '    target: 127.0.0.1:9559\n',
    '',
    ['moor.yaml:2:5: error: switches[0].target: it is missing: write text'],
  ],
  [
    'a number that is too large',
    'port: 80',
    'port: 80000',
    ['moor.yaml:8:44: error: services[0].port: it is too large: write 65535 or less'],
  ],
  [
    'a route by nobody',
    'via: router',
    'via: nobody',
    ["moor.yaml:14:21: error: routes[0].via: no neighbour is called 'nobody'"],
  ],
  [
    'a time that is none',
    'servers: [one]',
    'servers: [one], idle-timeout: soon',
    ['moor.yaml:8:70: error: services[0].idle-timeout: it is no time; write 500ms, 30s, 5m or 1h'],
  ],
  ['NAT to a server without address', ', address: 2001:db8:200::5 }\nneighbors', ' }\nneighbors', []],
  [
    'a key twice',
    'switches:',
    'listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\nswitches:',
    ['moor.yaml:2:1: error: Map keys must be unique'],
  ],
] as const) {
  test(`a mistake has its place: ${what}`, (t) => {
    t.true(RIGHT.includes(from));
    t.deepEqual(messages(RIGHT.replace(from, to)), [...expected]);
  });
}

test('health is authenticated, or says that it is not', (t) => {
  const message =
    "moor.yaml:1:1: error: health: write 'key-file' with the file of a shared key, or 'bare: true' to take what is not authenticated";
  t.deepEqual(messages(`health: { misses: 2 }\n${RIGHT}`), [message]);
  t.deepEqual(messages(`health: { bare: true, key-file: /etc/key }\n${RIGHT}`), [message]);
  t.deepEqual(messages(`health: { bare: true }\n${RIGHT}`), []);
});

test('thresholds that are not in order are told, once for all and for the service that has its own', (t) => {
  const wrong = `admission: { t1: 0.99 }\n${RIGHT}`;
  const order = 'the thresholds are T1 0.99, T2 0.95, T3 1, C 2; each has to be above the one before';
  t.deepEqual(messages(wrong), [`moor.yaml:1:1: error: admission: ${order}`]);
  t.deepEqual(messages(RIGHT.replace('servers: [one]', 'servers: [one], admission: { t1: 0.99 }')), [
    `moor.yaml:8:70: error: services[0].admission: ${order}`,
  ]);
  t.deepEqual(messages(wrong.replace('servers: [one]', 'servers: [one], admission: { t1: 0.5 }')), []);
});

test('settings of a service go before those of all', (t) => {
  const config = parseConfig(
    `admission: { enabled: true, t2: 0.9, most: { established: 0 }, readings: { f: like-g } }
health: { bare: true, every: 200ms, misses: 5, slow-start: 0 }
load: { every: 500ms, weights: { memory: 0 } }
selection: { policy: shell }
${RIGHT.replace('servers: [one]', 'servers: [one], admission: { t1: 0.5, first-interval: 2s, readings: { critical: maximised } }, selection: { policy: weighted }, on-failure: { silent: keep }')}`,
    'moor.yaml',
  );
  const [service] = config.services;
  if (service === undefined) return t.fail();
  const { engine, most, isEnabled, by } = admissionSettings(config, service);
  t.true(isEnabled);
  t.is(by, 'estimate');
  t.deepEqual(most, { new_session: 1, established: 0 });
  t.like(engine, {
    alpha: 0.8,
    t1: 0.5,
    t2: 0.9,
    t3: 1,
    capacity: 2,
    firstInterval: 2000,
    intervalFloor: 1000,
  });
  t.like(engine.readings, { f: 'like-g', critical: 'maximised', thresholds: 'fixed' });
  t.deepEqual(selectionSettings(config, service), { policy: 'weighted', places: 1021, capacity: 1 });
  t.deepEqual(failurePolicy(service), { silent: 'keep' });
  t.like(healthSettings(config), { period: 200, misses: 5, slowStart: 0, applicationGrace: 3000 });
  t.like(loadSettings(config), { period: 500, halfLife: 10_000, combine: { weights: { memory: 0 } } });
});

test('NAT asks for what it needs', (t) => {
  const nat = RIGHT.replace('servers: [one]', 'servers: [one], mode: nat');
  t.deepEqual(messages(nat), []);
  t.deepEqual(messages(nat.replace(', address: 2001:db8:200::5', '')), [
    "moor.yaml:8:64: error: services[0].servers[0]: 'one' has no address, which NAT needs",
  ]);
  t.deepEqual(messages(nat.replace('2001:db8:200::5', '10.0.0.5')), [
    "moor.yaml:8:64: error: services[0].servers[0]: 'one' has an address of another family than the service",
  ]);
});

test('a static key of a mobile node has 20 bytes at least, as Kcn has (RFC 4449, section 3)', (t) => {
  const keyed = (key: string) =>
    messages(
      `mobility: { keys: [{ home-address: '2001:db8:1::10', key: '${key}', home-nonce: '0102030405060708', care-of-nonce: '0102030405060708' }] }\n${RIGHT}`,
    );
  t.deepEqual(keyed('ab'.repeat(20)), []);
  t.deepEqual(keyed('ab'.repeat(19)), [
    'moor.yaml:1:54: error: mobility.keys[0].key: write 20 to 64 bytes in hexadecimal',
  ]);
});

test('all mistakes are told at once', (t) => {
  t.is(messages(RIGHT.replace('port: 80', 'port: http').replace('role: uplink', 'role: up')).length, 2);
});

test('what is no YAML, or nothing at all, is told', (t) => {
  t.regex(messages('switches: [')[0] ?? '', /^moor\.yaml:1:\d+: error: /);
  t.deepEqual(messages(''), ['moor.yaml:1:1: error: switches: it is missing: write a list']);
  t.regex(messages('- 1')[0] ?? '', /write settings/);
});

test('aliases that grow without bounds are refused', (t) => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c,*c]\n`;
  t.regex(messages(bomb)[0] ?? '', /alias/i);
});

test('the published schema is made from the settings', (t) => {
  t.true(
    readFileSync('docs/configuration.schema.json', 'utf8') === configurationSchema(),
    'npm run regenerate',
  );
});

test('names of files are relative to the file that has them, wherever it is read from', (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-config-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const tls = 'tls: { authority: tls/ca.pem, certificate: ../own.pem, key: /etc/own.key }';
  const rest =
    'health: { key-file: agent.key }\npipeline: { p4info: a.txtpb, program: ./a.json }\nstate: state\n';
  const file = join(directory, 'moor.yaml');
  writeFileSync(file, `${RIGHT.replace('target:', `${tls}\n    target:`)}\n${rest}`);
  const { switches, health, pipeline, state } = loadConfig(relative('.', file));
  const inside = (...names: readonly string[]) => join(directory, ...names);
  t.deepEqual(switches[0]?.tls, {
    authority: inside('tls/ca.pem'),
    certificate: inside('../own.pem'),
    key: '/etc/own.key',
  });
  t.is(health?.['key-file'], inside('agent.key'));
  t.deepEqual(pipeline, { p4info: inside('a.txtpb'), program: inside('a.json') });
  t.is(state, inside('state'));

  writeFileSync(file, RIGHT);
  t.like(loadConfig(file), { health: undefined, pipeline: undefined, state: '/var/lib/moor' });
  t.false('tls' in (loadConfig(file).switches[0] ?? {}));
});
