/**
 * Return routability from packet-in to installed entry: a real embedded switch in a process of its own, the controller in
 * this one, gRPC between. HoTI and CoTI, HoT and CoT, Binding Update, the entry in the switch, the record in the store, and
 * only then the acknowledgement. CPU time is the controller's alone, with everything that it does.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { parseConfig } from '../../controller/config/index.ts';
import { Controller } from '../../controller/controller.ts';
import { readProgram } from '../../controller/program.ts';
import type { Report, Run } from './mobility-nodes.ts';

/** What was measured. */
export type ExchangeRates = {
  readonly perCpuSecond: number;
  readonly perSecond: number;
};

const WARM: Run = { count: 3000, window: 256, first: 1 };
const MEASURED: Run = { count: 8000, window: 256, first: 10_000 };
const ROUNDS = 3;
const NODES = 'scripts/bench/mobility-nodes.ts';

/** Measures; the best of some rounds. @param nodes The other process's file. @throws Error where exchanges fail. */
export async function measureExchanges(nodes: string = NODES): Promise<ExchangeRates> {
  const execArgv = nodes.endsWith('.ts') ? ['--import=tsx'] : [];
  const child = fork(nodes, { execArgv });
  const state = mkdtempSync(join(tmpdir(), 'moor-bench-'));
  let controller: Controller | undefined;
  try {
    const listens = await report(child);
    if (listens.kind !== 'listens') throw new Error('it did not listen');
    const config = parseConfig(configText(listens.target, state), 'moor.yaml');
    controller = new Controller({ config, pipeline: readProgram(config), log: pino({ level: 'silent' }) });
    await controller.start();
    while (controller.switches.some(({ keeper }) => keeper.standing.kind !== 'ready')) await wait(50);
    await go(child, WARM);
    let best: ExchangeRates = { perCpuSecond: 0, perSecond: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      const first = MEASURED.first + round * MEASURED.count;
      const one = await go(child, { ...MEASURED, first });
      if (one.perCpuSecond > best.perCpuSecond) best = one;
    }
    return best;
  } finally {
    child.disconnect();
    await controller?.stop();
    rmSync(state, { recursive: true, force: true });
  }
}

async function go(child: ChildProcess, run: Run): Promise<ExchangeRates> {
  const before = process.cpuUsage();
  child.send(run);
  const done = await report(child);
  const { user, system } = process.cpuUsage(before);
  if (done.kind !== 'done' || done.failed > 0) throw new Error(`exchanges failed: ${JSON.stringify(done)}`);
  return { perCpuSecond: run.count / ((user + system) / 1e6), perSecond: run.count / done.seconds };
}

function report(child: ChildProcess): Promise<Report> {
  return new Promise((resolve, reject) => {
    child.once('message', (message: Report) => resolve(message));
    child.once('exit', () => reject(new Error('the process of switch and nodes ended')));
  });
}

function configText(target: string, state: string): string {
  return `
switches:
  - name: edge
    target: ${target}
    ports:
      - { number: 1, role: uplink, link-address: '02:00:00:00:00:01' }
      - { number: 2, role: server, link-address: '02:00:00:00:00:01' }
services:
  - { name: web, address: '2001:db8:100::1', port: 80, servers: [one] }
servers:
  - { name: one, port: 2, link-address: '02:00:00:00:01:01' }
neighbors:
  - { name: router, port: 1, link-address: '02:00:00:00:00:fe' }
routes:
  - { prefix: '::/0', via: router }
mobility: { messages-per-second: 1000000 }
state: ${state}
listen: 127.0.0.1:0
`;
}
