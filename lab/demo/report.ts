/** The table at the end of the demonstration. */

import Table from 'cli-table3';
import type { DemoFigures, RouteFigures } from './story.ts';
import { SERVERS } from './topology.ts';

/** The figures as people read them. */
export function renderFigures(figures: DemoFigures): string {
  const { byHome, optimized, roaming, sessionsPerServer, overload, death } = figures;
  const plain = { style: { head: [], border: [] } };
  const routes = new Table({
    ...plain,
    head: ['', 'by way of the home agent', 'optimized through moor', ''],
  });
  routes.push(
    row(
      'round trip',
      byHome,
      optimized,
      ({ roundTrip }) => roundTrip,
      (value) => `${value.toFixed(1)} ms`,
    ),
    row(
      'throughput',
      byHome,
      optimized,
      ({ throughput }) => throughput,
      (value) => `${((value * 8) / 1e6).toFixed(1)} Mbit/s`,
    ),
    row(
      'overhead',
      byHome,
      optimized,
      ({ overhead }) => overhead,
      (value) => `${value.toFixed(0)} bytes a packet`,
    ),
  );
  const rest = new Table(plain);
  rest.push(
    [
      'handovers',
      `${roaming.handovers}, ${roaming.handover.toFixed(0)} ms each until packets go straight again`,
    ],
    [
      'connections lost by them',
      `${roaming.downloadsLost} of ${roaming.downloads} downloads${describeFilm(figures)}`,
    ],
    ['sessions per server', SERVERS.map((name) => `${name} ${sessionsPerServer[name]}`).join(', ')],
    [
      'overload',
      `${overload.refused} packets of new sessions refused; ${overload.served} of ${overload.visitors} served in the end`,
    ],
    [
      `server ${death.server} killed`,
      `${death.onIt} sessions ended with it; ${death.othersLost} of ${death.onOthers} on others lost; ` +
        `${death.after - death.afterFailed} of ${death.after} new ones served`,
    ],
  );
  return `${routes.toString()}\n${rest.toString()}\n`;
}

function row(
  what: string,
  one: RouteFigures,
  other: RouteFigures,
  of: (figures: RouteFigures) => number,
  write: (value: number) => string,
): string[] {
  const factor = of(one) / of(other);
  const times = factor >= 1 ? `${factor.toFixed(1)} times less` : `${(1 / factor).toFixed(1)} times more`;
  return [what, write(of(one)), write(of(other)), times];
}

function describeFilm({ roaming: { film } }: DemoFigures): string {
  if (film === undefined) return '';
  return `; the film ${film.lost ? 'broke off' : 'went on'}, ${film.frames} frames`;
}
