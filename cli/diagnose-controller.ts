/** Why a load balancer that runs does not forward: its configuration, controller, switches, ports, services and servers. */

import { setTimeout as wait } from 'node:timers/promises';
import { type Config, ConfigError, loadConfig, type SwitchConfig } from '../controller/config/index.ts';
import type { ServerStatus } from '../controller/server-status.ts';
import type { ControllerStatus, ServiceStatus, SwitchStatus } from '../controller/status.ts';
import { portFindings } from './diagnose-ports.ts';
import type { DoctorOptions } from './doctor.ts';
import type { Finding, Section } from './run-doctor.ts';

const DEFAULT_LISTEN = '127.0.0.1:9412';
/** Between two looks, which say whether packets are handed over still. */
const BETWEEN_LOOKS_MS = 1000;

/** Looks at everything that can be reached from here. */
export async function diagnoseController(options: DoctorOptions): Promise<readonly Section[]> {
  const sections: Section[] = [];
  let config: Config | undefined;
  if (options.config !== undefined) {
    const read = readConfig(options.config);
    config = read.config;
    sections.push({ title: 'Configuration', findings: [read.finding] });
    if (config === undefined) return sections;
  }
  const address = options.controller ?? config?.listen ?? DEFAULT_LISTEN;
  const [status, servers] = await Promise.all([
    ask<ControllerStatus>(address, 'status'),
    ask<readonly ServerStatus[]>(address, 'servers'),
  ]);
  sections.push({ title: 'Controller', findings: [controllerFinding(address, status !== undefined)] });
  if (status === undefined || servers === undefined) return sections;
  sections.push({ title: 'Switches', findings: status.switches.flatMap(switchFindings) });
  if (config !== undefined) {
    const reached = reachedSwitches(config, status);
    sections.push({ title: 'Ports', findings: await portFindings(reached) });
  }
  sections.push({ title: 'Services', findings: status.services.map((one) => serviceFinding(one, servers)) });
  sections.push({ title: 'Servers', findings: servers.map(serverFinding) });
  sections.push({ title: 'Agents', findings: agentFindings(status, servers) });
  const packets = packetFindings(status, await againStatus(address, status));
  if (packets.length > 0) sections.push({ title: 'Packets handed to the controller', findings: packets });
  return sections.filter(({ findings }) => findings.length > 0);
}

function readConfig(file: string): { readonly config: Config | undefined; readonly finding: Finding } {
  try {
    return { config: loadConfig(file), finding: { what: file, condition: 'ok', found: 'it is right' } };
  } catch (problem) {
    if (!(problem instanceof ConfigError || (problem instanceof Error && 'code' in problem))) throw problem;
    return {
      config: undefined,
      finding: {
        what: file,
        condition: 'missing',
        found: problem.message,
        advice: 'mend it; docs/configuration.md has every setting',
      },
    };
  }
}

async function ask<T>(address: string, view: string): Promise<T | undefined> {
  try {
    const response = await fetch(`http://${address}/${view}`, { signal: AbortSignal.timeout(5000) });
    // The controller of this version answers: its types are the ones of here.
    return response.ok ? ((await response.json()) as T) : undefined;
  } catch {
    return undefined;
  }
}

function controllerFinding(address: string, answers: boolean): Finding {
  if (answers) return { what: address, condition: 'ok', found: 'answers' };
  return {
    what: address,
    condition: 'missing',
    found: 'nobody answers',
    advice: "start it with 'moor run --config FILE', or say where it listens (--controller HOST:PORT)",
  };
}

function switchFindings({ name, target, standing, entities }: SwitchStatus): readonly Finding[] {
  const what = `${name} at ${target}`;
  switch (standing.kind) {
    case 'ready':
      return [
        { what, condition: 'ok', found: `ready, ${entities} entries` },
        ...standing.lastReconcile.refused.map(
          (refused): Finding => ({
            what: name,
            condition: 'missing',
            found: `refused an entry: ${refused}`,
            advice: "its pipeline or its tables' sizes are others than moor's: docs/pipeline.md",
          }),
        ),
      ];
    case 'unreachable':
      return [
        {
          what,
          condition: 'missing',
          found: `cannot be reached: ${standing.message}`,
          advice:
            standing.advice ??
            `is the switch running, and is its P4Runtime server at ${target}? The controller goes on trying`,
        },
      ];
    case 'wrong-pipeline':
      return [
        {
          what,
          condition: 'missing',
          found: 'has another program',
          advice:
            "stop it and start it without a program, or let the controller replace it ('replace-pipeline: true'); docs/runbooks.md says which sessions outlive that",
        },
      ];
    case 'backup':
      return [
        {
          what,
          condition: 'warning',
          found: 'another controller is primary, and this one writes nothing',
          advice: "as it should be for a standby; else end the other one, or raise 'election-priority'",
        },
      ];
    default:
      return [{ what, condition: 'warning', found: standing.kind, advice: 'ask again in some seconds' }];
  }
}

/** Those that cannot be reached are told of already. */
function reachedSwitches({ switches }: Config, status: ControllerStatus): readonly SwitchConfig[] {
  const lost = new Set(
    status.switches.filter(({ standing }) => standing.kind === 'unreachable').map(({ name }) => name),
  );
  return switches.filter(({ name }) => !lost.has(name));
}

function serviceFinding(service: ServiceStatus, servers: readonly ServerStatus[]): Finding {
  const { name, address, protocol, port, flows, admission } = service;
  const what = `${name}: ${protocol} ${address}${port === undefined ? '' : ` port ${port}`}`;
  const own = servers.filter((one) => one.service === name);
  const taking = own.filter(({ share }) => share > 0);
  if (taking.length === 0) {
    return {
      what,
      condition: 'missing',
      found: 'no server takes new sessions',
      advice: own.some(({ state }) => state === 'failed')
        ? "its servers have failed: see below; is 'moor agent' running on them, with the same key?"
        : 'give one of its servers a weight above 0',
    };
  }
  const refused = admission?.refused.new_session ?? 0;
  if (refused > 0) {
    return {
      what,
      condition: refused >= 1 ? 'missing' : 'warning',
      found: `${(100 * refused).toFixed(1)} % of new sessions are refused by admission`,
      advice: `its load is ${((admission?.load ?? 0) * 100).toFixed(0)} %: add servers, or look at the thresholds of admission`,
    };
  }
  return {
    what,
    condition: 'ok',
    found: `${taking.length} of ${own.length} servers take new sessions, ${flows} flows`,
  };
}

function serverFinding({
  name,
  service,
  state,
  reason,
  lastHeard,
  share,
  load,
  lost,
  flows,
}: ServerStatus): Finding {
  const what = `${name} for ${service}`;
  const heard = lastHeard === null ? '' : `, last heard ${lastHeard.toFixed(1)} s ago`;
  switch (state) {
    case 'failed':
      return {
        what,
        condition: 'missing',
        found: `failed (${reason ?? 'unknown'})${heard}`,
        advice:
          reason === 'silent'
            ? "is 'moor agent' running there, does UDP get through to the controller, and is the key the same? Without an agent: 'agent: false'"
            : "look at the application there; 'moor agent status' says what its probe says",
      };
    case 'up':
    case 'unwatched': {
      const lostText =
        lost.availability + lost.load > 0 ? `, ${lost.availability + lost.load} messages lost` : '';
      const part = `${(100 * share).toFixed(1)} % of new sessions, ${flows} flows${heard}${lostText}`;
      if (load?.monitor === 'failed') {
        const advice = "its load vectors do not come: look at 'moor agent status' there";
        return { what, condition: 'warning', found: `${part}; its load monitor is silent`, advice };
      }
      return { what, condition: 'ok', found: state === 'up' ? part : `no agent; ${part}` };
    }
    default:
      return {
        what,
        condition: 'warning',
        found: `${state}${reason === null ? '' : ` (${reason})`}${heard}`,
      };
  }
}

/** What agents say that the controller cannot take. */
function agentFindings(
  { monitoring: { port, messages } }: ControllerStatus,
  servers: readonly ServerStatus[],
): readonly Finding[] {
  if (port === null) return [];
  const what = `UDP port ${port}`;
  const bad: readonly (readonly [number, string, string])[] = [
    [
      messages.wrong,
      'with another key, or no messages of agents at all',
      "has each agent the same 'key-file' as the controller? 'bare: true' has to stand on both sides, or on neither",
    ],
    [
      messages.stale,
      'sent again, or by a clock that is off',
      "compare clocks: run NTP on servers and controller, or raise 'clock-tolerance'",
    ],
    [
      messages.unknown,
      'of servers that moor.yaml does not have',
      "is 'identity' of each agent the 'id' of its server in moor.yaml?",
    ],
  ];
  const findings = bad.flatMap(([count, found, advice]): readonly Finding[] =>
    count === 0
      ? []
      : [{ what, condition: 'warning', found: `${count} messages ${found}, since the start`, advice }],
  );
  const waits = servers.some(({ state, lastHeard }) => state !== 'unwatched' && lastHeard === null);
  if (messages.taken > 0 || findings.length > 0 || !waits)
    return [{ what, condition: 'ok', found: `${messages.taken} messages taken` }, ...findings];
  const advice = "start 'moor agent' on the servers; do 'controllers' in agent.yaml and firewalls lead here?";
  return [{ what, condition: 'missing', found: 'no agent has spoken yet', advice }];
}

/** The status some time later; the same where that is not to be had. */
async function againStatus(address: string, status: ControllerStatus): Promise<ControllerStatus> {
  if (Object.keys(status.punts).every((reason) => REASONS[reason] === undefined)) return status;
  await wait(BETWEEN_LOOKS_MS);
  return (await ask<ControllerStatus>(address, 'status')) ?? status;
}

/** Reasons that say that something is wrong with the network or the configuration: p4/include/ids.p4. */
const REASONS: Readonly<Record<string, readonly [meaning: string, advice: string]>> = {
  no_route: [
    'no route for the destination',
    "add one to 'routes', such as { prefix: ::/0, via: NEIGHBOR }; for IPv4, 0.0.0.0/0",
  ],
  no_neighbor: ['the next hop of a route is not known', "add it to 'neighbors', with its link address"],
  no_service: [
    'sent to a virtual address, at a port where there is no service',
    "add it to 'services', if it should be one",
  ],
  no_server: ['every server of the service is drained or dead', 'see servers above'],
  unbound_home_address: [
    'mobile nodes whose binding is gone: they get a Binding Error',
    'few are usual after a restart; many: are they the same nodes?',
  ],
  unplaced_home_address: [
    'a Home Address option that stands where it cannot be taken out',
    "look at one with 'moor trace'",
  ],
  malformed: ['headers that the switch cannot read', "look at one with 'moor trace'"],
  packet_too_big: [
    'packets above the MTU, of which their senders are told',
    "is the 'mtu' of servers and neighbors right?",
  ],
  slot_taken: [
    'two new flows met in one slot of the learning cache',
    'few are usual; the controller settles them',
  ],
};

function packetFindings(
  { punts: before }: ControllerStatus,
  { punts, refusals }: ControllerStatus,
): readonly Finding[] {
  const findings = Object.entries(punts).flatMap(([reason, count]): readonly Finding[] => {
    const [meaning, advice] = REASONS[reason] ?? [];
    if (meaning === undefined || advice === undefined || count === 0) return [];
    const now = count - (before[reason] ?? 0);
    const found = `${count} since the start, ${now} in the last second`;
    return [{ what: reason, condition: 'warning', found, meaning, advice }];
  });
  if (refusals === 0) return findings;
  const advice = "the controller's log names each; is a table of the switch full?";
  return [...findings, { what: 'refused changes', condition: 'warning', found: String(refusals), advice }];
}
