/** Makes docs/errors.md from the catalogue. */

import { catalogue } from './catalogue/index.ts';

/** The whole document. */
export function errorsDocument(): string {
  const lines = [
    '# Messages of the compiler',
    '',
    'Made from `codegen/catalogue` by `npm run regenerate`; `moor explain CODE` shows the same.',
    'Sections of the specification are those of P4-16 1.2.5.',
    '',
  ];
  for (const [code, entry] of Object.entries(catalogue).sort(([left], [right]) =>
    left.localeCompare(right),
  )) {
    lines.push(`## ${code}`, '', `${entry.severity}: \`${entry.message}\``, '', entry.explanation, '');
  }
  return lines.join('\n');
}
