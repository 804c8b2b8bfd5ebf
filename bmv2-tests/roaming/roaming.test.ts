/**
 * A mobile node that roams while TCP runs: real kernels at both ends, `moor switch` and `moor run` as processes. Kernels
 * count segments, so what is lost, comes twice or in another order is seen there, not by us.
 */

import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import { address, bytes } from '../controller/lab.ts';
import { MobileHost } from './mobile-host.ts';
import { Connection, countsOf, startEcho } from './traffic.ts';
import {
  connectMobile,
  connectServer,
  IMPATIENT,
  isUsable,
  makeDirectory,
  makeNetwork,
  moor,
  NAMES,
  setPatience,
  startController,
  startSwitch,
  until,
  writeConfig,
} from './world.ts';

const usable = await isUsable();
if (!usable) process.stdout.write('skipped: a mobile node under load, which takes root and TUN devices\n');
const linux = usable ? test.serial : test.serial.skip;

const VIRTUAL = '2001:db8:100::1';
const HOME = '2001:db8:1::10';
const SWITCH_LINK = '02:00:00:00:00:01';
const SERVER_LINK = '02:00:00:00:01:01';
const place = (number: number) => address(`2001:db8:2:${number.toString(16)}::20`);

/** What the controller says of bindings. */
type Shown = { readonly homeAddress: string; readonly careOfAddress: string; readonly sequence: number };

linux('TCP goes on without a lost segment over handovers, restarts and the way home', async (t) => {
  t.timeout(170_000);
  await makeNetwork(t);
  const host = await MobileHost.open({
    home: address(HOME),
    careOf: place(0),
    virtual: address(VIRTUAL),
    tun: NAMES.tun,
    uplink: NAMES.uplinkFar,
    ownLink: bytes('0200000000c1'),
    switchLink: bytes('020000000001'),
  });
  t.teardown(() => host.close());
  await connectServer(VIRTUAL, SERVER_LINK, SWITCH_LINK);
  await connectMobile(HOME);

  const directory = makeDirectory(t);
  const listen = `127.0.0.1:${20_000 + (process.pid % 20_000)}`;
  const first = await startSwitch(t);
  const settings = {
    directory,
    switchPort: first.port,
    listen,
    virtual: VIRTUAL,
    switchLink: SWITCH_LINK,
    serverLink: SERVER_LINK,
  };
  const config = writeConfig(settings);
  let controller = await startController(t, config);
  const bindings = async (): Promise<readonly Shown[]> =>
    JSON.parse(await (await fetch(`http://${listen}/bindings`)).text());

  const echo = await startEcho(NAMES.server);
  t.teardown(() => {
    echo.kill();
  });

  // It begins at home, as anybody.
  const connect = () => {
    const made = new Connection(NAMES.mobile, VIRTUAL);
    t.teardown(() => {
      made.child.kill();
    });
    return made;
  };
  let connection = connect();
  await until('the connection', () => connection.last.got > 50_000);

  /** Waits for more traffic, both ways. */
  const traffic = async (what: string, count = 60_000) => {
    // What it says may be a moment old.
    const old = connection.last;
    await until(`news ${what}`, () => connection.last !== old);
    const before = connection.last.got;
    await until(`traffic ${what}`, () => {
      if (connection.last.error !== '') throw new Error(`${connection.last.error} ${what}`);
      return connection.last.got > before + count;
    });
  };
  const routed = async (what: string) => {
    const before = host.counts.routed;
    await traffic(what);
    t.true(host.counts.routed > before + 20, `by the care-of address ${what}`);
  };

  t.like(await host.register(), { status: 0, isAuthorized: true });
  await routed('after the first registration');

  for (let number = 1; number <= 10; number++) {
    t.like(await host.handover(place(number)), { status: 0, isAuthorized: true }, `handover ${number}`);
    await routed(`after handover ${number}`);
  }
  t.deepEqual(
    (await bindings()).map(({ careOfAddress }) => careOfAddress),
    ['2001:db8:2:a::20'],
  );

  t.log('an acknowledgement is lost, and the node asks again');
  t.like(await host.handover(place(11), { loses: 1 }), { status: 0, isAuthorized: true });
  await routed('after a lost acknowledgement');

  t.log('somebody sends an old Binding Update again');
  const replayed = host.update({ sequence: host.sequence });
  const old = host.careOf;
  await host.handover(place(12));
  host.attach(old);
  const refused = await host.ask(replayed, 'bindingAcknowledgement');
  t.is(host.read(refused, old).status, 135);
  await routed('after a replay');
  t.is((await bindings())[0]?.careOfAddress, '2001:db8:2:c::20');
  host.detach(old);

  t.log('nonces that nobody knows');
  const { indices } = host;
  host.indices = [(indices[0] + 100) & 0xffff, (indices[1] + 100) & 0xffff];
  t.is((await host.update1()).status, 138);
  host.indices = indices;
  t.like(await host.handover(place(13)), { status: 0 });
  await routed('after nonces that are not known');

  t.log('the controller is killed, and traffic does not care');
  await host.getTokens();
  await controller.end('SIGKILL');
  await routed('without a controller');
  controller = await startController(t, config);
  const shown: readonly Shown[] = JSON.parse(await moor('bindings', '--controller', listen, '--json'));
  t.is(shown[0]?.careOfAddress, '2001:db8:2:d::20');
  // Tokens of the life before.
  t.like(await host.update1(), { status: 0, isAuthorized: true });
  t.like(await host.handover(place(14)), { status: 0, isAuthorized: true });
  await routed('after the controller came back');

  t.log('short bindings: they are asked about before they end, and live on');
  writeConfig({ ...settings, maximumLifetime: 8 });
  controller.child.kill('SIGHUP');
  await controller.line(/configuration taken over/);
  const asked = new Promise<void>((resolve) => {
    host.onRefreshRequest = resolve;
  });
  t.is((await host.register()).lifetime, 2);
  const begin = performance.now();
  await asked;
  const passed = (performance.now() - begin) / 1000;
  // A quarter of the lifetime before the end; agenda and ticks may take a second and a half more.
  t.true(passed > 5 && passed < 8, `asked after ${passed} s`);
  t.is((await host.register()).lifetime, 2);
  await wait(1500 + 1000 * Math.max(0, 8 - passed));
  t.is((await bindings()).length, 1);
  await routed('after the end that it would have had');
  writeConfig(settings);
  controller.child.kill('SIGHUP');
  await until(
    'the second reload',
    () => controller.lines.filter((line) => /configuration taken over/.test(line)).length === 2,
  );
  t.is((await host.register()).lifetime, 100);

  t.log('every segment that one kernel sent has come to the other, once and in order');
  const end = await connection.end();
  t.like(end, { kind: 'closed', wrong: 0, error: '' });
  t.is(end.got, end.sent);
  let [mobile, server] = [await countsOf(NAMES.mobile), await countsOf(NAMES.server)];
  await until('the last acknowledgements', async () => {
    [mobile, server] = [await countsOf(NAMES.mobile), await countsOf(NAMES.server)];
    return mobile.inSegs >= server.outSegs && server.inSegs >= mobile.outSegs;
  });
  t.log({ mobile, server, counts: host.counts, bytes: end.got });
  t.deepEqual([mobile.outSegs, server.outSegs], [server.inSegs, mobile.inSegs]);
  for (const counts of [mobile, server]) {
    t.like(counts, { retransSegs: 0, outOfOrder: 0, duplicates: 0, inErrs: 0, outRsts: 0 });
  }
  t.like(host.counts, { strayed: 0, bindingErrors: 0, unexpected: 0 });
  t.is(host.drops, 0);

  t.log('the switch is killed and comes back empty: the binding is back without the node');
  await setPatience(IMPATIENT);
  connection = connect();
  await routed('of a second connection');
  await first.process.end('SIGKILL');
  const updates = host.sequence;
  await until('the loss is seen', () => controller.lines.some((line) => /edge: unreachable/.test(line)));
  await startSwitch(t, first.port);
  await until(
    'the switch is ready again',
    () => controller.lines.filter((line) => /edge: ready/.test(line)).length >= 2,
  );
  await routed('after the switch came back');
  t.is(host.sequence, updates, 'the node has not registered again');
  t.like(await host.handover(place(15)), { status: 0 });
  await routed('after a handover with the new switch');

  t.log('home again');
  t.like(await host.returnHome(), { status: 0, isAuthorized: true });
  t.deepEqual(await bindings(), []);
  const { routed: before } = host.counts;
  await traffic('at home');
  t.is(host.counts.routed, before);

  const last = await connection.end();
  t.like(last, { kind: 'closed', wrong: 0, error: '' });
  t.is(last.got, last.sent);
  for (const space of [NAMES.mobile, NAMES.server]) t.is((await countsOf(space)).outRsts, 0);
});
