/** The dashboard in Chromium, before a controller with a real switch: what it shows is what the controller says. */

import test from 'ava';
import { execa } from 'execa';
import { type Browser, chromium, type Page } from 'playwright-core';
import { traceService } from '../../cli/trace-service.ts';
import { serveHttp } from '../../controller/http.ts';
import type { Overview } from '../../controller/overview.ts';
import { TCP_SYN } from '../../wire/index.ts';
import { segment } from '../controller/client-packets.ts';
import { address, makeLab, until } from '../controller/lab.ts';

const MOOR = 'dist/bin.js';
const VIP = address('2001:db8:100::1');
const HOME = address('2001:db8:1::10');
const PATIENCE = 120_000;
/** A name that must stay text. */
const WILD = '<img src=x onerror="alert(1)"><b>bold</b>';

const { stdout: found } = await execa('which', ['chromium'], { reject: false });
const withChromium = found === '' ? test.skip : test;
if (found === '')
  process.stdout.write('skipped: the dashboard in a browser (Debian: apt-get install chromium)\n');

/** The texts of a table's cells, row by row. */
async function rowsOf(page: Page, table: string): Promise<readonly (readonly string[])[]> {
  const rows = await page.locator(`#table-${table} tbody tr`).all();
  return Promise.all(rows.map((row) => row.locator('td').allInnerTexts()));
}

withChromium('sessions, servers, handovers and a trace are those of the controller', async (t) => {
  t.timeout(280_000);
  const lab = await makeLab(t);
  const { controller, bare } = lab;
  const app = await serveHttp(controller, '127.0.0.1:0', {
    pages: 'dist/dashboard',
    trace: traceService([process.execPath, MOOR]),
  });
  t.teardown(() => app.close());
  bare.send([1, 2, 3].map((client) => segment({ client, to: VIP, port: 80 }, TCP_SYN)));
  await until('flows are known', () => controller.switches[0]?.flows.size === 3);
  const [from, to] = [address('2001:db8:2::1'), address('2001:db8:3::1')];
  controller.handovers?.add({
    ...{ at: Date.now(), homeAddress: HOME, virtualAddress: VIP, from, to, milliseconds: 7 },
  });

  const browser: Browser = await chromium.launch({
    executablePath: found,
    // Root has no sandbox; and no name leads anywhere.
    args: ['--no-sandbox', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
    timeout: PATIENCE,
  });
  t.teardown(() => browser.close());
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  page.setDefaultTimeout(PATIENCE);
  const errors: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') errors.push(message.text());
  });
  page.on('pageerror', (problem) => errors.push(problem.message));
  page.on('request', (request) => requests.push(request.url()));
  const place = app.server.address();
  const origin = `http://127.0.0.1:${typeof place === 'object' && place !== null ? place.port : 0}/`;
  await page.goto(origin);
  await page.locator('.uplot').first().waitFor();
  await page.locator('#table-services tbody tr').first().waitFor();

  const overview: Overview = JSON.parse((await app.inject('/overview')).body);
  const services = await rowsOf(page, 'services');
  t.deepEqual(
    services.map(([name, , , , sessions, begun]) => [name, sessions, begun]),
    overview.services.map(({ name, flows, sessions }) => [name, String(flows), String(sessions.new)]),
  );
  // And by hand: three first packets.
  t.deepEqual(
    services.map(([name, , , , sessions]) => [name, sessions]),
    [
      ['web', '3'],
      ['other', '0'],
    ],
  );
  t.deepEqual(
    (await rowsOf(page, 'servers')).map(([service, name, state, , , share, sessions]) => [
      ...[service, name, state, share, sessions],
    ]),
    overview.servers.map(({ service, name, state, share, flows }) => [
      ...[service, name, state, share === 1 ? '100 %' : '0.0 %', String(flows)],
    ]),
  );
  const [handover] = await rowsOf(page, 'handovers');
  t.deepEqual(handover?.slice(1), [
    ...['2001:db8:1::10', '2001:db8:2::1', '2001:db8:3::1', '2001:db8:100::1', '7 ms'],
  ]);
  t.is(await page.locator('#tile-sessions strong').textContent(), '3');

  // The trace of a new client's first packet, and what `moor trace` says of the same bytes.
  await page.locator('#trace-client').fill('2001:db8:7::7');
  await page.locator('#trace button').click();
  await page.locator('#trace-answer .trace').waitFor();
  t.is(
    await page.locator('#trace-answer .outcome').textContent(),
    'The packet leaves by port 2, to one, 74 bytes.',
  );
  const hex = await page.locator('#trace-hex').inputValue();
  const lines = await page.locator('#trace-answer summary, #trace-answer .leaf').allTextContents();
  const words = ['--cpu-port', '510', '--port', '1', '--hex', hex, '--no-color'];
  const traced = await execa('node', [MOOR, 'trace', '--target', bare.target, ...words]);
  // Times and random numbers are others each time; a slot of the learning cache ends in 48 bits of time and 16 of a server.
  const steady = (all: readonly string[]) =>
    all
      .filter((line) => !/timestamp|\bnow\b|\bage\b|drawn/.test(line) && line !== '')
      .map((line) => line.replace(/(?<=\.there: .*)[0-9a-f]{12}(?=[0-9a-f]{4}$)/, 'TIME'));
  const told = traced.stdout
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !line.includes('miss, the table has no key'));
  t.true(told.length > 100);
  t.deepEqual(steady(lines), steady(told));
  t.deepEqual(errors, []);

  await page.locator('#trace-hex').fill('020');
  await page.locator('#trace button').click();
  await page.locator('#trace-answer .bad').waitFor();
  t.regex(
    (await page.locator('#trace-answer').textContent()) ?? '',
    /two hexadecimal digits for each byte: there are 3/,
  );
  errors.length = 0;

  t.deepEqual(
    requests.filter((url) => !url.startsWith(origin) && !url.startsWith('data:')),
    [],
  );
  await page.setViewportSize({ width: 400, height: 800 });
  // Charts follow the window a moment later. (The page's own policy forbids what `waitForFunction` does.)
  let isNarrow = false;
  for (
    const end = performance.now() + 30_000;
    !isNarrow && performance.now() < end;
    await page.waitForTimeout(50)
  ) {
    isNarrow = (await page.evaluate('document.documentElement.scrollWidth <= 400')) === true;
  }
  t.true(isNarrow);

  // Whatever an answer says stays text.
  await page.route('**/overview', (route) => {
    const services = overview.services.map((one) => ({ ...one, name: WILD }));
    return route.fulfill({ json: { ...overview, at: Date.now(), services } });
  });
  await page.locator('#table-services td', { hasText: WILD }).first().waitFor();
  t.is(await page.locator('main b, main img').count(), 0);
  await page.unroute('**/overview');
  t.deepEqual(errors, []);

  await app.close();
  await page.locator('#problem').waitFor({ state: 'visible' });
  t.regex((await page.locator('#problem').textContent()) ?? '', /does not answer/);
});

test('only for this host by its address, with a policy, and with errors that say what is wrong', async (t) => {
  const { controller } = await makeLab(t);
  const app = await serveHttp(controller, '127.0.0.1:0', {
    pages: 'dist/dashboard',
    trace: traceService([process.execPath, MOOR]),
  });
  t.teardown(() => app.close());
  const page = await app.inject('/');
  t.is(page.statusCode, 200);
  t.regex(String(page.headers['content-security-policy']), /default-src 'none'; script-src 'self'/);
  t.is((await app.inject({ url: '/overview', headers: { host: 'site.example' } })).statusCode, 421);
  t.is((await app.inject({ url: '/overview', headers: { host: '127.0.0.1:9412' } })).statusCode, 200);
  t.is((await app.inject('/history?since=now')).statusCode, 400);
  const trace = async (payload: object) => {
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/trace', payload });
    return `${statusCode} ${body}`;
  };
  const place = { switch: 'edge', port: 1 };
  t.regex(await trace({ ...place }), /^400 .*send \{/);
  t.regex(await trace({ ...place, hex: 'xy' }), /^400 .*hexadecimal/);
  t.regex(await trace({ ...place, hex: '00'.repeat(10_241) }), /^400 .*10241 bytes; 10240 are the most/);
  t.regex(await trace({ switch: 'no', port: 1, hex: '00' }), /^400 .*no switch 'no'/);
  const session = { service: 'web', client: '2001:db8::1', clientPort: 1 };
  t.regex(await trace({ ...place, ...session, client: '192.0.2.1' }), /^400 .*of the same kind/);
  t.regex(await trace({ ...place, ...session, client: 'me' }), /^400 .*'me' is no address/);
  t.regex(await trace({ ...place, ...session, service: 'no' }), /^400 .*no service 'no'/);
  t.regex(await trace({ ...place, ...session, port: 9 }), /^400 .*port 9/);
});
