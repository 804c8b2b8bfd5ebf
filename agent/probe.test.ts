/** Probes against real servers and programs. */

import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer, type Server } from 'node:net';
import test from 'ava';
import { probe, splitHostAndPort, withResult } from './probe.ts';

const LIMITS = { status: 200, every: 1000, timeout: 20_000, rise: 1, fall: 2 };

async function listen(t: import('ava').ExecutionContext, server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  const isAddress = (one: typeof address): one is AddressInfo => typeof one === 'object' && one !== null;
  return isAddress(address) ? address.port : 0;
}

test('TCP', async (t) => {
  const server = createServer((socket) => socket.on('error', () => {}));
  const port = await listen(t, server);
  t.deepEqual(await probe({ ...LIMITS, tcp: `127.0.0.1:${port}` }), { ok: true });
  await new Promise((resolve) => server.close(resolve));
  const refused = await probe({ ...LIMITS, tcp: `127.0.0.1:${port}` });
  t.true(!refused.ok && refused.problem.includes('ECONNREFUSED'));
});

test('HTTP: the status, and an answer that does not come', async (t) => {
  const server = createHttpServer((request, response) => {
    if (request.url === '/slow') return;
    response.statusCode = request.url === '/well' ? 200 : 503;
    response.end('x'.repeat(1000));
  });
  const port = await listen(t, server);
  t.deepEqual(await probe({ ...LIMITS, http: `http://127.0.0.1:${port}/well` }), { ok: true });
  const ill = await probe({ ...LIMITS, http: `http://127.0.0.1:${port}/ill` });
  t.true(!ill.ok && ill.problem.includes('status 503, not 200'));
  t.deepEqual(await probe({ ...LIMITS, status: 503, http: `http://127.0.0.1:${port}/ill` }), { ok: true });
  const slow = await probe({ ...LIMITS, timeout: 300, http: `http://127.0.0.1:${port}/slow` });
  t.true(!slow.ok && slow.problem.includes('no answer in 300 ms'));
  server.closeAllConnections();
});

test('a command: its exit code, and its time', async (t) => {
  t.deepEqual(await probe({ ...LIMITS, timeout: 5000, command: ['true'] }), { ok: true });
  t.deepEqual(await probe({ ...LIMITS, timeout: 5000, command: ['sh', '-c', 'exit 3'] }), {
    ok: false,
    problem: 'sh: exit code 3',
  });
  const none = await probe({ ...LIMITS, command: ['/no/such/program'] });
  t.true(!none.ok && none.problem.includes('ENOENT'));
  const long = await probe({ ...LIMITS, timeout: 100, command: ['sleep', '30'] });
  t.true(!long.ok && long.problem.includes('SIGKILL'));
});

test('HOST:PORT', (t) => {
  t.deepEqual(splitHostAndPort('[2001:db8::1]:80'), { host: '2001:db8::1', port: 80 });
  t.deepEqual(splitHostAndPort('a.example:9413'), { host: 'a.example', port: 9413 });
});

test('rise and fall', (t) => {
  let state = { isAvailable: true, against: 0 };
  const after = (ok: boolean) => {
    state = withResult(state, ok, { rise: 2, fall: 3 });
    return state.isAvailable;
  };
  // Two failures, a success, three failures; a success, a failure, two successes.
  t.deepEqual([false, false, true, false, false, false, true, false, true, true].map(after), [
    true,
    true,
    true,
    true,
    true,
    false,
    false,
    false,
    false,
    true,
  ]);
});
