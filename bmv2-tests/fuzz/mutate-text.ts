/** Breaks text as senders do by mistake or by intent: bytes, numbers, lines, separators, lengths. */

import type { Random } from './random.ts';

const NUMBERS = [
  '0',
  '1',
  '-1',
  '255',
  '256',
  '65535',
  '65536',
  '4294967295',
  '99999999999999999999',
  '00006000',
  '',
  '0x10',
  '1e9',
];
const INSERTS = [
  '\r\n',
  '\n',
  '\r',
  '\0',
  ' ',
  '\t',
  ';',
  ',',
  '"',
  '<',
  '>',
  '=',
  ':',
  '/',
  '$',
  '\\',
  '%00',
  '\u00ff',
  ';tag=',
  '\r\n ',
  '\r\n\r\n',
  'm=',
  'c=IN IP4 ',
  'Content-Length: 70000\r\n',
  'l: -1\r\n',
  '__proto__',
  '[',
  '*',
  '"/"',
  '--b',
  '::',
  '0.0.0.0',
];

/** A text with one to a few things broken. */
export function mutateText(text: string, random: Random): string {
  let broken = text;
  for (let count = 1 + random.below(3); count > 0; count--) broken = mutateOnce(broken, random);
  return broken.slice(0, 200_000);
}

function mutateOnce(text: string, random: Random): string {
  const at = random.below(text.length + 1);
  const end = Math.min(text.length, at + 1 + random.below(20));
  const lines = text.split('\r\n');
  const line = random.below(lines.length);
  switch (random.below(11)) {
    case 0:
      return text.slice(0, at) + String.fromCharCode(random.below(256)) + text.slice(at + 1);
    case 1:
      return text.slice(0, at) + random.pick(INSERTS) + text.slice(at);
    case 2:
      return text.slice(0, at) + text.slice(end);
    case 3:
      return text.slice(0, at);
    case 4: {
      const numbers = [...text.matchAll(/\d+/g)];
      if (numbers.length === 0) return text;
      const { index, 0: found } = random.pick(numbers);
      return text.slice(0, index) + random.pick(NUMBERS) + text.slice(index + found.length);
    }
    case 5:
      return [...lines.slice(0, line), lines[line] ?? '', ...lines.slice(line)].join('\r\n');
    case 6:
      return lines.filter((_, index) => index !== line).join('\r\n');
    case 7: {
      const other = random.below(lines.length);
      const swapped = [...lines];
      [swapped[line], swapped[other]] = [lines[other] ?? '', lines[line] ?? ''];
      return swapped.join('\r\n');
    }
    case 8:
      return (
        text.slice(0, at) +
        text.slice(at, end).repeat(1 + random.below(random.below(20) === 0 ? 5000 : 50)) +
        text.slice(end)
      );
    case 9:
      return text.slice(0, at) + text.slice(at, end).toUpperCase() + text.slice(end);
    default:
      return text.replaceAll('\r\n', random.pick(['\n', '\r', '\r\n ', '\n\r']));
  }
}
