/** The page: asks the controller again and again, and shows what it says. */

import type { HistoryAnswer } from '../controller/history.ts';
import type { Overview } from '../controller/overview.ts';
import { duration, timeOfDay } from '../controller/quantities.ts';
import { ratesBetween } from '../controller/rates.ts';
import { Charts } from './charts.ts';
import { byId } from './element.ts';
import { Samples } from './samples.ts';
import { showTables } from './tables.ts';
import { showTiles } from './tiles.ts';
import { TraceForm } from './trace-form.ts';

const EVERY_MS = 2000;
const PATIENCE_MS = 10_000;

const about = byId('about');
const problem = byId('problem');
const range = byId('range');
const samples = new Samples();
const charts = new Charts(byId('charts'));
const form = new TraceForm(byId('trace'));
let before: Overview | undefined;

async function ask<Answer>(path: string): Promise<Answer> {
  const response = await fetch(path, { signal: AbortSignal.timeout(PATIENCE_MS) });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  return response.json();
}

async function update(): Promise<void> {
  const overview = await ask<Overview>('overview');
  const hasStarted = before !== undefined && before.startedAt !== overview.startedAt;
  if (hasStarted) samples.clear();
  samples.take(await ask<HistoryAnswer>(`history?since=${samples.last}`));
  const rates = before === undefined || hasStarted ? undefined : ratesBetween(before, overview);
  before = overview;
  const { at, startedAt, switches } = overview;
  about.textContent = `up ${duration((at - startedAt) / 1000)} · ${switches.length === 1 ? '1 switch' : `${switches.length} switches`} · ${timeOfDay(at)}`;
  showTiles(byId('tiles'), overview, rates);
  showTables(byId('tables'), overview, rates);
  form.offer(overview);
  draw();
}

function draw(): void {
  if (range instanceof HTMLSelectElement) charts.show(samples, Number(range.value));
}

range.addEventListener('change', draw);

async function run(): Promise<void> {
  for (;;) {
    // Nobody looks at a page that is behind others; when it is looked at again, it catches up.
    if (!document.hidden) {
      try {
        await update();
        problem.hidden = true;
      } catch (error) {
        problem.textContent = `The controller does not answer (${error instanceof Error ? error.message : String(error)}). It is asked again and again; below is what it said last.`;
        problem.hidden = false;
      }
    }
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, EVERY_MS);
      document.addEventListener(
        'visibilitychange',
        () => {
          clearTimeout(timer);
          resolve();
        },
        { once: true },
      );
    });
  }
}

void run();
