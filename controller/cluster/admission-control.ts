/** SA2C for each service, each at its own intervals. Times are milliseconds since 1970. */

import {
  type AdmissionState,
  decideAdmission,
  type LoadReport,
  startAdmission,
  toSwitchProbability,
} from '../admission/index.ts';
import type { AdmissionSettings } from '../config/index.ts';
import type { Refusal } from '../pipeline/index.ts';

/** What operators see of a service's admission. */
export type AdmissionView = {
  /** max(l, l_c) at the last decision; undefined before the first. */
  readonly load: number | undefined;
  readonly refusal: Refusal;
  readonly state: AdmissionState;
  readonly due: number;
};

type Controlled = {
  readonly settings: AdmissionSettings;
  readonly text: string;
  state: AdmissionState;
  load: number | undefined;
  due: number;
  refusal: Refusal;
};

const NONE: Refusal = { new_session: 0, established: 0 };

/** Keeps the state of each service. */
export class AdmissionControl {
  #services = new Map<string, Controlled>();

  /** Other services or settings. A service whose settings stay goes on. */
  configure(services: Iterable<readonly [name: string, settings: AdmissionSettings]>, now: number): void {
    const before = this.#services;
    this.#services = new Map();
    for (const [name, settings] of services) {
      const text = JSON.stringify(settings);
      const there = before.get(name);
      this.#services.set(name, there?.text === text ? there : begin(settings, text, now));
    }
  }

  refusal(service: string): Refusal {
    return this.#services.get(service)?.refusal ?? NONE;
  }

  /** Undefined for a service without admission control. */
  view(service: string): AdmissionView | undefined {
    const there = this.#services.get(service);
    if (there === undefined || !there.settings.isEnabled) return undefined;
    const { load, refusal, state, due } = there;
    return { load, refusal, state, due };
  }

  /**
   * Decides for the services whose interval is over.
   * @param report The loads of a service's servers and of its switches.
   * @returns The services whose probabilities are others now.
   */
  decide(
    now: number,
    report: (service: string, by: AdmissionSettings['by']) => LoadReport,
  ): readonly string[] {
    const changed: string[] = [];
    for (const [name, one] of this.#services) {
      if (!one.settings.isEnabled || now < one.due) continue;
      const { state, load } = decideAdmission(one.state, report(name, one.settings.by), one.settings.engine);
      one.due = now + Math.round(state.interval);
      one.state = state;
      // Nothing is known: what stood before stands.
      if (load === undefined) continue;
      one.load = load;
      const refusal = bounded(state.probabilities, one.settings);
      const isSame =
        refusal.new_session === one.refusal.new_session && refusal.established === one.refusal.established;
      if (isSame) continue;
      one.refusal = refusal;
      changed.push(name);
    }
    return changed;
  }
}

function begin(settings: AdmissionSettings, text: string, now: number): Controlled {
  const standing = settings.isEnabled ? settings.standing : 0;
  return {
    settings,
    text,
    state: startAdmission(settings.engine),
    load: undefined,
    due: now,
    refusal: bounded({ new_session: standing, established: 0 }, settings),
  };
}

function bounded(probabilities: AdmissionState['probabilities'], { most }: AdmissionSettings): Refusal {
  return {
    new_session: toSwitchProbability(Math.min(probabilities.new_session, most.new_session)),
    established: toSwitchProbability(Math.min(probabilities.established, most.established)),
  };
}
