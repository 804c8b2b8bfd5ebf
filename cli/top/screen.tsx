/** The whole picture of `moor top`: the switches on top, one pane below or all of them where there is room. */

import { Box, Text } from 'ink';
import type { SwitchOverview } from '../../controller/overview.ts';
import { bitRate, count, duration, quantity, timeOfDay } from '../../controller/quantities.ts';
import type { Flow, Rates } from '../../controller/rates.ts';
import type { Answer } from './ask-controller.ts';
import { sparkline } from './bars.ts';
import { type Cell, type Column, Grid } from './grid.tsx';
import { PANES, type Pane, PaneContents, SORTS, type Sort } from './panes.tsx';

export type View = {
  readonly pane: Pane;
  readonly sort: Sort;
  readonly offset: number;
  readonly isPaused: boolean;
};

export const FIRST_VIEW: View = { pane: PANES[0], sort: SORTS[0], offset: 0, isPaused: false };

export type ScreenProps = {
  readonly address: string;
  /** The last one that was an overview. */
  readonly answer: Extract<Answer, { kind: 'overview' }> | undefined;
  /** What is wrong now, and since when (milliseconds since 1970). */
  readonly problem: { readonly message: string; readonly since: number } | undefined;
  /** Bits a second by switch, the newest last. */
  readonly traffic: ReadonlyMap<string, readonly number[]>;
  readonly width: number;
  /** Lines; left out for a picture that is as long as it gets. */
  readonly height?: number;
  readonly view: View;
  /** Milliseconds. */
  readonly interval?: number;
};

/** All panes stand below each other from here on. */
const WIDE = 120;
const HIGH = 36;
const SPARK = 30;
/** Columns of panes that stand beside others, and between them. */
const ADMISSION = 72;
const PACKETS = 60;
const GAP = 3;

export function Screen(props: ScreenProps) {
  const { address, answer, problem, width, height, view } = props;
  const isLive = height !== undefined;
  return (
    <Box flexDirection="column" width={width} {...(isLive ? { height } : {})}>
      <Title {...props} />
      {problem === undefined ? null : <Problem {...problem} hasData={answer !== undefined} />}
      {answer === undefined ? (
        <Box flexGrow={1}>
          <Text dimColor>{problem === undefined ? `${address} is asked …` : ''}</Text>
        </Box>
      ) : (
        <Body {...props} answer={answer} />
      )}
      {isLive ? <Keys view={view} width={width} /> : null}
    </Box>
  );
}

function Title({ address, answer, view, interval, width }: ScreenProps) {
  const overview = answer?.overview;
  const facts =
    overview === undefined
      ? ''
      : ` · up ${duration((overview.at - overview.startedAt) / 1000)} · ${timeOfDay(overview.at)}`;
  return (
    <Box justifyContent="space-between" width={width} flexShrink={0}>
      <Text wrap="truncate-end">
        <Text bold>moor top</Text>
        {` · ${address}${facts}`}
      </Text>
      <Text>
        {view.isPaused ? (
          <Text inverse> paused </Text>
        ) : interval === undefined ? (
          ''
        ) : (
          <Text dimColor>{`every ${interval / 1000} s`}</Text>
        )}
      </Text>
    </Box>
  );
}

function Problem({
  message,
  since,
  hasData,
}: {
  readonly message: string;
  readonly since: number;
  readonly hasData: boolean;
}) {
  return (
    <Box flexDirection="column" marginTop={1} flexShrink={0}>
      <Text color="red">{message}</Text>
      <Text dimColor>
        {`since ${timeOfDay(since)}; it is asked again and again`}
        {hasData ? '. Below is what it said last.' : '. q ends.'}
      </Text>
    </Box>
  );
}

function Body(props: ScreenProps & { readonly answer: Extract<Answer, { kind: 'overview' }> }) {
  const { answer, problem, traffic, width, height, view } = props;
  const { overview, rates } = answer;
  // Title, switches with an empty line on both sides, tabs, keys; a problem takes up to four.
  const switches = overview.switches.length + 1 + messagesOf(overview.switches).length;
  const rest =
    height === undefined ? undefined : Math.max(4, height - switches - 6 - (problem === undefined ? 0 : 4));
  const isAll = rest === undefined || (width >= WIDE && height !== undefined && height >= HIGH);
  return (
    <Box flexDirection="column" flexGrow={1}>
      <Box marginY={1} flexDirection="column" flexShrink={0}>
        <Switches switches={overview.switches} rates={rates} traffic={traffic} width={width} />
      </Box>
      {isAll ? (
        <AllPanes {...props} rest={rest} />
      ) : (
        <Box flexDirection="column">
          <Tabs pane={view.pane} width={width} />
          <PaneContents
            pane={view.pane}
            overview={overview}
            rates={rates}
            width={width}
            height={rest}
            offset={view.offset}
            sort={view.sort}
          />
        </Box>
      )}
    </Box>
  );
}

function AllPanes({
  answer: { overview, rates },
  view,
  width,
  rest,
}: ScreenProps & {
  readonly answer: Extract<Answer, { kind: 'overview' }>;
  readonly rest: number | undefined;
}) {
  const isBeside = width >= WIDE;
  const areServicesBeside = width >= WIDE + ADMISSION / 2;
  // Each pane has a heading and an empty line below.
  const free = rest === undefined ? undefined : rest - (areServicesBeside ? 6 : 8);
  const of = (rows: number, part: number) =>
    free === undefined ? rows + 1 : Math.min(rows + 1, Math.max(3, Math.floor(free * part)));
  const services = of(overview.services.length, 0.2);
  const servers = of(overview.servers.length, 0.45);
  const last =
    free === undefined ? undefined : Math.max(5, free - (areServicesBeside ? 1 : 2) * services - servers);
  const show = (pane: Pane, own: number, height: number | undefined) => (
    <Box flexDirection="column" width={own} flexShrink={0} marginBottom={1}>
      <Text bold inverse={rest !== undefined && pane === view.pane}>
        {` ${PANES.indexOf(pane) + 1} ${pane} `}
      </Text>
      <PaneContents
        pane={pane}
        overview={overview}
        rates={rates}
        width={own}
        {...(height === undefined ? {} : { height })}
        offset={pane === view.pane ? view.offset : 0}
        sort={view.sort}
      />
    </Box>
  );
  return (
    <Box flexDirection="column">
      <Box columnGap={GAP} flexDirection={areServicesBeside ? 'row' : 'column'}>
        {show('Services', areServicesBeside ? width - ADMISSION - GAP : width, services)}
        {show('Admission', areServicesBeside ? ADMISSION : width, services)}
      </Box>
      {show('Servers', width, servers)}
      <Box columnGap={GAP} flexDirection={isBeside ? 'row' : 'column'}>
        {show('Mobile nodes', isBeside ? width - PACKETS - GAP : width, last)}
        {show('Packets handed over', isBeside ? PACKETS : width, last)}
      </Box>
    </Box>
  );
}

function Tabs({ pane, width }: { readonly pane: Pane; readonly width: number }) {
  return (
    <Box width={width} flexShrink={0}>
      {PANES.map((one, index) => (
        <Text key={one} wrap="truncate-end" inverse={one === pane} bold={one === pane}>
          {` ${index + 1} ${one} `}
        </Text>
      ))}
    </Box>
  );
}

function Switches({
  switches,
  rates,
  traffic,
  width,
}: {
  readonly switches: readonly SwitchOverview[];
  readonly rates: Rates | undefined;
  readonly traffic: ScreenProps['traffic'];
  readonly width: number;
}) {
  const flow = (one: SwitchOverview, role: 'uplink' | 'server' | 'both') =>
    rates?.switches[one.name]?.byRole[role];
  const hasBoth = switches.some(({ ports }) => ports.some(({ role }) => role === 'both'));
  const columns: readonly Column<SwitchOverview>[] = [
    { title: 'SWITCH', cell: ({ name }) => name, least: 8 },
    { title: 'STATE', cell: stateOf, least: 8 },
    { title: 'FROM CLIENTS', cell: (one) => flowText(flow(one, 'uplink')), align: 'right' },
    { title: 'FROM SERVERS', cell: (one) => flowText(flow(one, 'server')), align: 'right' },
    ...(hasBoth
      ? [
          {
            title: 'CLIENTS AND SERVERS',
            cell: (one: SwitchOverview) => flowText(flow(one, 'both')),
            align: 'right' as const,
          },
        ]
      : []),
    { title: 'SESSIONS', cell: ({ flows }) => count(flows.total), align: 'right' },
    { title: 'ENTRIES', cell: ({ entities }) => count(entities), align: 'right', drop: 3 },
    { title: 'ROLE', cell: ({ role }) => role, drop: 4 },
    { title: 'AT', cell: ({ target }) => target, least: 15, drop: 5 },
    {
      title: 'BITS',
      drop: 6,
      cell: ({ name }) => ({ text: sparkline(traffic.get(name) ?? [], SPARK), color: 'cyan' }),
    },
  ];
  return (
    <Box flexDirection="column">
      <Grid columns={columns} rows={switches} width={width} empty="no switch is configured" />
      {messagesOf(switches).map((one) => (
        <Text key={one} color="red" wrap="truncate-end">
          {one}
        </Text>
      ))}
    </Box>
  );
}

function flowText(flow: Flow | undefined): string {
  if (flow === undefined) return '–';
  return `${quantity(flow.packets).replace(/(?<=\d)$/, ' ')}p/s ${bitRate(flow.bits).padStart(9)}`;
}

function stateOf({ standing }: SwitchOverview): Cell {
  const color =
    standing.kind === 'ready'
      ? 'green'
      : standing.kind === 'unreachable' || standing.kind === 'wrong-pipeline'
        ? 'red'
        : 'yellow';
  return { text: standing.kind, color };
}

function messagesOf(switches: readonly SwitchOverview[]): readonly string[] {
  return switches.flatMap(({ name, standing }) =>
    'message' in standing ? [`${name}: ${standing.message}`] : [],
  );
}

function Keys({ view, width }: { readonly view: View; readonly width: number }) {
  const keys = [
    ['q', 'quit'],
    ['1–5 tab', 'pane'],
    ['↑↓', 'scroll'],
    ['s', `sort: ${view.sort}`],
    ['p', view.isPaused ? 'go on' : 'pause'],
  ] as const;
  return (
    <Box gap={3} width={width} flexShrink={0}>
      {keys.map(([key, what]) => (
        <Text key={key} wrap="truncate-end">
          <Text bold>{key}</Text>
          <Text dimColor>{` ${what}`}</Text>
        </Text>
      ))}
    </Box>
  );
}
