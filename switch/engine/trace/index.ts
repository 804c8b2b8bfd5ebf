/** What happened to a packet, and why. */

export type { Change, EntryMatch, KeyValue, Nearest, PacketTrace, Pass, Step } from './model.ts';
export { makeProbes, PROBE, type ProbeDescription } from './probes.ts';
export { TraceRecorder } from './recorder.ts';
export { type TracePalette, traceText } from './text.ts';
