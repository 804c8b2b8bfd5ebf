/** The thread that moves frames between interfaces and the rings: it waits in `poll`, and never for the switch. */

import { type MessagePort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { FrameRing } from '../frame-ring.ts';
import { PortError, type PortProblem, type PortState } from '../port.ts';
import { PacketSocket } from './packet-socket.ts';
import { call, tryCall } from './system-calls.ts';

/** What the thread starts with. */
export type WorkerData = {
  readonly channel: MessagePort;
  /** The ring of frames that came in, and the ring of frames to send. */
  readonly received: SharedArrayBuffer;
  readonly toSend: SharedArrayBuffer;
  readonly ringBytes: number;
};

/** What the thread is told; a wake-up follows. */
export type Command =
  | { readonly kind: 'add'; readonly port: number; readonly name: string }
  | { readonly kind: 'remove'; readonly port: number }
  | { readonly kind: 'close' };

/** Of an interface: what does not count by frames in the rings. */
export type Drops = { readonly receiveDrops: number; readonly sendDrops: number };

/** What the thread tells. */
export type Report =
  | { readonly kind: 'ready'; readonly wake: number }
  | { readonly kind: 'frames' }
  | { readonly kind: 'added'; readonly port: number; readonly state: PortState }
  | {
      readonly kind: 'refused';
      readonly port: number;
      readonly reason: PortProblem;
      readonly message: string;
    }
  | { readonly kind: 'removed'; readonly port: number; readonly drops: Drops }
  | { readonly kind: 'state'; readonly port: number; readonly state: PortState; readonly drops: Drops }
  | { readonly kind: 'gone'; readonly port: number; readonly message: string }
  | { readonly kind: 'closed' };

const POLLIN = 1;
const EFD_CLOEXEC_NONBLOCK = 0o2004000;
/** How often links are looked at. */
const STATE_MS = 100;
const BATCH = 64;

type Open = { readonly socket: PacketSocket; state: PortState; receiveDrops: number; sendDrops: number };

function run({ channel, received, toSend, ringBytes }: WorkerData): void {
  const incoming = new FrameRing(received, 0, ringBytes);
  const outgoing = new FrameRing(toSend, 0, ringBytes);
  const sockets = new Map<number, Open>();
  const wake = call('eventfd', 0, EFD_CLOEXEC_NONBLOCK);
  const tell = (report: Report) => channel.postMessage(report);
  let polled = new Uint8Array(0);
  let running = true;
  const preparePoll = () => {
    const descriptors = [wake, ...[...sockets.values()].map(({ socket }) => socket.descriptor)];
    polled = new Uint8Array(8 * descriptors.length);
    const view = new DataView(polled.buffer);
    for (const [index, descriptor] of descriptors.entries()) {
      view.setInt32(8 * index, descriptor, true);
      view.setInt16(8 * index + 4, POLLIN, true);
    }
  };
  const drop = (port: number): Drops => {
    const open = sockets.get(port);
    open?.socket.close();
    sockets.delete(port);
    preparePoll();
    return { receiveDrops: open?.socket.receiveDrops ?? 0, sendDrops: open?.socket.sendDrops ?? 0 };
  };
  const add = (port: number, name: string) => {
    try {
      const socket = new PacketSocket(name);
      const state = socket.state() ?? 'down';
      sockets.set(port, { socket, state, receiveDrops: 0, sendDrops: 0 });
      preparePoll();
      tell({ kind: 'added', port, state });
    } catch (error) {
      const reason = error instanceof PortError ? error.reason : 'environment';
      tell({
        kind: 'refused',
        port,
        reason,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const obey = () => {
    for (let next = receiveMessageOnPort(channel); next !== undefined; next = receiveMessageOnPort(channel)) {
      // The other end of the channel is ours, and sends commands only.
      const command = next.message as Command;
      if (command.kind === 'add') add(command.port, command.name);
      else if (command.kind === 'remove')
        tell({ kind: 'removed', port: command.port, drops: drop(command.port) });
      else running = false;
    }
  };
  const look = () => {
    for (const [port, open] of sockets) {
      const state = open.socket.state();
      if (state === undefined) {
        drop(port);
        tell({
          kind: 'gone',
          port,
          message: `interface ${open.socket.name} is gone, and port ${port} with it`,
        });
        continue;
      }
      const { receiveDrops, sendDrops } = open.socket;
      if (state === open.state && receiveDrops === open.receiveDrops && sendDrops === open.sendDrops)
        continue;
      Object.assign(open, { state, receiveDrops, sendDrops });
      tell({ kind: 'state', port, state, drops: { receiveDrops, sendDrops } });
    }
  };
  const receive = (): number => {
    let count = 0;
    let sleeps = false;
    for (const [port, { socket }] of sockets) {
      count += socket.receive(BATCH, (frame, time) => {
        const place = incoming.reserve(port, frame.length, time);
        if (place === undefined) {
          socket.receiveDrops++;
          return;
        }
        place.set(frame);
        if (incoming.commit(frame.length)) sleeps = true;
      });
    }
    // Once a batch: a message costs as much as many frames.
    if (sleeps) tell({ kind: 'frames' });
    return count;
  };
  const send = (): number => {
    const count = outgoing.read(BATCH, (port, frame) => sockets.get(port)?.socket.send(frame));
    if (count > 0) for (const { socket } of sockets.values()) socket.flush();
    return count;
  };
  preparePoll();
  tell({ kind: 'ready', wake });
  let looked = performance.now();
  while (running) {
    obey();
    const busy = receive() + send();
    const now = performance.now();
    if (now - looked >= STATE_MS) {
      looked = now;
      look();
    }
    // Commands come with a wake-up, so that they are not missed by sleeping.
    if (busy > 0 || !running || !outgoing.sleep()) continue;
    waitFor(polled, STATE_MS);
    tryCall('read', wake, new Uint8Array(8), 8);
  }
  while (send() > 0);
  for (const port of [...sockets.keys()]) drop(port);
  tryCall('close', wake);
  tell({ kind: 'closed' });
  channel.close();
}

/** Waits for frames or a wake-up. */
function waitFor(polled: Uint8Array, milliseconds: number): void {
  tryCall('poll', polled, polled.length / 8, milliseconds);
}

// The thread is started with this data by `linux-ports.ts` only.
run(workerData as WorkerData);
