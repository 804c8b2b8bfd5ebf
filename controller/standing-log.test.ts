/** What operators read of switches: each trouble once, in words. */

import test from 'ava';
import { pino } from 'pino';
import { StandingLog } from './standing-log.ts';
import type { SwitchStanding } from './switches/index.ts';

const READY: SwitchStanding = {
  kind: 'ready',
  lastReconcile: { seen: 3, written: 2, adopted: 1, dropped: 0, refused: [], milliseconds: 1 },
};
const REFUSED: SwitchStanding = {
  kind: 'unreachable',
  message: 'connect ECONNREFUSED ::1:9',
  retryInMs: 100,
};

test('each trouble is said once, however often it is tried again', (t) => {
  const lines: string[] = [];
  const write = (line: string) => {
    const { level, msg } = JSON.parse(line) as { level: number; msg: string };
    lines.push(`${level} ${msg}`);
  };
  const log = new StandingLog(pino({ level: 'info', base: null }, { write }));
  const again = [{ kind: 'connecting' }, REFUSED] as const;
  for (const one of [...again, ...again, ...again]) log.say('edge', one);
  for (const one of [{ kind: 'connecting' }, { kind: 'reconciling' }, READY, REFUSED] as const)
    log.say('edge', one);
  log.say('edge', { kind: 'backup', primary: 7n });
  log.say('other', REFUSED);
  const unreachable = 'unreachable: connect ECONNREFUSED ::1:9; it is tried again until it answers';
  t.deepEqual(lines, [
    '30 switch edge: connecting',
    `40 switch edge: ${unreachable}`,
    '30 switch edge: ready: of 3 entries 1 were taken over and 0 removed, 2 were written',
    `40 switch edge: ${unreachable}`,
    '30 switch edge: backup: another controller is primary, with the election id 7',
    `40 switch other: ${unreachable}`,
  ]);
});
