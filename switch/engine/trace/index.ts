/** What happened to a packet, and why. */

export type { Change, KeyValue, Nearest, PacketTrace, Pass, Step } from './model.ts';
export { makeProbes, PROBE, type ProbeDescription } from './probes.ts';
export { TraceRecorder } from './recorder.ts';
export { traceText } from './text.ts';
