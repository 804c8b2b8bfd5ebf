/** The failure detector: the paper's figure 7 and what its prose adds, on a clock of our own. */

import test from 'ava';
import fc from 'fast-check';
import { AVAILABILITY_FLAGS, type AvailabilityFlag } from '../../wire/monitoring/index.ts';
import {
  fateOfSessions,
  HEALTH_DEFAULTS,
  type HealthConfig,
  healthStep,
  readiness,
  type ServerHealth,
  sequenceStep,
  startHealth,
  takesSessions,
} from './index.ts';

/** A server and what was said about it. */
function watch(config: HealthConfig = HEALTH_DEFAULTS) {
  let health: ServerHealth = startHealth(0);
  let sequence = 0;
  const apply = (step: ReturnType<typeof healthStep>) => {
    health = step.health;
    return step.effects.map((effect) =>
      effect.kind === 'admit' ? 'admit' : `${effect.kind} ${effect.reason}`,
    );
  };
  return {
    hear: (now: number, flag: AvailabilityFlag = 'available', timestamp = 0, number = sequence) => {
      sequence = (number + 1) % 65_536;
      return apply(
        healthStep(
          health,
          { kind: 'message', now, message: { identity: 1, sequence: number, flag, timestamp } },
          config,
        ),
      );
    },
    tick: (now: number) => apply(healthStep(health, { kind: 'tick', now }, config)),
    get health() {
      return health;
    },
  };
}

test('n·d of silence is a failure, and not a millisecond less', (t) => {
  const server = watch();
  t.deepEqual(server.hear(1000), []);
  t.is(server.health.status.kind, 'up');
  t.deepEqual(server.tick(3999), []);
  t.deepEqual(server.tick(4000), ['withdraw silent', 'release-sessions silent']);
  t.deepEqual(server.health.status, { kind: 'failed', reason: 'silent' });
  t.deepEqual(server.tick(9000), []);
});

test('a server that was never heard takes sessions until n·d are over', (t) => {
  const server = watch();
  t.true(takesSessions(server.health));
  t.deepEqual(server.tick(2999), []);
  t.deepEqual(server.tick(3000), ['withdraw silent', 'release-sessions silent']);
});

test('two lost messages are counted, and no failure', (t) => {
  const server = watch();
  server.hear(0, 'available', 0, 65_534);
  server.hear(2900, 'available', 0, 1); // 65,535 and 0 were lost
  t.deepEqual(server.tick(3000), []);
  t.is(server.health.lost, 2);
  t.is(server.health.received, 2);
});

test('what comes late changes nothing; an agent that begins anew is heard', (t) => {
  const server = watch();
  server.hear(0, 'application-unavailable', 0, 500);
  server.hear(10, 'available', 0, 499);
  server.hear(11, 'available', 0, 498);
  t.is(server.health.status.kind, 'application-down');
  t.deepEqual(server.hear(20, 'available', 0, 0), []);
  t.deepEqual(server.hear(30, 'available', 0, 1), ['admit']);
  t.is(server.health.lost, 0);
});

test('back up: after `rise` messages, with a slow start', (t) => {
  const server = watch();
  server.hear(0);
  server.tick(3000);
  t.deepEqual(server.hear(10_000), []);
  t.is(readiness(server.health, 10_000, HEALTH_DEFAULTS), 0);
  t.deepEqual(server.hear(11_000), ['admit']);
  t.is(readiness(server.health, 11_000, HEALTH_DEFAULTS), 0.01);
  t.is(readiness(server.health, 26_000, HEALTH_DEFAULTS), 0.5); // half of 30 s
  t.is(readiness(server.health, 99_000, HEALTH_DEFAULTS), 1);
  t.is(readiness(watch().health, 0, HEALTH_DEFAULTS), 1);
});

test('application down is not node down: no new sessions at once, its own a while later', (t) => {
  const server = watch();
  server.hear(0);
  t.deepEqual(server.hear(1000, 'application-unavailable'), ['withdraw application']);
  t.deepEqual(server.hear(2000, 'application-unavailable'), []);
  t.deepEqual(server.tick(3999), []);
  t.deepEqual(server.hear(4000, 'application-unavailable'), ['release-sessions application']);
  t.deepEqual(server.hear(5000, 'application-unavailable'), []);
  t.is(server.health.status.kind, 'application-down');
  // Then the node goes silent: its sessions were released already.
  t.deepEqual(server.tick(8000), []);
  t.is(server.health.status.kind, 'failed');
});

test('an application that is back within its grace keeps its sessions', (t) => {
  const server = watch();
  server.hear(0);
  server.hear(1000, 'application-unavailable');
  t.deepEqual(server.hear(2000), []);
  t.deepEqual(server.hear(3000), ['admit']);
});

test('a planned failure drains until its time', (t) => {
  const server = watch();
  server.hear(0);
  t.deepEqual(server.hear(1000, 'planned-failure', 60), ['withdraw planned']);
  for (let now = 2000; now < 60_000; now += 1000) t.deepEqual(server.hear(now, 'planned-failure', 60), []);
  t.deepEqual(server.tick(59_999), []);
  t.deepEqual(server.tick(60_000), ['release-sessions planned']);
  t.deepEqual(server.hear(60_500, 'planned-failure', 60), []);
  t.deepEqual(server.health.status, { kind: 'failed', reason: 'planned' });
});

test('a plan can be moved and taken back; one in the past is a failure; figure 7 makes it one at once', (t) => {
  const server = watch();
  server.hear(0);
  server.hear(1000, 'planned-failure', 60);
  server.hear(1500, 'planned-failure', 90);
  t.deepEqual(server.health.status, { kind: 'draining', failsAt: 90_000 });
  t.deepEqual(server.hear(2000), ['admit']);
  t.is(readiness(server.health, 2000, HEALTH_DEFAULTS), 1);
  t.deepEqual(server.hear(3000, 'planned-failure', 2), ['withdraw planned', 'release-sessions planned']);
  const literal = watch({ ...HEALTH_DEFAULTS, plannedFailure: 'crash' });
  t.deepEqual(literal.hear(0, 'planned-failure', 60), ['withdraw planned', 'release-sessions planned']);
});

test('a draining server that goes silent has failed', (t) => {
  const server = watch();
  server.hear(0, 'planned-failure', 60);
  t.deepEqual(server.tick(3000), ['release-sessions silent']);
});

test('sessions are released once, whatever else fails before the server is back', (t) => {
  const server = watch();
  t.deepEqual(server.hear(0, 'planned-failure', 0), ['withdraw planned', 'release-sessions planned']);
  t.deepEqual(server.hear(0, 'application-unavailable'), []);
  t.deepEqual(server.hear(0, 'planned-failure', 1), []);
  t.deepEqual(server.tick(1000), []);
});

test('sequence numbers', (t) => {
  t.deepEqual(sequenceStep(undefined, 7), { kind: 'next', lost: 0 });
  t.deepEqual(sequenceStep(7, 8), { kind: 'next', lost: 0 });
  t.deepEqual(sequenceStep(65_535, 0), { kind: 'next', lost: 0 });
  t.deepEqual(sequenceStep(65_530, 4), { kind: 'next', lost: 9 });
  t.deepEqual(sequenceStep(7, 7), { kind: 'late' });
  t.deepEqual(sequenceStep(2, 65_535), { kind: 'late' });
  t.deepEqual(sequenceStep(100, 36), { kind: 'late' });
  t.deepEqual(sequenceStep(100, 35), { kind: 'restarted' });
});

test('any story: admit and withdraw take turns, sessions are released at most once before the next admit', (t) => {
  const event = fc.record({
    wait: fc.nat(2500),
    flag: fc.option(fc.constantFrom(...AVAILABILITY_FLAGS), { nil: undefined }),
    ahead: fc.nat(20),
  });
  fc.assert(
    fc.property(
      fc.array(event, { maxLength: 80 }),
      fc.constantFrom('drain', 'crash'),
      (story, plannedFailure) => {
        const server = watch({ ...HEALTH_DEFAULTS, plannedFailure });
        let now = 0;
        let takes = true;
        let released = false;
        for (const { wait, flag, ahead } of story) {
          now += wait;
          const said =
            flag === undefined
              ? server.tick(now)
              : server.hear(now, flag, Math.floor(now / 1000) + ahead - 5);
          for (const effect of said) {
            if (effect === 'admit') {
              if (takes) return false;
              takes = true;
              released = false;
            } else if (effect.startsWith('withdraw')) {
              if (!takes) return false;
              takes = false;
            } else {
              if (takes || released) return false;
              released = true;
            }
          }
          if (takes !== takesSessions(server.health)) return false;
        }
        return true;
      },
    ),
  );
  t.pass();
});

test('fates of sessions', (t) => {
  t.is(fateOfSessions('tcp', 'silent'), 'end');
  t.is(fateOfSessions('udp', 'silent'), 'move');
  t.is(fateOfSessions('udp', 'planned', { planned: 'keep' }), 'keep');
});
