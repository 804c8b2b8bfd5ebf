/**
 * Datagrams of agents that are broken: each is a message or a reason why not, estimates stay numbers from 0 on, and a sealed message of which
 * a bit is another one is never taken.
 */

import test from 'ava';
import { HEALTH_DEFAULTS, ServerMonitor } from '../../controller/health/index.ts';
import { COMBINE_DEFAULTS } from '../../controller/load/index.ts';
import { PROSE_FORECAST } from '../../controller/selection/index.ts';
import {
  AVAILABILITY_FLAGS,
  emitAvailability,
  emitLoadVector,
  parseMonitoring,
  seal,
} from '../../wire/monitoring/index.ts';
import type { Random } from './random.ts';
import { runCases } from './settings.ts';

const SERVERS = 4;
const KEY = Uint8Array.from({ length: 32 }, (_, index) => index);

function message(random: Random): Uint8Array {
  const head = { identity: 1 + random.below(SERVERS), sequence: random.below(65_536) };
  if (random.below(2) === 0) {
    const flag = random.pick(AVAILABILITY_FLAGS);
    return emitAvailability({ ...head, flag, timestamp: random.word() });
  }
  const part = () => random.below(65_536) / 65_535;
  const loads = { cpu: part(), memory: part(), networkBuffers: part(), ioQueue: part(), backlog: part() };
  return emitLoadVector({ ...head, timestamp: random.word(), loads });
}

function broken(bytes: Uint8Array, random: Random): Uint8Array {
  const at = random.below(bytes.length);
  switch (random.below(5)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << random.below(8)) : byte));
    case 1:
      return bytes.slice(0, at);
    case 2:
      return Uint8Array.from([...bytes, ...random.bytes(1 + random.below(40))]);
    case 3:
      return random.bytes(random.below(64));
    default:
      return Uint8Array.from([...bytes.slice(at), ...bytes.slice(0, at)]);
  }
}

test('broken datagrams of agents', async (t) => {
  const monitor = new ServerMonitor(
    Array.from({ length: SERVERS }, (_, index) => ({ server: index + 1, weight: index })),
    {
      health: HEALTH_DEFAULTS,
      load: {
        ...{ period: 1000, misses: 3, halfLife: 10_000, capacity: 1, combine: COMBINE_DEFAULTS },
        forecast: { samples: 3, horizon: 1, readings: PROSE_FORECAST },
      },
    },
    0,
  );
  let now = 0;
  let taken = 0;
  const cases = await runCases(5000, (random) => {
    now += random.below(500);
    const whole = message(random);
    const bytes = random.below(3) === 0 ? whole : broken(whole, random);
    const read = parseMonitoring(bytes, undefined);
    if (read.ok) {
      taken++;
      monitor.take(read.value, now);
    } else if (bytes === whole) throw new Error('a right message is none');
    monitor.tick(now);
    for (const load of monitor.loads(now, 'estimate', [1, 2, 3, 4])) {
      if (!Number.isFinite(load) || load < 0) throw new Error(`a load of ${load}`);
    }
    const sealed = seal(whole, BigInt(now), KEY);
    if (!parseMonitoring(sealed, KEY).ok) throw new Error('a sealed message is none');
    const forged = broken(sealed, random);
    if (Buffer.compare(forged, sealed) !== 0 && parseMonitoring(forged, KEY).ok) throw new Error('forged');
  });
  t.true(taken > cases / 4, `${taken} of ${cases}`);
});
