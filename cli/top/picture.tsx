/** One picture of `moor top`, as text. */

import { renderToString } from 'ink';
import type { Answer } from './ask-controller.ts';
import { FIRST_VIEW, Screen } from './screen.tsx';

/** All of it, as long as it gets, without spaces at the ends of lines. */
export function picture(
  address: string,
  answer: Extract<Answer, { kind: 'overview' }>,
  width: number,
): string {
  const traffic = new Map(
    Object.entries(answer.rates?.switches ?? {}).map(([name, { total }]) => [name, [total.bits]]),
  );
  const text = renderToString(
    <Screen
      address={address}
      answer={answer}
      problem={undefined}
      traffic={traffic}
      width={width}
      view={FIRST_VIEW}
    />,
    { columns: width },
  );
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trimEnd();
}
