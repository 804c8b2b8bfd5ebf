/** `moor switch` between two network namespaces: TCP through it, gRPC meanwhile, an interface that goes and comes back. */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { SwitchClient } from '../p4runtime/client/index.ts';

const NAME = `me${process.pid % 100_000}`;
const usable = await (async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const made = await execa('ip', ['netns', 'add', `${NAME}p`], { reject: false });
  if (made.exitCode !== 0) return false;
  await execa('ip', ['netns', 'del', `${NAME}p`]);
  return true;
})();
if (!usable) process.stdout.write('skipped: the switch between network namespaces, which takes root\n');
const linux = usable ? test.serial : test.serial.skip;

const PROGRAM = `#include <core.p4>
#include <v1model.p4>
header ethernet_t { bit<48> destination; bit<48> source; bit<16> type; }
struct headers_t { ethernet_t ethernet; }
struct metadata_t {}
parser P(packet_in p, out headers_t h, inout metadata_t m, inout standard_metadata_t s) {
  state start { p.extract(h.ethernet); transition accept; }
}
control V(inout headers_t h, inout metadata_t m) { apply {} }
control I(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) {
  apply { if (s.ingress_port == 0) s.egress_spec = 1; else s.egress_spec = 0; }
}
control E(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) { apply {} }
control C(inout headers_t h, inout metadata_t m) { apply {} }
control D(packet_out p, in headers_t h) { apply { p.emit(h); } }
V1Switch(P(), V(), I(), E(), C(), D()) main;
`;

const BYTES = 8_000_000;
/** Says the hash of what each connection brought. */
const RECEIVER = `
const { createHash } = require('node:crypto');
require('node:net').createServer((socket) => {
  const hash = createHash('sha256');
  socket.on('data', (data) => hash.update(data));
  socket.on('end', () => socket.end(hash.digest('hex')));
}).listen(5001, () => console.log('listening'));`;
const SENDER = `
const { createHash } = require('node:crypto');
const data = Buffer.alloc(${BYTES});
for (let at = 0; at < data.length; at++) data[at] = (at * 31 + (at >>> 8)) & 255;
const expected = createHash('sha256').update(data).digest('hex');
const socket = require('node:net').connect(5001, '10.98.0.2', () => socket.end(data));
let answer = '';
socket.on('data', (text) => { answer += text; });
socket.on('close', () => console.log(answer === expected ? 'whole' : 'broken: ' + answer));
socket.on('error', (problem) => { console.log(String(problem)); process.exit(1); });`;

const spaceOf = (index: number) => `${NAME}s${index}`;

/** A namespace with an interface whose other end is the switch's. */
async function cable(index: number): Promise<void> {
  const [near, far, space] = [`${NAME}${index}`, `${NAME}e${index}`, spaceOf(index)];
  for (const words of [
    `link add ${near} type veth peer name ${far} netns ${space}`,
    // Always the same, so that nobody has to ask for it anew.
    `-n ${space} link set ${far} address 02:00:00:00:00:0${index + 1}`,
    `-n ${space} addr add 10.98.0.${index + 1}/24 dev ${far}`,
    `-n ${space} link set ${far} up`,
    `link set ${near} up`,
  ])
    await execa('ip', words.split(' '));
}

async function send(): Promise<string> {
  const words = ['netns', 'exec', spaceOf(0), process.execPath, '--eval', SENDER];
  const { stdout } = await execa('ip', words, { timeout: 60_000, reject: false });
  return stdout;
}

/** The first line of a stream for which a condition holds. */
async function line(of: NodeJS.ReadableStream, wanted: RegExp): Promise<string> {
  for await (const one of createInterface({ input: of })) if (wanted.test(one)) return one;
  throw new Error(`it ended without ${wanted}`);
}

async function startSwitch(
  t: ExecutionContext,
): Promise<{ child: ChildProcess; target: string; errors: () => string }> {
  const directory = mkdtempSync(join(tmpdir(), 'moor-veth-'));
  const path = join(directory, 'cross.p4');
  writeFileSync(path, PROGRAM);
  const ports = [0, 1].flatMap((index) => ['-i', `${index}=${NAME}${index}`]);
  const bin = join(process.cwd(), 'dist/bin.js');
  const child = spawn(process.execPath, [bin, 'switch', path, '--grpc', '127.0.0.1:0', ...ports]);
  t.teardown(() => {
    child.kill();
    rmSync(directory, { recursive: true });
  });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  const target = (await line(child.stdout, /^P4Runtime at /)).replace('P4Runtime at ', '');
  return { child, target, errors: () => errors };
}

async function until(what: () => boolean): Promise<boolean> {
  for (let turn = 0; turn < 400; turn++) {
    if (what()) return true;
    await wait(50);
  }
  return false;
}

linux(
  'TCP comes through whole, requests are answered meanwhile, and an interface may go and come back',
  async (t) => {
    t.timeout(150_000);
    for (const index of [0, 1]) {
      await execa('ip', ['netns', 'add', spaceOf(index)]);
      t.teardown(() => execa('ip', ['netns', 'del', spaceOf(index)], { reject: false }));
      await cable(index);
    }
    const { child, target, errors } = await startSwitch(t);
    const receiver = spawn('ip', ['netns', 'exec', spaceOf(1), process.execPath, '--eval', RECEIVER]);
    t.teardown(() => {
      receiver.kill();
    });
    await line(receiver.stdout, /listening/);

    const client = new SwitchClient({ target, deviceId: 1n, timeoutMs: 5000 });
    let answered = 0;
    let isSending = true;
    const sending = send().finally(() => {
      isSending = false;
    });
    while (isSending) {
      t.is(await client.apiVersion(), '1.5.0');
      answered++;
      await wait(20);
    }
    client.close();
    t.is(await sending, 'whole');
    t.true(answered > 2, `${answered} requests were answered meanwhile`);

    await execa('ip', ['link', 'del', `${NAME}1`]);
    t.true(
      await until(() => errors().includes(`moor: port 1 is gone: interface ${NAME}1 is gone`)),
      errors(),
    );
    await cable(1);
    t.true(await until(() => errors().includes(`moor: port 1 is back: interface ${NAME}1`)), errors());
    t.is(await send(), 'whole');

    child.kill('SIGTERM');
    const [code] = await new Promise<readonly [number | null]>((resolve) =>
      child.once('exit', (one) => resolve([one])),
    );
    t.is(code, 0);
  },
);
