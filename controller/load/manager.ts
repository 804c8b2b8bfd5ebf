/** The load manager of the SARA paper (III.G, figure 8) for one server. Times are milliseconds since 1970. */

import type { Loads, LoadVector } from '../../wire/monitoring/index.ts';
import { sequenceStep } from '../health/sequence.ts';
import { addSample, FORECAST_DEFAULTS, type ForecastConfig, type LoadHistory } from '../selection/index.ts';
import { COMBINE_DEFAULTS, type CombineConfig, combineLoads } from './combine.ts';

export type LoadConfig = {
  /** δ: an agent sends a vector each so many milliseconds. */
  readonly period: number;
  /** After so many δ of silence the monitor has failed; 3 in the paper. */
  readonly misses: number;
  /** Then the room that was expected halves each so many milliseconds. */
  readonly halfLife: number;
  /** The load of a server without room. */
  readonly capacity: number;
  readonly combine: CombineConfig;
  readonly forecast: ForecastConfig;
};

/** moor's defaults; docs/design/health.md and docs/design/simulation.md show why. */
export const LOAD_DEFAULTS: LoadConfig = {
  period: 1000,
  misses: 3,
  halfLife: 10_000,
  capacity: 1,
  combine: COMBINE_DEFAULTS,
  forecast: FORECAST_DEFAULTS,
};

export type ServerLoad = {
  readonly history: LoadHistory | undefined;
  /** The last vector, as it came. */
  readonly vector: Loads | undefined;
  /** When the last vector came; at first, when waiting for it began. */
  readonly lastHeard: number;
  readonly sequence: number | undefined;
  readonly received: number;
  readonly lost: number;
};

/** What is known of a server's load now. */
export type LoadView = {
  readonly measured: number;
  /** What shell compares. */
  readonly estimate: number;
  /** `waiting`: no vector yet; `failed`: none for 3δ. Admission takes the loads of `speaking` monitors only. */
  readonly monitor: 'waiting' | 'speaking' | 'failed';
};

/** A server whose first vector is waited for. */
export function startLoad(now: number): ServerLoad {
  return { history: undefined, vector: undefined, lastHeard: now, sequence: undefined, received: 0, lost: 0 };
}

/** Stores a vector. One that comes late is left out: the history has no place for it. */
export function loadStep(
  before: ServerLoad,
  vector: LoadVector,
  now: number,
  config: LoadConfig,
): ServerLoad {
  const step = sequenceStep(before.sequence, vector.sequence);
  if (step.kind === 'late') return before;
  return {
    history: addSample(before.history, combineLoads(vector.loads, config.combine), config.forecast),
    vector: vector.loads,
    lastHeard: now,
    sequence: vector.sequence,
    received: before.received + 1,
    lost: before.lost + (step.kind === 'next' ? step.lost : 0),
  };
}

/**
 * The load as it is to be taken now. While nothing was heard the server counts as half full: neither the emptiest, to which all
 * would go, nor without room. When its monitor fails, the room of its last estimate halves with each half-life: the longer it
 * is silent, the fewer new sessions it gets, and when all are silent their shares stay what they were.
 */
export function loadView({ history, lastHeard }: ServerLoad, now: number, config: LoadConfig): LoadView {
  const { capacity, period, misses, halfLife } = config;
  const measured = history?.measured ?? capacity / 2;
  const estimate = history?.estimate ?? capacity / 2;
  const silent = now - lastHeard - misses * period;
  if (silent < 0) return { measured, estimate, monitor: history === undefined ? 'waiting' : 'speaking' };
  const left = 0.5 ** (silent / halfLife);
  return {
    measured,
    estimate: estimate >= capacity ? estimate : capacity - (capacity - estimate) * left,
    monitor: 'failed',
  };
}
