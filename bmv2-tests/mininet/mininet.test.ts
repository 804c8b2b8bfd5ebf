/** `npm run mininet` as its users call it: the topology's checks, and Mininet's own pings between all hosts. */

import test from 'ava';
import { execa } from 'execa';
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
  const { exitCode, all } = await mininet(
    ...[
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
