/** The work of `moor status`, `sessions`, `bindings` and `servers`. */

import { setTimeout as wait } from 'node:timers/promises';
import type { ServerStatus } from '../controller/server-status.ts';
import type { ControllerStatus, NodeStatus, ServiceStatus, SessionStatus } from '../controller/status.ts';
import { controllerAddress, noAnswer } from './controller-address.ts';
import { EXIT } from './exit-codes.ts';
import { printTable } from './p4runtime/output.ts';
import type { StatusOptions, StatusView } from './status.ts';

const CLEAR_SCREEN = '\u001b[2J\u001b[H';

/** Shows a view, once or again and again; gives the exit code. */
export async function showStatus(view: StatusView, options: StatusOptions): Promise<number> {
  const address = controllerAddress(options);
  if (address === undefined) return EXIT.usage;
  const query = view === 'sessions' || view === 'bindings' ? `?limit=${options.limit ?? 50}` : '';
  for (;;) {
    const text = await ask(`http://${address}/${view}${query}`);
    if (text === undefined) {
      process.stderr.write(`moor: ${noAnswer(address)}\n`);
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
    ['service', 'address', 'protocol', 'port', 'mode', 'policy', 'load', 'refused', 'servers', 'flows'],
    status.services.map((service) => [
      service.name,
      service.address,
      String(service.protocol),
      service.port === undefined ? 'any' : String(service.port),
      service.mode,
      service.policy ?? '-',
      percent(service.admission?.load),
      refusedText(service),
      String(service.servers),
      String(service.flows),
    ]),
  );
  showMonitoring(status);
  const punts = Object.entries(status.punts);
  if (punts.length === 0) return;
  process.stdout.write('\n');
  printTable(
    ['packets handed over', 'count'],
    punts.sort(([, left], [, right]) => right - left).map(([reason, count]) => [reason, String(count)]),
  );
}

function showMonitoring({ monitoring: { port, messages, failures, released } }: ControllerStatus): void {
  if (port === null) return;
  const some = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ');
  process.stdout.write(`\nagents are heard at UDP port ${port}: messages ${some(messages) || 'none'}\n`);
  const failed = some(failures);
  if (failed !== '')
    process.stdout.write(`servers failed: ${failed}; their sessions: ${some(released) || 'none'}\n`);
}

/** New sessions, and packets of established ones where any are refused. */
function refusedText({ admission }: ServiceStatus): string {
  if (admission === null) return '-';
  const { new_session, established } = admission.refused;
  const news = percent(new_session);
  return established > 0 ? `${news}, established ${percent(established)}` : news;
}

function percent(part: number | null | undefined): string {
  return part === null || part === undefined ? '-' : `${(100 * part).toFixed(1)} %`;
}

function showServers(servers: readonly ServerStatus[]): void {
  printTable(
    ['service', 'server', 'id', 'port', 'state', 'heard', 'load', 'forecast', 'weight', 'share', 'flows'],
    servers.map((one) => [
      one.service,
      one.name,
      String(one.id),
      String(one.port),
      stateText(one),
      one.lastHeard === null ? '-' : `${one.lastHeard.toFixed(1)} s ago`,
      one.load === null || one.load.vector === null ? '-' : percent(one.load.measured),
      one.load === null ? '-' : percent(one.load.forecast),
      String(one.weight),
      percent(one.share),
      String(one.flows),
    ]),
  );
}

function stateText({ state, reason, failsAt, readiness, load }: ServerStatus): string {
  const more = [
    ...(reason === null ? [] : [reason]),
    ...(failsAt === null ? [] : [`fails at ${new Date(failsAt * 1000).toISOString()}`]),
    ...(state === 'up' && readiness < 1 ? [`starts, ${percent(readiness)}`] : []),
    ...(load?.monitor === 'failed' && state !== 'failed' ? ['its load monitor is silent'] : []),
  ];
  return more.length === 0 ? state : `${state} (${more.join(', ')})`;
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
