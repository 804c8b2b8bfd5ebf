/** The I/O queue from /proc/diskstats. */

/** Milliseconds that requests of a disk have waited and been served, all together, since the machine started. */
export type DiskTimes = ReadonlyMap<string, number>;

/** Per line: major, minor, name, and 11 numbers or more, of which the last of the 11 is the weighted time. */
export function parseDiskstats(diskstats: string, isDisk: (name: string) => boolean): DiskTimes {
  const times = new Map<string, number>();
  for (const line of diskstats.split('\n')) {
    const [, , name, ...numbers] = line.trim().split(/\s+/);
    const weighted = Number(numbers[10]);
    if (name !== undefined && isDisk(name) && Number.isFinite(weighted)) times.set(name, weighted);
  }
  return times;
}

/**
 * The fullest disk's queue, as a part of what it takes. By Little's law the time of all requests in an interval, over the
 * interval, is the mean length of the queue. The kernel's counter has 32 bits on some machines: one that went back counts as 0.
 * @param elapsed Milliseconds between the readings.
 * @param limitOf Requests that a disk's queue takes.
 */
export function ioQueueLoad(
  before: DiskTimes,
  after: DiskTimes,
  elapsed: number,
  limitOf: (name: string) => number,
): number {
  if (elapsed <= 0) return 0;
  let fullest = 0;
  for (const [name, time] of after) {
    const length = Math.max(0, time - (before.get(name) ?? time)) / elapsed;
    fullest = Math.max(fullest, length / limitOf(name));
  }
  return Math.min(1, fullest);
}
