/** Network namespaces by a topology: built by iproute2, and taken away with whatever still runs in them. */

import { spawnSync } from 'node:child_process';

/** An interface of a namespace: a side of a link, or a bridge. */
export type Interface = {
  readonly linkAddress?: string;
  /** With their prefix lengths. */
  readonly addresses?: readonly string[];
  /** The bridge that it belongs to. */
  readonly master?: string;
  readonly mtu?: number;
};

/** Of IPv4 where the prefix or the gateway has a dot. */
export type Route = { readonly prefix: string; readonly via?: string; readonly interface: string };

export type Namespace = {
  /** Whether the kernel forwards packets there. */
  readonly forwards?: boolean;
  readonly bridges?: readonly string[];
  readonly interfaces: Readonly<Record<string, Interface>>;
  readonly routes?: readonly Route[];
};

/** What there is. An end of a link is NAMESPACE:INTERFACE, and every interface that is no bridge is an end of one link. */
export type Topology = {
  readonly namespaces: Readonly<Record<string, Namespace>>;
  readonly links: readonly (readonly [string, string])[];
};

/** The namespaces cannot be: the machine lacks something, or a step failed. */
export class NamespaceError extends Error {
  override readonly name = 'NamespaceError';
}

/** Namespaces that are there. */
export class Namespaces {
  readonly #prefix: string;
  readonly #names: readonly string[];

  private constructor(prefix: string, names: readonly string[]) {
    this.#prefix = prefix;
    this.#names = names;
  }

  /**
   * Builds a topology.
   * @param prefix Goes before the names of namespaces, with '-'.
   * @throws NamespaceError if that fails; nothing is left then.
   */
  static build(prefix: string, topology: Topology): Namespaces {
    const names = Object.keys(topology.namespaces);
    const taken = Namespaces.leftOver(prefix);
    if (taken.length > 0) throw new NamespaceError(`there are namespaces ${taken.join(', ')} already`);
    const made = new Namespaces(prefix, names);
    try {
      batch(
        [],
        names.map((name) => `netns add ${made.nameOf(name)}`),
      );
      for (const [name, { forwards }] of Object.entries(topology.namespaces))
        made.#setSysctls(name, forwards);
      batch(
        [],
        topology.links.map((link) => made.#linkCommand(link)),
      );
      for (const [name, namespace] of Object.entries(topology.namespaces)) {
        batch(['-n', made.nameOf(name)], interfaceCommands(namespace));
      }
      // Routes need interfaces that are up on both sides.
      for (const [name, namespace] of Object.entries(topology.namespaces)) {
        for (const family of [6, 4] as const) {
          batch([`-${family}`, '-n', made.nameOf(name)], routeCommands(namespace, family));
        }
      }
    } catch (problem) {
      made.remove();
      throw problem;
    }
    return made;
  }

  /** Namespaces with a prefix that are there. */
  static leftOver(prefix: string): readonly string[] {
    return listAll().filter((name) => name.startsWith(`${prefix}-`));
  }

  /** Ends everything in namespaces with a prefix, and removes them. */
  static clean(prefix: string): readonly string[] {
    const found = Namespaces.leftOver(prefix);
    removeAll(found);
    return found;
  }

  /** The name that the kernel knows. */
  nameOf(name: string): string {
    return `${this.#prefix}-${name}`;
  }

  /** What runs a program in a namespace. */
  command(name: string, words: readonly string[]): readonly string[] {
    return ['ip', 'netns', 'exec', this.nameOf(name), ...words];
  }

  /** Changes an interface: the words of `ip link set`. */
  setLink(name: string, ...words: readonly string[]): void {
    run(['ip', '-n', this.nameOf(name), 'link', 'set', 'dev', ...words]);
  }

  /** Changes what a program can change: `ip` with words, in a namespace. */
  ip(name: string, ...words: readonly string[]): void {
    run(['ip', '-n', this.nameOf(name), ...words]);
  }

  /**
   * Lets kernels write checksums and cut segments themselves at both ends of links, NAMESPACE:INTERFACE: between, a program that
   * does not know of offloads reads whole packets. It takes ethtool. @throws NamespaceError
   */
  endOffloads(ends: readonly string[]): void {
    for (const end of ends) {
      const [name = '', device = ''] = end.split(':');
      const features = ['tx', 'rx', 'tso', 'gso', 'gro'].flatMap((feature) => [feature, 'off']);
      run(this.command(name, ['ethtool', '-K', device, ...features]));
    }
  }

  /** Ends what still runs in them, and removes them. */
  remove(): void {
    removeAll(this.#names.map((name) => this.nameOf(name)));
  }

  #setSysctls(name: string, forwards = false): void {
    const settings = ['all', 'default'].flatMap((scope) => [
      `net.ipv6.conf.${scope}.accept_dad=0`,
      `net.ipv6.conf.${scope}.accept_ra=0`,
      // Addresses of services are on servers whose other addresses may be in other networks.
      `net.ipv4.conf.${scope}.rp_filter=0`,
      ...(forwards ? [`net.ipv6.conf.${scope}.forwarding=1`, `net.ipv4.conf.${scope}.forwarding=1`] : []),
    ]);
    run([...this.command(name, ['sysctl', '-q', '-w']), ...settings]);
  }

  #linkCommand([one, other]: readonly [string, string]): string {
    const [oneName = '', oneInterface = ''] = one.split(':');
    const [otherName = '', otherInterface = ''] = other.split(':');
    return `link add ${oneInterface} netns ${this.nameOf(oneName)} type veth peer name ${otherInterface} netns ${this.nameOf(otherName)}`;
  }
}

function interfaceCommands({ bridges = [], interfaces }: Namespace): readonly string[] {
  const commands = [
    'link set lo up',
    ...bridges.map((name) => `link add ${name} type bridge mcast_snooping 0`),
  ];
  for (const [name, { linkAddress, addresses = [], master, mtu }] of Object.entries(interfaces)) {
    // One frame is one packet on every link: what is between counts, delays and rewrites packets.
    if (!bridges.includes(name)) commands.push(`link set dev ${name} gso_max_segs 1`);
    if (linkAddress !== undefined) commands.push(`link set dev ${name} address ${linkAddress}`);
    if (mtu !== undefined) commands.push(`link set dev ${name} mtu ${mtu}`);
    if (master !== undefined) commands.push(`link set dev ${name} master ${master}`);
    commands.push(`link set dev ${name} up`);
    for (const address of addresses) {
      commands.push(`addr add ${address} dev ${name}${address.includes(':') ? ' nodad' : ''}`);
    }
  }
  return commands;
}

function routeCommands({ routes = [] }: Namespace, family: 4 | 6): readonly string[] {
  return routes
    .filter(({ prefix, via }) => `${prefix} ${via ?? ''}`.includes('.') === (family === 4))
    .map(
      ({ prefix, via, interface: device }) =>
        `route add ${prefix}${via === undefined ? '' : ` via ${via}`} dev ${device}${via === undefined ? '' : ' onlink'}`,
    );
}

function removeAll(names: readonly string[]): void {
  const there = new Set(listAll());
  for (const name of names) {
    if (!there.has(name)) continue;
    const { stdout } = spawnSync('ip', ['netns', 'pids', name], { encoding: 'utf8' });
    for (const pid of (stdout ?? '').split('\n').map(Number)) {
      if (pid <= 1 || pid === process.pid) continue;
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    spawnSync('ip', ['netns', 'del', name]);
  }
}

function listAll(): readonly string[] {
  const { stdout } = spawnSync('ip', ['netns', 'list'], { encoding: 'utf8' });
  return (stdout ?? '').split('\n').map((line) => line.split(' ')[0] ?? '');
}

/** Runs commands of `ip` in one go. */
function batch(options: readonly string[], commands: readonly string[]): void {
  if (commands.length === 0) return;
  run(['ip', ...options, '-batch', '-'], `${commands.join('\n')}\n`);
}

function run([program = '', ...words]: readonly string[], input = ''): void {
  const { status, stderr, error } = spawnSync(program, words, { input, encoding: 'utf8' });
  if (error !== undefined) throw new NamespaceError(`${program} cannot be run: ${error.message}`);
  if (status !== 0) throw new NamespaceError(`${program} ${words.join(' ')}: ${stderr.trim()}`);
}
