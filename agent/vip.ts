/**
 * Gives a server a virtual address as SARA wants it (III.D): the server takes packets to it and answers from it, and never
 * says on the link that it has it.
 *
 * - It is on the loopback, with a prefix of its own (/32, /128).
 * - ARP: Linux answers on any interface for any address it has. `arp_ignore` 1 has it answer for addresses of that interface
 *   only; `arp_announce` 2 has it ask with an address of that interface.
 * - Neighbor Discovery: Linux answers for addresses of the interface only, so for none of the loopback's, and nothing is to be
 *   set. Proxying (`ip -6 neigh add proxy`) would answer, and is refused.
 * - IPv6 chooses source addresses by itself: `preferred_lft 0` keeps it from choosing this one for what the server begins.
 */

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Least values that keep ARP silent, and where. */
const ARP = { arp_ignore: 1, arp_announce: 2 } as const;
type ArpSetting = keyof typeof ARP;

/** What was there before, and which addresses are ours to take back. */
type Before = {
  readonly addresses: readonly string[];
  readonly settings: Readonly<Partial<Record<ArpSetting, string>>>;
};

/** Why it cannot be done on this machine. */
export class VipError extends Error {
  override readonly name = 'VipError';
}

export type VipOptions = {
  /** Directory for what was there before. */
  readonly state: string;
};

/**
 * Gives this machine the addresses. Those that it has on the loopback already are left as they are.
 * @returns What was done, a line each.
 * @throws VipError
 */
export async function vipUp(addresses: readonly string[], { state }: VipOptions): Promise<readonly string[]> {
  const done: string[] = [];
  let before = readBefore(state);
  for (const address of addresses) {
    if (address.includes(':')) await refuseProxy(address);
    else before = quietArp(before, state, done);
    if (await hasAddress(address)) {
      done.push(`${address} is on lo already`);
      continue;
    }
    // Noted first: what is written and not done is found missing when it is taken back, which is no harm.
    before = { ...before, addresses: [...new Set([...before.addresses, address])] };
    writeBefore(state, before);
    const lifetime = address.includes(':') ? ['nodad', 'preferred_lft', '0'] : [];
    await ip(['address', 'add', withPrefix(address), 'dev', 'lo', 'noprefixroute', ...lifetime]);
    done.push(`${withPrefix(address)} added to lo`);
  }
  await ip(['link', 'set', 'lo', 'up']);
  return done;
}

/**
 * Takes addresses back that `vipUp` gave, all without a list; with the last IPv4 address ARP is as it was.
 * @returns What was done, a line each.
 * @throws VipError
 */
export async function vipDown(
  addresses: readonly string[] | undefined,
  { state }: VipOptions,
): Promise<readonly string[]> {
  const done: string[] = [];
  let before = readBefore(state);
  for (const address of addresses ?? before.addresses) {
    if (!before.addresses.includes(address)) {
      done.push(`${address} was not given by moor, and stays as it is`);
      continue;
    }
    if (await hasAddress(address)) await ip(['address', 'del', withPrefix(address), 'dev', 'lo']);
    done.push(`${withPrefix(address)} taken from lo`);
    before = { ...before, addresses: before.addresses.filter((one) => one !== address) };
    writeBefore(state, before);
  }
  if (!before.addresses.some((one) => !one.includes(':'))) {
    for (const [name, value] of Object.entries(before.settings)) {
      writeSetting(name, value);
      done.push(`net.ipv4.conf.all.${name} is ${value} again`);
    }
    before = { ...before, settings: {} };
    writeBefore(state, before);
  }
  if (before.addresses.length === 0) rmSync(fileOf(state), { force: true });
  return done;
}

function quietArp(before: Before, state: string, done: string[]): Before {
  let after = before;
  for (const [name, least] of Object.entries(ARP)) {
    const now = readSetting(name);
    // Larger values are as silent, and someone's wish.
    if (Number(now) >= least) continue;
    after = { ...after, settings: { ...after.settings, [name]: now } };
    writeBefore(state, after);
    writeSetting(name, String(least));
    done.push(`net.ipv4.conf.all.${name} was ${now} and is ${least}`);
  }
  return after;
}

async function refuseProxy(address: string): Promise<void> {
  const proxies = await ip(['-6', 'neighbour', 'show', 'proxy']);
  if (proxies.split('\n').some((line) => line.split(' ')[0] === address)) {
    throw new VipError(
      `this machine answers Neighbor Discovery for ${address} as a proxy; take that back first: ip -6 neighbour del proxy ${address} dev INTERFACE`,
    );
  }
}

async function hasAddress(address: string): Promise<boolean> {
  const family = address.includes(':') ? '-6' : '-4';
  return (await ip([family, '-o', 'address', 'show', 'dev', 'lo', 'to', withPrefix(address)])).trim() !== '';
}

function withPrefix(address: string): string {
  return `${address}/${address.includes(':') ? 128 : 32}`;
}

async function ip(words: readonly string[]): Promise<string> {
  try {
    return (await run('ip', [...words])).stdout;
  } catch (problem) {
    const text = problem instanceof Error && 'stderr' in problem ? String(problem.stderr).trim() : '';
    if (problem instanceof Error && 'code' in problem && problem.code === 'ENOENT') {
      throw new VipError("there is no command 'ip'; install iproute2");
    }
    const hint = text.includes('not permitted') ? '; run it as root' : '';
    throw new VipError(`ip ${words.join(' ')}: ${text === '' ? String(problem) : text}${hint}`);
  }
}

const settingFile = (name: string) => join('/proc/sys/net/ipv4/conf/all', name);

function readSetting(name: string): string {
  try {
    return readFileSync(settingFile(name), 'utf8').trim();
  } catch (problem) {
    throw new VipError(`${settingFile(name)} cannot be read: ${String(problem)}`);
  }
}

function writeSetting(name: string, value: string): void {
  try {
    writeFileSync(settingFile(name), value);
  } catch (problem) {
    throw new VipError(`${settingFile(name)} cannot be written; run it as root (${String(problem)})`);
  }
}

const fileOf = (state: string) => join(state, 'vip.json');

function readBefore(state: string): Before {
  try {
    const found: unknown = JSON.parse(readFileSync(fileOf(state), 'utf8'));
    if (typeof found !== 'object' || found === null) return { addresses: [], settings: {} };
    const addresses: unknown[] =
      'addresses' in found && Array.isArray(found.addresses) ? found.addresses : [];
    const settings: object = 'settings' in found && found.settings instanceof Object ? found.settings : {};
    const kept: Partial<Record<ArpSetting, string>> = {};
    for (const [name, value] of Object.entries(settings)) {
      if ((name === 'arp_ignore' || name === 'arp_announce') && typeof value === 'string') kept[name] = value;
    }
    return { addresses: addresses.filter((one) => typeof one === 'string'), settings: kept };
  } catch {
    return { addresses: [], settings: {} };
  }
}

function writeBefore(state: string, before: Before): void {
  try {
    mkdirSync(state, { recursive: true });
    writeFileSync(fileOf(state), `${JSON.stringify(before)}\n`);
  } catch (problem) {
    throw new VipError(`${fileOf(state)} cannot be written: ${String(problem)}`);
  }
}
