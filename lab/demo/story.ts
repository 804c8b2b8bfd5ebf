/** What the demonstration does, in order; it says so, and gives what it measured. */

import { setTimeout as wait } from 'node:timers/promises';
import { median } from './median.ts';
import { type AccessName, SERVERS, type ServerName } from './topology.ts';
import type { Carried, DemoWorld, FilmFigures } from './world.ts';

/** A way to the servers, measured. */
export type RouteFigures = {
  /** Milliseconds: the median time of a TCP handshake. */
  readonly roundTrip: number;
  /** Bytes a second. */
  readonly throughput: number;
  /** Bytes that a packet takes more on the node's link. */
  readonly overhead: number;
};

export type RoamingFigures = {
  readonly handovers: number;
  /** Milliseconds from arriving at a link until packets take the optimized route: the median. */
  readonly handover: number;
  readonly downloads: number;
  readonly downloadsLost: number;
  /** Undefined: there was no film. */
  readonly film: FilmFigures | undefined;
};

export type DeathFigures = {
  readonly server: ServerName;
  /** Downloads at that moment: on the server that died, and on others. */
  readonly onIt: number;
  readonly onOthers: number;
  readonly othersLost: number;
  /** New sessions afterwards, and how many of them failed. */
  readonly after: number;
  readonly afterFailed: number;
};

export type OverloadFigures = {
  /** Packets of new sessions that were refused. */
  readonly refused: number;
  readonly visitors: number;
  readonly served: number;
  readonly film: FilmFigures | undefined;
};

export type DemoFigures = {
  readonly overload: OverloadFigures;
  readonly byHome: RouteFigures;
  readonly optimized: RouteFigures;
  readonly roaming: RoamingFigures;
  readonly sessionsPerServer: Readonly<Record<ServerName, number>>;
  readonly death: DeathFigures;
};

const HANDSHAKES = 9;
const ROAMING_DOWNLOADS = 4;
const JOURNEY: readonly AccessName[] = [
  'visited2',
  'visited1',
  'visited2',
  'visited1',
  'visited2',
  'visited1',
];
const STAY_MS = 1800;
/** Downloads last a little longer than the journey. */
const JOURNEY_SECONDS = 13;
const FILM_SECONDS = 12;
const VISITORS = 60;
const OVERLOAD_ROUNDS = 7;
const OVERLOAD_VISITORS = 20;

/** Tells the story. @param say Takes a line for people. */
export async function tellStory(lab: DemoWorld, say: (text: string) => void): Promise<DemoFigures> {
  const { hasFilms } = lab;
  say(
    'The mobile node leaves home for a network nearer to the servers. Without route optimization all of its',
  );
  say('packets take the way by its home agent, both ways, through a tunnel.');
  lab.setRouteOptimization(false);
  await moveTo(lab, 'visited1', 'registered');
  const byHome = await measureRoute(lab, 'tunnel');
  say(`  ${describeRoute(byHome)}`);

  say('With moor in front of the servers return routability works, and packets go straight.');
  lab.setRouteOptimization(true);
  const before = lab.events.length;
  await lab.download({ from: 'mn' });
  await lab.event('bound', before);
  const optimized = await measureRoute(lab, 'optimized');
  say(`  ${describeRoute(optimized)}`);

  say(
    `It downloads ${ROAMING_DOWNLOADS} files${hasFilms ? ' and watches a film' : ''}, and moves ${JOURNEY.length} times meanwhile.`,
  );
  const roaming = await roam(lab);
  say(`  ${roaming.handovers} handovers, ${roaming.handover.toFixed(0)} ms each; ${describeLosses(roaming)}`);

  say(`${VISITORS} visitors come to the web server.`);
  const sessionsPerServer = await visit(lab);
  say(`  ${SERVERS.map((name) => `${name}: ${sessionsPerServer[name]}`).join(', ')}`);

  const overload = await overloadAll(lab, say);
  const death = await killOne(lab, say);
  return { byHome, optimized, roaming, sessionsPerServer, overload, death };
}

async function moveTo(lab: DemoWorld, to: AccessName, until: string): Promise<number> {
  const before = lab.events.length;
  lab.move(to);
  const { afterMs } = await lab.event(until, before);
  return Number(afterMs);
}

async function measureRoute(lab: DemoWorld, path: keyof Carried): Promise<RouteFigures> {
  const before = (await lab.carried())[path];
  const times: number[] = [];
  for (let turn = 0; turn < HANDSHAKES; turn++) {
    const { connect } = await lab.download({ from: 'mn' });
    times.push(connect * 1000);
  }
  const { speed } = await lab.download({ from: 'mn', film: true });
  const after = (await lab.carried())[path];
  const packets = after.packets - before.packets;
  const overhead = (after.onLink - before.onLink - (after.bytes - before.bytes)) / packets;
  return { roundTrip: median(times), throughput: speed, overhead };
}

async function roam(lab: DemoWorld): Promise<RoamingFigures> {
  const downloads = Array.from({ length: ROAMING_DOWNLOADS }, () =>
    lab.download({ from: 'mn', film: true, seconds: JOURNEY_SECONDS }),
  );
  const film = lab.hasFilms ? lab.watch(FILM_SECONDS) : undefined;
  const handovers: number[] = [];
  for (const network of JOURNEY) {
    await wait(STAY_MS);
    handovers.push(await moveTo(lab, network, 'bound'));
  }
  const results = await Promise.all(downloads);
  return {
    handovers: handovers.length,
    handover: median(handovers),
    downloads: results.length,
    downloadsLost: results.filter(({ isWhole }) => !isWhole).length,
    film: await film,
  };
}

async function visit(lab: DemoWorld): Promise<Readonly<Record<ServerName, number>>> {
  const counts = { s1: 0, s2: 0, s3: 0 };
  for (const server of await lab.visit(VISITORS, 20)) if (server !== undefined) counts[server]++;
  return counts;
}

/** Servers that stop accepting connections for a while: those pile up, and new ones are refused. */
async function overloadAll(lab: DemoWorld, say: (text: string) => void): Promise<OverloadFigures> {
  say(
    'All web servers stall for some seconds while visitors keep coming. Connections wait in their queues, which the agents',
  );
  say('tell, and SA2C has the switch refuse new sessions; their clients try again later.');
  const before = await lab.refused();
  const film = lab.hasFilms ? lab.watch(OVERLOAD_ROUNDS + 2) : undefined;
  await wait(1000);
  lab.stall(true);
  const visits: Promise<readonly (ServerName | undefined)[]>[] = [];
  for (let round = 0; round < OVERLOAD_ROUNDS; round++) {
    visits.push(lab.visit(OVERLOAD_VISITORS, 30));
    await wait(1000);
  }
  lab.stall(false);
  const served = (await Promise.all(visits)).flat();
  const figures: OverloadFigures = {
    refused: (await lab.refused()) - before,
    visitors: served.length,
    served: served.filter((one) => one !== undefined).length,
    film: await film,
  };
  const seen =
    figures.film === undefined ? '' : `; the film that was on ${figures.film.lost ? 'broke off' : 'went on'}`;
  say(
    `  ${figures.refused} packets of new sessions refused, ${figures.served} of ${figures.visitors} visitors served in the end${seen}`,
  );
  return figures;
}

/** Downloads are on all servers; one dies. */
async function killOne(lab: DemoWorld, say: (text: string) => void): Promise<DeathFigures> {
  const count = 12;
  const downloads = Array.from({ length: count }, () =>
    lab.download({ from: 'client', film: true, seconds: 8, within: 40 }),
  );
  await wait(1500);
  const server = 's2';
  say(`The plug of ${server} is pulled while ${count} downloads go on.`);
  await lab.killServer(server);
  await wait(2500);
  const visits = await lab.visit(VISITORS, 4);
  const afterFailed = visits.filter((one) => one === undefined).length;
  const results = await Promise.all(downloads);
  const onOthers = results.filter((one) => one.server !== server && one.server !== undefined);
  const figures: DeathFigures = {
    server,
    onIt: results.length - onOthers.length,
    onOthers: onOthers.length,
    othersLost: onOthers.filter(({ isWhole }) => !isWhole).length,
    after: visits.length,
    afterFailed,
  };
  say(
    `  ${figures.onIt} downloads ended with it, ${figures.onOthers} on other servers went on (${figures.othersLost} lost); of ${figures.after} new sessions ${figures.afterFailed} failed.`,
  );
  return figures;
}

function describeRoute({ roundTrip, throughput, overhead }: RouteFigures): string {
  return `round trip ${roundTrip.toFixed(1)} ms, ${(throughput / 1e6).toFixed(1)} MB/s, ${overhead.toFixed(0)} bytes more a packet`;
}

function describeLosses({ downloads, downloadsLost, film }: RoamingFigures): string {
  const seen = film === undefined ? '' : `, film ${film.lost ? 'broken' : 'whole'} (${film.frames} frames)`;
  return `${downloads - downloadsLost} of ${downloads} downloads whole${seen}`;
}
