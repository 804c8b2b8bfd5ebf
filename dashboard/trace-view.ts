/** A trace as a tree that opens and closes: the lines of `moor trace`, by their indentation. */

import type { PacketTrace, TracePalette } from '../switch/engine/trace/index.ts';
import { traceText } from '../switch/engine/trace/text.ts';
import { type Child, element } from './element.ts';

const MARKS = ['title', 'hit', 'miss', 'lost', 'output', 'change'] as const;
type Mark = (typeof MARKS)[number];

// Marks stand in the text as characters for private use, which no trace has.
const FIRST = 0xe000;
const END = '\ue00f';

function marked(mark: Mark): (text: string) => string {
  const begin = String.fromCharCode(FIRST + MARKS.indexOf(mark));
  return (text) => `${begin}${text}${END}`;
}

const PALETTE: TracePalette = {
  title: marked('title'),
  hit: marked('hit'),
  miss: marked('miss'),
  lost: marked('lost'),
  output: marked('output'),
  change: marked('change'),
};

type Branch = { readonly line: string; readonly depth: number; readonly children: Branch[] };

/** The tree of a trace. */
export function traceTree(trace: PacketTrace): HTMLElement {
  const root: Branch = { line: '', depth: -1, children: [] };
  const open: Branch[] = [root];
  for (const whole of traceText(trace, PALETTE).split('\n')) {
    // Indentation inside of a mark is indentation, too.
    const text = whole.replace(/([\ue000-\ue005])( +)/, '$2$1');
    const line = text.trimStart();
    // An action that the program calls itself stands in a table without a key: the action's line says it all.
    if (line.includes('miss, the table has no key')) continue;
    const indent = text.length - line.length;
    const made: Branch = { line, depth: indent, children: [] };
    while ((open.at(-1)?.depth ?? -1) >= indent) open.pop();
    (open.at(-1) ?? root).children.push(made);
    open.push(made);
  }
  return element('div', { class: 'trace' }, ...root.children.map((branch) => show(branch, 0)));
}

/** Passes are open, and so is what tells of a miss; changes of a step are one click away. */
function show({ line, children }: Branch, level: number): HTMLElement {
  if (children.length === 0) return element('div', { class: 'leaf' }, ...partsOf(line));
  const isPass = line.startsWith(String.fromCharCode(FIRST + MARKS.indexOf('title')));
  return element(
    'details',
    { open: isPass || level === 0 || line.includes(String.fromCharCode(FIRST + MARKS.indexOf('miss'))) },
    element('summary', {}, ...partsOf(line)),
    ...children.map((one) => show(one, level + 1)),
  );
}

/** A line's text, its marked parts in elements of their own. */
function partsOf(line: string): readonly Child[] {
  const parts: Child[] = [];
  let rest = line;
  while (rest !== '') {
    const at = rest.search(/[\ue000-\ue005]/);
    if (at < 0) break;
    const end = rest.indexOf(END, at);
    if (at > 0) parts.push(rest.slice(0, at));
    const mark = MARKS[rest.charCodeAt(at) - FIRST];
    parts.push(element('span', { class: mark }, rest.slice(at + 1, end < 0 ? undefined : end)));
    rest = end < 0 ? '' : rest.slice(end + 1);
  }
  return rest === '' ? parts : [...parts, rest];
}

/** What came of the packet, in a line each. @param nameOf Says what is at a port. */
export function outcomesOf(
  { pass }: PacketTrace,
  nameOf: (port: number) => string,
): readonly { readonly text: string; readonly isLost: boolean }[] {
  const found: { readonly text: string; readonly isLost: boolean }[] = [];
  const walk = (one: PacketTrace['pass']) => {
    for (const step of one.steps) {
      if (step.kind === 'output')
        found.push({ text: `leaves by ${nameOf(step.port)}, ${step.bytes.length / 2} bytes`, isLost: false });
      if (step.kind === 'drop') found.push({ text: `dropped: ${step.reason}`, isLost: true });
    }
    for (const next of one.follows) walk(next);
  };
  walk(pass);
  return found;
}
