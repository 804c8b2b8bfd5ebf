/** What `moor top` shows of a controller, against what was done to it; and how it bears one that is not there. */

import { spawn } from 'node:child_process';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { serveHttp } from '../../controller/http.ts';
import type { Overview } from '../../controller/overview.ts';
import { TCP_SYN } from '../../wire/index.ts';
import { segment } from './client-packets.ts';
import { address, type Lab, makeLab, until } from './lab.ts';

const MOOR = 'dist/bin.js';
const ESCAPE = '\u001b';
const VIP = address('2001:db8:100::1');

async function serve(t: ExecutionContext, { controller }: Lab, port = 0) {
  const app = await serveHttp(controller, `127.0.0.1:${port}`);
  t.teardown(() => app.close());
  const found = app.server.address();
  const own = typeof found === 'object' && found !== null ? found.port : 0;
  return { app, port: own, at: `127.0.0.1:${own}` };
}

test.serial('the overview has what was sent, and moor top prints it', async (t) => {
  const lab = await makeLab(t);
  const { app, at } = await serve(t, lab);
  lab.bare.send([1, 2, 3, 4].map((client) => segment({ client, to: VIP, port: 80 }, TCP_SYN)));
  await until('flows are known', () => lab.controller.switches[0]?.flows.size === 4);
  const { body } = await app.inject('/overview');
  const overview: Overview = JSON.parse(body);
  // Ethernet 14, IPv6 40, TCP 20.
  t.deepEqual(
    overview.switches[0]?.ports.find(({ port }) => port === 1),
    { port: 1, role: 'uplink', packets: 4, bytes: 4 * 74 },
  );
  t.deepEqual(
    overview.services.map(({ name, sessions, admitted }) => [name, sessions.new, admitted]),
    [
      ['web', 4, 4],
      ['other', 0, 0],
    ],
  );
  const metrics = (await app.inject('/metrics')).body;
  t.regex(metrics, /^moor_port_received_bytes_total\{switch="edge",port="1",role="uplink"\} 296$/m);

  const top = (...words: readonly string[]) =>
    execa('node', [MOOR, 'top', '--controller', at, '--interval', '0.2', ...words], { reject: false });
  const json: Overview & { readonly rates: unknown } = JSON.parse((await top('--json')).stdout);
  t.is(json.switches[0]?.ports[0]?.packets, 4);
  t.like(json.rates, { switches: { edge: { total: { packets: 0, bits: 0 } } } });
  const { stdout, exitCode } = await top();
  t.is(exitCode, 0);
  t.regex(stdout, /^edge +ready +0 p\/s +0 b\/s +0 p\/s +0 b\/s +4 /m);
  t.regex(stdout, /^web .* 4 +4 +0 +0 +0 +0 +0$/m);
  t.regex(stdout, /^web +one +unwatched +– .* 100 % +4 /m);
  // In a pipe there are no control sequences.
  t.false(stdout.includes(ESCAPE));
});

test.serial('where no controller answers, it says what to do', async (t) => {
  const none = await execa('node', [MOOR, 'top', '--controller', '127.0.0.1:9'], { reject: false });
  t.is(none.exitCode, 3);
  t.regex(none.stderr, /no controller answers at 127.0.0.1:9; start one with 'moor run'/);
  t.is((await execa('node', [MOOR, 'top', '--interval', 'fast'], { reject: false })).exitCode, 2);
});

test.serial('in a terminal it takes keys, and bears a controller that goes and comes again', async (t) => {
  const lab = await makeLab(t);
  const first = await serve(t, lab);
  // script(1) of util-linux gives it a terminal.
  const command = `stty rows 24 cols 80; exec node ${MOOR} top --controller ${first.at} --interval 0.2`;
  const terminal = spawn('script', ['-qfec', command, '/dev/null'], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, TERM: 'xterm' },
  });
  let shown = '';
  terminal.stdout.on('data', (data: Buffer) => {
    shown += data.toString();
  });
  const ended = new Promise<number | null>((resolve) => terminal.on('close', resolve));
  t.teardown(() => terminal.kill());
  const sees = async (what: RegExp) => {
    await until(String(what), () => what.test(shown));
    shown = '';
  };
  // In green.
  await sees(/edge.*\[32mready/);
  terminal.stdin.write('3');
  await sees(/FORECAST/);
  await first.app.close();
  await sees(/no controller answers at/);
  await serve(t, lab, first.port);
  await until('it is there again', () => {
    const last = shown.split('moor top').at(-1) ?? '';
    return /edge/.test(last) && !/no controller/.test(last);
  });
  terminal.stdin.write('q');
  t.is(await ended, 0);
  // What the terminal had before is there again.
  t.true(shown.includes(`${ESCAPE}[?1049l`));
});
