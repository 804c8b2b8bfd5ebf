/** The settings of health, load, admission and selection as the engines take them: times in milliseconds, readings named. */

import { ADMISSION_DEFAULTS, type AdmissionConfig, checkAdmissionConfig } from '../admission/index.ts';
import type { FailurePolicy, HealthConfig } from '../health/index.ts';
import type { LoadConfig } from '../load/index.ts';
import { primeUpTo, type SelectionConfig } from '../selection/index.ts';
import type { ConfigProblem } from './references.ts';
import type { Config, ServiceConfig } from './schema.ts';

/** Of p4/include/sizes.p4: places of a group, and of all together. */
const GROUP_PLACES = 1024;
const ALL_PLACES = 16_384;

const milliseconds = (seconds: number) => Math.round(1000 * seconds);

/** What the failure detector takes; undefined where no agents are heard. */
export function healthSettings({ health }: Config): HealthConfig | undefined {
  if (health === undefined) return undefined;
  return {
    period: milliseconds(health.every),
    misses: health.misses,
    rise: health.rise,
    slowStart: milliseconds(health['slow-start']),
    applicationGrace: milliseconds(health['application-grace']),
    plannedFailure: health['planned-failure'],
  };
}

/** What the load manager takes. */
export function loadSettings({ load }: Config): LoadConfig {
  const { readings } = load;
  return {
    period: milliseconds(load.every),
    misses: load.misses,
    halfLife: milliseconds(load['half-life']),
    capacity: load.capacity,
    combine: { by: load.by, weights: load.weights, idle: load.idle },
    forecast: {
      samples: load.samples,
      horizon: load.horizon,
      readings: {
        window: readings.window,
        errorTerm: readings['error-term'],
        error: readings.error,
        compared: readings.compared,
      },
    },
  };
}

/** SA2C for one service. */
export type AdmissionSettings = {
  readonly isEnabled: boolean;
  readonly engine: AdmissionConfig;
  readonly by: 'estimate' | 'measured';
  /** The probability while nothing decides it. */
  readonly standing: number;
  /** No probability of a class is greater. */
  readonly most: { readonly new_session: number; readonly established: number };
};

/** The settings of all services, with what is otherwise for one. */
export function admissionSettings(config: Config, { admission: own = {} }: ServiceConfig): AdmissionSettings {
  const { admission: all } = config;
  const both = { ...all, ...defined(own) };
  const readings = { ...all.readings, ...own.readings };
  const most = { ...all.most, ...own.most };
  const { readings: usual, ...usually } = ADMISSION_DEFAULTS;
  return {
    isEnabled: both.enabled,
    by: both.by ?? 'estimate',
    standing: both.new,
    most: { new_session: most['new-session'] ?? 1, established: most.established ?? 1 },
    engine: {
      alpha: both.alpha ?? usually.alpha,
      t1: both.t1 ?? usually.t1,
      t2: both.t2 ?? usually.t2,
      t3: both.t3 ?? usually.t3,
      capacity: both.capacity ?? usually.capacity,
      firstInterval: time(both['first-interval'], usually.firstInterval),
      intervalFloor: time(both['interval-floor'], usually.intervalFloor),
      readings: {
        clusterLoad: readings['cluster-load'] ?? usual.clusterLoad,
        variance: readings.variance ?? usual.variance,
        branches: readings.branches ?? usual.branches,
        f: readings.f ?? usual.f,
        critical: readings.critical ?? usual.critical,
        interval: readings.interval ?? usual.interval,
        thresholds: readings.thresholds ?? usual.thresholds,
      },
    },
  };
}

/**
 * How a service chooses among its servers. Unless said there is a prime number of places: switches take a CRC modulo the
 * places, and a CRC is linear, so that with a power of two the ports of a client, one after the other, may miss a server.
 */
export function selectionSettings(config: Config, { selection: own = {} }: ServiceConfig): SelectionConfig {
  const sharing = config.services.filter(({ mode }) => mode !== 'hand-over').length;
  const most = Math.min(GROUP_PLACES, Math.floor(ALL_PLACES / Math.max(1, sharing)));
  const usual = primeUpTo(Math.max(2, most));
  return {
    policy: own.policy ?? config.selection.policy,
    places: own.places ?? config.selection.places ?? usual,
    capacity: config.load.capacity,
  };
}

/** What becomes of a service's sessions when a server fails. */
export function failurePolicy(service: ServiceConfig): FailurePolicy {
  return defined(service['on-failure'] ?? {});
}

/** Thresholds and intervals that do not fit together. */
export function checkEngines(config: Config): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const told = new Set<string>();
  for (const [index, service] of config.services.entries()) {
    const path = service.admission === undefined ? ['admission'] : ['services', index, 'admission'];
    for (const message of checkAdmissionConfig(admissionSettings(config, service).engine)) {
      if (service.admission === undefined && told.has(message)) continue;
      told.add(message);
      problems.push({ path, message });
    }
  }
  return problems;
}

function time(seconds: number | undefined, usual: number): number {
  return seconds === undefined ? usual : milliseconds(seconds);
}

/** Without what is written as undefined, so that it hides nothing. */
function defined<T extends object>(settings: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key of Object.keys(settings)) {
    if (!isKeyOf(key, settings)) continue;
    const value = settings[key];
    if (isDefined(value)) kept[key] = value;
  }
  return kept;
}

function isKeyOf<T extends object>(key: PropertyKey, of: T): key is keyof T {
  return Object.hasOwn(of, key);
}

function isDefined<T>(value: T): value is Exclude<T, undefined> {
  return value !== undefined;
}
