/** Says what the front end has to say about a piece of P4: nothing, or messages at marked places. */

import test from 'ava';
import { compileText } from '../test-harness.ts';

/** A program about which nothing is said, not even a warning. */
export function accepts(title: string, program: string): void {
  finds(title, program);
}

/**
 * A program with one message for each mark: `«token»` stands around exactly what the caret has to be under.
 * @param codes The codes of the messages, in the order of the marks; no other message may come.
 */
export function finds(title: string, program: string, ...codes: readonly string[]): void {
  test(title, (t) => {
    const marks: string[] = [];
    let text = '';
    let start = 0;
    for (const piece of program.split(/([«»])/)) {
      if (piece === '«') start = text.length;
      else if (piece === '»') marks.push(`${codes[marks.length]} ${start}..${text.length}`);
      else text += piece;
    }
    const { diagnostics } = compileText(text);
    const found = diagnostics.map(({ code, span }) => `${code} ${span.start}..${span.end}`);
    const messages = diagnostics.map(({ code, message }) => `${code}: ${message}`).join('\n');
    t.is(marks.length, codes.length, 'a code for each mark');
    t.deepEqual(found, marks, messages);
  });
}
