/**
 * Packets a second over veth through a switch that is a process of its own: one cable in, one out, a sender that is
 * faster than any of them, and the counter of the last interface. What the switch's processors did is read beside it:
 * on a machine that is busy it says more than the clock.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';

/** What was measured. */
export type Rate = {
  /** Packets that came out, a second. */
  readonly perSecond: number;
  /** Packets that came out for each second of the switch's processor time. */
  readonly perCpuSecond: number;
};

const WARM_MS = 1500;
const MEASURED_MS = 3000;
/** How long frames still come when their rate is known. */
export const MEANWHILE_MS = 2000;

/** Two cables; the switch has the first end of each. */
export type Cables = {
  readonly near: readonly [string, string];
  readonly far: readonly [string, string];
  readonly remove: () => Promise<void>;
};

/** Makes the cables; undefined where that is not allowed. */
export async function makeCables(): Promise<Cables | undefined> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return undefined;
  const name = (letter: string) => `mb${process.pid % 1_000_000}${letter}`;
  const near = [name('a'), name('b')] as const;
  const far = [name('c'), name('d')] as const;
  const remove = async () => {
    for (const one of near) await execa('ip', ['link', 'del', one], { reject: false });
  };
  for (const [index, one] of near.entries()) {
    const other = far[index] ?? '';
    const made = await execa('ip', ['link', 'add', one, 'type', 'veth', 'peer', 'name', other], {
      reject: false,
    });
    if (made.exitCode !== 0) {
      await remove();
      return undefined;
    }
    // No packets of the machine's own.
    for (const each of [one, other]) {
      await execa('sysctl', ['-qw', `net.ipv6.conf.${each}.disable_ipv6=1`], { reject: false });
      await execa('ip', ['link', 'set', each, 'up']);
    }
  }
  return { near, far, remove };
}

function counterOf(name: string): number {
  return Number(readFileSync(`/sys/class/net/${name}/statistics/rx_packets`, 'utf8'));
}

/** User and system time of a process with all its threads, in seconds. */
export function cpuSeconds(pid: number | undefined): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The first line of a process that begins so. @throws Error when it ends before. */
export async function lineOf(child: ChildProcess, beginning: string): Promise<string> {
  if (child.stdout !== null) {
    for await (const line of createInterface({ input: child.stdout }))
      if (line.startsWith(beginning)) return line;
  }
  throw new Error(`${child.spawnfile} ended before it said '${beginning}'`);
}

/**
 * Sends frames from a file through a switch, and counts.
 * @param bytes Of each frame.
 * @param meanwhile Done when that is measured, while frames still come for `MEANWHILE_MS`.
 */
export async function measureVeth(
  cables: Cables,
  pid: number | undefined,
  file: string,
  bytes: number,
  meanwhile?: () => Promise<void>,
): Promise<Rate> {
  const seconds = (WARM_MS + MEASURED_MS + MEANWHILE_MS) / 1000 + 1;
  const sender = spawn(
    process.execPath,
    ['--import=tsx', 'scripts/bench/veth-sender.ts', cables.far[0], file, String(bytes), String(seconds)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  try {
    await lineOf(sender, 'sending');
    await wait(WARM_MS);
    const [count, cpu, start] = [counterOf(cables.far[1]), cpuSeconds(pid), performance.now()];
    await wait(MEASURED_MS);
    const packets = counterOf(cables.far[1]) - count;
    const rate = {
      perSecond: packets / ((performance.now() - start) / 1000),
      perCpuSecond: packets / (cpuSeconds(pid) - cpu),
    };
    await meanwhile?.();
    return rate;
  } finally {
    sender.kill();
  }
}
