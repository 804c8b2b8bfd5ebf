/** Random programs on a simple_switch that somebody built. Packets go in and out by files, so no privileges are needed. */

import { execFile, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { captureHeader, captureRecord, LINKTYPE_ETHERNET, readCapture } from '../../switch/ports/pcap.ts';
import { commandLines } from './command-line.ts';
import type { ArrayModel } from './generator/externs.ts';
import { PORTS } from './generator/plan.ts';
import type { RandomProgram } from './generator/program.ts';
import { partOf } from './names.ts';
import { comparableArrays, type Outcome } from './outcome.ts';

/** Where the peer is. */
export type SimpleSwitch = { readonly binary: string; readonly commandLine: string };

/** Milliseconds. */
const START_TIMEOUT = 30_000;
const RUN_TIMEOUT = 120_000;
const POLL = 25;
const MICROSECOND = 1000n;

/** The peer at a path, with its command line beside it. */
export function findSimpleSwitch(path: string): SimpleSwitch {
  return { binary: resolve(path), commandLine: join(dirname(resolve(path)), 'simple_switch_CLI') };
}

/** A TCP port that nobody listens on. */
function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? done(address.port) : fail(new Error()),
      );
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => done(true)).once('error', () => done(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** What a process's threads do and how long each worked, as text; `R` is one that works or would. Linux only. */
function threads(pid: number): string {
  try {
    const tasks = `/proc/${pid}/task`;
    return readdirSync(tasks)
      .map((task) => {
        const fields = readFileSync(`${tasks}/${task}/stat`, 'utf8')
          .replace(/^.*\) /, '')
          .split(' ');
        return `${fields[0]}${fields[11]}+${fields[12]}`;
      })
      .join();
  } catch {
    return '';
  }
}

/** A capture file for each port, with times that tell the order over all of them. */
function writeInputs(directory: string, program: RandomProgram): void {
  for (let port = 0; port < PORTS; port++) {
    const records = program.packets.flatMap((packet, index) =>
      packet.port === port ? [captureRecord(packet.bytes, BigInt(index + 1) * MICROSECOND)] : [],
    );
    writeFileSync(join(directory, `packets${port}`), Buffer.concat(records));
  }
  writeFileSync(join(directory, 'header'), captureHeader());
}

/**
 * Gives each port the beginning of its file at once, for the switch waits for it, and the packets when a line comes:
 * then the entries are there.
 */
function feederScript(): string {
  const ports = Array.from({ length: PORTS }, (_, port) => port);
  return [
    ...ports.map((port) => `exec ${port + 10}> in${port}_in.pcap; cat header >&${port + 10}`),
    'read go || exit 1',
    // Each file ends with its last packet, also while another is full: so nobody has two open.
    ...ports.map((port) => {
      const others = ports.filter((other) => other !== port).map((other) => `exec ${other + 10}>&-`);
      return `(${others.join('; ')}; exec cat packets${port} >&${port + 10}) &`;
    }),
    ...ports.map((port) => `exec ${port + 10}>&-`),
    'wait',
  ].join('\n');
}

/** Runs lines in simple_switch_CLI; gives what it says. */
function runCommands(
  peer: SimpleSwitch,
  port: number,
  directory: string,
  lines: readonly string[],
): Promise<string> {
  return new Promise((done, fail) => {
    const child = execFile(
      peer.commandLine,
      ['--thrift-port', String(port)],
      { cwd: directory, timeout: RUN_TIMEOUT, maxBuffer: 1 << 26 },
      (problem, stdout, stderr) => {
        const wrong = `${stdout}${stderr}`.split('\n').find((line) => /error|invalid|unknown/i.test(line));
        if (problem !== null) fail(problem);
        else if (wrong !== undefined) fail(new Error(`simple_switch_CLI: ${wrong}`));
        else done(stdout);
      },
    );
    child.stdin?.end(`${lines.join('\n')}\n`);
  });
}

function outputSizes(directory: string): string {
  return Array.from({ length: PORTS }, (_, port) => {
    const file = join(directory, `in${port}_out.pcap`);
    return existsSync(file) ? statSync(file).size : 0;
  }).join();
}

function readOutputs(directory: string): ReadonlyMap<number, readonly string[]> {
  const outputs = new Map<number, readonly string[]>();
  for (let port = 0; port < PORTS; port++) {
    const file = join(directory, `in${port}_out.pcap`);
    if (!existsSync(file) || statSync(file).size < 24) continue;
    const capture = readFileSync(file);
    // The switch says link type 0, and writes what it sends.
    capture.writeUInt32LE(LINKTYPE_ETHERNET, 20);
    const { packets: captured, problem } = readCapture(capture);
    if (problem !== undefined) throw new Error(`what simple_switch wrote for port ${port}: ${problem}`);
    const packets = captured.map(({ bytes }) => Buffer.from(bytes).toString('hex'));
    if (packets.length > 0) outputs.set(port, packets);
  }
  return outputs;
}

function readLines(arrays: readonly ArrayModel[]): readonly string[] {
  return arrays.flatMap(({ kind, name, size }) =>
    Array.from({ length: size }, (_, index) => `${kind}_read ${name} ${index}`),
  );
}

function parseArrays(text: string, arrays: readonly ArrayModel[]): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const { kind, name, size, width } of arrays) {
    for (let index = 0; index < size; index++) {
      const element = `${name}[${index}]`;
      const place = text.indexOf(`${element}=`);
      const line = place < 0 ? '' : (text.slice(place + element.length + 1).split('\n')[0] ?? '').trim();
      // Signed registers are shown with a sign.
      const value =
        kind === 'counter'
          ? line.replace(/[()]/g, '')
          : String(BigInt.asUintN(width, BigInt(line === '' ? -1 : line)));
      values.set(element, value);
    }
  }
  return values;
}

/**
 * Runs a program on simple_switch.
 * @param file BMv2 JSON.
 * @param quiet Milliseconds without output and without work after which all packets are through.
 * @throws Error when the switch ends or refuses something.
 */
export async function runSimpleSwitch(
  peer: SimpleSwitch,
  file: string,
  program: RandomProgram,
  quiet = 200,
): Promise<Outcome> {
  const directory = mkdtempSync(join(tmpdir(), 'moor-peer-'));
  const { commands, arrays: allArrays } = partOf(program, JSON.parse(readFileSync(file, 'utf8')));
  const port = await freePort();
  const ports = Array.from({ length: PORTS }, (_, each) => each);
  writeInputs(directory, program);
  await new Promise<void>((done, fail) => {
    const files = ports.map((each) => join(directory, `in${each}_in.pcap`));
    execFile('mkfifo', files, (problem) => (problem === null ? done() : fail(problem)));
  });
  const feeder = spawn('/bin/bash', ['-c', feederScript()], {
    cwd: directory,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const device = spawn(
    peer.binary,
    [
      ...['-L', 'error', '--use-files', '0', '--thrift-port', String(port), '--device-id', String(port)],
      ...['--notifications-addr', `ipc://${directory}/notifications`],
      ...ports.flatMap((each) => ['-i', `${each}@in${each}`]),
      resolve(file),
    ],
    { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let said = '';
  device.stdout.on('data', (data: Buffer) => {
    said += data.toString();
  });
  device.stderr.on('data', (data: Buffer) => {
    said += data.toString();
  });
  let ended: string | undefined;
  const exit = new Promise<void>((done) => {
    device.once('error', (problem) => {
      ended = problem.message;
      done();
    });
    device.once('exit', (code, signal) => {
      ended = `it ended with ${signal ?? code}: ${said.trim().split('\n').slice(-3).join(' ')}`;
      done();
    });
  });
  const mustRun = () => {
    if (ended !== undefined) throw new Error(`simple_switch: ${ended}`);
  };
  try {
    const start = Date.now();
    while (!(await answers(port))) {
      mustRun();
      if (Date.now() - start > START_TIMEOUT) throw new Error('simple_switch: it did not start');
      await sleep(POLL);
    }
    await runCommands(peer, port, directory, commandLines(commands));
    const fed = new Promise((done) => feeder.once('exit', done));
    feeder.stdin.end('go\n');
    await Promise.race([fed, sleep(RUN_TIMEOUT, undefined, { ref: false })]);
    if (feeder.exitCode === null) throw new Error('simple_switch: it does not read all packets');
    await settle(directory, device.pid ?? 0, quiet, mustRun);
    const arrays = comparableArrays(allArrays);
    const read = arrays.length === 0 ? '' : await runCommands(peer, port, directory, readLines(arrays));
    mustRun();
    return { outputs: readOutputs(directory), arrays: parseArrays(read, arrays) };
  } finally {
    feeder.kill('SIGKILL');
    if (ended === undefined) device.kill('SIGKILL');
    await exit;
    rmSync(directory, { recursive: true, force: true });
  }
}

async function settle(directory: string, pid: number, quiet: number, mustRun: () => void): Promise<void> {
  const start = Date.now();
  let last = '';
  let since = Date.now();
  while (Date.now() - since < quiet) {
    await sleep(POLL);
    mustRun();
    const now = `${outputSizes(directory)} ${threads(pid)}`;
    // On a busy machine a thread may wait long for its turn.
    if (now !== last || now.includes('R')) {
      last = now;
      since = Date.now();
    }
    if (Date.now() - start > RUN_TIMEOUT) throw new Error('simple_switch: it does not come to rest');
  }
}
