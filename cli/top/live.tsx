/** `moor top` in a terminal: asks, draws, and takes keys. */

import { render, useApp, useInput, useStdin, useStdout } from 'ink';
import { useEffect, useState } from 'react';
import { EXIT } from '../exit-codes.ts';
import { type Answer, askAgain } from './ask-controller.ts';
import { PANES, rowsOf, SORTS } from './panes.tsx';
import { FIRST_VIEW, Screen, type View } from './screen.tsx';

// The alternate screen, as editors have it: what was there before comes back (xterm control sequences, DECSET 1049).
const ENTER = '\u001b[?1049h\u001b[H';
const LEAVE = '\u001b[?1049l';

/** How many values the bars of traffic have. */
const KEPT = 120;

/** Shows it until a key or a signal ends it; gives the exit code. */
export async function runLive(address: string, intervalMs: number): Promise<number> {
  const { stdout } = process;
  const leave = () => stdout.write(LEAVE);
  stdout.write(ENTER);
  process.once('exit', leave);
  try {
    const app = render(<Live address={address} interval={intervalMs} />);
    await app.waitUntilExit();
  } finally {
    process.off('exit', leave);
    leave();
  }
  return EXIT.done;
}

type Seen = {
  readonly answer: Extract<Answer, { kind: 'overview' }> | undefined;
  readonly problem: { readonly message: string; readonly since: number } | undefined;
  readonly traffic: ReadonlyMap<string, readonly number[]>;
};

const NOTHING: Seen = { answer: undefined, problem: undefined, traffic: new Map() };

function Live({ address, interval }: { readonly address: string; readonly interval: number }) {
  const { exit } = useApp();
  const { isRawModeSupported } = useStdin();
  const { width, height } = useSize();
  const [seen, setSeen] = useState(NOTHING);
  const [view, setView] = useState(FIRST_VIEW);

  const { isPaused } = view;
  useEffect(() => {
    if (isPaused) return;
    const end = new AbortController();
    void (async () => {
      for await (const answer of askAgain(address, interval, end.signal)) setSeen((one) => next(one, answer));
    })();
    return () => end.abort();
  }, [address, interval, isPaused]);

  useInput(
    (input, key) => {
      if (input === 'q' || key.escape) exit();
      else setView((one) => viewAfter(one, input, key, seen));
    },
    { isActive: isRawModeSupported },
  );
  // A line less than the terminal has: Ink clears all of it else.
  return (
    <Screen {...seen} address={address} view={view} interval={interval} width={width} height={height - 1} />
  );
}

/** What is known after an answer. */
export function next(seen: Seen, answer: Answer): Seen {
  if (answer.kind === 'problem') {
    return { ...seen, problem: { message: answer.message, since: seen.problem?.since ?? Date.now() } };
  }
  const traffic = new Map(seen.traffic);
  for (const [name, { total }] of Object.entries(answer.rates?.switches ?? {}))
    traffic.set(name, [...(traffic.get(name) ?? []), total.bits].slice(-KEPT));
  return { answer, problem: undefined, traffic };
}

type Keys = Partial<
  Record<
    'tab' | 'shift' | 'leftArrow' | 'rightArrow' | 'upArrow' | 'downArrow' | 'pageUp' | 'pageDown',
    boolean
  >
>;

const PAGE = 10;

/** What is shown after a key. */
export function viewAfter(view: View, input: string, key: Keys, { answer }: Pick<Seen, 'answer'>): View {
  const turn = (by: number): View => {
    const index = (PANES.indexOf(view.pane) + by + PANES.length) % PANES.length;
    return { ...view, pane: PANES[index] ?? view.pane, offset: 0 };
  };
  const scroll = (by: number): View => {
    const rows = answer === undefined ? 0 : rowsOf(view.pane, answer.overview);
    return { ...view, offset: Math.max(0, Math.min(rows - 1, view.offset + by)) };
  };
  if (key.rightArrow === true || (key.tab === true && key.shift !== true)) return turn(1);
  if (key.leftArrow === true || key.tab === true) return turn(-1);
  if (key.upArrow === true) return scroll(-1);
  if (key.downArrow === true) return scroll(1);
  if (key.pageUp === true) return scroll(-PAGE);
  if (key.pageDown === true) return scroll(PAGE);
  const pane = /^[1-9]$/.test(input) ? PANES[Number(input) - 1] : undefined;
  if (pane !== undefined) return { ...view, pane, offset: 0 };
  if (input === 's') {
    const sort = SORTS[(SORTS.indexOf(view.sort) + 1) % SORTS.length] ?? view.sort;
    return { ...view, sort, pane: 'Servers', offset: 0 };
  }
  if (input === 'p' || input === ' ') return { ...view, isPaused: !view.isPaused };
  return view;
}

/** The terminal's size, also when it changes. */
function useSize(): { readonly width: number; readonly height: number } {
  const { stdout } = useStdout();
  const [size, setSize] = useState(() => sizeOf(stdout));
  useEffect(() => {
    const take = () => setSize(sizeOf(stdout));
    stdout.on('resize', take);
    return () => {
      stdout.off('resize', take);
    };
  }, [stdout]);
  return size;
}

function sizeOf({ columns, rows }: NodeJS.WriteStream) {
  return { width: columns > 0 ? columns : 80, height: rows > 0 ? rows : 24 };
}
