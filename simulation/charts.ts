/** Charts as SVG, by Vega-Lite, which needs no browser. */

import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** A point of a line. */
export type Point = { readonly x: number; readonly y: number; readonly line: string };

export type ChartTexts = { readonly title: string; readonly x: string; readonly y: string };

/** Lines by name over an axis; `logarithmic` for the horizontal one. */
export function lineChart(
  points: readonly Point[],
  texts: ChartTexts,
  { logarithmic = false, marks = true } = {},
): TopLevelSpec {
  return {
    title: texts.title,
    width: 560,
    height: 300,
    background: 'white',
    data: { values: points.map((point) => ({ ...point })) },
    mark: { type: 'line', point: marks },
    encoding: {
      x: {
        field: 'x',
        type: 'quantitative',
        title: texts.x,
        scale: logarithmic ? { type: 'log' } : { zero: false },
      },
      y: { field: 'y', type: 'quantitative', title: texts.y },
      color: { field: 'line', type: 'nominal', title: null, sort: null, scale: { scheme: 'tableau10' } },
      strokeDash: { field: 'line', type: 'nominal', title: null, sort: null },
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
