/** Which folders may import which (docs/design/folders.md). */

/** The folders that each folder may import from, besides itself. Those not listed may import everything. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  p4runtime: [],
  codegen: ['p4runtime'],
  switch: ['p4runtime', 'wire'],
  controller: ['p4runtime', 'wire'],
  agent: ['wire'],
};

/** Inside codegen a folder may import those before it, never those behind it. */
const CODEGEN_ORDER: readonly string[] = [
  'catalogue',
  'syntax',
  'check',
  'evaluate',
  'ir',
  'passes',
  'backends',
];

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)|(?:^|\n)\s*import\s+'([^']+)'/g;

/**
 * The imports of a file that its folder may not make, each as a line `file:line: …`.
 * @param file The path from the repository's root.
 * @param resolve Gives the path, from the root, that a relative specifier in a file means.
 */
export function forbiddenImports(
  file: string,
  text: string,
  resolve: (from: string, specifier: string) => string,
): readonly string[] {
  const problems: string[] = [];
  const [folder = ''] = file.split('/');
  const allowed = ALLOWED[folder];
  for (const match of text.matchAll(IMPORT)) {
    const specifier = match[1] ?? match[2] ?? match[3] ?? '';
    if (!specifier.startsWith('.')) continue;
    const target = resolve(file, specifier);
    const [targetFolder = ''] = target.split('/');
    const line = text.slice(0, match.index + match[0].search(/\S/)).split('\n').length;
    if (allowed !== undefined && targetFolder !== folder && !allowed.includes(targetFolder)) {
      problems.push(`${file}:${line}: ${folder}/ may not import ${target} (docs/design/folders.md)`);
    }
    if (folder !== 'codegen' || targetFolder !== 'codegen' || file.endsWith('.test.ts')) continue;
    const from = CODEGEN_ORDER.indexOf(file.split('/')[1] ?? '');
    const to = CODEGEN_ORDER.indexOf(target.split('/')[1] ?? '');
    if (from >= 0 && to > from)
      problems.push(
        `${file}:${line}: codegen/${CODEGEN_ORDER[from]} may not import ${target} (docs/design/folders.md)`,
      );
  }
  return problems;
}
