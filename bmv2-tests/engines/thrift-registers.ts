/**
 * Puts zeros into registers of BMv2's simple_switch by its Thrift service, which is where it lets registers be written: its
 * P4Runtime server has none. One call of Thrift's binary protocol, multiplexed, strict:
 *
 *     0x80 01 00 01 (version, call)  "standard:bm_register_write_range"  sequence: i32
 *     field 1, i32: context  field 2, string: name of the array  field 3, i32: first cell  field 4, i32: behind the last
 *     field 5, i64: value  0 (end)
 *
 * and the answer: version, 2 for a reply and 3 for an exception, name, sequence, fields; a reply without fields is success.
 * Its bm_register_reset makes all cells anew, which takes a third as long as loading the program.
 */

import { connect, type Socket } from 'node:net';

const METHOD = 'bm_register_write_range';
const SERVICE = 'standard';
const CALL = 0x80010001;
const REPLY = 0x80010002;
const [TYPE_END, TYPE_I32, TYPE_I64, TYPE_STRING] = [0, 8, 10, 11];
const TIMEOUT_MS = 30_000;

type Register = { readonly name: string; readonly size: number };

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function text(value: string): Buffer {
  return Buffer.concat([i32(Buffer.byteLength(value)), Buffer.from(value)]);
}

function field(type: number, id: number): Buffer {
  return Buffer.from([type, id >> 8, id & 0xff]);
}

function zerosCall({ name, size }: Register): Buffer {
  return Buffer.concat([
    ...[i32(CALL), text(`${SERVICE}:${METHOD}`), i32(0)],
    ...[field(TYPE_I32, 1), i32(0)],
    ...[field(TYPE_STRING, 2), text(name)],
    ...[field(TYPE_I32, 3), i32(0)],
    ...[field(TYPE_I32, 4), i32(size)],
    ...[field(TYPE_I64, 5), Buffer.alloc(8), Buffer.from([TYPE_END])],
  ]);
}

/** What a success is: no field in the result. */
const SUCCESS = Buffer.concat([i32(REPLY), text(METHOD), i32(0), Buffer.from([TYPE_END])]);

/**
 * Puts zeros into all cells of some arrays, one after another.
 * @param port Of Thrift, on this machine.
 * @returns Whether it was done: false where nobody listens there, which is so of a switch that was built without Thrift.
 * @throws Error where the switch refuses, or does not answer.
 */
export async function clearRegisters(port: number, registers: readonly Register[]): Promise<boolean> {
  const socket = await open(port);
  if (socket === undefined) return false;
  try {
    for (const register of registers) await clear(socket, register);
    return true;
  } finally {
    socket.destroy();
  }
}

function open(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, noDelay: true });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}

function clear(socket: Socket, register: Register): Promise<void> {
  return new Promise((resolve, reject) => {
    let got = Buffer.alloc(0);
    const end = (problem?: Error) => {
      socket.removeAllListeners();
      socket.setTimeout(0);
      if (problem === undefined) resolve();
      else reject(problem);
    };
    const fail = (why: string) => end(new Error(`register '${register.name}' was not cleared: ${why}`));
    socket.on('data', (part: Buffer) => {
      got = Buffer.concat([got, part]);
      const enough = Math.min(got.length, SUCCESS.length);
      if (!got.subarray(0, enough).equals(SUCCESS.subarray(0, enough)))
        fail(`the switch answered ${got.toString('latin1')}`);
      else if (got.length >= SUCCESS.length) end();
    });
    socket.once('error', (problem) => fail(problem.message));
    socket.once('close', () => fail('the switch closed the connection'));
    socket.setTimeout(TIMEOUT_MS, () => fail(`no answer within ${TIMEOUT_MS / 1000} s`));
    socket.write(zerosCall(register));
  });
}
