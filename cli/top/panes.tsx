/** What each pane of `moor top` shows. */

import { Box, Text } from 'ink';
import type { HandoverStatus, Overview, PuntOverview, ServiceOverview } from '../../controller/overview.ts';
import { count, duration, percent, quantity, timeOfDay } from '../../controller/quantities.ts';
import type { Rates } from '../../controller/rates.ts';
import type { ServerStatus } from '../../controller/server-status.ts';
import type { NodeStatus } from '../../controller/status.ts';
import { bar } from './bars.ts';
import { type Cell, type Colour, type Column, Grid } from './grid.tsx';

export const PANES = ['Services', 'Admission', 'Servers', 'Mobile nodes', 'Packets handed over'] as const;
export type Pane = (typeof PANES)[number];

export const SORTS = ['service', 'load', 'forecast', 'sessions', 'share'] as const;
export type Sort = (typeof SORTS)[number];

export type PaneProps = {
  readonly overview: Overview;
  readonly rates: Rates | undefined;
  readonly width: number;
  /** Lines; left out: as many as it takes. */
  readonly height?: number;
  readonly offset?: number;
  readonly sort: Sort;
};

/** A pane's contents. */
export function PaneContents({ pane, ...props }: PaneProps & { readonly pane: Pane }) {
  switch (pane) {
    case 'Services':
      return <Services {...props} />;
    case 'Admission':
      return <Admission {...props} />;
    case 'Servers':
      return <Servers {...props} />;
    case 'Mobile nodes':
      return <MobileNodes {...props} />;
    case 'Packets handed over':
      return <Punts {...props} />;
  }
}

/** How many rows a pane has, for scrolling. */
export function rowsOf(pane: Pane, overview: Overview): number {
  switch (pane) {
    case 'Services':
    case 'Admission':
      return overview.services.length;
    case 'Servers':
      return overview.servers.length;
    case 'Mobile nodes':
      return Math.max(overview.lastHandovers.length, overview.nodes.length);
    case 'Packets handed over':
      return overview.punts.length;
  }
}

/** What a probability of a refusal means to whoever looks. */
function refusal(part: number | undefined): Cell {
  if (part === undefined) return '–';
  return part === 0
    ? { text: '0 %', dim: true }
    : { text: percent(part), color: part < 0.5 ? 'yellow' : 'red' };
}

function Services({ overview, rates, ...place }: PaneProps) {
  const rateOf = (service: ServiceOverview) => rates?.services[service.name];
  const refusals = (one: ServiceOverview): Cell => {
    const refused = (rateOf(one)?.refused ?? 0) + (rateOf(one)?.degraded ?? 0);
    return refused === 0 ? { text: '0', dim: true } : { text: quantity(refused), color: 'red' };
  };
  const columns: readonly Column<ServiceOverview>[] = [
    { title: 'SERVICE', cell: ({ name }) => name, least: 8 },
    { title: 'ADDRESS', cell: addressOf, least: 16, drop: 5 },
    { title: 'MODE', cell: ({ mode }) => mode, drop: 7 },
    { title: 'POLICY', cell: ({ policy }) => policy ?? '–', drop: 6 },
    { title: 'SESSIONS', cell: ({ flows }) => count(flows), align: 'right' },
    { title: 'NEW', cell: ({ sessions }) => count(sessions.new), align: 'right' },
    { title: 'ESTABL.', cell: ({ sessions }) => count(sessions.established), align: 'right' },
    { title: 'IDLE', cell: ({ sessions }) => count(sessions.inactive), align: 'right', drop: 3 },
    { title: 'ENDING', cell: ({ sessions }) => count(sessions.closing), align: 'right', drop: 4 },
    { title: 'BEGUN/s', cell: (one) => quantity(rateOf(one)?.admitted ?? 0), align: 'right' },
    { title: 'REFUSED/s', cell: refusals, align: 'right' },
  ];
  return <Grid columns={columns} rows={overview.services} {...place} empty="no services are configured" />;
}

function Admission({ overview, ...place }: PaneProps) {
  const threshold = (name: 't1' | 't2' | 't3' | 'capacity'): Column<ServiceOverview>['cell'] => {
    return ({ admission }) => admission?.thresholds[name].toFixed(2) ?? '–';
  };
  const columns: readonly Column<ServiceOverview>[] = [
    { title: 'SERVICE', cell: ({ name }) => name, least: 8 },
    { title: 'LOAD', cell: ({ admission }) => percent(admission?.load), align: 'right' },
    { title: 'p NEW', cell: ({ admission }) => refusal(admission?.refused.new_session), align: 'right' },
    { title: 'p ESTABL.', cell: ({ admission }) => refusal(admission?.refused.established), align: 'right' },
    { title: 'T1', cell: threshold('t1'), align: 'right' },
    { title: 'T2', cell: threshold('t2'), align: 'right' },
    { title: 'T3', cell: threshold('t3'), align: 'right' },
    { title: 'C', cell: threshold('capacity'), align: 'right' },
    {
      title: 'EVERY',
      align: 'right',
      drop: 1,
      cell: ({ admission }) => (admission === null ? '–' : `${admission.interval.toFixed(1)} s`),
    },
    { title: 'NEXT IN', cell: nextDecision, align: 'right', drop: 2 },
  ];
  const rows = overview.services.filter(({ admission }) => admission !== null);
  return (
    <Grid
      columns={columns}
      rows={rows}
      {...place}
      empty="no service has admission (admission in moor.yaml): all are let in"
    />
  );
}

function addressOf({ address, port }: ServiceOverview): string {
  return `${address.includes(':') ? `[${address}]` : address}:${port ?? 'any'}`;
}

function nextDecision({ admission }: ServiceOverview): string {
  return admission === null ? '–' : `${admission.nextIn.toFixed(1)} s`;
}

const STATE_COLOURS: Readonly<Record<ServerStatus['state'], Colour | undefined>> = {
  up: 'green',
  draining: 'yellow',
  'application-down': 'red',
  failed: 'red',
  unknown: 'yellow',
  unwatched: undefined,
};

function stateOf({ state, reason, readiness, load }: ServerStatus): Cell {
  const color = STATE_COLOURS[state];
  const more = [
    ...(reason === null ? [] : [reason]),
    ...(state === 'up' && readiness < 1 ? [`starting ${percent(readiness)}`] : []),
    ...(load?.monitor === 'failed' && state !== 'failed' ? ['load unknown'] : []),
  ];
  const text = more.length === 0 ? state : `${state} (${more.join(', ')})`;
  return color === undefined ? { text, dim: true } : { text, color };
}

function loadColour(load: number): Colour {
  return load < 0.75 ? 'green' : load < 0.95 ? 'yellow' : 'red';
}

/** Figures of a server that says nothing any more are those of another time. */
function isHeard({ load }: ServerStatus): boolean {
  return load !== null && load.vector !== null && load.monitor === 'speaking';
}

const BAR = 12;

function Servers({ overview, sort, ...place }: PaneProps) {
  const columns: readonly Column<ServerStatus>[] = [
    { title: 'SERVICE', cell: ({ service }) => service, least: 8 },
    { title: 'SERVER', cell: ({ name }) => name, least: 8 },
    { title: 'STATE', cell: stateOf, least: 10 },
    {
      title: 'LOAD',
      align: 'right',
      cell: (one) => (isHeard(one) ? percent(one.load?.measured) : '–'),
    },
    {
      title: '',
      drop: 3,
      cell: (one) => {
        const measured = one.load?.measured ?? 0;
        return isHeard(one) ? { text: bar(measured, BAR), color: loadColour(measured) } : '';
      },
    },
    {
      title: 'FORECAST',
      align: 'right',
      cell: (one) => (isHeard(one) ? percent(one.load?.forecast) : '–'),
    },
    { title: 'SHARE', cell: ({ share }) => percent(share), align: 'right' },
    { title: 'SESSIONS', cell: ({ flows }) => count(flows), align: 'right' },
    { title: 'WEIGHT', cell: ({ weight }) => String(weight), align: 'right', drop: 4 },
    { title: 'PORT', cell: ({ port }) => String(port), align: 'right', drop: 5 },
    {
      title: 'HEARD',
      align: 'right',
      drop: 2,
      cell: ({ lastHeard }) => (lastHeard === null ? '–' : `${ago(lastHeard)} ago`),
    },
    { title: 'LOST', cell: ({ lost }) => count(lost.availability + lost.load), align: 'right', drop: 6 },
  ];
  return (
    <Grid columns={columns} rows={sorted(overview.servers, sort)} {...place} empty="no service has servers" />
  );
}

function ago(seconds: number): string {
  return seconds < 60 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

/** The greatest first; by service, as configured. */
export function sorted(servers: readonly ServerStatus[], sort: Sort): readonly ServerStatus[] {
  const keys: Readonly<Record<Sort, (one: ServerStatus) => number>> = {
    service: () => 0,
    load: ({ load }) => load?.measured ?? -1,
    forecast: ({ load }) => load?.forecast ?? -1,
    sessions: ({ flows }) => flows,
    share: ({ share }) => share,
  };
  return [...servers].sort((left, right) => keys[sort](right) - keys[sort](left));
}

function MobileNodes({ overview, rates, width, height, offset }: PaneProps) {
  const handovers: readonly Column<HandoverStatus>[] = [
    { title: 'HANDOVER', cell: ({ at }) => timeOfDay(at) },
    { title: 'HOME ADDRESS', cell: ({ homeAddress }) => homeAddress, least: 13 },
    { title: 'FROM', cell: ({ from }) => from, least: 13 },
    { title: 'TO', cell: ({ to }) => ({ text: to, color: 'cyan' }), least: 13 },
    { title: 'SERVICES AT', cell: ({ virtualAddress }) => virtualAddress, least: 13, drop: 1 },
    { title: 'SWITCHED IN', cell: ({ milliseconds }) => `${milliseconds} ms`, align: 'right', drop: 2 },
  ];
  const nodes: readonly Column<NodeStatus>[] = [
    { title: 'HOME ADDRESS', cell: ({ homeAddress }) => homeAddress, least: 13 },
    { title: 'CARE-OF ADDRESS', cell: ({ careOfAddress }) => careOfAddress, least: 13 },
    { title: 'SERVICES AT', cell: ({ virtualAddress }) => virtualAddress, least: 13, drop: 1 },
    { title: 'SEQUENCE', cell: ({ sequence }) => String(sequence), align: 'right', drop: 2 },
    { title: 'ENDS IN', cell: ({ expiresIn }) => `${expiresIn} s`, align: 'right' },
  ];
  // A line for the sum, one between.
  const room = height === undefined ? undefined : Math.max(2, Math.floor((height - 2) / 2));
  const place = {
    width,
    ...(room === undefined ? {} : { height: room }),
    ...(offset === undefined ? {} : { offset }),
  };
  const more = overview.bindings - overview.nodes.length;
  return (
    <Box flexDirection="column">
      <Text>
        {`${several(overview.bindings, 'binding')}, ${several(overview.handovers, 'handover')} since the start`}
        {rates === undefined ? '' : `, ${quantity(rates.handovers)}/s`}
        {more > 0 ? `; ${several(more, 'binding')} not shown (moor bindings)` : ''}
      </Text>
      <Grid columns={handovers} rows={overview.lastHandovers} {...place} empty="no handover yet" />
      <Box marginTop={1}>
        <Grid columns={nodes} rows={overview.nodes} {...place} empty="no mobile node has a binding" />
      </Box>
    </Box>
  );
}

function several(number: number, what: string): string {
  return `${count(number)} ${what}${number === 1 ? '' : 's'}`;
}

function Punts({ overview, rates, ...place }: PaneProps) {
  const rateOf = ({ reason }: PuntOverview) => rates?.punts[reason];
  const columns: readonly Column<PuntOverview>[] = [
    { title: 'REASON', cell: ({ reason }) => reason.replaceAll('_', ' '), least: 10 },
    { title: 'PER SECOND', cell: (one) => quantity(rateOf(one)?.packets ?? 0), align: 'right' },
    { title: 'PACKETS', cell: ({ packets }) => count(packets), align: 'right' },
    {
      title: 'DROPPED/s',
      align: 'right',
      cell: (one) => {
        const policed = rateOf(one)?.policed ?? 0;
        return policed === 0 ? { text: '0', dim: true } : { text: quantity(policed), color: 'red' };
      },
    },
    { title: 'DROPPED', cell: ({ policed }) => count(policed), align: 'right' },
  ];
  return (
    <Grid columns={columns} rows={overview.punts} {...place} empty="no packet was handed to the controller" />
  );
}
