/** Reads moor.yaml: what is right, or every mistake with its line and column. */

import { readFileSync } from 'node:fs';
import { type Document, isMap, isNode, LineCounter, parseDocument } from 'yaml';
import { withWholeNames } from './files.ts';
import { type ConfigProblem, checkReferences } from './references.ts';
import { CONFIG_SCHEMA, type Config } from './schema.ts';

/** A mistake; lines and columns are from 1. */
export type PlacedProblem = {
  readonly line: number;
  readonly column: number;
  /** Such as `services[0].port`; empty for mistakes of the file's form. */
  readonly where: string;
  readonly message: string;
};

/** A configuration that is wrong, with all that is. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly PlacedProblem[];

  constructor(file: string, problems: readonly PlacedProblem[]) {
    super(
      problems
        .map(({ line, column, where, message }) => {
          const place = where === '' ? '' : `${where}: `;
          return `${file}:${line}:${column}: error: ${place}${message}`;
        })
        .join('\n'),
    );
    this.problems = problems;
  }
}

/** What else may be wrong with a configuration whose form and names are right. */
type FurtherCheck = (config: Config) => readonly ConfigProblem[];

/**
 * Reads a configuration file; names of files are relative to it.
 * @throws ConfigError; Error when it cannot be read; what `check` throws.
 */
export function loadConfig(file: string, check: FurtherCheck = () => []): Config {
  const whole = (config: Config) => withWholeNames(config, file);
  return whole(parseConfig(readFileSync(file, 'utf8'), file, (config) => check(whole(config))));
}

/** Reads a configuration. @param file How to call it in messages. @throws ConfigError; what `check` throws. */
export function parseConfig(text: string, file: string, check: FurtherCheck = () => []): Config {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const broken = [...document.errors, ...document.warnings];
  if (broken.length > 0) {
    throw new ConfigError(
      file,
      broken.map(({ pos, message }) => ({ ...at(pos[0]), where: '', message })),
    );
  }
  const fail = (problems: readonly ConfigProblem[]) =>
    new ConfigError(
      file,
      problems.map(({ path, message }) => ({
        ...at(offsetOf(document, path)),
        where: pathText(path),
        message,
      })),
    );
  const made = CONFIG_SCHEMA.safeParse(aliasesExpanded(document, file) ?? {}, { reportInput: true });
  if (!made.success) {
    throw fail(
      made.error.issues.flatMap((issue): ConfigProblem[] => {
        const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
        // Each unknown key has a place of its own.
        if (issue.code === 'unrecognized_keys') {
          return issue.keys.map((key) => ({ path: [...path, key], message: 'there is no such setting' }));
        }
        return [{ path, message: describe(issue) }];
      }),
    );
  }
  for (const one of [checkReferences, check]) {
    const problems = one(made.data);
    if (problems.length > 0) throw fail(problems);
  }
  return made.data;
}

/** The document as plain values. @throws ConfigError for aliases that grow beyond all bounds. */
function aliasesExpanded(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (problem) {
    if (!(problem instanceof ReferenceError)) throw problem;
    const message = 'aliases that stand for too much: write it out';
    throw new ConfigError(file, [{ line: 1, column: 1, where: '', message }]);
  }
}

type Issue = NonNullable<ReturnType<typeof CONFIG_SCHEMA.safeParse>['error']>['issues'][number];

function describe(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? `it is missing: write ${article(issue.expected)}`
        : `write ${article(issue.expected)}`;
    case 'invalid_value':
      return `write one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? `write ${issue.minimum} or more of them`
        : `it is too small: write ${issue.minimum} or more`;
    case 'too_big':
      return issue.origin === 'string'
        ? `it is too long: ${issue.maximum} characters at most`
        : `it is too large: write ${issue.maximum} or less`;
    case 'invalid_union':
      return issue.errors.flat().map(describe).join(', or ');
    default:
      return issue.message;
  }
}

function article(expected: string): string {
  const known: Readonly<Record<string, string>> = {
    array: 'a list',
    object: 'settings',
    string: 'text',
    number: 'a number',
    int: 'a whole number',
    boolean: 'true or false',
  };
  return known[expected] ?? expected;
}

/** `services[0].port` */
function pathText(path: readonly (string | number)[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}

/** Where in the text a setting stands; for one that is not there, what it would stand in. */
function offsetOf(document: Document, path: readonly (string | number)[]): number {
  for (let length = path.length; length >= 0; length--) {
    const part = path.slice(0, length);
    const last = part.at(-1);
    if (typeof last === 'string') {
      // The key, not its value: that is where people look.
      const parent = part.length === 1 ? document.contents : document.getIn(part.slice(0, -1), true);
      if (isMap(parent)) {
        const pair = parent.items.find(({ key }) => isNode(key) && String(key) === last);
        if (pair !== undefined && isNode(pair.key) && pair.key.range) return pair.key.range[0];
      }
      continue;
    }
    const node = length === 0 ? document.contents : document.getIn(part, true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}
