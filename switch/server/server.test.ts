/** The server as a whole: TLS, health, reflection, and what clients of other make see. */

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createRequire } from 'node:module';
import { type AddressInfo, connect } from 'node:net';
import { credentials, logVerbosity, makeGenericClientConstructor, setLogVerbosity } from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import descriptor from 'google-protobuf/google/protobuf/descriptor_pb.js';
import { protoPath as healthProto } from 'grpc-health-check';
import { type ClientTls, explainConnection, SwitchClient } from '../../p4runtime/client/index.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { startServer } from './server.ts';
import {
  AUTHORITY,
  CLIENT_CERTIFICATE,
  CLIENT_KEY,
  SERVER_CERTIFICATE,
  SERVER_KEY,
  STRANGER_CERTIFICATE,
  STRANGER_KEY,
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

const SETTINGS = { authority: 'AUTHORITY', certificate: 'CERTIFICATE', serverName: 'NAME', none: 'NONE' };

/** What is said of a connection that does not come to be. */
async function told(
  t: ExecutionContext,
  target: string,
  tls: ClientTls | undefined,
  reason: RegExp,
  advice: RegExp | string | undefined,
): Promise<void> {
  const client = new SwitchClient({
    target,
    deviceId: 1n,
    timeoutMs: 30_000,
    ...(tls === undefined ? {} : { tls: { serverName: 'localhost', ...tls } }),
  });
  t.teardown(() => client.close());
  const found = explainConnection(await t.throwsAsync(client.apiVersion()), tls, SETTINGS);
  t.regex(found?.reason ?? '', reason);
  if (advice instanceof RegExp) t.regex(found?.advice ?? '', advice);
  else t.is(found?.advice, advice);
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
  const other = { authority: Buffer.from(CLIENT_CERTIFICATE) };
  await told(t, target, undefined, /wants TLS/, 'if it wants TLS, AUTHORITY');
  await told(t, target, {}, /an authority that is not believed/, 'AUTHORITY');
  await told(t, target, other, /an authority that is not believed/, /is the authority that is given the one/);
  const named = { authority, serverName: 'elsewhere.example' };
  await told(t, target, named, /elsewhere\.example\. is not in .*DNS:localhost/, /^NAME, /);

  const plain = await startServer({ device: makeMapDevice(), deviceId: 1n, address: '127.0.0.1:0' });
  t.teardown(plain.close);
  await told(t, `127.0.0.1:${plain.port}`, { authority }, /does not speak TLS/, /^NONE, or start the switch/);
  const web = createHttpServer((_, answer) => answer.end()).listen(0, '127.0.0.1');
  t.teardown(() => web.close());
  await once(web, 'listening');
  const { port } = web.address() as AddressInfo;
  await told(t, `127.0.0.1:${port}`, undefined, /does not speak gRPC/, /that of a P4Runtime server/);
  await told(t, '127.0.0.1:1', undefined, /^connect ECONNREFUSED 127\.0\.0\.1:1$/, undefined);
  await told(t, 'nowhere.invalid:1', undefined, /^no such host: nowhere\.invalid:1$/, undefined);
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
  await told(t, target, undefined, /wants TLS/, 'if it wants TLS, AUTHORITY');
  await told(t, target, { authority }, /wants to see a certificate/, 'CERTIFICATE');
  const foreign = { certificate: Buffer.from(STRANGER_CERTIFICATE), key: Buffer.from(STRANGER_KEY) };
  await told(t, target, { authority, ...foreign }, /does not take the certificate/, /--tls-client-ca/);
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
  const client = await genericClient(path, service, target);
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

/** A client of a service that is described by a .proto file. */
async function genericClient(path: string, service: string, target: string) {
  const definition = (await load(path))[service];
  if (definition === undefined || 'format' in definition) throw new Error(`no ${service}`);
  const Client = makeGenericClientConstructor(definition, service);
  return new Client(target, credentials.createInsecure());
}

test('grpc.health.v1', async (t) => {
  const { target, server } = await serve(t);
  const service = 'grpc.health.v1.Health';
  for (const name of ['', 'p4.v1.P4Runtime']) {
    t.deepEqual(await callUnary(healthProto, service, 'check', target, { service: name }), { status: 1 });
  }
  await t.throwsAsync(callUnary(healthProto, service, 'check', target, { service: 'p4.v2' }), {
    message: /^5 NOT_FOUND: there is no service 'p4.v2'; there are p4.v1.P4Runtime$/,
  });
  t.deepEqual(await callUnary(healthProto, service, 'list', target, {}), {
    statuses: { '': { status: 1 }, 'p4.v1.P4Runtime': { status: 1 } },
  });

  const client = await genericClient(healthProto, service, target);
  const watch: unknown = client['watch'];
  if (typeof watch !== 'function') throw new Error('no method');
  const seen: unknown[] = [];
  const streams = ['', 'p4.v2'].map((name) => watch.call(client, { service: name }));
  for (const stream of streams) {
    stream.on('error', () => {});
    seen.push((await once(stream, 'data'))[0]);
  }
  const next = once(streams[0], 'data');
  const ended = Promise.all(streams.map((stream) => once(stream, 'end')));
  const closed = server.close();
  t.deepEqual((await next)[0], { status: 2 });
  t.deepEqual(seen, [{ status: 1 }, { status: 3 }]);
  // Who watches does not keep the server.
  for (const stream of streams) stream.resume();
  await ended;
  await closed;
  client.close();
});

/** What Google's library reads in a descriptor: the name of the file, and what it imports. */
function fileNames(answer: unknown): readonly string[] {
  const files =
    answer instanceof Object && 'fileDescriptorResponse' in answer
      ? answer.fileDescriptorResponse
      : undefined;
  const all =
    files instanceof Object && 'fileDescriptorProto' in files ? files.fileDescriptorProto : undefined;
  if (!Array.isArray(all)) throw new Error(`no files in ${JSON.stringify(answer)}`);
  return all.map((bytes: unknown) =>
    bytes instanceof Uint8Array
      ? (descriptor.FileDescriptorProto.deserializeBinary(bytes).getName() ?? '')
      : '',
  );
}

for (const version of ['v1', 'v1alpha'])
  test(`grpc.reflection.${version}: the services and their messages can be discovered`, async (t) => {
    const { target } = await serve(t);
    const require = createRequire(import.meta.url);
    const proto = require.resolve(`@grpc/reflection/build/proto/grpc/reflection/${version}/reflection.proto`);
    const client = await genericClient(proto, `grpc.reflection.${version}.ServerReflection`, target);
    const open: unknown = client['serverReflectionInfo'];
    if (typeof open !== 'function') throw new Error('no method');
    const stream = open.call(client);
    const answers = stream[Symbol.asyncIterator]();
    const ask = async (request: object): Promise<unknown> => {
      stream.write(request);
      return (await answers.next()).value;
    };
    t.like(await ask({ listServices: '*' }), {
      originalRequest: { listServices: '*' },
      listServicesResponse: {
        service: [
          { name: 'p4.v1.P4Runtime' },
          { name: 'grpc.health.v1.Health' },
          { name: 'grpc.reflection.v1.ServerReflection' },
          { name: 'grpc.reflection.v1alpha.ServerReflection' },
        ],
      },
    });
    const files = ['p4/v1/p4runtime.proto', 'google/protobuf/any.proto', 'google/rpc/status.proto'];
    const more = ['p4/config/v1/p4info.proto', 'p4/v1/p4data.proto', 'p4/config/v1/p4types.proto'];
    for (const symbol of ['p4.v1.TableEntry', 'p4.v1.P4Runtime.Write', 'p4.v1.Update.Type'])
      t.deepEqual(fileNames(await ask({ fileContainingSymbol: symbol })), [...files, ...more]);
    t.deepEqual(fileNames(await ask({ fileByFilename: 'moor/v1/ports.proto' })), ['moor/v1/ports.proto']);
    t.like(await ask({ allExtensionNumbersOfType: 'p4.v1.Update' }), {
      allExtensionNumbersResponse: { baseTypeName: 'p4.v1.Update' },
    });
    const missing = [
      { fileContainingSymbol: 'p4.v1.Nothing' },
      { fileByFilename: 'nothing.proto' },
      { fileContainingExtension: { containingType: 'p4.v1.Update', extensionNumber: 7 } },
      { allExtensionNumbersOfType: 'p4.v1.Nothing' },
    ];
    for (const request of missing) t.like(await ask(request), { errorResponse: { errorCode: 5 } });
    t.like(await ask({}), { errorResponse: { errorCode: 3 } });
    stream.end();
    client.close();
  });

test('buf curl finds its way by reflection alone', async (t) => {
  const { target } = await serve(t);
  const words = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge'];
  const url = `http://${target}/p4.v1.P4Runtime/Capabilities`;
  const { stdout } = await execa('buf', [...words, url], { preferLocal: true });
  t.deepEqual(JSON.parse(stdout), { p4runtimeApiVersion: '1.5.0' });
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
