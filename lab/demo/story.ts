/** What the demonstration does, in order; it says so, and gives what it measured. */

import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { type Carried, type DemoLab, digestOf, FILM_BYTES } from './demo-lab.ts';
import { RTSP_PORT, WEB_PORT } from './files.ts';
import { median } from './median.ts';
import { type AccessName, SERVERS, type ServerName, VIP } from './topology.ts';

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
  readonly film: { readonly frames: number; readonly lost: boolean } | undefined;
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

export type DemoFigures = {
  readonly byHome: RouteFigures;
  readonly optimized: RouteFigures;
  readonly roaming: RoamingFigures;
  readonly sessionsPerServer: Readonly<Record<ServerName, number>>;
  readonly death: DeathFigures;
};

const HANDSHAKES = 9;
const ROAMING_DOWNLOADS = 4;
/** Bytes a second, so that a download lasts as long as the journey. */
const ROAMING_RATE = 640_000;
const JOURNEY: readonly AccessName[] = [
  'visited2',
  'visited1',
  'visited2',
  'visited1',
  'visited2',
  'visited1',
];
const STAY_MS = 1800;
const FILM_SECONDS = 12;
const VISITORS = 60;

/** Tells the story. @param say Takes a line for people. */
export async function tellStory(
  lab: DemoLab,
  say: (text: string) => void,
  hasFilms: boolean,
): Promise<DemoFigures> {
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
  await download(lab, 'mn', '/');
  await lab.event('bound', before);
  const optimized = await measureRoute(lab, 'optimized');
  say(`  ${describeRoute(optimized)}`);

  say(
    `It downloads ${ROAMING_DOWNLOADS} files${hasFilms ? ' and watches a film' : ''}, and moves ${JOURNEY.length} times meanwhile.`,
  );
  const roaming = await roam(lab, hasFilms);
  say(`  ${roaming.handovers} handovers, ${roaming.handover.toFixed(0)} ms each; ${describeLosses(roaming)}`);

  say(`${VISITORS} visitors come to the web server.`);
  const sessionsPerServer = await visit(lab);
  say(`  ${SERVERS.map((name) => `${name}: ${sessionsPerServer[name]}`).join(', ')}`);

  const death = await killOne(lab, say);
  return { byHome, optimized, roaming, sessionsPerServer, death };
}

async function moveTo(lab: DemoLab, to: AccessName, until: string): Promise<number> {
  const before = lab.events.length;
  lab.move(to);
  const { afterMs } = await lab.event(until, before);
  return Number(afterMs);
}

async function measureRoute(lab: DemoLab, path: keyof Carried): Promise<RouteFigures> {
  const before = (await lab.carried())[path];
  const times: number[] = [];
  for (let turn = 0; turn < HANDSHAKES; turn++) {
    const { connect } = await download(lab, 'mn', '/');
    times.push(connect * 1000);
  }
  const { speed } = await download(lab, 'mn', '/film');
  const after = (await lab.carried())[path];
  const packets = after.packets - before.packets;
  const overhead = (after.onLink - before.onLink - (after.bytes - before.bytes)) / packets;
  return { roundTrip: median(times), throughput: speed, overhead };
}

async function roam(lab: DemoLab, hasFilms: boolean): Promise<RoamingFigures> {
  const downloads = Array.from({ length: ROAMING_DOWNLOADS }, () =>
    download(lab, 'mn', '/film', ROAMING_RATE),
  );
  const film = hasFilms ? watch(lab) : undefined;
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

async function visit(lab: DemoLab): Promise<Readonly<Record<ServerName, number>>> {
  const visits = await Promise.all(Array.from({ length: VISITORS }, () => download(lab, 'client', '/')));
  const counts = { s1: 0, s2: 0, s3: 0 };
  for (const { server } of visits) if (server !== undefined) counts[server]++;
  return counts;
}

/** Downloads are on all servers; one dies. */
async function killOne(lab: DemoLab, say: (text: string) => void): Promise<DeathFigures> {
  const count = 12;
  const downloads = Array.from({ length: count }, () => download(lab, 'client', '/film', FILM_BYTES / 8, 12));
  await wait(1500);
  const server = 's2';
  say(`The plug of ${server} is pulled while ${count} downloads go on.`);
  await lab.killServer(server);
  await wait(2500);
  const visits = await Promise.all(
    Array.from({ length: VISITORS }, () => download(lab, 'client', '/', 0, 4)),
  );
  const afterFailed = visits.filter((one) => one.server === undefined).length;
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

type Download = {
  readonly server: ServerName | undefined;
  /** Seconds of the TCP handshake. */
  readonly connect: number;
  /** Bytes a second. */
  readonly speed: number;
  /** Whether everything came. */
  readonly isWhole: boolean;
};

let downloads = 0;

/** Fetches a file. @param rate Bytes a second at most; 0: as fast as it goes. @param within Seconds. */
async function download(
  lab: DemoLab,
  namespace: string,
  file: '/' | '/film',
  rate = 0,
  within = 60,
): Promise<Download> {
  const headers = '%header{x-server} %{time_connect} %{speed_download} %{http_code}';
  const url = `http://[${VIP}]:${WEB_PORT}${file}`;
  const words = ['curl', '-s', '-m', String(within), '-w', `${headers}\\n`];
  if (rate > 0) words.push('--limit-rate', String(Math.round(rate)));
  const name = `curl-${++downloads}`;
  const copy = lab.file(`${name}.copy`);
  const running = lab.processes.start(name, lab.command(namespace, ...words, '-o', copy, url));
  await running.ended;
  const text = running.lines.join(' ');
  const [, server, connect = '', speed = '', code] = /(\S*) ([\d.]+) ([\d.]+) (\d{3})/.exec(text) ?? [];
  const isWhole = code === '200' && (file === '/' || digestOf(copy) === lab.digest);
  rmSync(copy, { force: true });
  return {
    server: SERVERS.find((one) => one === server),
    connect: Number(connect),
    speed: Number(speed),
    isWhole,
  };
}

/** Watches the film, and counts its frames. */
async function watch(lab: DemoLab): Promise<{ readonly frames: number; readonly lost: boolean }> {
  const url = `rtsp://[${VIP}]:${RTSP_PORT}/film`;
  const words = ['ffmpeg', '-v', 'error', '-rtsp_transport', 'tcp', '-i', url];
  const running = lab.processes.start(
    'ffmpeg',
    lab.command(
      'mn',
      ...words,
      '-t',
      String(FILM_SECONDS),
      '-c',
      'copy',
      '-f',
      'null',
      '-progress',
      '-',
      '-',
    ),
  );
  const code = await running.ended;
  const frames = running.lines.flatMap((line) => /^frame=(\d+)/.exec(line)?.[1] ?? []).map(Number);
  return { frames: Math.max(0, ...frames), lost: code !== 0 };
}

function describeRoute({ roundTrip, throughput, overhead }: RouteFigures): string {
  return `round trip ${roundTrip.toFixed(1)} ms, ${(throughput / 1e6).toFixed(1)} MB/s, ${overhead.toFixed(0)} bytes more a packet`;
}

function describeLosses({ downloads, downloadsLost, film }: RoamingFigures): string {
  const seen = film === undefined ? '' : `, film ${film.lost ? 'broken' : 'whole'} (${film.frames} frames)`;
  return `${downloads - downloadsLost} of ${downloads} downloads whole${seen}`;
}
