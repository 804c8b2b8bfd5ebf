/** Charts as SVG, by Vega-Lite, which needs no browser. */

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A point of a line. */
export type Point = { readonly x: number; readonly y: number; readonly line: string };

export type ChartTexts = { readonly title: string; readonly x: string; readonly y: string };

export type ChartShape = {
  /** Axes that are logarithmic. */
  readonly logarithmic?: 'x' | 'y' | 'both';
  /** Whether each point has a mark. */
  readonly marks?: boolean;
};

const FONT = 'Helvetica, Arial, Liberation Sans, DejaVu Sans, sans-serif';

/** Lines by name over an axis. Those that lie over each other are told apart by their dashes. */
export function lineChart(
  points: readonly Point[],
  texts: ChartTexts,
  { logarithmic, marks = true }: ChartShape = {},
): TopLevelSpec {
  const isLogarithmic = (axis: 'x' | 'y') => logarithmic === axis || logarithmic === 'both';
  // Powers of ten: what is between them stands too close to be read.
  const decades = { values: [0.01, 0.1, 1, 10, 100, 1000, 10_000, 100_000] };
  const line = { field: 'line', type: 'nominal', title: null, sort: null } as const;
  return {
    title: { text: texts.title, fontSize: 15, anchor: 'start', offset: 12 },
    width: 560,
    height: 300,
    padding: 8,
    background: 'white',
    data: { values: points.map((point) => ({ ...point })) },
    mark: {
      type: 'line',
      strokeWidth: 2.5,
      point: marks ? { size: 45, strokeWidth: 0, strokeDash: [] } : false,
    },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: texts.x,
        scale: isLogarithmic('x') ? { type: 'log' } : { zero: false, nice: false },
        axis: isLogarithmic('x') ? decades : {},
      },
      y: {
        field: 'y',
        type: 'quantitative',
        title: texts.y,
        scale: isLogarithmic('y') ? { type: 'log' } : {},
        axis: isLogarithmic('y') ? decades : {},
      },
      // One legend for both: a piece of each line as it is drawn.
      color: {
        ...line,
        scale: { range: ['#1f77b4', '#d95f02', '#2ca02c', '#7b3294', '#8c564b', '#000000'] },
        legend: { symbolType: 'stroke', symbolSize: 900, symbolStrokeWidth: 2.5 },
      },
      strokeDash: {
        ...line,
        scale: {
          range: [
            [1, 0],
            [8, 4],
            [2, 3],
            [10, 3, 2, 3],
            [5, 2],
            [1, 5],
          ],
        },
      },
    },
    config: {
      font: FONT,
      axis: {
        labelFontSize: 12,
        titleFontSize: 13,
        titleFontWeight: 'normal',
        titlePadding: 8,
        gridColor: '#e4e4e4',
      },
      legend: { labelFontSize: 12, labelLimit: 300, offset: 16 },
    },
  };
}

/** Draws a chart. */
export async function chartSvg(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile(spec).spec), { renderer: 'none' });
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
