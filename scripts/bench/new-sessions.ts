/**
 * New sessions from first packet to installed entry: a real embedded switch and its clients in a process of their own, the controller
 * in this one, gRPC between. The switch tells of a flow by a digest, the controller writes the entry of `flows`. CPU time is the
 * controller's alone, with everything that it does.
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
import type { Offer, Said } from './session-clients.ts';

type Done = Extract<Said, { kind: 'done' }>;

/** What came of an offer. */
export type Outcome = Omit<Done, 'cpuSeconds'> & {
  readonly count: number;
  readonly cpuSeconds: { readonly controller: number; readonly others: number };
};

const CLIENTS = 'scripts/bench/session-clients.ts';

export class NewSessions {
  readonly #child: ChildProcess;
  readonly #state = mkdtempSync(join(tmpdir(), 'moor-bench-'));
  #controller: Controller | undefined;
  #next = 1;

  private constructor(clients: string) {
    this.#child = fork(clients, { execArgv: clients.endsWith('.ts') ? ['--import=tsx'] : [] });
  }

  /** Starts both. @param clients The other process's file. */
  static async start(clients: string = CLIENTS): Promise<NewSessions> {
    const made = new NewSessions(clients);
    const listens = await made.#hear();
    if (listens.kind !== 'listens') throw new Error('it did not listen');
    const config = parseConfig(configText(listens.target, made.#state), 'moor.yaml');
    const controller = new Controller({
      config,
      pipeline: readProgram(config),
      log: pino({ level: 'silent' }),
    });
    made.#controller = controller;
    await controller.start();
    while (controller.switches.some(({ keeper }) => keeper.standing.kind !== 'ready')) await wait(50);
    return made;
  }

  /** How many flows the controller knows. */
  get tracked(): number {
    return this.#controller?.switches[0]?.flows.size ?? 0;
  }

  async offer(count: number, pace: Offer['pace']): Promise<Outcome> {
    const offer: Offer = { first: this.#next, count, pace };
    this.#next += count;
    const before = process.cpuUsage();
    this.#child.send(offer);
    const done = await this.#hear();
    const { user, system } = process.cpuUsage(before);
    if (done.kind !== 'done') throw new Error(`it said ${JSON.stringify(done)}`);
    return { ...done, count, cpuSeconds: { controller: (user + system) / 1e6, others: done.cpuSeconds } };
  }

  async stop(): Promise<void> {
    this.#child.disconnect();
    await this.#controller?.stop();
    rmSync(this.#state, { recursive: true, force: true });
  }

  #hear(): Promise<Said> {
    return new Promise((resolve, reject) => {
      const end = () => reject(new Error('the process of switch and clients ended'));
      this.#child.once('exit', end);
      this.#child.once('message', (message: Said) => {
        this.#child.off('exit', end);
        resolve(message);
      });
    });
  }
}

/** Idle timeouts are long: what a status of a million sessions costs is another question. */
function configText(target: string, state: string): string {
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
  return `
switches:
  - name: edge
    target: ${target}
    ports:
      - { number: 1, role: uplink, link-address: '02:00:00:00:00:01' }
      - { number: 2, role: server, link-address: '02:00:00:00:00:01' }
services:
  - { name: web, address: '2001:db8:100::1', port: 80, idle-timeout: 60, servers: [${numbers.map((one) => `s${one}`).join()}] }
servers:
${numbers.map((one) => `  - { name: s${one}, port: 2, link-address: '02:00:00:00:01:0${one}' }`).join('\n')}
state: ${state}
listen: 127.0.0.1:0
`;
}
