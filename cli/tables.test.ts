/** `moor load`, `moor tables` and the others against a P4Runtime server, through the built executable. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Server, ServerCredentials, status, type UntypedServiceImplementation } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { execa } from 'execa';
import type { StreamMessageRequest } from '../p4runtime/gen/p4/v1/p4runtime.ts';
import { type P4RuntimeServer, P4RuntimeService } from '../p4runtime/gen/p4/v1/p4runtime-service.ts';
import { decodeP4Info } from '../p4runtime/text/index.ts';
import { serve } from '../switch/server/testing/harness.ts';
import { P4INFO_TEXT, PROGRAM } from '../switch/server/testing/program.ts';

const bin = join(process.cwd(), 'dist/bin.js');

async function makeShell(t: ExecutionContext) {
  const { target, device } = await serve(t);
  const moor = async (...words: readonly string[]) => {
    const { exitCode, stdout, stderr } = await execa(
      'node',
      [bin, ...words, '--target', target, '--device-id', '3'],
      {
        reject: false,
        stdin: 'ignore',
      },
    );
    return { exitCode, stdout, stderr };
  };
  const ok = async (...words: readonly string[]) => {
    const result = await moor(...words);
    t.is(result.exitCode, 0, `${words.join(' ')}: ${result.stderr}`);
    t.is(result.stderr, '');
    return result.stdout;
  };
  const fails = async (exitCode: number, message: RegExp, ...words: readonly string[]) => {
    const result = await moor(...words);
    t.is(result.exitCode, exitCode, `${words.join(' ')}: ${result.stderr}`);
    t.regex(result.stderr, message);
  };
  return { moor, ok, fails, target, device };
}

test('tables: from insert to delete', async (t) => {
  const { ok, fails } = await makeShell(t);
  t.regex(await ok('tables', 'list'), /^TABLE +KEY +ACTIONS +SIZE\nc\.exact +h\.a: exact/);
  await ok(
    'tables',
    'insert',
    'exact',
    'a=10.0.0.1',
    'h.b=7',
    '-a',
    'set',
    '-p',
    'port=1',
    '-p',
    'mac=02:00:00:00:00:01',
    '--idle-timeout',
    '30s',
    '--metadata',
    '0a0b',
  );
  t.is(
    await ok('tables', 'dump', 'c.exact'),
    [
      'c.exact: 1 entry; otherwise NoAction()',
      '      h.a  h.b  ACTION                                IDLE TIMEOUT  METADATA',
      '167772161    7  c.set(port=1, mac=02:00:00:00:00:01)  30 s          0a0b',
      '',
    ].join('\n'),
  );
  const json: unknown = JSON.parse(
    await ok('tables', 'get', 'exact', 'a=10.0.0.1', 'b=7', '--counters', '--json'),
  );
  t.like(Array.isArray(json) ? json[0] : undefined, {
    table: 'c.exact',
    match: { 'h.a': '167772161', 'h.b': '7' },
    action: { name: 'c.set', params: { port: '1', mac: '02:00:00:00:00:01' } },
    idleTimeoutNs: 30_000_000_000,
    packets: 0,
  });
  await fails(
    1,
    /ALREADY_EXISTS: .*c\.exact/,
    'tables',
    'insert',
    'exact',
    'a=10.0.0.1',
    'b=7',
    '-a',
    'drop',
  );
  await ok('tables', 'modify', 'exact', 'a=10.0.0.1', 'b=7', '-a', 'c.drop');
  await ok('tables', 'modify', 'exact', '--default', '-a', 'only_default');
  t.regex(await ok('tables', 'dump', 'c.exact'), /otherwise c\.only_default\(\)[\s\S]* c\.drop\(\)/);
  await ok('tables', 'delete', 'exact', 'a=10.0.0.1', 'b=7');
  await fails(1, /no entry with this key/, 'tables', 'get', 'exact', 'a=10.0.0.1', 'b=7');
});

test('what is wrong is said with what would be right', async (t) => {
  const { fails } = await makeShell(t);
  await fails(1, /no table 'exat'; did you mean/, 'tables', 'dump', 'exat');
  await fails(1, /no match field 'c'; .*h\.a/, 'tables', 'get', 'exact', 'c=1');
  await fails(1, /'h\.b'.*exact/, 'tables', 'insert', 'exact', 'a=1', '-a', 'drop');
  await fails(
    1,
    /h\.b: '512' does not fit in bit<9>/,
    'tables',
    'insert',
    'exact',
    'a=1',
    'b=512',
    '-a',
    'drop',
  );
  await fails(
    1,
    /parameter 'mac' is missing: write mac=VALUE/,
    'tables',
    'insert',
    'exact',
    'a=1',
    'b=1',
    '-a',
    'set',
    '-p',
    'port=1',
  );
  await fails(
    1,
    /action 'NoAction' is none of the table's/,
    'tables',
    'insert',
    'lpm',
    'a=1.0.0.0/8',
    '-a',
    'NoAction',
  );
  await fails(
    2,
    /exclude each other/,
    'tables',
    'insert',
    'exact',
    'a=1',
    'b=1',
    '-a',
    'drop',
    '--member',
    '1',
  );
  await fails(2, /write NAME=VALUE|missing required argument|error/, 'tables', 'insert');
});

test('a target that is not there: exit code 3', async (t) => {
  const { exitCode, stderr } = await execa('node', [bin, 'tables', 'list', '--target', '127.0.0.1:1'], {
    reject: false,
  });
  t.is(exitCode, 3);
  t.regex(stderr, /127\.0\.0\.1:1: no P4Runtime server answers/);
});

test('another primary: said with the election id to take', async (t) => {
  const { fails, ok, target } = await makeShell(t);
  const { SwitchClient } = await import('../p4runtime/client/index.ts');
  const client = new SwitchClient({ target, deviceId: 3n });
  await client.arbitrate(5n);
  await fails(
    1,
    /primary of the target with election id 5: take over with --election-id 6/,
    'tables',
    'modify',
    'exact',
    '--default',
    '-a',
    'only_default',
  );
  await ok('tables', 'modify', 'exact', '--default', '-a', 'only_default', '--election-id', '6');
  client.close();
});

test('load: a program from files', async (t) => {
  const { ok, fails } = await makeShell(t);
  const directory = mkdtempSync(join(tmpdir(), 'moor-load-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const p4info = join(directory, 'p.p4info.txtpb');
  const config = join(directory, 'p.json');
  writeFileSync(p4info, P4INFO_TEXT.replaceAll('c.exact', 'c.exactly'));
  writeFileSync(config, JSON.stringify(PROGRAM).replaceAll('c.exact', 'c.exactly'));
  t.regex(
    await ok('load', '--p4info', p4info, '--config', config),
    /^127\.0\.0\.1:\d+ runs .*p\.json \(\d+ tables, 5 actions\)$/,
  );
  t.is(await ok('load', '--p4info', p4info, '--config', config, '--mode', 'reconcile', '--quiet'), '');
  t.regex(await ok('tables', 'list'), /c\.exactly/);
  const files = ['--p4info', p4info, '--config', config];
  t.regex(
    await ok('load', ...files, '--mode', 'save'),
    /has saved .*p\.json \(.*; --mode commit-saved runs it$/,
  );
  t.regex(await ok('load', '--mode', 'commit-saved'), / runs the program that was saved$/);
  await fails(1, /NOT_FOUND: no config is saved/, 'load', '--mode', 'commit-saved');
  await fails(2, /leave out --p4info, --config/, 'load', ...files, '--mode', 'commit-saved');
  await fails(2, /--config FILE is missing/, 'load', '--p4info', p4info);
  writeFileSync(config, '{');
  await fails(
    1,
    /INVALID_ARGUMENT: config\.p4_device_config/,
    'load',
    '--p4info',
    p4info,
    '--config',
    config,
  );
  writeFileSync(p4info, 'tables { nonsense: 1 }');
  await fails(1, /p\.p4info\.txtpb: no P4Info: .*nonsense/, 'load', '--p4info', p4info, '--config', config);
  await fails(
    1,
    /nothing\.txtpb: cannot read it/,
    'load',
    '--p4info',
    join(directory, 'nothing.txtpb'),
    '--config',
    config,
  );
});

test('counters, meters, registers', async (t) => {
  const { ok, fails } = await makeShell(t);
  await ok('counters', 'set', 'counter', '3', '--packets', '5', '--bytes', '320');
  t.regex(
    await ok('counters', 'get', 'counter', '3'),
    /^COUNTER +INDEX +PACKETS +BYTES\nc\.counter +3 +5 +320$/,
  );
  await ok('meters', 'set', 'c.meter', '1', '--cir', '10', '--cburst', '20', '--pir', '30', '--pburst', '40');
  t.regex(await ok('meters', 'get', 'c.meter', '1'), /c\.meter +1 +10 +20 +30 +40 +0/);
  t.regex(
    await ok('meters', 'get', 'c.meter', '1', '--colors'),
    /GREEN +YELLOW +RED *\nc\.meter .* 0 \(0 bytes\) +0 \(0 bytes\) +0 \(0 bytes\)/,
  );
  await ok('meters', 'reset', 'c.meter', '1');
  await ok('registers', 'set', 'signed', '1', '-739');
  t.deepEqual(JSON.parse(await ok('registers', 'get', 'signed', '--json')), [
    { register: 'c.signed', index: 0, value: 0 },
    { register: 'c.signed', index: 1, value: -739 },
  ]);
  await fails(1, /'c\.counter' has cells 0 to 7, and no 8/, 'counters', 'set', 'counter', '8');
});

test('members, groups, multicast, clones', async (t) => {
  const { ok } = await makeShell(t);
  await ok('members', 'insert', 'selector', '7', '-a', 'set', '-p', 'port=1', '-p', 'mac=1');
  await ok('members', 'insert', 'selector', '8', '-a', 'drop');
  t.regex(await ok('members', 'list', 'selector'), /c\.selector +7 +c\.set\(port=1, mac=00:00:00:00:00:01\)/);
  await ok('groups', 'insert', 'selector', '1', '7x3', '8@2', '--max-size', '8');
  t.regex(await ok('groups', 'list'), /c\.selector +1 +8 +7x3, 8@2/);
  await ok('tables', 'insert', 'selected', 'a=1', '--group', '1');
  await ok('multicast', 'insert', '1', '1', '2/7');
  t.regex(await ok('multicast', 'list'), /1 +1, 2\/7/);
  await ok('clones', 'insert', '100', '1', '--truncate', '128');
  t.regex(await ok('clones', 'list'), /100 +1 +0 +128/);
  await ok('clones', 'delete', '100');
});

/** A server that refuses as simple_switch_grpc 1.15.5 does. @returns Its target. */
async function refusing(t: ExecutionContext): Promise<string> {
  const server = new Server();
  const service: Partial<P4RuntimeServer> = {
    streamChannel: (call) => {
      call.on('data', ({ update }: StreamMessageRequest) => {
        if (update?.$case === 'arbitration') call.write({ update });
      });
      call.on('end', () => call.end());
    },
    getForwardingPipelineConfig: (_, answer) => {
      const p4info = decodeP4Info(Buffer.from(P4INFO_TEXT), 'text');
      answer(null, { config: { p4info, p4DeviceConfig: new Uint8Array(), cookie: undefined } });
    },
    setForwardingPipelineConfig: (_, answer) =>
      answer({ code: status.UNKNOWN, details: 'Error in first phase of device update' }, null),
    read: (call) =>
      call.emit('error', { code: status.UNIMPLEMENTED, details: 'Register reads are not supported yet' }),
    write: (_, answer) =>
      answer({ code: status.UNKNOWN, details: 'Error when deleting member on target' }, null),
  };
  server.addService(P4RuntimeService, service as UntypedServiceImplementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (problem, found) =>
      problem === null ? resolve(found) : reject(problem),
    );
  });
  t.teardown(() => server.forceShutdown());
  return `127.0.0.1:${port}`;
}

test('to what BMv2 refuses without a reason, the reason is said', async (t) => {
  const target = await refusing(t);
  const says = async (exitCode: number, message: RegExp, ...words: readonly string[]) => {
    const result = await execa('node', [bin, ...words, '--target', target], {
      reject: false,
      stdin: 'ignore',
    });
    t.is(result.exitCode, exitCode, result.stderr);
    t.regex(result.stderr, message);
  };
  await says(3, /no registers over P4Runtime .*simple_switch_CLI/, 'registers', 'get');
  await says(1, /UNKNOWN: .*; groups and entries .* go first/, 'members', 'delete', 'selector', '7');
  await says(1, /--priority N, from 1/, 'tables', 'insert', 'acl', 'p=1..2', '-a', 'drop');
  const files = ['--p4info', 'p4/golden/v1model.p4info.txtpb', '--config', 'p4/golden/v1model.json'];
  await says(1, /first phase.*\n.*--mode commit-saved first/, 'load', ...files);
});

test('packet-out', async (t) => {
  const { ok, fails, device } = await makeShell(t);
  await ok('packet-out', '0102', 'egress_port=258', 'queue=0xaa');
  t.deepEqual(
    device.packets.map((packet) => Buffer.from(packet).toString('hex')),
    ['8155000102'],
  );
  await fails(1, /'queue' is missing/, 'packet-out', '0102', 'egress_port=258');
  await fails(2, /no packet/, 'packet-out', 'xyz');
});

test('digests and packet-in are watched', async (t) => {
  const { moor, ok, device } = await makeShell(t);
  const timer = setInterval(() => {
    device.events().digest('learn_t', [Uint8Array.of(1), Uint8Array.of(2)]);
    device.events().packetIn(Uint8Array.of(0x02, 0xff, 0xde, 0xad));
  }, 50);
  t.teardown(() => clearInterval(timer));
  const digests = await moor('digests', 'watch', 'learn_t', '--count', '1', '--json');
  t.deepEqual(JSON.parse(digests.stdout), { mac: 1, port: 2 });
  const packets = await moor('packet-in', '--count', '1');
  t.is(packets.stdout, 'ingress_port=5 reason=127 dead');
  t.regex(await ok('digests', 'list'), /learn_t +\d+ +no/);
});
