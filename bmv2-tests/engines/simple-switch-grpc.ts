/**
 * simple_switch_grpc as an engine that cases are put to: a process of its own, and packets by its own service. The CPU port is a
 * port as the others, as for the embedded switch of the cases.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import {
  type DigestList,
  SetForwardingPipelineConfigRequest_Action,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema, type Schema } from '../../p4runtime/schema/index.ts';
import type { RawDigest } from '../harness/embedded.ts';
import type { EngineUnderTest } from './engine.ts';
import { PacketStreams } from './packet-stream.ts';
import { clearRegisters } from './thrift-registers.ts';

const START_MS = 30_000;
/** How long reports that are expected may take, and for how long no other may come then. */
const ANSWER_MS = 3000;
const QUIET_MS = 60;

/** A port number of TCP that nobody has. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Starts it. @throws Error where it does not start, with what it said. */
export async function startSimpleSwitchGrpc(binary: string): Promise<EngineUnderTest> {
  const directory = mkdtempSync(path.join(tmpdir(), 'moor-bmv2-'));
  let child: ChildProcess | undefined;
  let client: SwitchClient | undefined;
  let streams: PacketStreams | undefined;
  const close = async () => {
    client?.close();
    streams?.close();
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const ended = new Promise((resolve) => child?.once('exit', resolve));
      child.kill('SIGKILL');
      await ended;
    }
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    let digests: DigestList[] = [];
    const [grpc, packets, thrift] = [await freePort(), await freePort(), await freePort()];
    child = spawn(
      binary,
      [
        ...['--no-p4', '--device-id', '1', '-L', 'error', '--thrift-port', String(thrift)],
        ...['--notifications-addr', `ipc://${directory}/notifications`],
        ...['--', '--grpc-server-addr', `127.0.0.1:${grpc}`],
        ...['--dp-grpc-server-addr', `127.0.0.1:${packets}`],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'], cwd: directory },
    );
    let said = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (text: Buffer) => {
        said = `${said}${text}`.slice(-2000);
      });
    }
    let failure: Error | undefined;
    child.on('error', (problem) => {
      failure = problem;
    });
    const isOver = () =>
      failure !== undefined || child === undefined || child.exitCode !== null || child.signalCode !== null;
    const started = await connect(`127.0.0.1:${grpc}`, isOver).catch((problem: Error) => {
      throw new Error(`${binary}: ${failure?.message ?? `${problem.message}: ${said}`}`);
    });
    client = started;
    let schema: Schema | undefined;
    const take = async () => {
      for await (const list of started.digests()) {
        digests.push(list);
        started.acknowledge(list);
      }
    };
    take().catch(() => {});

    const dataplane = new PacketStreams(`127.0.0.1:${packets}`);
    streams = dataplane;
    return {
      load: async (program) => {
        const cookie = { cookie: 0n };
        await started.setPipeline(
          { p4info: program.p4info, p4DeviceConfig: program.json, cookie },
          SetForwardingPipelineConfigRequest_Action.VERIFY_AND_COMMIT,
        );
        schema = buildSchema(program.p4info);
        digests = [];
        return { client: started, schema };
      },
      clearRegisters: async () =>
        schema !== undefined && (await clearRegisters(thrift, schema.registers.all)),
      send: (given) => dataplane.send(given),
      takeDigests: async (count) => {
        const has = () => digests.reduce((total, one) => total + one.data.length, 0);
        for (const end = performance.now() + ANSWER_MS; performance.now() < end && has() < count; )
          await wait(2);
        await wait(QUIET_MS);
        const taken = digests;
        digests = [];
        const known = schema;
        return known === undefined ? [] : taken.flatMap((list) => rawDigests(known, list));
      },
      close,
    };
  } catch (problem) {
    await close();
    throw problem;
  }
}

/** A client that is primary, once the switch listens. A client whose stream broke is none any more. */
async function connect(target: string, isOver: () => boolean): Promise<SwitchClient> {
  for (const end = performance.now() + START_MS; ; await wait(100)) {
    const client = new SwitchClient({ target, deviceId: 1n });
    try {
      await client.arbitrate(1n);
      return client;
    } catch (problem) {
      client.close();
      if (isOver() || performance.now() > end)
        throw new Error(`no P4Runtime at ${target}: ${String(problem)}`);
    }
  }
}

/** Reports with fields as long as they are, where P4Runtime leaves out zeros in front (section 8.4). */
function rawDigests(schema: Schema, { digestId, data }: DigestList): readonly RawDigest[] {
  const digest = schema.digests.get(digestId);
  const { type } = digest;
  if (type.kind !== 'struct') throw new Error(`digest '${digest.name}' is no struct`);
  return data.map((one) => {
    const members = one.data?.$case === 'struct' ? one.data.value.members : [];
    const fields = type.fields.map((field, index) => {
      const { data: value } = members[index] ?? {};
      const short = value?.$case === 'bitstring' ? value.value : new Uint8Array();
      const width = 'width' in field.type ? field.type.width : 0;
      const whole = new Uint8Array(Math.ceil(width / 8));
      whole.set(short, whole.length - short.length);
      return whole;
    });
    return { name: digest.name, fields };
  });
}
