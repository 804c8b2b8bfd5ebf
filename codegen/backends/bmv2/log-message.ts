/** `log_msg`: the switch ends itself when the text has more or fewer `{}` than values, so that is checked here. */

import type { Expression } from '../../ir/index.ts';
import type { Span } from '../../syntax/source.ts';
import { type Conversion, type Emitter, report } from './conversion.ts';
import { componentsOf, leavesOf, value } from './expressions.ts';
import { asParameter } from './json.ts';
import { isScalar } from './layout.ts';

/**
 * The pieces of a text between its places for values: one more than there are places; undefined when a `{` is not
 * closed. A backslash makes a brace plain text.
 */
function splitText(text: string): readonly string[] | undefined {
  const pieces: string[] = [];
  let start = 0;
  for (let index = 0; index < text.length; index++) {
    if (text[index] === '\\') index++;
    else if (text[index] === '{') {
      pieces.push(text.slice(start, index));
      while (index < text.length && text[index] !== '}') index += text[index] === '\\' ? 2 : 1;
      if (index >= text.length) return undefined;
      start = index + 1;
    }
  }
  return [...pieces, text.slice(start)];
}

/** What stands for a value: `{}`, or `(field:{},field:{})` for one with fields. */
function placeFor(part: Expression): string {
  const { type } = part;
  switch (type.kind) {
    case 'struct':
    case 'header':
    case 'header_union': {
      const parts = componentsOf(part).map((one, index) => `${type.fields[index]?.name}:${placeFor(one)}`);
      return `(${parts.join(',')})`;
    }
    case 'tuple':
    case 'array':
    case 'stack':
      return `(${componentsOf(part).map(placeFor).join(',')})`;
    default:
      return '{}';
  }
}

/** The numbers in a value, headers taken apart too. */
function numbersIn(part: Expression): readonly Expression[] {
  return leavesOf(part).flatMap((leaf) =>
    leaf.type.kind === 'header' ? componentsOf(leaf).flatMap(numbersIn) : [leaf],
  );
}

/** Converts `log_msg(text)` and `log_msg(text, values)`. */
export function writeLogMessage(
  conversion: Conversion,
  emitter: Emitter,
  text: Expression,
  data: Expression | undefined,
  span: Span,
): void {
  if (text.kind !== 'string') {
    report(conversion, 'P4810', text.span, { what: 'the text to log' });
    return;
  }
  const parts = data === undefined ? [] : componentsOf(data);
  const pieces = splitText(text.value);
  if (pieces === undefined || pieces.length !== parts.length + 1) {
    const wanted = pieces === undefined ? 'unclosed' : pieces.length - 1;
    report(conversion, 'P4813', text.span, { wanted, given: parts.length });
    return;
  }
  const numbers = parts.flatMap(numbersIn);
  const wrong = numbers.find((leaf) => !isScalar(leaf.type));
  if (wrong !== undefined) {
    report(conversion, 'P4822', wrong.span, { what: 'a logged message', type: wrong.type.kind });
    return;
  }
  const [first = '', ...rest] = pieces;
  const whole = rest.reduce((before, piece, index) => {
    const part = parts[index];
    return `${before}${part === undefined ? '{}' : placeFor(part)}${piece}`;
  }, first);
  // The switch overlooks a brace that is the very first character.
  const shown = whole.startsWith('{') ? ` ${whole}` : whole;
  emitter.call(
    'log_msg',
    [
      { type: 'string', value: shown },
      { type: 'parameters_vector', value: numbers.map((leaf) => asParameter(value(emitter.scope, leaf))) },
    ],
    span,
  );
}
