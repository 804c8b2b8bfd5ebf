/**
 * Network interfaces of Linux as ports. Threads move the frames between the interfaces and rings in shared memory
 * (`linux/packet-worker.ts`); this side reads and writes the rings, and never waits.
 */

import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { FrameRing } from './frame-ring.ts';
import type { Command, Drops, Report, WorkerData } from './linux/packet-worker.ts';
import { int32, tryCall } from './linux/system-calls.ts';
import {
  type FrameTaker,
  PortError,
  type PortInfo,
  type PortListener,
  type PortSet,
  type PortState,
  startCounters,
} from './port.ts';

/** How `LinuxPorts` are made. */
export type LinuxPortsOptions = {
  /** How many threads move frames; unless said one less than there are processors, 1 to 4. */
  readonly threads?: number;
  /** Bytes of the ring of each thread and direction: a power of two; 4 MiB unless said. */
  readonly ringBytes?: number;
};

/**
 * How long frames are looked for after the last ones, before a message of the thread is asked for: that costs as much as
 * fifty frames, on both sides, and frames that come a little apart would each take one.
 */
const LINGER_MS = 0.2;

const NO_DROPS: Drops = { receiveDrops: 0, sendDrops: 0 };

type LinuxPort = {
  readonly name: string;
  readonly thread: Thread;
  state: PortState;
  readonly counters: ReturnType<typeof startCounters>;
  /** What was lost on the other side. */
  drops: Drops;
};

/** A thread that moves frames, seen from here. */
class Thread {
  readonly ready: Promise<void>;
  readonly closed: Promise<void>;
  ports = 0;
  readonly received: FrameRing;
  readonly toSend: FrameRing;
  readonly #channel: MessagePort;
  readonly #worker: Worker;
  #wake = -1;
  #wantsWake = false;

  constructor(ringBytes: number, report: (report: Report) => void, failed: (error: unknown) => void) {
    const rings = [0, 1].map(() => new SharedArrayBuffer(FrameRing.bytes(ringBytes))) as [
      SharedArrayBuffer,
      SharedArrayBuffer,
    ];
    this.received = new FrameRing(rings[0], 0, ringBytes);
    this.toSend = new FrameRing(rings[1], 0, ringBytes);
    this.received.sleep();
    const { port1, port2 } = new MessageChannel();
    this.#channel = port1;
    const workerData: WorkerData = { channel: port2, received: rings[0], toSend: rings[1], ringBytes };
    this.#worker = startWorker(workerData);
    let becomeReady = () => {};
    let becomeClosed = () => {};
    let refuse = (_: unknown) => {};
    this.ready = new Promise((resolve, reject) => {
      becomeReady = resolve;
      refuse = reject;
    });
    // Whoever adds a port hears of it.
    this.ready.catch(() => {});
    this.closed = new Promise((resolve) => {
      becomeClosed = resolve;
    });
    this.#worker.on('error', (error) => {
      refuse(error);
      failed(error);
    });
    this.#worker.on('exit', () => becomeClosed());
    port1.on('message', (message: Report) => {
      if (message.kind === 'ready') {
        this.#wake = message.wake;
        becomeReady();
      } else report(message);
    });
  }

  tell(command: Command): void {
    this.#channel.postMessage(command);
    this.wake();
  }

  wake(): void {
    tryCall('write', this.#wake, int32(1, 0), 8);
  }

  /** Puts a frame into the ring; the thread is woken with the next `flush`. */
  send(port: number, frame: Uint8Array): boolean {
    const place = this.toSend.reserve(port, frame.length, 0n);
    if (place === undefined) return false;
    place.set(frame);
    if (this.toSend.commit(frame.length)) this.#wantsWake = true;
    return true;
  }

  flush(): void {
    if (!this.#wantsWake) return;
    this.#wantsWake = false;
    this.wake();
  }
}

/** Starts the thread: as it was bundled, or from source, which takes the loader of TypeScript along. */
function startWorker(workerData: WorkerData): Worker {
  const options = { workerData, transferList: [workerData.channel], name: 'ports' };
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL('./packet-worker.js', import.meta.url), options);
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'));
  const file = JSON.stringify(new URL('./linux/packet-worker.ts', import.meta.url).href);
  const code = `import(${loader}).then(({ register }) => { register(); return import(${file}); })`;
  return new Worker(code, { ...options, eval: true });
}

/** Ports over network interfaces. */
export class LinuxPorts implements PortSet {
  readonly #threads: Thread[] = [];
  readonly #most: number;
  readonly #ringBytes: number;
  readonly #ports = new Map<number, LinuxPort>();
  /** Who waits for an interface to be opened or closed. */
  readonly #answers = new Map<number, (report: Report) => void>();
  readonly #listeners: PortListener[] = [];
  #first = 0;
  #lastFrames = 0;

  constructor(options: LinuxPortsOptions = {}) {
    this.#most = options.threads ?? Math.max(1, Math.min(4, availableParallelism() - 1));
    this.#ringBytes = options.ringBytes ?? 1 << 22;
  }

  /**
   * Adds a port over an interface.
   * @throws PortError when the number is taken, the interface is not there, or opening it is not allowed.
   */
  async add(port: number, name: string): Promise<void> {
    if (this.#ports.has(port) || this.#answers.has(port))
      throw new PortError('taken', `port ${port} is there already`);
    const thread = this.#leastLoaded();
    thread.ports++;
    try {
      const report = await this.#ask(thread, port, { kind: 'add', port, name });
      if (report.kind === 'refused') throw new PortError(report.reason, report.message);
      if (report.kind !== 'added')
        throw new PortError('environment', `interface ${name} could not be opened`);
      this.#ports.set(port, {
        name,
        thread,
        state: report.state,
        counters: startCounters(),
        drops: NO_DROPS,
      });
    } catch (error) {
      thread.ports--;
      throw error;
    }
  }

  /** Removes a port; frames that wait are sent before. */
  async remove(port: number): Promise<void> {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    this.#ports.delete(port);
    found.thread.ports--;
    await this.#ask(found.thread, port, { kind: 'remove', port });
  }

  async #ask(thread: Thread, port: number, command: Command): Promise<Report> {
    const answer = new Promise<Report>((resolve) => this.#answers.set(port, resolve));
    try {
      await thread.ready;
      thread.tell(command);
      return await answer;
    } finally {
      this.#answers.delete(port);
    }
  }

  #leastLoaded(): Thread {
    const idle = this.#threads.find(({ ports }) => ports === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < this.#most) {
      const thread = new Thread(
        this.#ringBytes,
        (report) => this.#hear(report),
        (error) => this.#lose(thread, error),
      );
      this.#threads.push(thread);
      return thread;
    }
    return this.#threads.reduce((least, one) => (one.ports < least.ports ? one : least));
  }

  #hear(report: Report): void {
    switch (report.kind) {
      case 'added':
      case 'refused':
      case 'removed':
        this.#answers.get(report.port)?.(report);
        break;
      case 'frames':
        for (const listener of this.#listeners) listener.frames?.();
        break;
      case 'state':
        this.#setState(report.port, report.state, report.drops);
        break;
      case 'gone':
        this.#fail(report.port, report.message);
        break;
      default:
        break;
    }
  }

  #setState(port: number, state: PortState, drops: Drops): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    found.drops = drops;
    if (found.state === state) return;
    found.state = state;
    for (const listener of this.#listeners) listener.state?.(port, state);
  }

  #fail(port: number, message: string): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    const [was] = this.ports().filter((one) => one.port === port);
    found.thread.ports--;
    this.#ports.delete(port);
    for (const listener of this.#listeners) if (was !== undefined) listener.failed?.(was, message);
  }

  /** A thread ended by a mistake of ours: its ports are gone. */
  #lose(thread: Thread, error: unknown): void {
    this.#threads.splice(this.#threads.indexOf(thread), 1);
    const message = `the thread of its interface ended: ${error instanceof Error ? error.message : error}`;
    for (const [port, found] of [...this.#ports]) if (found.thread === thread) this.#fail(port, message);
    for (const [port, answer] of [...this.#answers])
      answer({ kind: 'refused', port, reason: 'environment', message });
  }

  receive(limit: number, take: FrameTaker): number {
    let count = 0;
    for (let turn = 0; turn < this.#threads.length && count < limit; turn++) {
      // Beginning with another thread each time, so that none starves.
      const thread = this.#threads[(this.#first + turn) % this.#threads.length];
      count +=
        thread?.received.read(limit - count, (port, frame, time) => {
          const found = this.#ports.get(port);
          if (found === undefined) return;
          found.counters.receivedFrames++;
          found.counters.receivedBytes += frame.length;
          take(port, frame, time);
        }) ?? 0;
    }
    this.#first++;
    if (count === 0) this.#sleep();
    else this.#lastFrames = performance.now();
    return count;
  }

  /** Asks to be told of the next frame; of one that came in between, at once. */
  #sleep(): void {
    const lingers = performance.now() - this.#lastFrames < LINGER_MS;
    if (!lingers && this.#threads.map(({ received }) => received.sleep()).every((it) => it)) return;
    setImmediate(() => {
      for (const listener of this.#listeners) listener.frames?.();
    });
  }

  send(port: number, frame: Uint8Array): void {
    const found = this.#ports.get(port);
    if (found === undefined) return;
    if (found.state === 'down' || !found.thread.send(port, frame)) {
      found.counters.sendDrops++;
      return;
    }
    found.counters.sentFrames++;
    found.counters.sentBytes += frame.length;
  }

  flush(): void {
    for (const thread of this.#threads) thread.flush();
  }

  ports(): readonly PortInfo[] {
    return [...this.#ports].map(([port, { name, state, counters, drops }]) => ({
      port,
      name,
      state,
      counters: {
        ...counters,
        receiveDrops: counters.receiveDrops + drops.receiveDrops,
        sendDrops: counters.sendDrops + drops.sendDrops,
        sentFrames: counters.sentFrames - drops.sendDrops,
      },
    }));
  }

  listen(listener: PortListener): void {
    this.#listeners.push(listener);
    // Frames may have come before.
    setImmediate(() => listener.frames?.());
  }

  async close(): Promise<void> {
    this.#ports.clear();
    await Promise.all(
      this.#threads.splice(0).map(async (thread) => {
        await thread.ready.catch(() => {});
        thread.tell({ kind: 'close' });
        await thread.closed;
      }),
    );
  }
}
