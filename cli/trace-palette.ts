/** How traces are coloured on a terminal. */

import type { TracePalette } from '../switch/engine/index.ts';
import { colour } from './palette.ts';

const { stdout } = process;

export const TRACE_COLOURS: TracePalette = {
  title: colour(stdout, 'bold'),
  hit: colour(stdout, 'green'),
  miss: colour(stdout, 'yellow'),
  lost: colour(stdout, 'red', 'bold'),
  output: colour(stdout, 'green', 'bold'),
  change: colour(stdout, 'cyan'),
};
