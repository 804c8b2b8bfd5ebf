/** What a switch did with the packets of a program, in a form that can be compared. */

import type { ArrayModel } from './generator/externs.ts';

export type Outcome = {
  /** Packets by port, each as digits. */
  readonly outputs: ReadonlyMap<number, readonly string[]>;
  /** Elements of registers and counters, as text: `NAME[INDEX]` and the value. */
  readonly arrays: ReadonlyMap<string, string>;
};

/** The longest element that simple_switch's command line shows. */
const LONGEST_REGISTER = 63;

/** Those whose elements both switches can show. */
export function comparableArrays(arrays: readonly ArrayModel[]): readonly ArrayModel[] {
  return arrays.filter(({ kind, width }) => kind === 'counter' || width <= LONGEST_REGISTER);
}

function differenceOfPort(
  port: number,
  one: readonly string[],
  other: readonly string[],
  keepsOrder: boolean,
): string | undefined {
  const [left, right] = keepsOrder ? [one, other] : [[...one].sort(), [...other].sort()];
  if (left.length === right.length && left.every((packet, index) => packet === right[index]))
    return undefined;
  if (!keepsOrder) {
    // What only one of them has says more than the first place where sorted lists differ.
    const only = (from: readonly string[], against: readonly string[]) => {
      const count = new Map<string, number>();
      for (const packet of against) count.set(packet, (count.get(packet) ?? 0) + 1);
      return from.filter((packet) => {
        const left = count.get(packet) ?? 0;
        count.set(packet, left - 1);
        return left <= 0;
      });
    };
    const [onlyOne, onlyOther] = [only(one, other), only(other, one)];
    return `port ${port}: ${onlyOne.length} and ${onlyOther.length} packets differ\n  ${onlyOne[0] ?? 'nothing'}\n  ${onlyOther[0] ?? 'nothing'}`;
  }
  const index = left.findIndex((packet, place) => packet !== right[place]);
  const place = index < 0 ? left.length : index;
  return `port ${port}: packet ${place} of ${left.length} and ${right.length} differs\n  ${left[place] ?? 'nothing'}\n  ${right[place] ?? 'nothing'}`;
}

/** What differs, in sentences; nothing when both did the same. */
export function differences(one: Outcome, other: Outcome, keepsOrder: boolean): readonly string[] {
  const ports = [...new Set([...one.outputs.keys(), ...other.outputs.keys()])].sort((a, b) => a - b);
  const found = ports.flatMap((port) => {
    const text = differenceOfPort(
      port,
      one.outputs.get(port) ?? [],
      other.outputs.get(port) ?? [],
      keepsOrder,
    );
    return text === undefined ? [] : [text];
  });
  for (const [element, value] of one.arrays) {
    const second = other.arrays.get(element);
    // What a compiler found dead is not there.
    if (second !== undefined && value !== second) found.push(`${element}: ${value} and ${second}`);
  }
  return found;
}
