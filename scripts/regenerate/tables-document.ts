/** docs/tables.md: each table of the pipeline, from its P4Info, the comments of its sources, and who writes it as docs/pipeline.md says. */

import { readdirSync, readFileSync } from 'node:fs';
import { v1modelPipeline } from '../../bmv2-tests/harness/pipeline-program.ts';
import { CounterSpec_Unit, MeterSpec_Unit } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import { buildSchema, type Schema, type TableInfo } from '../../p4runtime/schema/index.ts';

export const TABLES_DOCUMENT = 'docs/tables.md';
const PIPELINE_PAGE = 'docs/pipeline.md';
const STAGES = 'p4/stages';

/** A table's own comment, and the file that has it. */
type Source = { readonly text: string; readonly file: string };

/** Comments of tables in P4 sources, by the tables' names. */
export function commentsOf(
  sources: readonly { readonly file: string; readonly text: string }[],
): ReadonlyMap<string, Source> {
  const found = new Map<string, Source>();
  for (const { file, text } of sources) {
    // A comment, annotations, the table; nothing else between.
    for (const [, comment = '', name = ''] of text.matchAll(
      /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:@\w+(?:\([^)]*\))?\s*|[A-Z_]+\s+)*table (\w+) \{/g,
    )) {
      const lines = comment.split('\n').map((line) => line.replace(/^\s*\* ?/, '').trim());
      found.set(name, { text: lines.join(' ').trim(), file });
    }
  }
  return found;
}

/** Who writes each table, by its row in a page. */
export function writersOf(page: string): ReadonlyMap<string, string> {
  const rows = page.matchAll(/^\| `(\w+)` \|.*\| ([^|]+) \|$/gm);
  return new Map([...rows].map(([, name = '', writer = '']) => [name, writer.trim()]));
}

/** The page. @throws Error for a table without a comment or a writer. */
export function tablesDocument(): string {
  const schema = buildSchema(v1modelPipeline().p4info);
  const sources = readdirSync(STAGES).map((name) => {
    const file = `${STAGES}/${name}`;
    return { file, text: readFileSync(file, 'utf8') };
  });
  const comments = commentsOf(sources);
  const writers = writersOf(readFileSync(PIPELINE_PAGE, 'utf8'));
  const sections = schema.tables.all.map((table) => {
    const [comment, writer] = [comments.get(table.name), writers.get(table.name)];
    if (comment === undefined) throw new Error(`${STAGES}: table ${table.name} has no comment`);
    if (writer === undefined) throw new Error(`${PIPELINE_PAGE}: table ${table.name} is not in its list`);
    return section(table, comment, writer);
  });
  return `# Tables of the pipeline

As \`moor tables\` shows them of a switch that runs the program for v1model. Made from its P4Info and sources (\`npm run regenerate\`);
[pipeline.md](pipeline.md) says in which order they are asked. Only the controller writes them: what somebody else does it undoes.
An address of IPv4 is written as one of IPv6, \`::ffff:192.0.2.1\`. Tables without an idle timeout, or without counters, have none.

| Table | Size | |
|---|---|---|
${schema.tables.all.map(({ name, size }) => `| [\`${name}\`](#${name}) | ${count(size)} | ${comments.get(name)?.text ?? ''} |`).join('\n')}

${sections.join('\n')}
${besides(schema)}`;
}

function section(table: TableInfo, { text, file }: Source, writer: string): string {
  const { name, fields, actions, size, implementation, directCounter, idleTimeout, hasPriority } = table;
  const rows = fields.map(
    ({ name: field, type, matchKind, format }) =>
      `| \`${field}\` | ${matchKind ?? ''} | ${bits(type)} | ${describeFormat(format)} |`,
  );
  const uses = actions.map(({ action, inEntries, asDefault }) => {
    const parameters = action.parameters.map(({ name: one, type }) => `\`${one}\`: ${bits(type)}`);
    const where = !inEntries ? 'default only' : asDefault ? '' : 'in entries only';
    return `| \`${action.alias}\` | ${parameters.join(', ')} | ${where} |`;
  });
  const facts = [
    `${count(size)} entries`,
    `written by: ${writer}`,
    ...(table.constDefaultAction === undefined
      ? []
      : [`without an entry: \`${table.constDefaultAction.alias}\``]),
    ...(hasPriority ? ['entries have a priority: the greatest that matches is taken'] : []),
    ...(implementation === undefined
      ? []
      : [
          `entries have members with weights, ${count(implementation.size)} in all tables together (\`${implementation.name}\`)`,
        ]),
    ...(directCounter === undefined
      ? []
      : [`counts ${unitOf(directCounter.message.spec?.unit)} of each entry`]),
    ...(idleTimeout
      ? ['has an idle timeout: the switch tells the controller of entries that nothing hits']
      : []),
  ];
  return `## \`${name}\`

${text} ([${file}](../${file}))

${facts.map((fact) => `- ${fact[0]?.toUpperCase()}${fact.slice(1)}.`).join('\n')}

| Key | Match | Bits | |
|---|---|---|---|
${rows.join('\n')}

| Action | Parameters, in bits | |
|---|---|---|
${uses.join('\n')}
`;
}

/** What is counted, policed, kept and told of beside tables. */
function besides(schema: Schema): string {
  const list = [
    ...schema.counters.all.map(
      ({ name, size, message }) => [name, 'counter', size, unitOf(message.spec?.unit)] as const,
    ),
    ...schema.meters.all.map(
      ({ name, size, message }) =>
        [name, 'meter', size, message.spec?.unit === MeterSpec_Unit.BYTES ? 'bytes' : 'packets'] as const,
    ),
    ...schema.registers.all.map(
      ({ name, size }) => [name, 'register', size, 'the data plane alone writes it'] as const,
    ),
    ...schema.digests.all.map(
      ({ name }) => [name, 'digest', undefined, 'flows that were learned, opened and closed'] as const,
    ),
  ];
  const rows = list.map(
    ([name, kind, size, what]) =>
      `| \`${name}\` | ${kind} | ${size === undefined ? '' : count(size)} | ${what} |`,
  );
  return `## Besides tables

| Name | Kind | Cells | |
|---|---|---|---|
${rows.join('\n')}
`;
}

function unitOf(unit: CounterSpec_Unit | undefined): string {
  if (unit === CounterSpec_Unit.PACKETS) return 'packets';
  return unit === CounterSpec_Unit.BYTES ? 'bytes' : 'packets and bytes';
}

const bits = (type: TableInfo['fields'][number]['type']): string =>
  type.kind === 'bit' ? String(type.width) : 'text';

const count = (number: bigint | number): string => number.toLocaleString('en-US');

function describeFormat(format: TableInfo['fields'][number]['format']): string {
  return format === undefined ? '' : `written as an address (\`${format}\`)`;
}
