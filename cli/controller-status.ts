/** The work of `moor status`, `sessions`, `bindings` and `servers`. */

import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { parse } from 'yaml';
import type { ControllerStatus, NodeStatus, ServerStatus, SessionStatus } from '../controller/status.ts';
import { EXIT } from './exit-codes.ts';
import { printTable } from './p4runtime/output.ts';
import type { StatusOptions, StatusView } from './status.ts';

const DEFAULT_LISTEN = '127.0.0.1:9412';
const CLEAR_SCREEN = '\u001b[2J\u001b[H';

/** Shows a view, once or again and again; gives the exit code. */
export async function showStatus(view: StatusView, options: StatusOptions): Promise<number> {
  const address = options.controller ?? listenOf(options.config);
  if (address === undefined) return EXIT.usage;
  const query = view === 'sessions' || view === 'bindings' ? `?limit=${options.limit ?? 50}` : '';
  for (;;) {
    const text = await ask(`http://${address}/${view}${query}`);
    if (text === undefined) {
      process.stderr.write(
        `moor: no controller answers at ${address}; start one with 'moor run', or say where it is (--controller HOST:PORT)\n`,
      );
      if (options.watch === undefined) return EXIT.environment;
    } else {
      if (options.watch !== undefined && options.json !== true && process.stdout.isTTY) {
        process.stdout.write(CLEAR_SCREEN);
      }
      show(view, text, options.json === true);
    }
    if (options.watch === undefined) return EXIT.done;
    await wait((options.watch === true ? 1 : options.watch) * 1000);
  }
}

/** Where the controller of a configuration listens; undefined where that cannot be known, and that has been said. */
function listenOf(file: string | undefined): string | undefined {
  if (file === undefined) return DEFAULT_LISTEN;
  try {
    const found: unknown = parse(readFileSync(file, 'utf8'));
    const listen =
      typeof found === 'object' && found !== null && 'listen' in found ? found.listen : undefined;
    return typeof listen === 'string' ? listen : DEFAULT_LISTEN;
  } catch (problem) {
    process.stderr.write(`moor: ${file}: ${problem instanceof Error ? problem.message : String(problem)}\n`);
    return undefined;
  }
}

async function ask(url: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
}

function show(view: StatusView, text: string, asJson: boolean): void {
  if (asJson) {
    process.stdout.write(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`);
    return;
  }
  switch (view) {
    case 'status':
      showController(JSON.parse(text));
      break;
    case 'servers':
      showServers(JSON.parse(text));
      break;
    case 'bindings':
      showBindings(JSON.parse(text));
      break;
    case 'sessions':
      showSessions(JSON.parse(text));
      break;
  }
}

function showController(status: ControllerStatus): void {
  printTable(
    ['switch', 'target', 'role', 'state', 'entities', 'flows'],
    status.switches.map(({ name, target, role, standing, entities, flows }) => [
      name,
      target,
      role,
      standing.kind,
      String(entities),
      String(flows.total),
    ]),
  );
  for (const { name, standing } of status.switches) {
    if ('message' in standing) process.stdout.write(`  ${name}: ${standing.message}\n`);
    if (standing.kind === 'ready') {
      for (const refused of standing.lastReconcile.refused)
        process.stdout.write(`  ${name} refused: ${refused}\n`);
    }
  }
  process.stdout.write('\n');
  printTable(
    ['service', 'address', 'protocol', 'port', 'mode', 'servers', 'flows'],
    status.services.map(({ name, address, protocol, port, mode, servers, flows }) => [
      name,
      address,
      String(protocol),
      port === undefined ? 'any' : String(port),
      mode,
      String(servers),
      String(flows),
    ]),
  );
  const punts = Object.entries(status.punts);
  if (punts.length === 0) return;
  process.stdout.write('\n');
  printTable(
    ['packets handed over', 'count'],
    punts.sort(([, left], [, right]) => right - left).map(([reason, count]) => [reason, String(count)]),
  );
}

function showServers(servers: readonly ServerStatus[]): void {
  printTable(
    ['service', 'server', 'id', 'port', 'weight', 'flows'],
    servers.map(({ service, name, id, port, weight, flows }) => [
      service,
      name,
      String(id),
      String(port),
      String(weight),
      String(flows),
    ]),
  );
}

function showSessions(sessions: readonly SessionStatus[]): void {
  printTable(
    ['client', 'service', 'port', 'server', 'protocol', 'identity', 'status', 'session', 'for s', 'switch'],
    sessions.map((one) => [
      `${bracketed(one.client)}:${one.clientPort ?? 'any'}`,
      one.service,
      String(one.port ?? 'any'),
      one.server,
      String(one.protocol),
      one.identity,
      one.status,
      one.session === null ? '' : String(one.session),
      String(one.since),
      one.switch,
    ]),
  );
}

function showBindings(bindings: readonly NodeStatus[]): void {
  printTable(
    ['home address', 'care-of address', 'virtual address', 'sequence', 'ends in s'],
    bindings.map((one) => [
      one.homeAddress,
      one.careOfAddress,
      one.virtualAddress,
      String(one.sequence),
      String(one.expiresIn),
    ]),
  );
}

function bracketed(address: string): string {
  return address.includes(':') ? `[${address}]` : address;
}
