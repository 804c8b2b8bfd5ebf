/** `moor doctor` as its users call it. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { z } from 'zod';

const MOOR = join(process.cwd(), 'dist/bin.js');
const doctor = (...args: readonly string[]) =>
  execa('node', [MOOR, 'doctor', ...args], { reject: false, stdin: 'ignore', env: { NO_COLOR: '1' } });
const SECTIONS = z.array(
  z.object({
    title: z.string(),
    findings: z.array(
      z.object({
        what: z.string(),
        condition: z.enum(['ok', 'warning', 'missing', 'absent']),
        found: z.string(),
        advice: z.string().optional(),
      }),
    ),
  }),
);

test('this machine: what is needed is there, and what is not says how to get it', async (t) => {
  const { stdout, exitCode } = await doctor('--json');
  t.is(exitCode, 0);
  const findings = SECTIONS.parse(JSON.parse(stdout)).flatMap((section) => section.findings);
  t.like(
    findings.find(({ what }) => what === 'Node.js'),
    { condition: 'ok', found: process.versions.node },
  );
  for (const { what, condition, advice } of findings) {
    if (condition !== 'ok') t.not(advice, undefined, what);
  }
  t.regex((await doctor()).stdout, /Moor has all that it needs|It works, but/);
});

/** A configuration whose controller is a server that answers as told. */
async function configured(t: ExecutionContext, answers: Readonly<Record<string, unknown>> | undefined) {
  const directory = mkdtempSync(join(tmpdir(), 'moor-doctor-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const server = createServer((request, response) => {
    response.end(JSON.stringify(answers?.[request.url ?? '']));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  if (answers === undefined) server.close();
  else t.teardown(() => server.close());
  const file = join(directory, 'moor.yaml');
  writeFileSync(
    file,
    `
switches:
  - { name: edge, target: 127.0.0.1:1, ports: [{ number: 1, role: both, link-address: '02:00:00:00:00:01' }] }
services: [{ name: web, address: '2001:db8::1', port: 80, servers: [one] }]
servers: [{ name: one, port: 1, link-address: '02:00:00:00:01:01' }]
listen: 127.0.0.1:${port}
`,
  );
  return file;
}

test('a wrong configuration, and a controller that is not there', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'moor-doctor-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(join(directory, 'wrong.yaml'), 'switches: 7\n');
  const wrong = await doctor('--config', join(directory, 'wrong.yaml'));
  t.is(wrong.exitCode, 1);
  t.regex(wrong.stdout, /NO .*wrong\.yaml/);
  const nobody = await doctor('--config', await configured(t, undefined));
  t.is(nobody.exitCode, 1);
  t.regex(nobody.stdout, /nobody answers/);
  t.regex(nobody.stdout, /moor run --config/);
});

/** As gRPC says it. */
const REFUSED = 'connect ECONNREFUSED 127.0.0.1:1';

test('what is wrong with a balancer that runs: its switch, its servers, its packets', async (t) => {
  const server = {
    ...{ name: 'one', service: 'web', id: 1, port: 1, weight: 1, state: 'failed', reason: 'silent' },
    ...{
      since: 10,
      lastHeard: 13.5,
      failsAt: null,
      share: 0,
      readiness: 0,
      load: null,
      reachable: false,
      flows: 0,
    },
    lost: { availability: 0, load: 0 },
  };
  const service = {
    ...{ name: 'web', id: 1, address: '2001:db8::1', protocol: 'tcp', port: 80, mode: 'layer2' },
    ...{ servers: 1, flows: 0, policy: 'shell-weights', admission: null },
  };
  const standing = { kind: 'unreachable', message: REFUSED, retryInMs: 100 };
  const status = {
    switches: [
      { name: 'edge', target: '127.0.0.1:1', role: 'both', standing, entities: 9, flows: { total: 0 } },
    ],
    services: [service],
    punts: { no_route: 7, arp: 3 },
    ...{ reports: {}, refusals: 0, bindings: 0, mobility: {} },
    monitoring: {
      ...{ port: 9413, failures: {}, released: {} },
      messages: { taken: 3, wrong: 13, stale: 0, unknown: 11 },
    },
  };
  const file = await configured(t, { '/status': status, '/servers': [server] });
  const { stdout, exitCode } = await doctor('--config', file, '--json');
  t.is(exitCode, 1);
  const sections = SECTIONS.parse(JSON.parse(stdout));
  const bad = sections.flatMap(({ title, findings }) =>
    findings.filter(({ condition }) => condition !== 'ok').map(({ what }) => `${title}: ${what}`),
  );
  t.deepEqual(bad, [
    'Switches: edge at 127.0.0.1:1',
    'Services: web: tcp 2001:db8::1 port 80',
    'Servers: one for web',
    'Agents: UDP port 9413',
    'Agents: UDP port 9413',
    'Packets handed to the controller: no_route',
  ]);
  const text = (await doctor('--config', file)).stdout;
  t.regex(text, /That is why/);
  t.regex(text, /cannot be reached: connect ECONNREFUSED 127\.0\.0\.1:1$/m);
  t.regex(text, /13 messages with another key/);
  t.regex(text, /11 messages of servers that moor\.yaml does not have/);
  t.regex(text, /no_route +7 since the start, 0 in the last second/);
});
