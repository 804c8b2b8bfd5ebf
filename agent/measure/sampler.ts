/** Reads /proc and /sys, and remembers what the next reading is compared with. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Loads } from '../../wire/monitoring/index.ts';
import { type ServedPort, waiting } from './backlog.ts';
import { type CpuTicks, cpuLoad, parseCpu } from './cpu.ts';
import { type DiskTimes, ioQueueLoad, parseDiskstats } from './disks.ts';
import { memoryLoad, networkBufferLoad } from './memory.ts';

export type SamplerOptions = {
  /** Where /proc and /sys are; for containers and tests. */
  readonly proc?: string;
  readonly sys?: string;
  /** Served ports; `limit` is the backlog that the application asked for, or bytes for UDP. */
  readonly ports: readonly (ServedPort & { readonly limit?: number | undefined })[];
  /** Requests that a disk's queue takes; unless given, what the kernel says for each. */
  readonly ioQueueLimit?: number;
};

/** This machine does not tell its load. */
export class MeasureError extends Error {
  override readonly name = 'MeasureError';
}

/** Linux's defaults, where it does not say. */
const SOMAXCONN = 4096;
const RMEM_DEFAULT = 212_992;
const NR_REQUESTS = 128;

/** Measures one machine. */
export class LoadSampler {
  readonly #options: SamplerOptions;
  readonly #proc: string;
  readonly #sys: string;
  #cpu: CpuTicks;
  #disks: DiskTimes;
  #time: number;

  /** @throws MeasureError when there is no /proc as Linux has it. */
  constructor(options: SamplerOptions, now: number) {
    this.#options = options;
    this.#proc = options.proc ?? '/proc';
    this.#sys = options.sys ?? '/sys';
    const cpu = parseCpu(this.#read('stat') ?? '');
    if (cpu === undefined) {
      throw new MeasureError(`${join(this.#proc, 'stat')} cannot be read: the agent measures Linux machines`);
    }
    this.#cpu = cpu;
    this.#disks = this.#diskTimes();
    this.#time = now;
  }

  /** The loads since the last sample. What the machine does not tell is 0. */
  sample(now: number): Loads {
    const cpu = parseCpu(this.#read('stat') ?? '') ?? this.#cpu;
    const disks = this.#diskTimes();
    const loads: Loads = {
      cpu: cpuLoad(this.#cpu, cpu),
      memory: memoryLoad(this.#read('meminfo') ?? '') ?? 0,
      networkBuffers:
        networkBufferLoad(
          this.#read('net/sockstat') ?? '',
          this.#read('sys/net/ipv4/tcp_mem') ?? '',
          this.#read('sys/net/ipv4/udp_mem') ?? '',
        ) ?? 0,
      ioQueue: ioQueueLoad(this.#disks, disks, now - this.#time, (name) => this.#queueLimit(name)),
      backlog: this.#backlog(),
    };
    this.#cpu = cpu;
    this.#disks = disks;
    this.#time = now;
    return loads;
  }

  #backlog(): number {
    let fullest = 0;
    for (const served of this.#options.ports) {
      const tables = [
        this.#read(`net/${served.protocol}`) ?? '',
        this.#read(`net/${served.protocol}6`) ?? '',
      ];
      const length = waiting(tables, served) ?? 0;
      fullest = Math.max(fullest, length / this.#backlogLimit(served));
    }
    return Math.min(1, fullest);
  }

  /** The kernel cuts what an application asks for to its own limit. */
  #backlogLimit({ protocol, limit }: SamplerOptions['ports'][number]): number {
    if (protocol === 'udp') return limit ?? this.#number('sys/net/core/rmem_default', RMEM_DEFAULT);
    const most = this.#number('sys/net/core/somaxconn', SOMAXCONN);
    return Math.min(limit ?? most, most);
  }

  #queueLimit(name: string): number {
    if (this.#options.ioQueueLimit !== undefined) return this.#options.ioQueueLimit;
    const said = Number(readText(join(this.#sys, 'block', name, 'queue/nr_requests')));
    return said > 0 ? said : NR_REQUESTS;
  }

  #diskTimes(): DiskTimes {
    // /sys/block has disks and no partitions; what is made of other disks would count twice.
    const disks = new Set(
      names(join(this.#sys, 'block')).filter((name) => !/^(loop|ram|dm-|md|zram)/.test(name)),
    );
    return parseDiskstats(this.#read('diskstats') ?? '', (name) => disks.has(name));
  }

  #number(path: string, otherwise: number): number {
    const value = Number(this.#read(path));
    return value > 0 ? value : otherwise;
  }

  #read(path: string): string | undefined {
    return readText(join(this.#proc, path));
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function names(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
