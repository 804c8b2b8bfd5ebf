/**
 * Sessions outlive handovers, changes of members, the controller's death and the switch's, under load: none of those that
 * stand is lost. A little of it in the suite; MOOR_ENDURANCE=100/100/20/5 (`npm run endurance`) is what it has to reach.
 */

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import type { CrowdGroup, GroupReport } from '../../lab/crowd.ts';
import { LabWorld } from '../../lab/lab-world.ts';
import { readTopology, type TopologyFile } from '../../lab/topology-file.ts';
import { chosenEngine, programsOf } from '../harness/engine.ts';
import { whatIsMissing } from '../harness/lab-needs.ts';

const engine = chosenEngine();
const missing =
  typeof engine === 'string' ? engine : await whatIsMissing('curl', 'haproxy', ...programsOf(engine));
if (missing !== undefined) process.stdout.write(`skipped: sessions that outlive all changes: ${missing}\n`);
const linux = missing === undefined ? test.serial : test.serial.skip;

/** Handovers, changes of members, deaths of the controller and of the switch. */
const [HANDOVERS = 0, POOL_CHANGES = 0, CONTROLLER_DEATHS = 0, SWITCH_DEATHS = 0] = (
  process.env['MOOR_ENDURANCE'] ?? '3/3/1/1'
)
  .split('/')
  .map(Number);
const SEED = Number(process.env['MOOR_ENDURANCE_SEED'] ?? 1);
/** How many times the suite's connections; the machine limits it. */
const LOAD = Number(process.env['MOOR_ENDURANCE_LOAD'] ?? 1);

const LAYER2 = ['2001:db8:100::1', '203.0.113.10'] as const;
const NAT = ['2001:db8:100::2', '203.0.113.20'] as const;
const HANDED = ['2001:db8:100::3', '203.0.113.30'] as const;
/** A connection that hears nothing for longer waits for something. */
const SILENT_MS = 2000;
const LINKS = ['home', 'visited1', 'visited2'] as const;
const HOSTS: readonly [string, ...string[]] = ['1', '2', '3'];

function group(address: string, connections: number, more: Partial<CrowdGroup> = {}): CrowdGroup {
  return {
    address,
    port: 7,
    connections: connections * LOAD,
    bytes: 700,
    every: LOAD > 1 ? 100 : 250,
    quiet: { connections: 2, every: 8000 },
    visits: 2,
    datagrams: 0,
    ...more,
  };
}

/** The same numbers each time (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Step = 'handover' | 'pool' | 'controller' | 'switch';

function shuffledSteps(random: () => number): readonly Step[] {
  const steps: Step[] = [
    ...Array<Step>(HANDOVERS).fill('handover'),
    ...Array<Step>(POOL_CHANGES).fill('pool'),
    ...Array<Step>(CONTROLLER_DEATHS).fill('controller'),
    ...Array<Step>(SWITCH_DEATHS).fill('switch'),
  ];
  for (let last = steps.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [steps[last], steps[other]];
    if (one === undefined || two === undefined) continue;
    steps[last] = two;
    steps[other] = one;
  }
  return steps;
}

/**
 * Other members: weights, of which those of nothing drain a host, and hosts that come and go. What leaves the configuration
 * ends its sessions at once (docs/pipeline.md), so hosts leave services alone that no session here is of.
 */
function changedMembers(
  { services, servers, ...rest }: TopologyFile['controller'],
  random: () => number,
): TopologyFile['controller'] {
  const weights = new Map(HOSTS.map((host) => [host, Math.floor(random() * 4)]));
  if (![...weights.values()].some((weight) => weight > 0)) weights.set(HOSTS[0], 1);
  const drained = HOSTS.filter((host) => weights.get(host) === 0);
  const gone = random() < 0.5 ? drained[0] : 'none';
  return {
    ...rest,
    servers: servers.map((one) => {
      const weight = weights.get(hostOf(one.name) ?? '');
      return weight === undefined ? one : { ...one, weight };
    }),
    services: services.map((one) => ({
      ...one,
      servers: one.servers.filter((name) => !WITHOUT_SESSIONS.test(one.name) || hostOf(name) !== gone),
    })),
  };
}

const WITHOUT_SESSIONS = /^(web|nat)\d$/;

/** The host of a server: behind NAT one has several names, which end alike. */
function hostOf(name: string): string | undefined {
  return /^[se](\d)/.exec(name)?.[1];
}

linux(
  'no session that stands is lost in handovers, changes of members, and deaths of controller and switch',
  async (t) => {
    t.timeout(3_600_000);
    if (typeof engine === 'string') return;
    const random = seeded(SEED);
    const topology = readTopology('bmv2-tests/topologies/roaming.json');
    const world = new LabWorld({
      topology,
      prefix: `me${process.pid % 100_000}`,
      moor: [process.execPath, join(process.cwd(), 'dist/bin.js')],
      engine,
    });
    t.teardown(async () => {
      await world.close({ keepFiles: !t.passed });
      if (!t.passed) process.stdout.write(`logs are in ${world.directory}\n`);
      else rmSync(world.directory, { recursive: true, force: true });
    });
    await world.start();
    let at = 0;
    world.tell({ move: LINKS[at] ?? 'home' });

    const still = await world.crowd('still', 'client', {
      kind: 'crowd',
      groups: {
        'layer 2, IPv6': group(LAYER2[0], 8, { datagrams: 4 }),
        'layer 2, IPv4': group(LAYER2[1], 8, { datagrams: 4 }),
        'NAT, IPv6': group(NAT[0], 4),
        'NAT, IPv4': group(NAT[1], 4),
        'handed over, IPv6': group(HANDED[0], 4),
        'handed over, IPv4': group(HANDED[1], 4),
      },
    });
    const mobile = await world.crowd('mobile', 'mn', {
      kind: 'crowd',
      groups: {
        'mobile, layer 2': group(LAYER2[0], 4, { datagrams: 2 }),
        'mobile, NAT': group(NAT[0], 2, { visits: 1 }),
        'mobile, handed over': group(HANDED[0], 2, { visits: 1 }),
      },
    });
    const correspondents = 3;

    const reports = async (): Promise<readonly (readonly [string, GroupReport])[]> =>
      (await Promise.all([still.report(), mobile.report()])).flatMap((one) => Object.entries(one));
    /** Waits until everybody who stood stands, and hears something again. */
    const goesOn = async (what: string) => {
      const before = new Map((await reports()).map(([name, { got }]) => [name, got]));
      let silent: readonly (readonly [string, GroupReport])[] = [];
      const holds = async () => {
        const all = await reports();
        for (const [name, { lost, wrong, datagrams }] of all) {
          if (lost.length > 0 || wrong > 0 || datagrams.moved > 0)
            throw new Error(`${name} ${what}: ${JSON.stringify({ lost, wrong, datagrams })}`);
        }
        silent = all.filter(
          ([name, { got, open, wanted, waits }]) =>
            got === (before.get(name) ?? 0) || open < wanted || waits > SILENT_MS,
        );
        return silent.length === 0;
      };
      await world.processes
        .until(`traffic goes on ${what}`, holds, { within: 120_000, every: 200 })
        .catch((problem: Error) => {
          throw new Error(`${problem.message}: ${JSON.stringify(silent)}`);
        });
    };
    await goesOn('at the beginning');

    const begin = performance.now();
    const bound: number[] = [];
    const ready: number[] = [];
    const handover = async () => {
      at = (at + 1 + Math.floor(random() * 2)) % LINKS.length;
      const to = LINKS[at] ?? 'home';
      const before = world.events.length;
      world.tell({ move: to });
      const kind = to === 'home' ? 'unbound' : 'bound';
      const told = new Set<unknown>();
      await world.processes.until(
        `the mobile node is ${kind} at ${to}`,
        () => {
          for (const { event, correspondent } of world.events.slice(before)) {
            if (event === kind) told.add(correspondent);
          }
          return told.size >= correspondents;
        },
        { within: 120_000 },
      );
      for (const { event, afterMs } of world.events.slice(before)) {
        if (event === kind && typeof afterMs === 'number') bound.push(afterMs);
      }
    };
    const steps = shuffledSteps(random);
    for (const [number, step] of steps.entries()) {
      const what = `after step ${number + 1}, ${step}`;
      switch (step) {
        case 'handover':
          await handover();
          break;
        case 'pool':
          await world.configure(() => changedMembers(topology.controller, random));
          break;
        case 'controller': {
          await world.killController();
          // A while without one, in which sessions begin.
          await wait(500 + 1500 * random());
          const from = performance.now();
          await world.startController();
          ready.push(performance.now() - from);
          break;
        }
        case 'switch':
          await world.killSwitch();
          await world.startSwitch();
          await world.untilReady();
          break;
      }
      await goesOn(what);
    }

    const all = await reports();
    const seconds = Math.round((performance.now() - begin) / 1000);
    const sum = (of: (one: GroupReport) => number) => all.reduce((total, [, one]) => total + of(one), 0);
    t.log(
      `${HANDOVERS} handovers, ${POOL_CHANGES} changes of members, ${CONTROLLER_DEATHS} deaths of the controller, ${SWITCH_DEATHS} of the switch in ${seconds} s`,
    );
    t.log(
      `${sum(({ wanted }) => wanted)} sessions stood, ${sum(({ lost }) => lost.length)} were lost; ${(sum(({ got }) => got) / 1e6).toFixed(1)} MB came back`,
    );
    t.log(
      `${sum(({ visits }) => visits.done)} short sessions, of which ${sum(({ visits }) => Object.values(visits.failed).reduce((total, one) => total + one, 0))} failed: ${JSON.stringify(all.map(([, { visits }]) => visits.failed))}`,
    );
    t.log(
      `${sum(({ datagrams }) => datagrams.got)} of ${sum(({ datagrams }) => datagrams.sent)} datagrams were answered, ${sum(({ datagrams }) => datagrams.moved)} by another server`,
    );
    const middle = [...bound].sort((one, other) => one - other)[Math.floor(bound.length / 2)] ?? 0;
    t.log(
      `bound after ${middle.toFixed(0)} ms (median of ${bound.length}), longest ${Math.max(0, ...bound).toFixed(0)} ms`,
    );
    t.log(`the controller has the switch again after ${Math.max(0, ...ready).toFixed(0)} ms at most`);
    t.log(
      `longest silence of a connection by group: ${all.map(([name, one]) => `${name} ${one.longestWait} ms`).join('; ')}`,
    );
    for (const [name, report] of all) {
      t.deepEqual(report.lost, [], name);
      t.is(report.wrong, 0, name);
      t.is(report.open, report.wanted, name);
      t.is(report.datagrams.moved, 0, name);
    }
  },
);
