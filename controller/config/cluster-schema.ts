/** The parts of moor.yaml that are about health, load, admission and selection (SARA, III.B, C, E and G). */

import { z } from 'zod';
import { ADMISSION_DEFAULTS } from '../admission/index.ts';
import { HEALTH_DEFAULTS } from '../health/index.ts';
import { LOAD_DEFAULTS } from '../load/index.ts';
import { DEFAULT_POLICY, POLICIES } from '../selection/index.ts';
import { duration, durationOrNone } from './duration.ts';

/** A default as it is written in a file, so that the reference shows it. */
const written = (milliseconds: number) => `${milliseconds / 1000}s`;
/** Timers of a controller are no finer. */
const period = duration.pipe(z.number().min(0.02).max(3600));
const fraction = z.number().min(0).max(1);
const load = z.number().min(0).max(10);

export const health = (listen: z.ZodType<string>) =>
  z
    .strictObject({
      listen: listen
        .default('0.0.0.0:9413')
        .describe('Where messages of agents are taken by UDP; port 0 takes a free one.'),
      'key-file': z
        .string()
        .optional()
        .describe(
          'File with the key shared with the agents: 16 bytes or more; messages without it do not count.',
        ),
      bare: z
        .boolean()
        .default(false)
        .describe(
          "Take the paper's messages, without authentication: whoever reaches the port can fail servers.",
        ),
      'clock-tolerance': duration
        .pipe(z.number().min(0.1).max(3600))
        .prefault('30s')
        .describe("How far an agent's clock may be off."),
      every: period
        .prefault(written(HEALTH_DEFAULTS.period))
        .describe('d: agents send an availability message each so often.'),
      misses: z
        .int()
        .min(1)
        .max(1000)
        .default(HEALTH_DEFAULTS.misses)
        .describe('n: after n·d of silence a server has failed.'),
      rise: z
        .int()
        .min(1)
        .max(1000)
        .default(HEALTH_DEFAULTS.rise)
        .describe('Messages in a row that bring a server back.'),
      'slow-start': durationOrNone
        .prefault(written(HEALTH_DEFAULTS.slowStart))
        .describe('A server that is back has its full part of new sessions after so long; 0: at once.'),
      'application-grace': durationOrNone
        .prefault(written(HEALTH_DEFAULTS.applicationGrace))
        .describe('An application that is down for so long has lost its sessions.'),
      'planned-failure': z
        .enum(['drain', 'crash'])
        .default(HEALTH_DEFAULTS.plannedFailure)
        .describe(
          'drain: no new sessions until its time, and then failed; crash: failed at once (figure 7).',
        ),
    })
    .refine((settings) => settings.bare !== (settings['key-file'] !== undefined), {
      message:
        "write 'key-file' with the file of a shared key, or 'bare: true' to take what is not authenticated",
    })
    .describe(
      'Availability of servers (SARA, III.E). Left out: no agents are heard, and servers count as up.',
    );

const forEach = (one: z.ZodOptional<z.ZodNumber>) =>
  z.strictObject({ cpu: one, memory: one, networkBuffers: one, ioQueue: one, backlog: one });

export const loadSettings = z
  .strictObject({
    every: period
      .prefault(written(LOAD_DEFAULTS.period))
      .describe('δ: agents send a load vector each so often, and members are published.'),
    misses: z
      .int()
      .min(1)
      .max(1000)
      .default(LOAD_DEFAULTS.misses)
      .describe('After so many δ of silence a load monitor has failed.'),
    'half-life': duration
      .prefault(written(LOAD_DEFAULTS.halfLife))
      .describe('Then the room that was expected halves each so often.'),
    capacity: load.min(0.01).default(LOAD_DEFAULTS.capacity).describe('The load of a server without room.'),
    by: z
      .enum(['greatest', 'mean'])
      .default(LOAD_DEFAULTS.combine.by)
      .describe("A vector's load: its greatest component, or the weighted mean."),
    weights: forEach(z.number().min(0).max(1000).optional())
      .prefault({})
      .describe('How much each component counts; 1 unless said, 0 to leave it out.'),
    idle: forEach(z.number().min(0).max(0.99).optional())
      .prefault({})
      .describe('What a component is when the server has no session; 0 unless said. It is taken off.'),
    samples: z
      .int()
      .min(2)
      .max(1000)
      .default(LOAD_DEFAULTS.forecast.samples)
      .describe('T: samples in the history that a forecast is made of (equation 5).'),
    horizon: z
      .number()
      .positive()
      .max(1000)
      .default(LOAD_DEFAULTS.forecast.horizon)
      .describe('How many samples ahead the forecast is for.'),
    readings: z
      .strictObject({
        window: z.enum(['sliding', 'tumbling']).default(LOAD_DEFAULTS.forecast.readings.window),
        'error-term': z.enum(['none', 'plus', 'minus']).default(LOAD_DEFAULTS.forecast.readings.errorTerm),
        error: z.enum(['clamped', 'literal']).default(LOAD_DEFAULTS.forecast.readings.error),
        compared: z.enum(['damped', 'forecast']).default(LOAD_DEFAULTS.forecast.readings.compared),
      })
      .prefault({})
      .describe('How equations (5) to (9) are read: docs/design/shell.md.'),
  })
  .describe('Load of servers (SARA, III.G), from the vectors of their agents.');

const { readings } = ADMISSION_DEFAULTS;
const selectionReadings = z
  .strictObject({
    'cluster-load': z.enum(['normalized', 'literal']),
    variance: z.enum(['population', 'sample']),
    branches: z.enum(['prose', 'literal']),
    f: z.enum(['falling', 'like-g']),
    critical: z.enum(['rising', 'maximised']),
    interval: z.enum(['recovering', 'literal']),
    thresholds: z.enum(['excess', 'literal', 'fixed']),
  })
  .partial()
  .describe(
    `How equations (1) to (4) are read: docs/design/sa2c.md. Unless said: ${Object.entries(readings)
      .map(([name, value]) => `${kebab(name)} ${value}`)
      .join(', ')}.`,
  );

const admissionParts = {
  alpha: fraction.describe(`α of equation (1). Unless said: ${ADMISSION_DEFAULTS.alpha}.`),
  t1: load.describe(`T1: up to this load all is let in. Unless said: ${ADMISSION_DEFAULTS.t1}.`),
  t2: load.describe(`T2: above it no new session is. Unless said: ${ADMISSION_DEFAULTS.t2}.`),
  t3: load.describe(
    `T3: above it packets of established sessions are refused too. Unless said: ${ADMISSION_DEFAULTS.t3}.`,
  ),
  capacity: load.describe(`C: from here on nothing is let in. Unless said: ${ADMISSION_DEFAULTS.capacity}.`),
  'first-interval': period.describe(
    `T_0 of equation (3), between two decisions. Unless said: ${written(ADMISSION_DEFAULTS.firstInterval)}.`,
  ),
  'interval-floor': period.describe(
    `No interval is shorter. Unless said: ${written(ADMISSION_DEFAULTS.intervalFloor)}.`,
  ),
  by: z
    .enum(['estimate', 'measured'])
    .describe('Decide by forecast loads, or by measured ones. Unless said: estimate.'),
  readings: selectionReadings,
  most: z
    .strictObject({
      'new-session': fraction.optional(),
      established: fraction.optional(),
    })
    .describe('No probability of a class is greater: established: 0 never refuses a packet of one.'),
};

export const admission = z.strictObject({
  enabled: z.boolean().default(false).describe('Whether SA2C decides; false: nothing is refused.'),
  new: fraction
    .default(0)
    .describe(
      'With enabled: true, the probability that a new session is refused until loads of servers are known.',
    ),
  ...z.strictObject(admissionParts).partial().shape,
});

export const serviceAdmission = z
  .strictObject({ enabled: z.boolean(), new: fraction, ...admissionParts })
  .partial()
  .describe('What of admission is otherwise for this service.');

export const selection = z
  .strictObject({
    policy: z.enum(POLICIES).default(DEFAULT_POLICY).describe('docs/design/shell.md has what each does.'),
    places: z
      .int()
      .min(2)
      .max(1024)
      .optional()
      .describe(
        "The sum of a service's weights: best a prime number. Unless said: 1021, or less where services share the switch's 16,384.",
      ),
  })
  .describe('Which servers new sessions go to, of those that an agent tells of.');

export const serviceSelection = z
  .strictObject({ policy: z.enum(POLICIES), places: z.int().min(2).max(1024) })
  .partial()
  .describe('What of selection is otherwise for this service.');

const fate = z.enum(['end', 'move', 'keep']).optional();
export const onFailure = z
  .strictObject({
    silent: fate.describe('Nothing was heard of the server for n·d.'),
    application: fate.describe('Its application is down for longer than the grace.'),
    planned: fate.describe('The time of its planned failure has come.'),
  })
  .describe(
    'What becomes of sessions of a server that fails. end: their entries go; move: another server gets them; keep: they stay. Unless said: UDP moves, others end.',
  );

function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
