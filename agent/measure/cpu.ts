/** CPU use from /proc/stat. */

/** Ticks since the machine started. */
export type CpuTicks = { readonly busy: number; readonly total: number };

/** The line of all CPUs: user nice system idle iowait irq softirq steal (guest time is in user already). */
export function parseCpu(stat: string): CpuTicks | undefined {
  const line = /^cpu\s+(.*)$/m.exec(stat)?.[1];
  if (line === undefined) return undefined;
  const ticks = line.split(/\s+/).slice(0, 8).map(Number);
  if (ticks.length < 4 || !ticks.every(Number.isFinite)) return undefined;
  const total = ticks.reduce((sum, one) => sum + one, 0);
  // Waiting for I/O is idle: the CPU is free for whom comes.
  const idle = (ticks[3] ?? 0) + (ticks[4] ?? 0);
  return { busy: total - idle, total };
}

/** The part of the time between two readings in which CPUs were busy. Counters that went back count as idle. */
export function cpuLoad(before: CpuTicks, after: CpuTicks): number {
  const total = after.total - before.total;
  return total > 0 ? Math.min(1, Math.max(0, (after.busy - before.busy) / total)) : 0;
}
