/** The system calls that ports need, through libc. 64-bit Linux. */

import koffi from 'koffi';
import { PortError } from '../port.ts';

/** What a call takes: numbers, addresses, bytes that it reads or writes. */
type Argument = number | bigint | Uint8Array | null;

/** A call that came back with an error. */
export class SystemCallError extends Error {
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call} failed with ${code}`);
    this.name = 'SystemCallError';
    this.code = code;
  }
}

const DEFINITIONS = {
  socket: 'int socket(int, int, int)',
  bind: 'int bind(int, void *, uint)',
  setsockopt: 'int setsockopt(int, int, int, void *, uint)',
  getsockopt: 'int getsockopt(int, int, int, _Inout_ void *, _Inout_ void *)',
  ioctl: 'int ioctl(int, ulong, _Inout_ void *)',
  mmap: 'void *mmap(void *, size_t, int, int, int, int64_t)',
  munmap: 'int munmap(void *, size_t)',
  poll: 'int poll(_Inout_ void *, ulong, int)',
  read: 'int64_t read(int, _Out_ void *, size_t)',
  write: 'int64_t write(int, void *, size_t)',
  recv: 'int64_t recv(int, void *, size_t, int)',
  sendmmsg: 'int sendmmsg(int, void *, uint, int)',
  sendto: 'int64_t sendto(int, void *, size_t, int, void *, uint)',
  close: 'int close(int)',
} as const;

type Name = keyof typeof DEFINITIONS;

type Call = (...values: Argument[]) => unknown;

let loaded: ((name: Name) => Call) | undefined;

function load(): (name: Name) => Call {
  if (loaded !== undefined) return loaded;
  if (process.platform !== 'linux' || !['x64', 'arm64', 'riscv64', 'loong64'].includes(process.arch)) {
    throw new PortError(
      'environment',
      `network interfaces as ports need 64-bit Linux, not ${process.platform} on ${process.arch}: use pcap: ports`,
    );
  }
  const libc = koffi.load('libc.so.6');
  const calls = new Map<string, Call>();
  for (const [name, definition] of Object.entries(DEFINITIONS)) calls.set(name, libc.func(definition));
  loaded = (name) => calls.get(name) ?? (() => -1);
  return loaded;
}

const NAMES = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));

/** The name of the last error of this thread. */
export function lastError(): string {
  const number = koffi.errno();
  return NAMES.get(number) ?? `error ${number}`;
}

/** Calls; −1 comes back as it is. */
export function tryCall(name: Name, ...values: Argument[]): number {
  const result = load()(name)(...values);
  return typeof result === 'bigint' ? Number(result) : typeof result === 'number' ? result : -1;
}

/** Calls. @throws SystemCallError for −1. */
export function call(name: Name, ...values: Argument[]): number {
  const result = tryCall(name, ...values);
  if (result === -1) throw new SystemCallError(name, lastError());
  return result;
}

/** Memory outside of JavaScript's. */
export type Mapping = { readonly address: bigint; readonly bytes: Uint8Array<ArrayBuffer> };

const PROT_READ_WRITE = 3;
const MAP_SHARED = 1;
const MAP_PRIVATE_ANONYMOUS = 0x22;

/** Maps memory of a file descriptor, from an offset there, or without one new memory. */
export function mapMemory(length: number, descriptor = -1, offset = 0): Mapping {
  const flags = descriptor === -1 ? MAP_PRIVATE_ANONYMOUS : MAP_SHARED;
  const address = load()('mmap')(null, length, PROT_READ_WRITE, flags, descriptor, offset);
  if (typeof address !== 'bigint' || address === 2n ** 64n - 1n)
    throw new SystemCallError('mmap', lastError());
  return { address, bytes: new Uint8Array(koffi.view(address, length)) };
}

/** Gives mapped memory back; nothing may look at it any more. */
export function unmapMemory({ address, bytes }: Mapping): void {
  tryCall('munmap', address, bytes.length);
}

/** Calls back, in the event loop, when a descriptor is readable, or has an error, which ends it. */
export function whenReadable(descriptor: number, call: () => void): ReturnType<typeof koffi.node.poll> {
  return koffi.node.poll(descriptor, { readable: true }, call);
}

/** A `struct pollfd`. */
export function pollRequest(descriptor: number, events: number): Uint8Array {
  const request = new Uint8Array(8);
  const view = new DataView(request.buffer);
  view.setInt32(0, descriptor, true);
  view.setInt16(4, events, true);
  return request;
}

/** A C `int` as bytes. */
export function int32(...values: readonly number[]): Uint8Array {
  return new Uint8Array(Int32Array.from(values).buffer);
}
