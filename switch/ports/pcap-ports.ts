/** Ports that take their frames from capture files, and write what they send into others. */

import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { memoryOf, type PlaceTaker, type WordMemory } from '../wasm/index.ts';
import { type CapturedPacket, captureHeader, captureRecord, readCapture } from './pcap.ts';
import {
  type FrameTaker,
  PortError,
  type PortInfo,
  type PortListener,
  type PortSet,
  startCounters,
} from './port.ts';

type PcapPort = {
  readonly name: string;
  readonly packets: readonly CapturedPacket[];
  next: number;
  readonly output: number | undefined;
  waiting: Uint8Array[];
  waitingBytes: number;
  readonly counters: ReturnType<typeof startCounters>;
};

/** From how many bytes on what waits is written. */
const WRITE_BYTES = 1 << 20;

/** Ports over capture files. Frames of all ports come in the order of their times. */
export class PcapPorts implements PortSet {
  readonly #ports = new Map<number, PcapPort>();
  readonly #now: () => bigint;
  readonly #listeners: PortListener[] = [];

  /** @param now The time that sent frames get, in nanoseconds since 1970. */
  constructor(now: () => bigint = () => BigInt(Date.now()) * 1_000_000n) {
    this.#now = now;
  }

  /**
   * Adds a port.
   * @param input The file whose frames come in; without one, none do.
   * @param output The file into which sent frames are written; it is made anew.
   * @throws PortError when a file cannot be read or written.
   */
  add(port: number, input: string | undefined, output: string | undefined): void {
    if (this.#ports.has(port)) throw new PortError('taken', `port ${port} is there already`);
    const packets = input === undefined ? [] : readPackets(input);
    this.#ports.set(port, {
      name: `pcap:${input ?? ''}${output === undefined ? '' : `,${output}`}`,
      packets,
      next: 0,
      output: output === undefined ? undefined : openOutput(output),
      waiting: [],
      waitingBytes: 0,
      counters: startCounters(),
    });
    for (const listener of this.#listeners) listener.frames?.();
  }

  /** Removes a port, and closes its files. */
  remove(port: number): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    this.#write(found);
    if (found.output !== undefined) closeSync(found.output);
    this.#ports.delete(port);
  }

  /** Whether all frames came in. */
  get exhausted(): boolean {
    return [...this.#ports.values()].every(({ packets, next }) => next >= packets.length);
  }

  receive(limit: number, take: FrameTaker): number {
    let count = 0;
    for (; count < limit; count++) {
      let first:
        | { readonly number: number; readonly port: PcapPort; readonly packet: CapturedPacket }
        | undefined;
      for (const [number, port] of this.#ports) {
        const packet = port.packets[port.next];
        if (packet !== undefined && (first === undefined || packet.time < first.packet.time)) {
          first = { number, port, packet };
        }
      }
      if (first === undefined) break;
      const { number, port, packet } = first;
      port.next++;
      port.counters.receivedFrames++;
      port.counters.receivedBytes += packet.bytes.length;
      take(number, packet.bytes);
    }
    return count;
  }

  receivePlaces(limit: number, take: PlaceTaker): number {
    return this.receive(limit, (port, frame) => take(port, memoryOf(frame), 0, frame.length));
  }

  sendPlace(port: number, { u8 }: WordMemory, start: number, length: number): void {
    this.send(port, u8.subarray(start, start + length));
  }

  send(port: number, frame: Uint8Array): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    found.counters.sentFrames++;
    found.counters.sentBytes += frame.length;
    if (found.output === undefined) return;
    const record = captureRecord(frame, this.#now());
    found.waiting.push(record);
    found.waitingBytes += record.length;
    if (found.waitingBytes >= WRITE_BYTES) this.#write(found);
  }

  #write(port: PcapPort): void {
    if (port.output === undefined || port.waiting.length === 0) return;
    const bytes = Buffer.concat(port.waiting);
    port.waiting = [];
    port.waitingBytes = 0;
    for (let at = 0; at < bytes.length; ) at += writeSync(port.output, bytes, at);
  }

  flush(): void {
    for (const port of this.#ports.values()) this.#write(port);
  }

  ports(): readonly PortInfo[] {
    return [...this.#ports].map(([port, { name, counters }]) => ({
      port,
      name,
      state: 'up',
      counters: { ...counters },
    }));
  }

  listen(listener: PortListener): void {
    this.#listeners.push(listener);
    // Frames may have come before.
    setImmediate(() => listener.frames?.());
  }

  async close(): Promise<void> {
    for (const port of [...this.#ports.keys()]) this.remove(port);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function readPackets(path: string): readonly CapturedPacket[] {
  let file: Uint8Array;
  try {
    file = readFileSync(path);
  } catch (error) {
    throw new PortError('missing', `the capture file ${path} cannot be read: ${reason(error)}`);
  }
  const { packets, problem } = readCapture(file);
  if (problem !== undefined) throw new PortError('invalid', `the capture file ${path} is broken: ${problem}`);
  return packets;
}

function openOutput(path: string): number {
  try {
    const output = openSync(path, 'w');
    writeSync(output, captureHeader());
    return output;
  } catch (error) {
    throw new PortError('environment', `the capture file ${path} cannot be written: ${reason(error)}`);
  }
}
