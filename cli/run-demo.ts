/** The work of `moor demo`. */

import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DemoLab, type Peers } from '../lab/demo/demo-lab.ts';
import { MemoryWorld } from '../lab/demo/memory-world.ts';
import { renderFigures } from '../lab/demo/report.ts';
import { type DemoFigures, tellStory } from '../lab/demo/story.ts';
import { SERVERS } from '../lab/demo/topology.ts';
import { NamespaceError, Namespaces } from '../lab/namespaces.ts';
import { ProcessError } from '../lab/processes.ts';
import { dashboardFiles } from './dashboard-files.ts';
import type { DemoOptions } from './demo.ts';
import { findProgram } from './diagnose-machine.ts';

import { EXIT } from './exit-codes.ts';
import { colour } from './palette.ts';
import { switchProgram } from './switch-program.ts';
import { traceService } from './trace-service.ts';
import { UserProblem } from './user-problem.ts';

/** Exit code after Ctrl-C, as shells have it. */
const INTERRUPTED = 130;
const bold = colour(process.stderr, 'bold');

/** Runs the demonstration; gives the exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  try {
    if (options.clean === true) return clean(options.prefix);
    const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
    if (options.inMemory === true || !isRoot) return await showInMemory(options, isRoot);
    checkMachine();
    return await show(options);
  } catch (problem) {
    if (problem instanceof UserProblem) {
      process.stderr.write(`moor: ${problem.message}\n`);
      return problem.exitCode;
    }
    if (!(problem instanceof NamespaceError || problem instanceof ProcessError)) throw problem;
    process.stderr.write(`moor: ${problem.message}\n`);
    return EXIT.environment;
  }
}

function clean(prefix: string): number {
  const found = Namespaces.clean(prefix);
  process.stdout.write(found.length === 0 ? 'there is nothing to clean\n' : `removed ${found.join(', ')}\n`);
  return EXIT.done;
}

function checkMachine(): void {
  for (const [program, packages] of [
    ['ip', 'iproute2'],
    ['sysctl', 'procps'],
    ['curl', 'curl'],
  ] as const) {
    if (findProgram(program) === undefined) {
      throw new UserProblem(`${program} is not here; Debian: apt-get install ${packages}`, EXIT.environment);
    }
  }
}

/** What of the peers is there; what is not is said, with what to do. */
function findPeers(say: (text: string) => void): Peers {
  const hasNginx = findProgram('nginx') !== undefined;
  if (!hasNginx)
    say('nginx is not here, so a small web server of our own serves (Debian: apt-get install nginx-light).');
  const script =
    "import gi; gi.require_version('Gst','1.0'); gi.require_version('GstRtspServer','1.0'); from gi.repository import GstRtspServer";
  const hasFilms =
    findProgram('ffmpeg') !== undefined && spawnSync('/usr/bin/python3', ['-c', script]).status === 0;
  if (!hasFilms) {
    say(
      'GStreamer with RTSP for Python, or ffmpeg, is not here, so there is no film (Debian: apt-get install ffmpeg',
    );
    say(
      'python3-gi gir1.2-gst-rtsp-server-1.0 gstreamer1.0-rtsp gstreamer1.0-plugins-base gstreamer1.0-plugins-good).',
    );
  }
  return { hasNginx, hasFilms };
}

/** What tells the story: lines with the time, what was found out in bold. */
function narrator({ json }: DemoOptions): (text: string) => void {
  const start = performance.now();
  return (text) => {
    if (json === true) return;
    const seconds = ((performance.now() - start) / 1000).toFixed(0).padStart(3);
    process.stderr.write(
      text.startsWith(' ') ? `      ${bold(text.trimStart())}\n` : `${seconds} s  ${text}\n`,
    );
  };
}

function printFigures(figures: DemoFigures, { json }: DemoOptions): void {
  process.stdout.write(
    json === true ? `${JSON.stringify(figures, undefined, 2)}\n` : `\n${renderFigures(figures)}`,
  );
}

/** Ctrl-C, or another request to end: heard from now on, so that everything is taken away. */
function untilInterrupted(): { readonly interrupted: Promise<'interrupted'>; readonly dispose: () => void } {
  let interrupt = () => {};
  const interrupted = new Promise<'interrupted'>((resolve) => {
    interrupt = () => resolve('interrupted');
  });
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return {
    interrupted,
    dispose: () => {
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
    },
  };
}

/** Tells the story in a world, and goes on in it as long as that is wanted. @returns The exit code. */
async function perform(
  telling: Promise<DemoFigures>,
  interrupted: Promise<'interrupted'>,
  keep: () => void,
  options: DemoOptions,
  say: (text: string) => void,
): Promise<number> {
  // After an interruption nobody waits for it.
  telling.catch(() => {});
  const told = await Promise.race([telling, interrupted]);
  if (told === 'interrupted') {
    say('Interrupted: everything is taken away.');
    return INTERRUPTED;
  }
  printFigures(told, options);
  if (options.keep === true) {
    keep();
    await interrupted;
  }
  return EXIT.done;
}

async function showInMemory(options: DemoOptions, isRoot: boolean): Promise<number> {
  const say = narrator(options);
  if (!isRoot)
    say('Without root there are no network namespaces: everything is in one process, with ports in memory');
  else say('Everything is in one process, with ports in memory');
  say('and small servers of its own. The nodes, the switch, the controller and the story are the same.');
  const { interrupted, dispose } = untilInterrupted();
  const world = new MemoryWorld();
  const busy = new AbortController();
  try {
    const keep = () => {
      process.stderr.write(describeKeptInMemory(world));
      // It ends with the world.
      world.keepBusy(busy.signal).catch(() => {});
    };
    return await perform(tellInMemory(world, say), interrupted, keep, options, say);
  } finally {
    busy.abort();
    await world.close();
    dispose();
  }
}

async function tellInMemory(world: MemoryWorld, say: (text: string) => void): Promise<DemoFigures> {
  say('moor compiles its pipeline, the switch starts, and the controller loads it.');
  const program = await switchProgram(pipeline(), {
    include: [],
    define: [],
    onlyErrors: true,
    format: 'text',
    disableWarning: [],
    color: false,
  });
  if (program?.p4info === undefined) throw new Error('the pipeline does not compile');
  const { p4info, json } = program;
  await world.start(
    { p4info, p4DeviceConfig: Buffer.from(json), cookie: { cookie: 1n } },
    { pages: dashboardFiles(), trace: traceService([process.execPath, process.argv[1] ?? '']) },
  );
  return tellStory(world, say);
}

async function show(options: DemoOptions): Promise<number> {
  const { prefix } = options;
  const say = narrator(options);
  const peers = findPeers(say);
  const left = Namespaces.leftOver(prefix);
  if (left.length > 0) {
    throw new UserProblem(
      `a demonstration runs already, or was killed: there is ${left[0]}; 'moor demo --clean' takes it away`,
      EXIT.environment,
    );
  }
  // Before anything is built, so that nothing is left.
  const { interrupted, dispose } = untilInterrupted();
  say(
    'Networks are built: home, two to visit, the Internet with its delays, and a data centre with three servers.',
  );
  const lab = new DemoLab({
    prefix,
    moor: [process.execPath, process.argv[1] ?? ''],
    program: pipeline(),
    ...peers,
  });
  const abandon = () => lab.abandon();
  process.on('exit', abandon);
  try {
    const keep = () => void process.stderr.write(describeKept(lab, prefix));
    return await perform(tell(lab, say), interrupted, keep, options, say);
  } finally {
    await lab.close();
    process.off('exit', abandon);
    dispose();
  }
}

async function tell(lab: DemoLab, say: (text: string) => void) {
  say('moor compiles its pipeline; the nodes around it start.');
  await Promise.all([lab.compile(), lab.startNodes()]);
  say(
    'The switch starts, the controller loads the pipeline onto it, and the servers tell the controller how they are.',
  );
  await lab.startSwitch();
  await Promise.all([lab.startController(), ...SERVERS.map((server) => lab.startServer(server))]);
  return tellStory(lab, say);
}

function describeKept({ directory }: DemoLab, prefix: string): string {
  const inside = `ip netns exec ${prefix}-dc moor`;
  return `
It goes on until Ctrl-C. Meanwhile, for instance:
  ${inside} status
  ${inside} bindings
  ${inside} tables dump flows --target 127.0.0.1:9559
  ip netns exec ${prefix}-mn curl http://[2001:db8:100::1]/
Logs and settings are in ${directory}
`;
}

function describeKeptInMemory({ addresses: { controller, grpc } }: MemoryWorld): string {
  return `
It goes on until Ctrl-C, and the mobile node downloads. Meanwhile, for instance:
  moor status --controller ${controller}
  moor sessions --controller ${controller}
  moor bindings --controller ${controller}
  moor top --controller ${controller}
  moor tables dump flows bindings --target ${grpc}
  moor trace --target ${grpc} --port 1 --hex ${SYN}
and http://${controller}/ in a browser.
`;
}

/**
 * The first packet of a session of the client, as it comes in by the uplink: Ethernet to the switch's address there, IPv6 from
 * 2001:db8:5::10 to the virtual address, a SYN from port 40,000 to port 80. Its checksum is right for that.
 */
const SYN =
  '02000000000102000000010486dd600000000014063f20010db800050000000000000000001020010db80100000000000000000000019c40005000000001000000005002ffffb6c90000';

/** The pipeline's source: beside the bundle, or in the source tree. */
function pipeline(): string {
  const here = path.dirname(fileURLToPath(import.meta.url));
  return path.resolve(here, '../p4/targets/v1model/main.p4');
}
