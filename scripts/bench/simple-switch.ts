/** BMv2's simple_switch, where MOOR_SIMPLE_SWITCH names it, with entries through the simple_switch_CLI beside it. */

import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { execa } from 'execa';
import type { FieldMatch } from '../../switch/tables/index.ts';

const hex = (bytes: Uint8Array) => `0x${Buffer.from(bytes).toString('hex')}`;

function keyText(match: FieldMatch, bytes: number): string {
  switch (match.kind) {
    case 'exact':
      return hex(match.value);
    case 'lpm':
      return `${hex(match.value)}/${match.prefixLength}`;
    case 'ternary':
      return `${hex(match.value)}&&&${hex(match.mask)}`;
    case 'range':
      return `${hex(match.low)}->${hex(match.high)}`;
    case 'any':
      return `${hex(new Uint8Array(bytes))}&&&${hex(new Uint8Array(bytes))}`;
  }
}

/** An entry as a line of its command line. @param priority Of tables that have them: there the smallest wins. */
export function entryLine(
  table: string,
  action: string,
  matches: readonly { readonly match: FieldMatch; readonly bytes: number }[],
  values: readonly bigint[],
  priority: number | undefined,
): string {
  const key = matches.map(({ match, bytes }) => keyText(match, bytes)).join(' ');
  const last = priority === undefined ? '' : ` ${priority}`;
  return `table_add ${table} ${action} ${key} => ${values.join(' ')}${last}`;
}

/** A switch that runs. */
export type RunningPeer = { readonly pid: number | undefined; readonly stop: () => void };

/** Starts it with a program on two interfaces as ports 0 and 1, and gives it entries. */
export async function startSimpleSwitch(
  path: string,
  json: string,
  interfaces: readonly [string, string],
  lines: readonly string[],
): Promise<RunningPeer> {
  const thrift = String(20_000 + (process.pid % 20_000));
  const ports = interfaces.flatMap((name, port) => ['-i', `${port}@${name}`]);
  const ipc = `ipc://${join(tmpdir(), `moor-bench-${process.pid}.ipc`)}`;
  const child = spawn(
    path,
    [
      '-L',
      'error',
      ...ports,
      '--thrift-port',
      thrift,
      '--device-id',
      thrift,
      '--notifications-addr',
      ipc,
      json,
    ],
    { stdio: 'ignore' },
  );
  const stop = () => void child.kill();
  try {
    const command = join(dirname(path), 'simple_switch_CLI');
    for (let turn = 0; ; turn++) {
      const said = await execa(command, ['--thrift-port', thrift], {
        input: `${lines.join('\n')}\n`,
        reject: false,
      });
      if (said.exitCode === 0 && !said.stdout.includes('Could not connect')) break;
      if (turn === 40 || child.exitCode !== null)
        throw new Error(`${path} does not take entries: ${said.stderr}`);
      await wait(500);
    }
  } catch (problem) {
    stop();
    throw problem;
  }
  return { pid: child.pid, stop };
}
