/** `moor ports` against a running `moor switch`, through the built executable. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import { PortsClient } from '../p4runtime/client/index.ts';
import { Code } from '../p4runtime/gen/google/rpc/code.ts';
import { Port_State, Sending_By } from '../p4runtime/gen/moor/v1/ports.ts';
import { LinuxPorts } from '../switch/ports/index.ts';
import { rejected, serve } from '../switch/server/testing/harness.ts';

const bin = join(process.cwd(), 'dist/bin.js');
const NAME = `mp${process.pid % 100_000}`;

const usable = await (async () => {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const words = ['link', 'add', `${NAME}p`, 'type', 'veth', 'peer', 'name', `${NAME}q`];
  if ((await execa('ip', words, { reject: false })).exitCode !== 0) return false;
  await execa('ip', ['link', 'del', `${NAME}p`]);
  return true;
})();
if (!usable)
  process.stdout.write('skipped: adding interfaces to a switch, which takes root and veth devices\n');
const linux = usable ? test.serial : test.serial.skip;

// What comes in by port 1 leaves by port 0.
const PROGRAM = `#include <core.p4>
#include <v1model.p4>
struct headers_t {}
struct metadata_t {}
parser P(packet_in p, out headers_t h, inout metadata_t m, inout standard_metadata_t s) { state start { transition accept; } }
control V(inout headers_t h, inout metadata_t m) { apply {} }
control I(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) {
  apply { if (s.ingress_port == 1) s.egress_spec = 0; else mark_to_drop(s); }
}
control E(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) { apply {} }
control C(inout headers_t h, inout metadata_t m) { apply {} }
control D(packet_out p, in headers_t h) { apply {} }
V1Switch(P(), V(), I(), E(), C(), D()) main;
`;

/** Starts `moor switch` with a capture file as port 0, and gives the commands against it. */
async function start(t: ExecutionContext) {
  const directory = mkdtempSync(join(tmpdir(), 'moor-ports-'));
  writeFileSync(join(directory, 'in.p4'), PROGRAM);
  const words = ['switch', 'in.p4', '--grpc', '127.0.0.1:0', '--cpu-port', '255', '-i', '0=pcap:,out.pcap'];
  const child = execa('node', [bin, ...words], { cwd: directory, reject: false, stdin: 'ignore' });
  let errors = '';
  child.stderr.on('data', (text) => {
    errors += text;
  });
  t.teardown(async () => {
    child.kill();
    await child;
    rmSync(directory, { recursive: true });
  });
  const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
  const target = String(value).replace('P4Runtime at ', '');
  const client = new PortsClient({ target, deviceId: 1n, timeoutMs: 30_000 });
  t.teardown(() => client.close());
  const moor = async (...more: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa('node', [bin, 'ports', ...more, '--target', target], {
      reject: false,
      stdin: 'ignore',
    });
    return { exitCode, stdout, stderr };
  };
  return { target, client, moor, errors: () => errors };
}

test.serial('ports are shown, and what cannot be is refused with what to do', async (t) => {
  const { target, client, moor } = await start(t);
  t.deepEqual(await moor('list'), {
    exitCode: 0,
    stdout: [
      'PORT  INTERFACE       STATE  FRAMES IN  BYTES IN  LOST IN  FRAMES OUT  BYTES OUT  LOST OUT  SENDS BY',
      '   0  pcap:,out.pcap  up             0         0        0           0          0         0',
    ].join('\n'),
    stderr: '',
  });
  t.deepEqual(await moor('add', '0', 'lo'), {
    exitCode: 1,
    stdout: '',
    stderr: 'moor: ALREADY_EXISTS: port 0 is there already: it is pcap:,out.pcap',
  });
  t.like(await moor('remove', '7'), {
    exitCode: 1,
    stderr: 'moor: NOT_FOUND: there is no port 7: there are 0',
  });
  t.like(await moor('add', 'one', 'lo'), { exitCode: 2 });

  await rejected(t, client.add(512, 'lo'), Code.INVALID_ARGUMENT, /no port 512: .*bit<9>, 0 to 511/);
  await rejected(t, client.add(255, 'lo'), Code.ALREADY_EXISTS, /port 255 is the CPU port/);
  await rejected(t, client.add(511, 'lo'), Code.INVALID_ARGUMENT, /port 511 means drop/);
  const other = new PortsClient({ target, deviceId: 7n, timeoutMs: 30_000 });
  t.teardown(() => other.close());
  for (const call of [other.list(), other.add(3, 'lo'), other.remove(0)])
    await rejected(t, call, Code.NOT_FOUND, /no device 7 here, only 1/);

  await client.remove(0);
  t.deepEqual(await client.list(), []);
});

test.serial('a switch that has no such service is told from one that does not answer', async (t) => {
  const { target } = await serve(t);
  const { exitCode, stderr } = await execa('node', [bin, 'ports', 'list', '--target', target], {
    reject: false,
  });
  t.is(exitCode, 3);
  t.regex(stderr, /only moor switch does; .*simple_switch_CLI/);
});

async function until(what: () => Promise<boolean> | boolean): Promise<boolean> {
  for (let turn = 0; turn < 200; turn++) {
    if (await what()) return true;
    await wait(50);
  }
  return false;
}

linux('an interface is added, carries frames, goes, and is removed', async (t) => {
  t.timeout(120_000);
  const [near, far] = [`${NAME}a`, `${NAME}b`];
  await execa('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far]);
  t.teardown(() => execa('ip', ['link', 'del', near], { reject: false }));
  for (const name of [near, far]) {
    await execa('sysctl', ['-qw', `net.ipv6.conf.${name}.disable_ipv6=1`], { reject: false });
    await execa('ip', ['link', 'set', name, 'up']);
  }
  const { client, moor, errors } = await start(t);
  t.like(await moor('add', '1', `${NAME}none`), {
    exitCode: 1,
    stderr: `moor: NOT_FOUND: there is no interface ${NAME}none: 'ip link' shows which there are`,
  });
  await rejected(t, client.add(1, 'a-name-that-is-too-long'), Code.INVALID_ARGUMENT, /1 to 15 bytes/);
  await rejected(t, client.add(1, ''), Code.INVALID_ARGUMENT, /1 to 15 bytes/);

  t.deepEqual(await moor('add', '1', near), { exitCode: 0, stdout: '', stderr: '' });
  await rejected(
    t,
    client.add(1, near),
    Code.ALREADY_EXISTS,
    new RegExp(`port 1 is there already: it is ${near}`),
  );
  const portOne = async () => (await client.list()).find(({ number }) => number === 1);
  t.true(await until(async () => (await portOne())?.state === Port_State.STATE_UP));

  const tester = new LinuxPorts();
  t.teardown(() => tester.close());
  tester.add(0, far);
  t.true(await until(() => tester.ports()[0]?.state === 'up'));
  const frame = new Uint8Array(60).fill(7);
  for (let count = 0; count < 5; count++) tester.send(0, frame);
  tester.flush();
  const counted = async () => (await portOne())?.counters?.receivedFrames === 5n;
  t.true(await until(counted));
  const listed: unknown = JSON.parse((await moor('list', '--json')).stdout);
  const none = { receiveDrops: 0, sendDrops: 0 };
  t.deepEqual(listed, [
    {
      port: 0,
      interface: 'pcap:,out.pcap',
      state: 'up',
      receivedFrames: 0,
      receivedBytes: 0,
      sentFrames: 5,
      sentBytes: 300,
      ...none,
    },
    {
      port: 1,
      interface: near,
      state: 'up',
      receivedFrames: 5,
      receivedBytes: 300,
      sentFrames: 0,
      sentBytes: 0,
      ...none,
      sendsBy: 'AF_XDP',
    },
  ]);

  // A queueing discipline is nothing to go around: the switch sends through it, and says why it has changed.
  const { exitCode } = await execa(
    'tc',
    `qdisc add dev ${near} root tbf rate 1mbit burst 3000 latency 50ms`.split(' '),
    { reject: false },
  );
  if (exitCode === 0) {
    t.true(await until(async () => (await portOne())?.sending?.by === Sending_By.BY_AF_PACKET));
    t.regex((await moor('list')).stdout, /^ +1 .* AF_PACKET: it has a queueing discipline: tbf$/m);
    t.regex((await moor('list', '--json')).stdout, /"notXdpBecause": "it has a queueing discipline: tbf"/);
  } else t.log('no tc');

  // An interface that goes is shown so, with what it had counted, and does not come back once it is removed.
  await execa('ip', ['link', 'del', near]);
  t.true(await until(async () => (await portOne())?.state === Port_State.STATE_GONE));
  t.is((await portOne())?.counters?.receivedFrames, 5n);
  t.is((await portOne())?.sending, undefined);
  await rejected(t, client.add(1, near), Code.ALREADY_EXISTS, /port 1 is there already/);
  t.deepEqual(await moor('remove', '1'), { exitCode: 0, stdout: '', stderr: '' });
  await execa('ip', ['link', 'add', near, 'type', 'veth', 'peer', 'name', far]);
  await wait(1200);
  t.is(await portOne(), undefined);
  t.false(errors().includes('is back'));

  // The link is down as long as nobody sets it up.
  const added = await moor('add', '1', near);
  t.is(added.exitCode, 0);
  t.regex(added.stderr, /^moor: port 1 is there, and its link is down: /);
});
