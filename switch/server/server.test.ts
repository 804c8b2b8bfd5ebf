/** The server as a whole: TLS, health, reflection, and what clients of other make see. */

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { credentials, logVerbosity, makeGenericClientConstructor, setLogVerbosity } from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import test from 'ava';
import { protoPath as healthProto } from 'grpc-health-check';
import { type ClientTls, SwitchClient } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { startServer } from './server.ts';
import {
  AUTHORITY,
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  SERVER_CERTIFICATE,
  SERVER_KEY,
} from './testing/certificates.ts';
import { rejected, serve } from './testing/harness.ts';
import { makeMapDevice } from './testing/map-device.ts';

// What these tests provoke is not worth a line.
setLogVerbosity(logVerbosity.NONE);

const TLS = { certificate: Buffer.from(SERVER_CERTIFICATE), key: Buffer.from(SERVER_KEY) };
const authority = Buffer.from(AUTHORITY);

async function version(target: string, tls: ClientTls | undefined): Promise<string> {
  const client = new SwitchClient({
    target,
    deviceId: 1n,
    timeoutMs: 30_000,
    // A name, since a server's name in TLS is never an address.
    ...(tls === undefined ? {} : { tls: { ...tls, serverName: 'localhost' } }),
  });
  try {
    return await client.apiVersion();
  } finally {
    client.close();
  }
}

test('TLS: only who believes the authority gets through', async (t) => {
  const server = await startServer({
    device: makeMapDevice(),
    deviceId: 1n,
    address: '127.0.0.1:0',
    tls: TLS,
  });
  t.teardown(server.close);
  const target = `127.0.0.1:${server.port}`;
  t.is(await version(target, { authority }), '1.5.0');
  await rejected(t, version(target, {}), Code.UNAVAILABLE, /./);
});

test('mTLS: only who shows a certificate gets through', async (t) => {
  const server = await startServer({
    device: makeMapDevice(),
    deviceId: 1n,
    address: '127.0.0.1:0',
    tls: { ...TLS, clientAuthority: authority },
  });
  t.teardown(server.close);
  const target = `127.0.0.1:${server.port}`;
  const mine = { certificate: Buffer.from(CLIENT_CERTIFICATE), key: Buffer.from(CLIENT_KEY) };
  t.is(await version(target, { authority, ...mine }), '1.5.0');
  await rejected(t, version(target, { authority }), Code.UNAVAILABLE, /./);
});

test('shutdown: clients that say nothing, or no TLS, do not keep the server', async (t) => {
  const server = await startServer({
    device: makeMapDevice(),
    deviceId: 1n,
    address: '127.0.0.1:0',
    tls: TLS,
  });
  const sockets = ['', 'PRI * HTTP/2.0\r\n', '\u0016\u0003\u0001'].map((words) => {
    const socket = connect(server.port, '127.0.0.1');
    const closed = once(socket, 'close');
    socket.on('error', () => {});
    socket.write(words);
    return { socket, closed };
  });
  t.teardown(() => {
    for (const { socket } of sockets) socket.destroy();
  });
  await Promise.all(sockets.map(({ socket }) => once(socket, 'connect')));
  await version(`127.0.0.1:${server.port}`, { authority });
  await server.close();
  await Promise.all(sockets.map(({ closed }) => closed));
  t.pass();
});

test('an address that is taken is an error', async (t) => {
  const { server } = await serve(t);
  await t.throwsAsync(
    startServer({ device: makeMapDevice(), deviceId: 1n, address: `127.0.0.1:${server.port}` }),
    { message: /EADDRINUSE|bind/ },
  );
});

/** Calls a method of a service that is described by a .proto file. */
async function callUnary(
  path: string,
  service: string,
  method: string,
  target: string,
  request: object,
): Promise<unknown> {
  const definition = (await load(path))[service];
  if (definition === undefined || 'format' in definition) throw new Error(`no ${service}`);
  const Client = makeGenericClientConstructor(definition, service);
  const client = new Client(target, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      const found: unknown = client[method];
      if (typeof found !== 'function') throw new Error(`no ${method}`);
      found.call(client, request, (problem: Error | null, response: unknown) => {
        if (problem === null) resolve(response);
        else reject(problem);
      });
    });
  } finally {
    client.close();
  }
}

test('grpc.health.v1', async (t) => {
  const { target } = await serve(t);
  for (const service of ['', 'p4.v1.P4Runtime']) {
    t.deepEqual(await callUnary(healthProto, 'grpc.health.v1.Health', 'check', target, { service }), {
      status: 1,
    });
  }
});

test('grpc.reflection.v1: the service and its messages can be discovered', async (t) => {
  const { target } = await serve(t);
  const require = createRequire(import.meta.url);
  const proto = require.resolve('@grpc/reflection/build/proto/grpc/reflection/v1/reflection.proto');
  const definition = (await load(proto))['grpc.reflection.v1.ServerReflection'];
  if (definition === undefined || 'format' in definition) throw new Error('no reflection');
  const Client = makeGenericClientConstructor(definition, 'reflection');
  const client = new Client(target, credentials.createInsecure());
  const open: unknown = client['serverReflectionInfo'];
  if (typeof open !== 'function') throw new Error('no method');
  const stream = open.call(client);
  const ask = (request: object) =>
    new Promise<unknown>((resolve, reject) => {
      stream.once('data', resolve);
      stream.once('error', reject);
      stream.write(request);
    });
  const services = JSON.stringify(await ask({ listServices: '' }));
  t.regex(services, /p4\.v1\.P4Runtime/);
  const file = JSON.stringify(await ask({ fileContainingSymbol: 'p4.v1.TableEntry' }));
  t.regex(file, /fileDescriptorProto/);
  stream.end();
  client.close();
});

test('many streams at once, opened and broken', async (t) => {
  const { client } = await serve(t);
  const clients = Array.from({ length: 40 }, () => client());
  const standings = await Promise.all(clients.map((one, index) => one.arbitrate(BigInt(index))));
  t.is(standings.length, 40);
  for (const one of clients) one.close();
  const last = client();
  t.deepEqual(await last.arbitrate(39n), { standing: 'primary', electionId: 39n });
});
