/**
 * The lab's nodes over network interfaces: each runs in a process of its own, in a namespace, until it is told to end.
 * They write a line of JSON for everything that happens, the first of which is {"event":"ready"}.
 */

import { createInterface } from 'node:readline';
import { LinuxPorts, type PortSet } from '../switch/ports/index.ts';
import { formatIpv6Address, sameBytes } from '../wire/index.ts';
import { type CrowdSettings, runCrowd } from './crowd.ts';
import { HomeAgent } from './home-agent.ts';
import { Internet } from './internet.ts';
import { type LabServerSettings, startLabServer } from './lab-server.ts';
import { LinkLayer } from './link-layer.ts';
import { MobileNode, type NodeEvent, USUAL_MTU } from './mobile-node.ts';
import { ip, link, now, prefix } from './settings-values.ts';
import { startWebServer, type WebServerSettings } from './web-server.ts';

/** An interface, and the address of its side of the link. */
export type InterfaceSettings = { readonly interface: string; readonly linkAddress: string };

export type InternetSettings = {
  readonly kind: 'internet';
  readonly ports: readonly (InterfaceSettings & {
    readonly addresses: readonly string[];
    readonly nextHop: string;
    readonly prefixes: readonly string[];
    /** Milliseconds. */
    readonly delay: number;
  })[];
};

export type HomeAgentSettings = InterfaceSettings & {
  readonly kind: 'home-agent';
  readonly address: string;
  readonly homePrefix: string;
  /** Where what it sends goes. */
  readonly router: string;
};

export type MobileNodeSettings = {
  readonly kind: 'mobile-node';
  readonly home: string;
  readonly homeAgent: string;
  /** Seconds. */
  readonly lifetime: number;
  /** The interface whose other side is the node's own stack, and the gateway that it plays for it. */
  readonly stack: InterfaceSettings & { readonly gateway: string };
  /** Links that it may be at; without a care-of address it is the home link. */
  readonly links: Readonly<
    Record<
      string,
      InterfaceSettings & { readonly router: string; readonly careOf?: string; readonly mtu?: number }
    >
  >;
};

export type NodeSettings =
  | InternetSettings
  | HomeAgentSettings
  | MobileNodeSettings
  | WebServerSettings
  | LabServerSettings
  | CrowdSettings;

/** What a mobile node is told, one line of JSON each. */
export type MobileNodeCommand =
  | { readonly move: string }
  | { readonly routeOptimization: boolean }
  | { readonly report: true };

const TICK_MS = 100;
const FRAMES_AT_ONCE = 256;

/** Runs a node until the process is told to end. @throws PortError where an interface cannot be had. */
export async function runNode(settings: NodeSettings): Promise<void> {
  if (settings.kind === 'web-server' || settings.kind === 'server') {
    const end = await (settings.kind === 'server' ? startLabServer(settings) : startWebServer(settings));
    await untilEnd(() => {});
    end();
    return;
  }
  if (settings.kind === 'crowd') {
    const end = runCrowd(settings, say);
    await untilEnd(() => {});
    end();
    return;
  }
  const ports = new LinuxPorts();
  try {
    switch (settings.kind) {
      case 'internet':
        await runInternet(settings, ports);
        break;
      case 'home-agent':
        await runHomeAgent(settings, ports);
        break;
      case 'mobile-node':
        await runMobileNode(settings, ports);
        break;
    }
  } finally {
    await ports.close();
  }
}

async function runInternet(settings: InternetSettings, ports: LinuxPorts): Promise<void> {
  const internet = new Internet(
    settings.ports.map(({ linkAddress, addresses, nextHop, prefixes, delay }) => ({
      linkAddress: link(linkAddress),
      addresses: addresses.map(ip),
      nextHop: ip(nextHop),
      prefixes: prefixes.map(prefix),
      delay,
    })),
    (port, frame) => ports.send(port + 1, frame),
  );
  for (const [index, { interface: name }] of settings.ports.entries()) ports.add(index + 1, name);
  let timer: NodeJS.Timeout | undefined;
  const run = () => {
    clearTimeout(timer);
    const next = internet.run(now());
    ports.flush();
    timer = next === undefined ? undefined : setTimeout(run, next - now());
  };
  pump(ports, (port, frame) => internet.receive(port - 1, frame, now()), run);
  await untilEnd(() => internet.tick(now()));
  clearTimeout(timer);
  say({ event: 'end', ...internet.counts });
}

async function runHomeAgent(settings: HomeAgentSettings, ports: LinuxPorts): Promise<void> {
  const address = ip(settings.address);
  const router = ip(settings.router);
  const agent = new HomeAgent({ address, homePrefix: prefix(settings.homePrefix), maximumLifetime: 420 });
  const side = new LinkLayer({
    linkAddress: link(settings.linkAddress),
    linkLocal: address,
    owns: (target) => agent.owns(target),
    send: (frame) => ports.send(1, frame),
  });
  ports.add(1, settings.interface);
  pump(ports, (_port, frame) => {
    const packet = side.receive(frame);
    if (packet === undefined) return;
    const before = agent.size;
    for (const one of agent.receive(packet, now())) {
      // A node that has come home is on this link; the router would redirect, and has stale knowledge of it.
      side.transmit(one, router, now());
    }
    if (agent.size > before) for (const home of agent.homes()) side.announce(home);
  });
  await untilEnd(() => {
    agent.tick(now());
    side.tick(now());
    ports.flush();
  });
  say({ event: 'end', ...agent.tunnelled });
}

async function runMobileNode(settings: MobileNodeSettings, ports: LinuxPorts): Promise<void> {
  const home = ip(settings.home);
  const gateway = ip(settings.stack.gateway);
  const stack = new LinkLayer({
    linkAddress: link(settings.stack.linkAddress),
    linkLocal: gateway,
    owns: (target) => sameBytes(target, gateway),
    send: (frame) => ports.send(1, frame),
  });
  const names = Object.keys(settings.links);
  const sides = Object.values(settings.links).map((one, index) => {
    const careOf = one.careOf === undefined ? undefined : ip(one.careOf);
    const own = careOf ?? home;
    return {
      careOf,
      router: ip(one.router),
      mtu: one.mtu ?? USUAL_MTU,
      own,
      side: new LinkLayer({
        linkAddress: link(one.linkAddress),
        linkLocal: own,
        owns: (target) => at === index && sameBytes(target, own),
        send: (frame) => ports.send(index + 2, frame),
      }),
    };
  });
  let at = -1;
  const node = new MobileNode(
    { home, homeAgent: ip(settings.homeAgent), lifetime: settings.lifetime, routeOptimization: true },
    ({ to, packet }) => {
      const here = sides[at];
      if (to === 'stack') stack.transmit(packet, home, now());
      else here?.side.transmit(packet, here.router, now());
    },
    (event) => say(eventText(event)),
  );
  ports.add(1, settings.stack.interface);
  for (const [index, one] of Object.values(settings.links).entries()) ports.add(index + 2, one.interface);
  pump(ports, (port, frame) => {
    if (port === 1) {
      const packet = stack.receive(frame);
      if (packet !== undefined) node.fromStack(packet, now());
      return;
    }
    const packet = sides[port - 2]?.side.receive(frame);
    // What arrives on a link that it has left is lost, as by radio.
    if (packet !== undefined && port - 2 === at) node.fromLink(packet, now());
  });
  const obey = (line: string) => {
    const command: MobileNodeCommand = JSON.parse(line);
    if ('move' in command) {
      at = names.indexOf(command.move);
      const here = sides[at];
      if (here === undefined) throw new Error(`no link ${command.move}`);
      if (here.careOf === undefined) here.side.announce(home);
      node.move(here.careOf, now(), here.mtu);
    } else if ('routeOptimization' in command) node.routeOptimization = command.routeOptimization;
    else say({ event: 'report', carried: node.carried });
    ports.flush();
  };
  createInterface({ input: process.stdin }).on('line', obey);
  await untilEnd(() => {
    node.tick(now());
    stack.tick(now());
    for (const { side } of sides) side.tick(now());
    ports.flush();
  });
  say({ event: 'end' });
}

function eventText(event: NodeEvent): Readonly<Record<string, unknown>> {
  const { kind, ...rest } = event;
  const correspondent = 'correspondent' in rest ? formatIpv6Address(rest.correspondent) : undefined;
  return { event: kind, ...rest, correspondent };
}

/** Takes frames as they come, and sends what comes of them. */
function pump(
  ports: PortSet,
  take: (port: number, frame: Uint8Array) => void,
  then: () => void = () => ports.flush(),
): void {
  const drain = () => {
    const count = ports.receive(FRAMES_AT_ONCE, take);
    then();
    if (count > 0) setImmediate(drain);
  };
  ports.listen({ frames: drain });
}

/** Ticks until SIGTERM, SIGINT or the end of standard input, whose other side is whoever started this. */
async function untilEnd(tick: () => void): Promise<void> {
  const timer = setInterval(tick, TICK_MS);
  say({ event: 'ready' });
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    process.stdin.once('end', resolve);
    process.stdin.resume();
  });
  clearInterval(timer);
  // It would keep the process.
  process.stdin.destroy();
}

function say(value: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify({ time: Date.now(), ...value })}\n`);
}
