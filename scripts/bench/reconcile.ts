/**
 * `npm run bench reconcile`: a controller that starts again finds a switch with a million sessions, of which a hundred are
 * not as they should be. How long it takes until they are, and what memory that needs. The switch is a process of its own;
 * time and memory are the controller's.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { parseConfig } from '../../controller/config/index.ts';
import { flowEntity, rankOf } from '../../controller/pipeline/index.ts';
import { readProgram } from '../../controller/program.ts';
import { SwitchKeeper, type SwitchStanding } from '../../controller/switches/index.ts';
import { SwitchClient } from '../../p4runtime/client/index.ts';
import { insert, modify, remove } from '../../p4runtime/entities/index.ts';
import type { Entity } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Report } from './mobility-nodes.ts';

const ENTRIES = 1_000_000;
const DIFFERENCES = 100;
const NODES = 'scripts/bench/mobility-nodes.ts';
const MEGABYTE = 1024 * 1024;

function flow(number: number, server = 1): Entity {
  return flowEntity(
    {
      source: 0x20010db8000300000000000000000000n + BigInt(number),
      destination: 0x20010db8010000000000000000000001n,
      sourcePort: 40_000,
      destinationPort: 80,
      protocol: 6,
    },
    server,
    30,
  );
}

/** Prints seconds and memory. The goal: exactly what differs is written. */
export async function benchReconcile(nodes: string = NODES, entries = ENTRIES): Promise<boolean> {
  const child = fork(nodes, { execArgv: nodes.endsWith('.ts') ? ['--import=tsx'] : [] });
  try {
    const target = await listens(child);
    const filling = await measure(target, 1n, entries);
    await spoil(target, entries);
    const found = await measure(target, 3n, entries);
    const { seen, written, dropped, refused } = found.report;
    const isRight = written + dropped === DIFFERENCES && refused.length === 0 && seen >= entries;
    const number = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 1 });
    process.stdout.write(
      `reconcile, ${number(entries)} sessions in one embedded switch\n` +
        `${number(filling.report.milliseconds / 1000).padStart(10)} s until an empty switch has all, ` +
        `${number(filling.cpuSeconds)} s of the controller's processor\n` +
        `${number(found.report.milliseconds / 1000).padStart(10)} s until a switch with ${DIFFERENCES} differences is right ` +
        `(${written} written, ${dropped} removed: ${isRight ? 'as it should be' : 'WRONG'}), ` +
        `${number(found.cpuSeconds)} s of the controller's processor\n` +
        `${number(filling.wantedMegabytes).padStart(10)} MB take the wanted entries; ${number(found.peakMegabytes)} MB the whole controller at most\n`,
    );
    return isRight;
  } finally {
    child.disconnect();
  }
}

function listens(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: Report) => {
      if (message.kind === 'listens') resolve(message.target);
      else reject(new Error('it did not listen'));
    });
  });
}

async function measure(target: string, electionId: bigint, entries: number) {
  globalThis.gc?.();
  const before = process.memoryUsage().rss / MEGABYTE;
  const config = parseConfig(CONFIG, 'moor.yaml');
  const keeper = new SwitchKeeper({
    client: { target, deviceId: 1n },
    pipeline: readProgram(config),
    electionId,
    rank: rankOf,
  });
  for (let number = 0; number < entries; number++) void keeper.change({ kind: 'set', entity: flow(number) });
  globalThis.gc?.();
  const wanted = process.memoryUsage().rss / MEGABYTE;
  const cpu = process.cpuUsage();
  let peak = 0;
  keeper.start();
  let standing: SwitchStanding = keeper.standing;
  for (; standing.kind !== 'ready'; standing = keeper.standing) {
    await wait(20);
    peak = Math.max(peak, process.memoryUsage().rss / MEGABYTE);
  }
  const { user, system } = process.cpuUsage(cpu);
  await keeper.stop();
  return {
    report: standing.lastReconcile,
    cpuSeconds: (user + system) / 1e6,
    wantedMegabytes: wanted - before,
    peakMegabytes: peak,
  };
}

/** Somebody else changes, removes and adds sessions. */
async function spoil(target: string, entries: number): Promise<void> {
  const client = new SwitchClient({ target, deviceId: 1n });
  await client.arbitrate(2n);
  const third = Math.floor(DIFFERENCES / 3);
  const at = (index: number) => index * Math.floor(entries / DIFFERENCES);
  await client.write(
    Array.from({ length: DIFFERENCES }, (_, index) => {
      if (index < third) return modify(flow(at(index), 2));
      return index < 2 * third ? remove(flow(at(index))) : insert(flow(entries + index));
    }),
  );
  client.close();
}

const CONFIG = `
switches:
  - { name: edge, target: '127.0.0.1:1', ports: [{ number: 1, role: uplink, link-address: '02:00:00:00:00:01' }] }
`;
