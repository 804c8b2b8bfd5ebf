/** A controller with a real server of the embedded switch, and packets of clients. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { pino } from 'pino';
import { type Config, parseConfig } from '../../controller/config/index.ts';
import { Controller } from '../../controller/controller.ts';
import type { PortPacket } from '../../switch/engine/index.ts';
import { emitEthernet, fromHex, parseIpv6Address } from '../../wire/index.ts';
import { type BareOptions, type BareSwitch, startBare } from '../harness/embedded.ts';
import { type CompiledProgram, v1modelPipeline } from '../harness/pipeline-program.ts';

/** Of clients, and of the switch on every port. */
export const CLIENT_LINK = bytes('0200000000c1');
export const OWN_LINK = bytes('020000000001');
const SERVERS: ReadonlyMap<string, string> = new Map([
  ['020000000101', 'one'],
  ['020000000102', 'two'],
  ['020000000103', 'three'],
]);

export type Weights = { readonly one: number; readonly two: number };

export type Lab = {
  readonly bare: BareSwitch;
  readonly controller: Controller;
  readonly config: (weights: Weights) => Config;
};

export function bytes(hex: string): Uint8Array {
  const found = fromHex(hex);
  if (found === undefined) throw new Error(hex);
  return found;
}

export function address(text: string): Uint8Array {
  const found = parseIpv6Address(text);
  if (found === undefined) throw new Error(text);
  return found;
}

/** A configuration of the lab; `services` and `servers` are lines of further ones. */
export function configText(
  target: string,
  state: string,
  weights: Weights,
  services: string,
  servers: string,
): string {
  return `
switches:
  - name: edge
    target: ${target}
    ports:
      - { number: 1, role: uplink, link-address: '02:00:00:00:00:01' }
      - { number: 2, role: server, link-address: '02:00:00:00:00:01' }
      - { number: 3, role: server, link-address: '02:00:00:00:00:01' }
addresses: ['2001:db8:100::fe']
services:
  - { name: web, address: '2001:db8:100::1', port: 80, servers: [one, two] }
  - { name: other, address: '2001:db8:100::1', port: 81, servers: [two] }
${services}servers:
  - { name: one, port: 2, link-address: '02:00:00:00:01:01', weight: ${weights.one} }
  - { name: two, port: 3, link-address: '02:00:00:00:01:02', weight: ${weights.two} }
${servers}neighbors:
  - { name: router, port: 1, link-address: '02:00:00:00:00:fe' }
routes:
  - { prefix: '::/0', via: router }
state: ${state}
listen: 127.0.0.1:0
`;
}

/** An uplink at port 1, servers at ports 2 and 3 that share 2001:db8:100::1; all new sessions go to `one`. */
export async function makeLab(
  t: ExecutionContext,
  {
    driver,
    program,
    services = '',
    servers = '',
    now,
  }: {
    readonly driver?: BareOptions['driver'];
    readonly program?: CompiledProgram;
    /** Lines of further ones. */
    readonly services?: string;
    readonly servers?: string;
    /** The controller's clock. */
    readonly now?: () => number;
  } = {},
): Promise<Lab> {
  const bare = await startBare({ isControlled: true, ...(driver === undefined ? {} : { driver }) });
  const state = mkdtempSync(path.join(tmpdir(), 'moor-state-'));
  t.teardown(async () => {
    await bare.close();
    rmSync(state, { recursive: true, force: true });
  });
  const config: Lab['config'] = (weights) =>
    parseConfig(configText(bare.target, state, weights, services, servers), 'moor.yaml');
  const controller = await startController(t, config({ one: 1, two: 0 }), program, now);
  return { bare, controller, config };
}

/** Starts a controller, and waits until its switches are ready. */
export async function startController(
  t: ExecutionContext,
  config: Config,
  { json, p4info }: CompiledProgram = v1modelPipeline(),
  now?: () => number,
): Promise<Controller> {
  const pipeline = { p4info, p4DeviceConfig: json, cookie: { cookie: 7n } };
  const log = pino({ level: 'silent' });
  const controller = new Controller({ config, pipeline, log, ...(now === undefined ? {} : { now }) });
  t.teardown(() => controller.stop());
  await controller.start();
  await ready(controller);
  return controller;
}

/** Waits until a condition holds; throws with what it is when it does not within a minute. */
export async function until(what: string, holds: () => boolean): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (holds()) return;
    await wait(5);
  }
  throw new Error(`it does not come to be: ${what}`);
}

export async function ready(controller: Controller): Promise<void> {
  await until('ready', () =>
    controller.switches.every(({ keeper }) => keeper.standing.kind === 'ready'),
  ).catch((problem: Error) => {
    throw new Error(
      `${problem.message}: ${controller.switches.map(({ keeper }) => JSON.stringify(keeper.standing)).join()}`,
    );
  });
}

/** The header of a frame to the switch. */
export function ethernet(ethertype: number, source: Uint8Array = CLIENT_LINK): Uint8Array {
  return emitEthernet({ destination: OWN_LINK, source, tags: [], ethertype });
}

/** The server that a packet goes to. */
export function serverOf(bare: BareSwitch, packet: PortPacket): string | undefined {
  const [left] = bare.send([packet]);
  return left === undefined ? undefined : SERVERS.get(Buffer.from(left.bytes.subarray(0, 6)).toString('hex'));
}
