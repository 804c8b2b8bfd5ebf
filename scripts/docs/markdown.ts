/** Markdown files: their headings, links, and code. */

import { readFileSync } from 'node:fs';
import GithubSlugger from 'github-slugger';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import { visit } from 'unist-util-visit';

export type CodeBlock = { readonly language: string; readonly text: string; readonly line: number };

export type Markdown = {
  readonly file: string;
  /** What links behind '#' can name. */
  readonly anchors: ReadonlySet<string>;
  readonly links: readonly { readonly url: string; readonly line: number }[];
  readonly blocks: readonly CodeBlock[];
  /** Code within sentences. */
  readonly inline: readonly CodeBlock[];
};

/** Reads a Markdown file. @throws Error where it cannot be read. */
export function readMarkdown(file: string): Markdown {
  const slugger = new GithubSlugger();
  const anchors = new Set<string>();
  const links: { url: string; line: number }[] = [];
  const blocks: CodeBlock[] = [];
  const inline: CodeBlock[] = [];
  visit(fromMarkdown(readFileSync(file, 'utf8')), (node) => {
    const line = node.position?.start.line ?? 0;
    if (node.type === 'heading') anchors.add(slugger.slug(textOf(node)));
    if (node.type === 'link' || node.type === 'image' || node.type === 'definition') {
      links.push({ url: node.url, line });
    }
    if (node.type === 'code') blocks.push({ language: node.lang ?? '', text: node.value, line });
    if (node.type === 'inlineCode') inline.push({ language: '', text: node.value, line });
  });
  return { file, anchors, links, blocks, inline };
}

/** The file that a block of YAML is, or is a part of, by its first line: `# moor.yaml`, `# in moor.yaml`. */
export function yamlFile({
  text,
}: CodeBlock): { readonly name: string; readonly isPart: boolean } | undefined {
  const [, part, name] = /^# (in )?([\w./-]+\.ya?ml)$/m.exec(text.split('\n')[0] ?? '') ?? [];
  return name === undefined ? undefined : { name, isPart: part !== undefined };
}
