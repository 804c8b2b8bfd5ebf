/** Colours on a terminal: how diagnostics have them. */

import { styleText } from 'node:util';
import type { Palette } from '../codegen/render-diagnostics.ts';

type Format = Exclude<Parameters<typeof styleText>[0], readonly unknown[]>;

/**
 * Colours where a stream is a terminal that has them; NO_COLOR and FORCE_COLOR are obeyed.
 * One format at a time: Node 20 does not look at the stream when it gets a list of them.
 */
export function colour(stream: NodeJS.WriteStream, ...formats: readonly Format[]): (text: string) => string {
  return (text) => formats.reduce((styled, format) => styleText(format, styled, { stream }), text);
}

export const COLOURS: Palette = {
  place: colour(process.stderr, 'bold'),
  error: colour(process.stderr, 'red', 'bold'),
  warning: colour(process.stderr, 'yellow', 'bold'),
  note: colour(process.stderr, 'cyan'),
  hint: colour(process.stderr, 'green'),
};
