/** How diagnostics are coloured on a terminal. */

import { styleText } from 'node:util';
import type { Palette } from '../codegen/render-diagnostics.ts';

type Format = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

/**
 * Colours where standard error is a terminal that has them; NO_COLOR and FORCE_COLOR are obeyed.
 * One format at a time: Node 20 does not look at the stream when it gets a list of them.
 */
function colour(...formats: readonly Format[]): (text: string) => string {
  return (text) =>
    formats.reduce((styled, format) => styleText(format, styled, { stream: process.stderr }), text);
}

export const COLOURS: Palette = {
  place: colour('bold'),
  error: colour('red', 'bold'),
  warning: colour('yellow', 'bold'),
  note: colour('cyan'),
  hint: colour('green'),
};
