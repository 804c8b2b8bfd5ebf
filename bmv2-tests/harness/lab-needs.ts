/** What tests in network namespaces take, and whether this machine has it. */

import { execa } from 'execa';

/** Programs that tests call, by the Debian package that has them. */
const PACKAGES: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  sysctl: 'procps',
  curl: 'curl',
  haproxy: 'haproxy',
  tcpdump: 'tcpdump',
  tshark: 'tshark',
  mn: 'mininet',
  brctl: 'bridge-utils',
  ping: 'iputils-ping',
  ethtool: 'ethtool',
};

/** What is missing for programs in namespaces, as a line for people; undefined: nothing. */
export async function whatIsMissing(...programs: readonly string[]): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return 'it takes root on Linux';
  const missing = [];
  for (const program of ['ip', 'sysctl', ...programs]) {
    const { exitCode } = await execa('sh', ['-c', `command -v ${program}`], { reject: false });
    if (exitCode !== 0) missing.push(PACKAGES[program] ?? program);
  }
  if (missing.length > 0) return `apt-get install ${missing.join(' ')}`;
  const probe = `mp${process.pid % 100_000}`;
  if ((await execa('ip', ['netns', 'add', probe], { reject: false })).exitCode !== 0) {
    return 'it takes network namespaces, which this machine does not allow';
  }
  await execa('ip', ['netns', 'del', probe]);
  return undefined;
}
