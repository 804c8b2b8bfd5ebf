/**
 * `npm run bench sessions`: a million sessions in one controller, from what the switch tells of them to the entry that is to be
 * written: flow table, entry, and what the switch is to hold. Without gRPC and the switch itself. Times are CPU time.
 */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { flowEntity } from '../../controller/pipeline/index.ts';
import { FlowTable, type Tuple } from '../../controller/sessions/index.ts';
import { DesiredState } from '../../controller/switches/desired-state.ts';

const SESSIONS = 1_000_000;
/** New sessions a second that one core is to carry; what goes over gRPC takes its part too. */
const GOAL = 10_000;
const FIRST_CLIENT = 0x20010db8_00030000_00000000_00000000n;
const VIRTUAL = 0x20010db8_01000000_00000000_00000001n;

function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Bytes that are in use, after everything else was collected. */
function memory(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const tupleOf = (index: number): Tuple => ({
  source: FIRST_CLIENT + BigInt(index),
  destination: VIRTUAL,
  sourcePort: 1024 + (index % 60_000),
  destinationPort: 80,
  protocol: 6,
});

/** Prints sessions a second and bytes a session; tells whether the goal is met. */
export async function benchSessions(): Promise<boolean> {
  const before = memory();
  const flows = new FlowTable(() => 30);
  const desired = new DesiredState();
  const begin = cpu();
  for (let index = 0; index < SESSIONS; index++) {
    const learned = { kind: 'learned', tuple: tupleOf(index), service: 1, server: 1 + (index % 8) } as const;
    for (const effect of flows.take(learned, index)) {
      if (effect.kind === 'install') desired.set(flowEntity(effect.flow.tuple, effect.flow.server, 30));
    }
  }
  const rate = SESSIONS / (cpu() - begin);
  const bytes = (memory() - before) / SESSIONS;
  if (flows.size !== SESSIONS || desired.size !== SESSIONS) throw new Error('sessions are missing');
  const number = (value: number) => Math.round(value).toLocaleString('en').padStart(10);
  process.stdout.write(
    `sessions, ${SESSIONS.toLocaleString('en')} tracked in one controller, one thread, without gRPC and the switch\n` +
      `${number(rate)} new sessions a second (goal ${GOAL.toLocaleString('en')}: ${rate >= GOAL ? 'met' : 'missed'})\n` +
      `${number(bytes)} bytes a session\n`,
  );
  return rate >= GOAL;
}
