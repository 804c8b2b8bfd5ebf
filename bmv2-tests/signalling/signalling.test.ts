/**
 * Sessions of real peers: films by GStreamer and ffmpeg, calls by SIPp, through `moor switch` and `moor run`. What each server
 * got is what tcpdump saw there: signalling and media of a session are on one server, while one is added and one is drained.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { SERVERS, type ServerName, World, whatIsMissing } from './world.ts';

const missing = await whatIsMissing();
if (missing !== undefined) {
  process.stdout.write(`skipped: signalling of real peers: ${missing}\n`);
}
const linux = missing === undefined ? test.serial : test.serial.skip;

const CALLS = 6;
const FILMS = 4;
const FILM_SECONDS = 3;

linux('signalling and media of each session are on one server, while members change', async (t) => {
  t.timeout(280_000);
  const world = new World(`sg${process.pid % 100_000}`, [
    process.execPath,
    join(process.cwd(), 'dist/bin.js'),
  ]);
  t.teardown(() => world.close());
  await world.start({ s1: 1, s2: 1 });
  await Promise.all(SERVERS.map((name) => world.startServer(name)));

  const running = [];
  for (let number = 0; number < CALLS / 2; number++) running.push(world.call(number));
  for (let number = 0; number < FILMS / 2; number++) running.push(world.watch(number, FILM_SECONDS));
  await wait(1500);
  // While they talk, s3 comes and s1 takes nothing new.
  await world.change({ s1: 0, s2: 1, s3: 1 });
  for (let number = CALLS / 2; number < CALLS; number++) running.push(world.call(number));
  for (let number = FILMS / 2; number < FILMS; number++) running.push(world.watch(number, FILM_SECONDS));
  await wait(1500);
  const shown = await world.sessions();
  const together = new Map<number, Set<string>>();
  for (const { session, server } of shown) {
    if (session === null) continue;
    together.set(session, (together.get(session) ?? new Set()).add(server));
  }
  t.true(together.size >= CALLS / 2, JSON.stringify(shown));
  t.true([...together.values()].every((servers) => servers.size === 1));
  t.true(shown.some(({ identity }) => identity === 'secondary'));

  for (const one of running)
    t.is(await one.ended, 0, `${one.name}: ${readFileSync(one.log, 'utf8').slice(-500)}`);
  await world.processes.until(
    'all sessions have ended',
    async () => (await world.status())?.signalling.sessions === 0,
  );
  t.is((await world.status())?.signalling.entries, 0);
  t.log(
    (await world.metrics())
      .split('\n')
      .filter((line) => line.startsWith('moor_announced_flow_write_seconds'))
      .join('\n'),
  );

  // ---- What tcpdump saw ----
  const calls = new Map<string, ServerName>();
  let films = 0;
  let heard = 0;
  for (const server of SERVERS) {
    // Ports of clients, as they were announced to this server; SIPp talks from the port that it names.
    const invited = new Set<string>();
    for (const line of await world.came(server, 'sip.Method == "INVITE"', 'sip.Call-ID', 'sdp.media.port')) {
      const [id = '', port = ''] = line.split('\t');
      t.true(!calls.has(id) || calls.get(id) === server, `${id} is on two servers`);
      calls.set(id, server);
      invited.add(port);
    }
    const rtp = await world.came(server, 'ip && udp && !sip && !icmp', 'udp.srcport', 'udp.dstport');
    const talked = new Set(rtp.map((line) => line.split('\t')[0] ?? ''));
    t.deepEqual([...talked].sort(), [...invited].sort(), `media of calls on ${server}`);
    // Every call's packets: 50 a second for three seconds, and none anywhere else.
    t.true(rtp.length >= invited.size * 100, `${rtp.length} packets of ${invited.size} calls on ${server}`);

    const setUp = new Set<string>();
    for (const line of await world.came(server, 'rtsp.method == "SETUP"', 'rtsp.transport')) {
      const [, port] = /client_port=(\d+)-/.exec(line) ?? [];
      if (port === undefined) continue;
      films++;
      setUp.add(port).add(String(Number(port) + 1));
    }
    const reported = await world.came(server, 'ipv6 && udp', 'udp.srcport');
    t.log(`${server}: films' ports ${[...setUp].join()}, seen from ${[...new Set(reported)].join()}`);
    t.true(
      reported.every((port) => setUp.has(port)),
      `media of films on ${server}: ${[...new Set(reported)].join()} of ${[...setUp].join()}`,
    );
    heard += reported.length;
  }
  t.is(calls.size, CALLS);
  t.is(films, FILMS);
  t.true(heard > 0);
});
