/** The figures on top. */

import type { Overview } from '../controller/overview.ts';
import { bitRate, count, quantity } from '../controller/quantities.ts';
import type { Rates } from '../controller/rates.ts';
import { element } from './element.ts';

type Tile = {
  readonly id: string;
  readonly label: string;
  readonly value: string;
  readonly tone?: 'good' | 'warn' | 'bad' | undefined;
};

/** Shows them. */
export function showTiles(place: HTMLElement, overview: Overview, rates: Rates | undefined): void {
  place.replaceChildren(
    ...tilesOf(overview, rates).map(({ id, label, value, tone }) =>
      element(
        'div',
        { id: `tile-${id}` },
        element('strong', { class: tone }, value),
        element('span', {}, label),
      ),
    ),
  );
}

function tilesOf(overview: Overview, rates: Rates | undefined): readonly Tile[] {
  const flows = Object.values(rates?.switches ?? {}).map(({ total }) => total);
  const services = Object.values(rates?.services ?? {});
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
  const refused = sum(services.map((one) => one.refused + one.degraded));
  const states = new Map(overview.servers.map(({ name, state }) => [name, state]));
  const well = [...states.values()].filter((state) => state === 'up' || state === 'unwatched').length;
  const rate = (value: number) =>
    rates === undefined
      ? '–'
      : `${quantity(value)}${/\d$/.test(quantity(value)) ? ' ' : ''}/s`.replace(' /s', '/s');
  return [
    {
      id: 'bits',
      label: 'into the switches',
      value: rates === undefined ? '–' : bitRate(sum(flows.map(({ bits }) => bits))),
    },
    { id: 'packets', label: 'packets', value: rate(sum(flows.map(({ packets }) => packets))) },
    {
      id: 'sessions',
      label: 'sessions (flows)',
      value: count(sum(overview.switches.map(({ flows: { total } }) => total))),
    },
    { id: 'begun', label: 'sessions begun', value: rate(sum(services.map(({ admitted }) => admitted))) },
    { id: 'refused', label: 'packets refused', value: rate(refused), tone: refused > 0 ? 'bad' : undefined },
    {
      id: 'servers',
      label: 'servers take sessions',
      value: `${well} of ${states.size}`,
      tone: well === states.size ? 'good' : well === 0 ? 'bad' : 'warn',
    },
    { id: 'bindings', label: 'bindings of mobile nodes', value: count(overview.bindings) },
    { id: 'handovers', label: 'handovers since the start', value: count(overview.handovers) },
  ];
}
