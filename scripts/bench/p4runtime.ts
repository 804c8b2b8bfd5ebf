/**
 * `npm run bench p4runtime`: table inserts a second through P4Runtime in batches, into the embedded switch, and what
 * its process has in memory for each entry. Requests are encoded before, so that the client is not what is measured.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client, credentials } from '@grpc/grpc-js';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import {
  GetForwardingPipelineConfigRequest_ResponseType,
  type Update,
  Update_Type,
  WriteRequest,
} from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';

const PROGRAM = `#include <core.p4>
#include <v1model.p4>
header flow_t { bit<32> source; bit<32> destination; bit<8> protocol; bit<16> from; bit<16> to; }
struct headers_t { flow_t flow; }
struct metadata_t {}
parser P(packet_in p, out headers_t h, inout metadata_t m, inout standard_metadata_t s) {
  state start { p.extract(h.flow); transition accept; }
}
control V(inout headers_t h, inout metadata_t m) { apply {} }
control I(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) {
  action forward(bit<9> port) { s.egress_spec = port; }
  table flows {
    key = { h.flow.source: exact; h.flow.destination: exact; h.flow.protocol: exact; h.flow.from: exact; h.flow.to: exact; }
    actions = { forward; NoAction; }
    default_action = NoAction();
    size = 2000000;
  }
  apply { flows.apply(); }
}
control E(inout headers_t h, inout metadata_t m, inout standard_metadata_t s) { apply {} }
control C(inout headers_t h, inout metadata_t m) { apply {} }
control D(packet_out p, in headers_t h) { apply { p.emit(h); } }
V1Switch(P(), V(), I(), E(), C(), D()) main;
`;

const BATCH = 1000;
const IN_FLIGHT = 4;
const ENTRIES = 1_000_000;
/** Through P4Runtime, on two cores: one for the switch, one for the client. */
const GOAL = 100_000;
/** Bytes of an entry, with all that is kept for reading it back. */
const MAXIMUM_ENTRY_BYTES = 100;

/** An entry for the number of a flow. */
function makeUpdate(tableId: number, actionId: number, number: number): Update {
  const exact = (fieldId: number, ...value: readonly number[]) =>
    ({ fieldId, fieldMatchType: { $case: 'exact', value: { value: Uint8Array.from(value) } } }) as const;
  const low = [(number >>> 16) & 255, (number >>> 8) & 255, number & 255];
  return {
    type: Update_Type.INSERT,
    entity: {
      entity: {
        $case: 'tableEntry',
        value: {
          tableId,
          match: [exact(1, 10, ...low), exact(2, 192, 0, 2, 1), exact(3, 6), exact(4, 4, 1), exact(5, 80)],
          action: {
            type: { $case: 'action', value: { actionId, params: [{ paramId: 1, value: Uint8Array.of(1) }] } },
          },
          priority: 0,
          controllerMetadata: 0n,
          meterConfig: undefined,
          counterData: undefined,
          meterCounterData: undefined,
          isDefaultAction: false,
          idleTimeoutNs: 0n,
          timeSinceLastHit: undefined,
          metadata: new Uint8Array(),
          isConst: false,
        },
      },
    },
  };
}

/** Write requests for all entries: one is encoded, and then only its number changed. */
function makeRequests(tableId: number, actionId: number): readonly Buffer[] {
  const place = (encoded: Buffer) => encoded.indexOf(Buffer.of(10, 1, 2, 3)) + 1;
  const updates = Array.from({ length: BATCH }, () => makeUpdate(tableId, actionId, 0x01_02_03));
  const request = WriteRequest.encode(
    WriteRequest.fromPartial({ deviceId: 1n, electionId: { low: 1n }, updates }),
  ).finish();
  const one = Buffer.from(
    WriteRequest.encode(WriteRequest.fromPartial({ updates: updates.slice(1, 2) })).finish(),
  );
  const first = place(Buffer.from(request));
  return Array.from({ length: ENTRIES / BATCH }, (_, batch) => {
    const copy = Buffer.from(request);
    for (let index = 0; index < BATCH; index++) {
      copy.writeUIntBE(batch * BATCH + index, first + index * one.length, 3);
    }
    return copy;
  });
}

/** Measures and prints; tells whether the goal is met. */
export async function benchP4Runtime(): Promise<boolean> {
  const directory = mkdtempSync(join(tmpdir(), 'moor-bench-'));
  writeFileSync(join(directory, 'flows.p4'), PROGRAM);
  const child = spawn(
    process.execPath,
    [join(process.cwd(), 'dist/bin.js'), 'switch', join(directory, 'flows.p4'), '--grpc', '127.0.0.1:0'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    const { value } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
    const target = String(value).replace('P4Runtime at ', '');
    return await measure(target, child.pid);
  } finally {
    child.kill();
    rmSync(directory, { recursive: true });
  }
}

/** User and system time of a process, in seconds; Linux. */
function cpuOf(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** What a process has in memory; Linux. */
function residentBytes(pid: number | undefined): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** Sends a request that is encoded already. */
function write(client: Client, request: Buffer): Promise<void> {
  const asItIs = (bytes: Buffer) => bytes;
  return new Promise((resolve, reject) => {
    client.makeUnaryRequest('/p4.v1.P4Runtime/Write', asItIs, asItIs, request, (problem) => {
      if (problem === null) resolve();
      else reject(problem);
    });
  });
}

async function measure(target: string, pid: number | undefined): Promise<boolean> {
  const client = new SwitchClient({ target, deviceId: 1n, timeoutMs: 600_000 });
  try {
    const config = await client.getPipeline(
      GetForwardingPipelineConfigRequest_ResponseType.P4INFO_AND_COOKIE,
    );
    if (config?.p4info === undefined) throw new Error('the switch has no program');
    const schema = buildSchema(config.p4info);
    const tableId = schema.tables.get('flows').id;
    const actionId = schema.actions.get('forward').id;
    const batches = makeRequests(tableId, actionId);
    await client.arbitrate(1n);
    const raw = new Client(target, credentials.createInsecure());
    const memory = residentBytes(pid);
    const cpu = cpuOf(pid);
    const own = process.cpuUsage();
    const begin = performance.now();
    await inParallel(batches, (batch) => write(raw, batch));
    const inserted = ENTRIES / ((performance.now() - begin) / 1000);
    const inSwitch = ENTRIES / (cpuOf(pid) - cpu);
    const { user, system } = process.cpuUsage(own);
    const inClient = ENTRIES / ((user + system) / 1e6);
    raw.close();
    // What was garbage is given back when the process has nothing to do.
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const bytes = (residentBytes(pid) - memory) / ENTRIES;
    const startReading = performance.now();
    let read = 0;
    const request = makeUpdate(tableId, 0, 0).entity?.entity;
    if (request?.$case !== 'tableEntry') throw new Error('no request');
    const all = { $case: 'tableEntry', value: { ...request.value, match: [], action: undefined } } as const;
    for await (const found of client.read([{ entity: all }])) if (found.entity !== undefined) read++;
    const readRate = read / ((performance.now() - startReading) / 1000);
    const show = (rate: number) => Math.round(rate).toLocaleString('en');
    process.stdout.write(
      [
        `${ENTRIES.toLocaleString('en')} entries with a 13-byte key, batches of ${BATCH}, ${IN_FLIGHT} on their way:`,
        `  inserts a second                 ${show(inserted)} (goal: ${show(GOAL)})`,
        `  by the switch's processor time   ${show(inSwitch)}`,
        `  by this client's processor time  ${show(inClient)}`,
        `  memory of the process, an entry  ${Math.round(bytes)} bytes (goal: below ${MAXIMUM_ENTRY_BYTES})`,
        `  entries read back a second       ${show(readRate)} (${show(read)} entries)`,
        '',
      ].join('\n'),
    );
    return inserted >= GOAL && bytes < MAXIMUM_ENTRY_BYTES;
  } finally {
    client.close();
  }
}

/** Does all, some at a time. */
async function inParallel<T>(all: readonly T[], body: (one: T) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let one = all[next++]; one !== undefined; one = all[next++]) await body(one);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
}
