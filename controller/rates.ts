/** What happens a second, of two overviews. No imports at run time: the command line and pages use it, too. */

import type { Overview, PortRole } from './overview.ts';

/** A second. */
export type Flow = { readonly packets: number; readonly bits: number };

export type SwitchRates = {
  readonly total: Flow;
  /** What comes in by ports of a role: from clients (`uplink`), from servers, or from both. */
  readonly byRole: Readonly<Partial<Record<PortRole, Flow>>>;
};

export type Rates = {
  /** Between the two overviews. */
  readonly seconds: number;
  /** By name. */
  readonly switches: Readonly<Record<string, SwitchRates>>;
  readonly services: Readonly<
    Record<string, { readonly admitted: number; readonly refused: number; readonly degraded: number }>
  >;
  /** By reason. */
  readonly punts: Readonly<Record<string, { readonly packets: number; readonly policed: number }>>;
  readonly handovers: number;
};

/** What happened between two overviews of one controller. What one of them does not have is left out. */
export function ratesBetween(before: Overview, after: Overview): Rates {
  const seconds = (after.at - before.at) / 1000;
  const services = new Map(before.services.map((one) => [one.name, one]));
  const punts = new Map(before.punts.map((one) => [one.reason, one]));
  const switches = new Map(before.switches.map((one) => [one.name, one]));
  return {
    seconds,
    switches: Object.fromEntries(
      after.switches.flatMap((one) => {
        const rates = switchRates(switches.get(one.name), one);
        return rates === undefined ? [] : [[one.name, rates]];
      }),
    ),
    services: Object.fromEntries(
      after.services.flatMap((one) => {
        const old = services.get(one.name);
        if (old === undefined) return [];
        const rates = {
          admitted: rate(old.admitted, one.admitted, seconds),
          refused: rate(old.refusedPackets, one.refusedPackets, seconds),
          degraded: rate(old.degradedPackets, one.degradedPackets, seconds),
        };
        return [[one.name, rates]];
      }),
    ),
    punts: Object.fromEntries(
      after.punts.map(({ reason, packets, policed }) => {
        const old = punts.get(reason);
        const rates = {
          packets: rate(old?.packets ?? 0, packets, seconds),
          policed: rate(old?.policed ?? 0, policed, seconds),
        };
        return [reason, rates];
      }),
    ),
    handovers: rate(before.handovers, after.handovers, seconds),
  };
}

type Counted = Overview['switches'][number];

/** Undefined where its counters were not read between. */
function switchRates(before: Counted | undefined, after: Counted): SwitchRates | undefined {
  if (before === undefined || before.countedAt === null || after.countedAt === null) return undefined;
  const seconds = (after.countedAt - before.countedAt) / 1000;
  if (seconds <= 0) return undefined;
  const old = new Map(before.ports.map((one) => [one.port, one]));
  const byRole: Partial<Record<PortRole, Flow>> = {};
  let total: Flow = { packets: 0, bits: 0 };
  for (const { port, role, packets, bytes } of after.ports) {
    const was = old.get(port);
    // A port that is new has counted since it came.
    const flow = {
      packets: rate(was?.packets ?? 0, packets, seconds),
      bits: 8 * rate(was?.bytes ?? 0, bytes, seconds),
    };
    byRole[role] = plus(byRole[role] ?? { packets: 0, bits: 0 }, flow);
    total = plus(total, flow);
  }
  return { total, byRole };
}

function plus(left: Flow, right: Flow): Flow {
  return { packets: left.packets + right.packets, bits: left.bits + right.bits };
}

/** A number that has become smaller began anew at 0: its switch has. */
function rate(before: number, after: number, seconds: number): number {
  if (seconds <= 0) return 0;
  return (after >= before ? after - before : after) / seconds;
}
