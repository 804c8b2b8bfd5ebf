/** The load of this machine. */

export { type ServedPort, waiting } from './backlog.ts';
export { type CpuTicks, cpuLoad, parseCpu } from './cpu.ts';
export { type DiskTimes, ioQueueLoad, parseDiskstats } from './disks.ts';
export { memoryLoad, networkBufferLoad } from './memory.ts';
export { LoadSampler, MeasureError, type SamplerOptions } from './sampler.ts';
