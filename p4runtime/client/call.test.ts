import { createServer, type ServerHttp2Stream } from 'node:http2';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { Code } from '../gen/google/rpc/code.ts';
import { Call } from './call.ts';
import { callMany, callOnce, type Method } from './calls.ts';
import { Connection } from './connection.ts';
import { CallError } from './errors.ts';
import { MessageReader } from './message-reader.ts';

const METHOD: Method<string> = { path: '/x.Y/Z', decode: (bytes) => Buffer.from(bytes).toString() };

/** "Length-Prefixed-Message". */
function prefixed(text: string, flag = 0): Buffer {
  const body = Buffer.from(text);
  return Buffer.concat([Buffer.from([flag, 0, 0, body.length >> 8, body.length & 0xff]), body]);
}

/** A server that does with each call what it is told. */
async function serve(t: ExecutionContext, answer: (stream: ServerHttp2Stream) => void): Promise<Connection> {
  const server = createServer();
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    answer(stream);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const connection = new Connection(`127.0.0.1:${port}`, undefined);
  t.teardown(() => {
    connection.close();
    server.close();
  });
  return connection;
}

const HEADERS = { ':status': 200, 'content-type': 'application/grpc' };

function answers(trailers: Record<string, string>, ...messages: readonly Buffer[]) {
  return (stream: ServerHttp2Stream) => {
    stream.respond(HEADERS, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(trailers));
    for (const message of messages) stream.write(message);
    stream.end();
  };
}

async function fails(t: ExecutionContext, connection: Connection, code: number, message: RegExp) {
  const problem = await t.throwsAsync(callOnce(connection, METHOD, Buffer.from('a'), { timeoutMs: 20_000 }), {
    instanceOf: CallError,
    message,
  });
  t.is(problem?.code, code);
  return problem;
}

test('messages are found wherever the stream is cut', (t) => {
  const texts = fc.array(fc.string({ maxLength: 40 }), { maxLength: 6 });
  const property = fc.property(texts, fc.array(fc.nat(200), { maxLength: 8 }), (wanted, cuts) => {
    const bytes = Buffer.concat(wanted.map((text) => prefixed(text)));
    const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
    const reader = new MessageReader();
    const found: string[] = [];
    for (const [index, start] of places.entries()) {
      reader.take(bytes.subarray(start, places[index + 1] ?? start), (one) =>
        found.push(Buffer.from(one).toString()),
      );
    }
    t.deepEqual(found, wanted);
  });
  fc.assert(property, { seed: 6, numRuns: 200 });
});

test('a call with one answer, and one with many', async (t) => {
  const one = await serve(t, answers({ 'grpc-status': '0' }, prefixed('yes')));
  t.is(await callOnce(one, METHOD, Buffer.from('a'), {}), 'yes');
  const texts = Array.from({ length: 100 }, (_, index) => `answer ${index}`);
  const many = await serve(t, answers({ 'grpc-status': '0' }, ...texts.map((text) => prefixed(text))));
  const found: string[] = [];
  for await (const text of callMany(many, METHOD, Buffer.from('a'), {})) found.push(text);
  t.deepEqual(found, texts);
});

test('messages of one turn go out as one, in their order', async (t) => {
  const heard = new Promise<Buffer>((resolve) => {
    void serve(t, (stream) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => resolve(Buffer.concat(chunks)));
    }).then((connection) => {
      const call = new Call(connection.open('/x.Y/Z'), { onMessage: () => {}, onEnd: () => {} });
      for (const text of ['one', 'two', 'three']) call.send(Buffer.from(text));
      call.finish();
    });
  });
  t.deepEqual(await heard, Buffer.concat(['one', 'two', 'three'].map((text) => prefixed(text))));
});

test('a status is what the trailers say, or the headers where there is nothing else', async (t) => {
  const details = Buffer.from('details').toString('base64');
  const refused = {
    'grpc-status': '5',
    'grpc-message': 'no %C3%A4 100%25',
    'grpc-status-details-bin': details,
  };
  const inTrailers = await fails(t, await serve(t, answers(refused)), Code.NOT_FOUND, /^no ä 100%$/);
  t.is(Buffer.from(inTrailers?.details ?? []).toString(), 'details');
  const atOnce = await serve(t, (stream) =>
    stream.respond({ ...HEADERS, 'grpc-status': '7', 'grpc-message': '%zz' }, { endStream: true }),
  );
  await fails(t, atOnce, Code.PERMISSION_DENIED, /^%zz$/);
});

test('what has no status has the code that gRPC gives it', async (t) => {
  const http = await serve(t, (stream) => stream.respond({ ':status': 503 }, { endStream: true }));
  await fails(t, http, Code.UNAVAILABLE, /503/);
  // RST_STREAM with REFUSED_STREAM, ENHANCE_YOUR_CALM, INTERNAL_ERROR (RFC 9113, section 7).
  for (const [reset, code] of [
    [7, 14],
    [11, 8],
    [2, 13],
  ] as const) {
    await fails(t, await serve(t, (stream) => stream.close(reset)), code, /./);
  }
  await fails(t, await serve(t, (stream) => stream.session?.destroy()), Code.UNAVAILABLE, /./);
  await fails(t, new Connection('127.0.0.1:1', undefined), Code.UNAVAILABLE, /ECONNREFUSED/);
  await fails(t, await serve(t, answers({ 'grpc-status': '0' })), Code.INTERNAL, /no answer/);
  await fails(
    t,
    await serve(t, answers({ 'grpc-status': '0' }, prefixed('a', 1))),
    Code.INTERNAL,
    /compressed/,
  );
});

test('a deadline, a signal, and a new connection after one was lost', async (t) => {
  let isLost = false;
  const connection = await serve(t, (stream) => {
    if (isLost) answers({ 'grpc-status': '0' }, prefixed('again'))(stream);
  });
  const options = { timeoutMs: 50 };
  const late = await t.throwsAsync(callOnce(connection, METHOD, Buffer.from('a'), options), {
    message: /deadline/,
  });
  t.true(late instanceof CallError && late.code === Code.DEADLINE_EXCEEDED);
  const stop = new AbortController();
  const stopped = callOnce(connection, METHOD, Buffer.from('a'), { signal: stop.signal });
  stop.abort();
  await t.throwsAsync(stopped, { message: /cancel/ });
  isLost = true;
  connection.close();
  t.is(await callOnce(connection, METHOD, Buffer.from('a'), {}), 'again');
});
