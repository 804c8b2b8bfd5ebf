/** `npm run mininet` as its users call it: the topology's checks, and Mininet's own pings between all hosts. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { execa } from 'execa';
import { readTopology } from '../../lab/topology-file.ts';
import { whatIsMissing } from '../harness/lab-needs.ts';

const missing = await whatIsMissing('mn', 'ethtool', 'ping', 'curl');
if (missing !== undefined) process.stdout.write(`skipped: Mininet: ${missing}\n`);
const linux = missing === undefined ? test.serial : test.serial.skip;

const mininet = (...words: readonly string[]) =>
  execa('node_modules/.bin/tsx', ['scripts/mininet.ts', ...words], {
    reject: false,
    stdin: 'ignore',
    all: true,
  });

linux('the lab in Mininet passes its checks and pings all', async (t) => {
  t.timeout(170_000);
  // A host that also has a link to itself, as mobile nodes have: Mininet could not take it away.
  const pool = readTopology('bmv2-tests/topologies/pool.json');
  const { client } = pool.namespaces;
  const interfaces = { ...client?.interfaces, here0: {}, here1: {} };
  const directory = mkdtempSync(path.join(tmpdir(), 'moor-mininet-test-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const topology = path.join(directory, 'pool.json');
  writeFileSync(
    topology,
    JSON.stringify({
      ...pool,
      namespaces: { ...pool.namespaces, client: { ...client, interfaces } },
      links: [...pool.links, ['client:here0', 'client:here1']],
    }),
  );
  const { exitCode, all } = await mininet(
    ...[
      '--topology',
      topology,
      '--optimization',
      'none',
      '--test',
      '--command',
      'pingall',
      '--command',
      'client curl -s http://203.0.113.10/',
    ],
  );
  t.is(exitCode, 0, all);
  t.is(all.match(/^ok: /gm)?.length, 3, all);
  t.regex(all, /0% dropped \(12\/12 received\)/);
  t.regex(all, /^moored$/m);
});

test('what is wrong is said', async (t) => {
  const { exitCode, all } = await mininet('--topology', 'nothing.json');
  t.is(exitCode, 3);
  t.regex(all, /nothing\.json/);
});
