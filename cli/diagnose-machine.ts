/** What this machine has: what moor needs, what it can use, and the peers that it works with. */

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Finding, Section } from './run-doctor.ts';

/** A program that is looked for. */
type Tool = {
  readonly program: string;
  readonly meaning: string;
  readonly advice: string;
  /** Words that make it say its version. */
  readonly version?: readonly string[];
};

const debian = (packages: string) => `Debian: apt-get install ${packages}`;
const P4LANG = "p4lang's packages: https://github.com/p4lang/behavioral-model#installing-bmv2";

const TOOLS: readonly Tool[] = [
  {
    program: 'ip',
    meaning: 'namespaces of demo and tests, virtual addresses of servers',
    advice: debian('iproute2'),
    version: ['-V'],
  },
  { program: 'tcpdump', meaning: 'looking at packets', advice: debian('tcpdump'), version: ['--version'] },
  {
    program: 'tshark',
    meaning: 'looking at packets, mobility headers too',
    advice: debian('tshark'),
    version: ['--version'],
  },
  { program: 'curl', meaning: 'demo and tests', advice: debian('curl'), version: ['--version'] },
  { program: 'nginx', meaning: 'demo and tests', advice: debian('nginx-light'), version: ['-v'] },
  {
    program: 'haproxy',
    meaning: 'tests: a load balancer behind the Mobility Agent',
    advice: debian('haproxy'),
    version: ['-v'],
  },
  {
    program: 'ffmpeg',
    meaning: 'demo and tests: a client for RTSP',
    advice: debian('ffmpeg'),
    version: ['-version'],
  },
  { program: 'sipp', meaning: 'tests: SIP', advice: debian('sip-tester'), version: ['-v'] },
  { program: 'chromium', meaning: 'tests of pages', advice: debian('chromium') },
];

const PEERS: readonly Tool[] = [
  { program: 'simple_switch_grpc', meaning: 'BMv2 with P4Runtime', advice: P4LANG, version: ['--version'] },
  {
    program: 'simple_switch',
    meaning: 'BMv2: comparing the embedded switch with it',
    advice: P4LANG,
    version: ['--version'],
  },
  {
    program: 'p4c-bm2-ss',
    meaning: 'comparing the compiler with it',
    advice: "p4lang's packages: https://github.com/p4lang/p4c#installing-packaged-versions-of-p4c",
    version: ['--version'],
  },
  {
    program: 'mn',
    meaning: 'Mininet',
    advice: debian('mininet bridge-utils iputils-ping ethtool'),
    version: ['--version'],
  },
  {
    program: 'stratum_bmv2',
    meaning: 'Stratum on BMv2',
    advice: 'https://github.com/stratum/stratum, packages of its releases',
  },
  {
    program: 'bf_switchd',
    meaning: 'a Tofino, or its model',
    advice: "Intel's P4 Studio, https://github.com/p4lang/open-p4studio",
  },
  { program: 'dpdk-testpmd', meaning: 'DPDK', advice: debian('dpdk') },
];

/** Looks at this machine. */
export function diagnoseMachine(): readonly Section[] {
  return [
    { title: 'What moor needs', findings: [node(), architecture(), ...modules()] },
    { title: 'What it may do here', findings: permissions() },
    { title: 'Programs that it uses', findings: TOOLS.map(lookFor) },
    { title: 'Peers', findings: PEERS.map(lookFor) },
  ];
}

function node(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isNewEnough = major > 20 || (major === 20 && minor >= 20);
  return {
    what: 'Node.js',
    condition: isNewEnough ? 'ok' : 'missing',
    found: process.versions.node,
    meaning: '20.20 or newer',
    advice: 'https://nodejs.org',
  };
}

function architecture(): Finding {
  const isLinux = process.platform === 'linux';
  return {
    what: 'system',
    condition: isLinux ? 'ok' : 'warning',
    found: `${process.platform} ${process.arch}`,
    ...(isLinux
      ? {}
      : { meaning: 'ports on network interfaces, agents and namespaces need Linux; all else works' }),
  };
}

/** Parts of moor that are built for each kind of machine. */
function modules(): readonly Finding[] {
  return ['koffi', 'classic-level'].map((name) => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ['-e', `import(${JSON.stringify(resolve(name))})`],
      {
        encoding: 'utf8',
      },
    );
    return {
      what: name,
      condition: status === 0 ? 'ok' : 'missing',
      found:
        status === 0
          ? 'loads'
          : (stderr.split('\n').find((line) => line.includes('Error')) ?? 'does not load'),
      meaning: name === 'koffi' ? 'network interfaces' : 'what outlives a restart of the controller',
      advice: "install moor again: 'npm ci'",
    };
  });
}

function resolve(name: string): string {
  try {
    return import.meta.resolve(name);
  } catch {
    return name;
  }
}

function permissions(): readonly Finding[] {
  const capabilities = readCapabilities();
  const has = (bit: number) => capabilities !== undefined && (capabilities >> BigInt(bit)) % 2n === 1n;
  const [CAP_NET_ADMIN, CAP_NET_RAW, CAP_SYS_ADMIN] = [12, 13, 21] as const;
  const makesNamespaces =
    has(CAP_SYS_ADMIN) && spawnSync('unshare', ['--net', 'true'], { stdio: 'ignore' }).status === 0;
  return [
    {
      what: 'raw sockets',
      condition: has(CAP_NET_RAW) ? 'ok' : 'warning',
      found: has(CAP_NET_RAW) ? 'CAP_NET_RAW' : 'no CAP_NET_RAW',
      meaning: "'moor switch' on network interfaces",
      advice: 'run it as root, or: setcap cap_net_raw+ep on a copy of node',
    },
    {
      what: 'interfaces and routes',
      condition: has(CAP_NET_ADMIN) ? 'ok' : 'warning',
      found: has(CAP_NET_ADMIN) ? 'CAP_NET_ADMIN' : 'no CAP_NET_ADMIN',
      meaning: "'moor agent vip'",
      advice: 'run it as root',
    },
    {
      what: 'network namespaces',
      condition: makesNamespaces ? 'ok' : 'warning',
      found: makesNamespaces ? 'can be made' : 'cannot be made',
      meaning: "'moor demo' with real programs; without them it is told in one process",
      advice: 'run it as root; inside a container, with --privileged',
    },
    {
      what: '/proc',
      condition: isReadable('/proc/net/tcp') && isReadable('/proc/stat') ? 'ok' : 'warning',
      found: isReadable('/proc/stat') ? 'readable' : 'not readable',
      meaning: "'moor agent' measures load there",
      advice: 'agents need Linux with /proc',
    },
  ];
}

/** The effective capabilities of this process; undefined where there are none. */
function readCapabilities(): bigint | undefined {
  try {
    const [, digits] = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return digits === undefined ? undefined : BigInt(`0x${digits}`);
  } catch {
    return undefined;
  }
}

function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function lookFor({ program, meaning, advice, version }: Tool): Finding {
  const file = findProgram(program);
  if (file === undefined)
    return { what: program, condition: 'absent', found: 'not on PATH', meaning, advice };
  return {
    what: program,
    condition: 'ok',
    found: version === undefined ? file : sayVersion(file, version),
    meaning,
  };
}

/** A program on PATH, or where administrators' programs are. */
export function findProgram(name: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter).concat('/usr/sbin', '/sbin');
  return directories.map((directory) => join(directory, name)).find((file) => existsSync(file));
}

/** The first number with dots that it says, or that it is there. */
function sayVersion(file: string, words: readonly string[]): string {
  const { stdout, stderr } = spawnSync(file, words, {
    encoding: 'utf8',
    timeout: 5000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [version] = /\d+(\.\d+)+/.exec(`${stdout ?? ''}\n${stderr ?? ''}`) ?? [];
  return version ?? file;
}
