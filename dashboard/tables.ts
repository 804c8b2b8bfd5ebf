/** The tables: switches, services with admission, servers, handovers, mobile nodes, packets handed over. */

import type { Overview, SwitchOverview } from '../controller/overview.ts';
import { bitRate, count, duration, percent, quantity, timeOfDay } from '../controller/quantities.ts';
import type { Flow, Rates } from '../controller/rates.ts';
import type { ServerStatus } from '../controller/server-status.ts';
import { element } from './element.ts';

type Tone = 'good' | 'warn' | 'bad';
type Cell = string | { readonly text: string; readonly tone?: Tone | undefined } | Node;

type Column<Row> = {
  readonly title: string;
  readonly cell: (row: Row) => Cell;
  readonly right?: boolean;
};

type Table = { readonly id: string; readonly title: string; readonly wide?: boolean; readonly body: Node };

/** Shows them all. */
export function showTables(place: HTMLElement, overview: Overview, rates: Rates | undefined): void {
  place.replaceChildren(
    ...tablesOf(overview, rates).map(({ id, title, wide, body }) =>
      element(
        'div',
        { class: wide === true ? 'card wide' : 'card', id: `table-${id}` },
        element('h2', {}, title),
        element('div', { class: 'scroll' }, body),
      ),
    ),
  );
}

function tablesOf(overview: Overview, rates: Rates | undefined): readonly Table[] {
  return [
    { id: 'switches', title: 'Switches', wide: true, body: switches(overview, rates) },
    { id: 'services', title: 'Services', wide: true, body: services(overview, rates) },
    { id: 'admission', title: 'Admission', wide: true, body: admission(overview) },
    { id: 'servers', title: 'Servers', wide: true, body: servers(overview) },
    { id: 'handovers', title: 'Last handovers', wide: true, body: handovers(overview) },
    { id: 'nodes', title: 'Mobile nodes', body: nodes(overview) },
    { id: 'punts', title: 'Packets handed over to the controller', body: punts(overview, rates) },
  ];
}

function grid<Row>(columns: readonly Column<Row>[], rows: readonly Row[], empty: string): Node {
  if (rows.length === 0) return element('p', { class: 'quiet' }, empty);
  const classOf = ({ right }: Column<Row>, tone?: Tone) =>
    [right === true ? 'right' : '', tone ?? ''].filter(Boolean).join(' ') || undefined;
  const head = columns.map((column) => element('th', { scope: 'col', class: classOf(column) }, column.title));
  const body = rows.map((row) =>
    element(
      'tr',
      {},
      ...columns.map((column) => {
        const cell = column.cell(row);
        if (typeof cell === 'string' || cell instanceof Node)
          return element('td', { class: classOf(column) }, cell);
        return element('td', { class: classOf(column, cell.tone) }, cell.text);
      }),
    ),
  );
  return element(
    'table',
    { class: 'data' },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
}

function switches(overview: Overview, rates: Rates | undefined): Node {
  const flow = (name: string, role: 'uplink' | 'server' | 'both') =>
    flowText(rates?.switches[name]?.byRole[role]);
  const hasBoth = overview.switches.some(({ ports }) => ports.some(({ role }) => role === 'both'));
  return grid(
    [
      { title: 'Switch', cell: ({ name }) => name },
      { title: 'State', cell: switchState },
      { title: 'From clients', cell: ({ name }) => flow(name, 'uplink'), right: true },
      { title: 'From servers', cell: ({ name }) => flow(name, 'server'), right: true },
      ...(hasBoth
        ? [
            {
              title: 'From both',
              cell: ({ name }: SwitchOverview) => flow(name, 'both'),
              right: true,
            },
          ]
        : []),
      { title: 'Sessions', cell: ({ flows }) => count(flows.total), right: true },
      { title: 'Entries', cell: ({ entities }) => count(entities), right: true },
      { title: 'Role', cell: ({ role }) => role },
      { title: 'P4Runtime at', cell: ({ target }) => target },
    ],
    overview.switches,
    'No switch is configured.',
  );
}

function flowText(flow: Flow | undefined): string {
  if (flow === undefined) return '–';
  const packets = quantity(flow.packets);
  return `${packets}${/\d$/.test(packets) ? ' ' : ''}p/s, ${bitRate(flow.bits)}`;
}

function switchState({ standing }: SwitchOverview): Cell {
  const tone =
    standing.kind === 'ready'
      ? ('good' as const)
      : standing.kind === 'unreachable' || standing.kind === 'wrong-pipeline'
        ? ('bad' as const)
        : ('warn' as const);
  const text = 'message' in standing ? `${standing.kind}: ${standing.message}` : standing.kind;
  return { text, tone };
}

function services(overview: Overview, rates: Rates | undefined): Node {
  const refused = (name: string): Cell => {
    const own = rates?.services[name];
    const value = (own?.refused ?? 0) + (own?.degraded ?? 0);
    return { text: own === undefined ? '–' : quantity(value), tone: value > 0 ? 'bad' : undefined };
  };
  return grid(
    [
      { title: 'Service', cell: ({ name }) => name },
      {
        title: 'Address',
        cell: ({ address, port }) => `${address.includes(':') ? `[${address}]` : address}:${port ?? 'any'}`,
      },
      { title: 'Mode', cell: ({ mode }) => mode },
      { title: 'Policy', cell: ({ policy }) => policy ?? '–' },
      { title: 'Sessions', cell: ({ flows }) => count(flows), right: true },
      { title: 'New', cell: ({ sessions }) => count(sessions.new), right: true },
      { title: 'Established', cell: ({ sessions }) => count(sessions.established), right: true },
      { title: 'Inactive', cell: ({ sessions }) => count(sessions.inactive), right: true },
      { title: 'Ending', cell: ({ sessions }) => count(sessions.closing), right: true },
      {
        title: 'Begun/s',
        cell: ({ name }) => quantity(rates?.services[name]?.admitted ?? 0),
        right: true,
      },
      { title: 'Refused/s', cell: ({ name }) => refused(name), right: true },
    ],
    overview.services,
    'No service is configured.',
  );
}

function admission(overview: Overview): Node {
  const rows = overview.services.flatMap(({ name, admission: one }) =>
    one === null ? [] : [{ name, ...one }],
  );
  const refusal = (part: number): Cell => ({
    text: percent(part),
    tone: part === 0 ? undefined : part < 0.5 ? 'warn' : 'bad',
  });
  return grid(
    [
      { title: 'Service', cell: ({ name }) => name },
      { title: 'Load', cell: ({ load }) => percent(load), right: true },
      { title: 'Refusal of new', cell: (one) => refusal(one.refused.new_session), right: true },
      { title: 'Of established', cell: (one) => refusal(one.refused.established), right: true },
      { title: 'T1', cell: ({ thresholds }) => thresholds.t1.toFixed(2), right: true },
      { title: 'T2', cell: ({ thresholds }) => thresholds.t2.toFixed(2), right: true },
      { title: 'T3', cell: ({ thresholds }) => thresholds.t3.toFixed(2), right: true },
      { title: 'Capacity', cell: ({ thresholds }) => thresholds.capacity.toFixed(2), right: true },
      { title: 'Decides every', cell: ({ interval }) => `${interval.toFixed(1)} s`, right: true },
    ],
    rows,
    'No service has admission: all sessions are let in.',
  );
}

const STATE_TONES: Readonly<Record<ServerStatus['state'], Tone | undefined>> = {
  up: 'good',
  draining: 'warn',
  'application-down': 'bad',
  failed: 'bad',
  unknown: 'warn',
  unwatched: undefined,
};

function servers(overview: Overview): Node {
  return grid(
    [
      { title: 'Service', cell: ({ service }) => service },
      { title: 'Server', cell: ({ name }) => name },
      { title: 'State', cell: serverState },
      { title: 'Load', cell: loadCell },
      {
        title: 'Forecast',
        cell: (one) => (isHeard(one) ? percent(one.load?.forecast) : '–'),
        right: true,
      },
      { title: 'Share', cell: ({ share }) => percent(share), right: true },
      { title: 'Sessions', cell: ({ flows }) => count(flows), right: true },
      { title: 'Weight', cell: ({ weight }) => String(weight), right: true },
      { title: 'Port', cell: ({ port }) => String(port), right: true },
      {
        title: 'Last heard',
        cell: ({ lastHeard }) => (lastHeard === null ? '–' : `${duration(lastHeard)} ago`),
        right: true,
      },
      {
        title: 'Messages lost',
        cell: ({ lost }) => count(lost.availability + lost.load),
        right: true,
      },
    ],
    overview.servers,
    'No service has servers.',
  );
}

function serverState({ state, reason, readiness }: ServerStatus): Cell {
  const more = reason ?? (state === 'up' && readiness < 1 ? `starting, ${percent(readiness)}` : undefined);
  return { text: more === undefined ? state : `${state} (${more})`, tone: STATE_TONES[state] };
}

/** Figures of a server that says nothing any more are those of another time. */
function isHeard({ load }: ServerStatus): boolean {
  return load !== null && load.vector !== null && load.monitor === 'speaking';
}

function loadCell(one: ServerStatus): Cell {
  if (!isHeard(one) || one.load === null) return '–';
  const { measured } = one.load;
  const text = percent(measured);
  return element(
    'span',
    {},
    text,
    element('meter', {
      min: '0',
      max: '1',
      low: '0.75',
      high: '0.95',
      optimum: '0',
      value: String(Math.min(1, measured)),
      'aria-label': text,
    }),
  );
}

function handovers(overview: Overview): Node {
  return grid(
    [
      { title: 'Time', cell: ({ at }) => timeOfDay(at) },
      { title: 'Home address', cell: ({ homeAddress }) => homeAddress },
      { title: 'Old care-of address', cell: ({ from }) => from },
      { title: 'New care-of address', cell: ({ to }) => to },
      { title: 'Services at', cell: ({ virtualAddress }) => virtualAddress },
      { title: 'Switched in', cell: ({ milliseconds }) => `${milliseconds} ms`, right: true },
    ],
    overview.lastHandovers,
    'No mobile node has moved yet.',
  );
}

function nodes(overview: Overview): Node {
  return grid(
    [
      { title: 'Home address', cell: ({ homeAddress }) => homeAddress },
      { title: 'Care-of address', cell: ({ careOfAddress }) => careOfAddress },
      { title: 'Services at', cell: ({ virtualAddress }) => virtualAddress },
      { title: 'Ends in', cell: ({ expiresIn }) => `${expiresIn} s`, right: true },
    ],
    overview.nodes,
    'No mobile node has a binding.',
  );
}

function punts(overview: Overview, rates: Rates | undefined): Node {
  return grid(
    [
      { title: 'Reason', cell: ({ reason }) => reason.replaceAll('_', ' ') },
      {
        title: 'Per second',
        cell: ({ reason }) => quantity(rates?.punts[reason]?.packets ?? 0),
        right: true,
      },
      { title: 'Packets', cell: ({ packets }) => count(packets), right: true },
      {
        title: 'Dropped above the rate',
        cell: ({ policed }) => ({ text: count(policed), tone: policed > 0 ? 'bad' : undefined }),
        right: true,
      },
    ],
    overview.punts,
    'No packet was handed over.',
  );
}
