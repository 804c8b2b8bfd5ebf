/** A page of documentation as a shell script, and whether that said what the page says. */

import { type CodeBlock, type Markdown, yamlFile } from './markdown.ts';

/** Stands between the output of blocks. */
const mark = (line: number) => `<<<< line ${line} >>>>`;

/**
 * Blocks marked `sh` in order, files saved before what follows them. It ends at the first block whose last command fails, and says
 * where each begins.
 */
export function scriptOf({ file, blocks }: Markdown): string {
  const parts = blocks.flatMap((block): readonly string[] => {
    const saved = block.language === 'yaml' ? yamlFile(block) : undefined;
    if (saved !== undefined && !saved.isPart)
      return [`cat >${saved.name} <<'END OF FILE'\n${block.text}\nEND OF FILE`];
    if (block.language !== 'sh') return [];
    const failed = `{ code=$?; echo "${file}:${block.line}: exit code $code" >&2; exit 1; }`;
    return [`echo '${mark(block.line)}'\n${block.text}\n[ $? -eq 0 ] || ${failed}`];
  });
  return `set -m\n${parts.join('\n')}\n`;
}

/** Lines of `output` blocks that the blocks before them did not say, in order, and what they said instead. */
export function checkScript({ blocks }: Markdown, output: string): readonly string[] {
  const problems: string[] = [];
  let before: CodeBlock | undefined;
  for (const block of blocks) {
    if (block.language === 'sh') before = block;
    if (block.language !== 'output' || before === undefined) continue;
    const said = saidBy(output, before);
    let from = 0;
    for (const [index, line] of block.text.split('\n').entries()) {
      if (line.trim() === '' || line.trim() === '…') continue;
      const found = said.findIndex((one, at) => at >= from && patternOf(line).test(one));
      if (found < 0) {
        const instead = said.slice(from).join('\n');
        problems.push(`line ${block.line + index + 1}: nothing like '${line}' in '${instead}'`);
      } else from = found + 1;
    }
  }
  return problems;
}

function saidBy(output: string, block: CodeBlock): readonly string[] {
  const [, rest = ''] = output.split(`${mark(block.line)}\n`);
  return (rest.split('<<<< line ')[0] ?? '').split('\n');
}

/** Any number is as good as another, and any white space; … is anything. */
function patternOf(line: string): RegExp {
  const text = line
    .trim()
    .replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll(/\s+/g, '\\s+')
    .replaceAll(/(?<![\w:.])\d+(?:\\\.\d+)?(?![\w:.\\])/g, '[\\d.]+')
    .replaceAll('…', '.*');
  return new RegExp(`^\\s*${text}\\s*$`);
}
