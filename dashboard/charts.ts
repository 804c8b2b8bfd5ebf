/** The charts. */

import uPlot from 'uplot';
import type { SeriesKind } from '../controller/history.ts';
import { bitRate, percent, quantity, timeOfDay } from '../controller/quantities.ts';
import { element } from './element.ts';
import type { Line, Samples } from './samples.ts';

type Style = 'solid' | 'dashed' | 'dotted';
type Unit = 'bits' | 'number' | 'part';

type ChartKind = {
  readonly title: string;
  readonly note: string;
  readonly unit: Unit;
  /** What each line is called after what it is of, and how it is drawn. */
  readonly kinds: readonly { readonly kind: SeriesKind; readonly name: string; readonly style: Style }[];
  readonly empty: string;
};

const CHARTS: readonly ChartKind[] = [
  {
    title: 'Throughput',
    note: 'bits a second into the switches',
    unit: 'bits',
    kinds: [{ kind: 'bits', name: '', style: 'solid' }],
    empty: 'no counters were read yet',
  },
  {
    title: 'Packets',
    note: 'a second into the switches',
    unit: 'number',
    kinds: [{ kind: 'packets', name: '', style: 'solid' }],
    empty: 'no counters were read yet',
  },
  {
    title: 'Sessions',
    note: 'flows by service',
    unit: 'number',
    kinds: [{ kind: 'sessions', name: '', style: 'solid' }],
    empty: 'no service is configured',
  },
  {
    title: 'Sessions begun, packets refused',
    note: 'a second',
    unit: 'number',
    kinds: [
      { kind: 'begun', name: 'begun', style: 'solid' },
      { kind: 'refused', name: 'refused', style: 'dashed' },
    ],
    empty: 'no service is configured',
  },
  {
    title: 'Servers',
    note: 'load, and its forecast (dashed)',
    unit: 'part',
    kinds: [
      { kind: 'load', name: 'load', style: 'solid' },
      { kind: 'forecast', name: 'forecast', style: 'dashed' },
    ],
    empty: 'no agent tells the load of a server',
  },
  {
    title: 'Admission',
    note: 'probability of a refusal, and load (dotted)',
    unit: 'part',
    kinds: [
      { kind: 'refusal-new', name: 'new', style: 'solid' },
      { kind: 'refusal-established', name: 'established', style: 'dashed' },
      { kind: 'service-load', name: 'load', style: 'dotted' },
    ],
    empty: 'no service has admission',
  },
  {
    title: 'Packets handed over',
    note: 'to the controller, a second',
    unit: 'number',
    kinds: [{ kind: 'punts', name: '', style: 'solid' }],
    empty: 'no packet was handed over',
  },
  {
    title: 'Bindings',
    note: 'of mobile nodes',
    unit: 'number',
    kinds: [{ kind: 'bindings', name: '', style: 'solid' }],
    empty: 'nothing was counted yet',
  },
];

const HEIGHT = 180;
const DASHES: Readonly<Record<Style, number[]>> = { solid: [], dashed: [6, 4], dotted: [2, 3] };
const COLOURS = 8;
/** More than these are not told apart; those with the greatest values are shown. */
const MOST_LINES = 12;

/** The charts of a page; `show` draws what there is now. */
export class Charts {
  readonly #panels: readonly Panel[];

  constructor(place: HTMLElement) {
    this.#panels = CHARTS.map((kind) => new Panel(kind));
    place.replaceChildren(...this.#panels.map(({ root }) => root));
    // Colours are those of the scheme that was in force when a chart was made.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      for (const panel of this.#panels) panel.forget();
    });
  }

  /** @param range Seconds. */
  show(samples: Samples, range: number): void {
    for (const panel of this.#panels) panel.show(samples, range);
  }
}

class Panel {
  readonly root: HTMLElement;
  readonly #kind: ChartKind;
  readonly #place = element('div');
  #plot: uPlot | undefined;
  /** What the lines of the plot are. */
  #lines = '';
  #range = 0;

  constructor(kind: ChartKind) {
    this.#kind = kind;
    this.root = element(
      'div',
      { class: 'card chart' },
      element('h3', {}, `${kind.title} `, element('span', {}, kind.note)),
      this.#place,
    );
    new ResizeObserver(() => {
      const width = this.#place.clientWidth;
      if (width > 0 && this.#plot?.width !== width) this.#plot?.setSize({ width, height: HEIGHT });
    }).observe(this.#place);
  }

  /** It is made anew when it is shown next. */
  forget(): void {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#lines = '';
  }

  show(samples: Samples, range: number): void {
    this.#range = range;
    const lines = this.#chosen(samples);
    const names = lines.map(({ kind, of }) => `${kind} ${of}`).join('|');
    if (names !== this.#lines || (lines.length > 0 && this.#plot === undefined)) {
      this.forget();
      this.#lines = names;
      this.#place.replaceChildren();
    }
    if (lines.length === 0) {
      this.#place.replaceChildren(element('div', { class: 'empty' }, this.#kind.empty));
      return;
    }
    const data: uPlot.AlignedData = [
      samples.times.map((time) => time / 1000),
      ...lines.map(({ values }) => values),
    ];
    if (this.#plot === undefined) this.#plot = new uPlot(this.#options(lines), data, this.#place);
    else this.#plot.setData(data);
  }

  #chosen(samples: Samples): readonly Line[] {
    const kinds = this.#kind.kinds.map(({ kind }) => kind);
    const lines = [...samples.lines.values()].filter(({ kind }) => kinds.includes(kind));
    const order = (one: Line) => kinds.indexOf(one.kind);
    if (lines.length > MOST_LINES) {
      const most = ({ values }: Line) => Math.max(0, ...values.map((value) => value ?? 0));
      lines.sort((left, right) => most(right) - most(left)).splice(MOST_LINES);
    }
    return lines.sort((left, right) => left.of.localeCompare(right.of) || order(left) - order(right));
  }

  #options(lines: readonly Line[]): uPlot.Options {
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const names = [...new Set(lines.map(({ of }) => of))];
    const { unit } = this.#kind;
    const text = (value: number) => shown(unit, value);
    const axis = {
      stroke: colour('--quiet'),
      grid: { stroke: colour('--line'), width: 1 },
      ticks: { stroke: colour('--line'), width: 1 },
    };
    return {
      width: Math.max(200, this.#place.clientWidth),
      height: HEIGHT,
      padding: [8, 8, 0, 0],
      cursor: { drag: { x: false, y: false } },
      scales: {
        x: { range: (_plot, _least, most) => [most - this.#range, most] },
        y: { range: (_plot, _least, most) => [0, top(unit, most)] },
      },
      axes: [
        { ...axis, space: 80, values: timesOfAxis },
        { ...axis, size: 70, values: (_plot, splits) => splits.map(text) },
      ],
      legend: { live: true },
      series: [
        { value: '{HH}:{mm}:{ss}' },
        ...lines.map((line) => {
          const { name, style: drawn } = this.#kind.kinds.find(({ kind }) => kind === line.kind) ?? {
            name: '',
            style: 'solid' as const,
          };
          return {
            label: [line.of.replaceAll('_', ' '), name].filter(Boolean).join(', '),
            stroke: colour(`--series-${names.indexOf(line.of) % COLOURS}`),
            width: 1.75,
            dash: DASHES[drawn],
            points: { show: false },
            // Without a pointer over the chart: what is now.
            value: (plot: uPlot, value: number | null, series: number, index: number | null) => {
              const now = index === null ? plot.data[series]?.at(-1) : value;
              return now === null || now === undefined ? '–' : text(now);
            },
          };
        }),
      ],
    };
  }
}

/** Of the day, by 24 hours; with seconds where lines are less than a minute apart. @param splits Seconds since 1970. */
function timesOfAxis(_plot: uPlot, splits: number[]): string[] {
  const [first = 0, second = first + 60] = splits;
  const length = second - first < 60 ? 8 : 5;
  return splits.map((one) => timeOfDay(one * 1000).slice(0, length));
}

function shown(unit: Unit, value: number): string {
  switch (unit) {
    case 'bits':
      return bitRate(value);
    case 'part':
      return percent(value);
    case 'number':
      return quantity(value);
  }
}

/** Of the scale: a little above the greatest value. Parts reach to 1 at least. */
function top(unit: Unit, most: number | null): number {
  const greatest = most ?? 0;
  if (unit === 'part') return Math.max(1, greatest * 1.05);
  return greatest === 0 ? 1 : greatest * 1.1;
}
