/** A reference of settings, made from their JSON schema and from what is said of each beside: unit, example, default. */

import type { z } from 'zod';

type Schema = z.core.JSONSchema.BaseSchema;

/** What a schema does not say of a setting. */
export type About = {
  /** A value as it may be written. */
  readonly example: unknown;
  /** Of numbers: what they count. */
  readonly unit?: string;
  /** What holds where it is left out, if the schema has no default. */
  readonly otherwise?: string;
  /** What it means, where the schema does not say. */
  readonly means?: string;
};

/** What is said of settings, by their paths: `services[].port`. */
export type AboutSettings = Readonly<Record<string, About>>;

/** A setting that holds a value, or a list of values. */
export type Setting = {
  readonly path: string;
  /** The setting itself, with its default; and what is in it, where it is a list. */
  readonly part: Schema;
  readonly inner: Schema;
  readonly isRequired: boolean;
};

/** A part of a schema, which JSON schema lets be `true` or a list too. */
function partOf(part: Schema['items'] | boolean): Schema {
  return typeof part === 'object' && !Array.isArray(part) ? part : {};
}

const innerOf = (part: Schema): Schema => (part.type === 'array' ? partOf(part.items) : part);

function partsOf({ properties = {} }: Schema): readonly (readonly [string, Schema])[] {
  return Object.entries(properties).map(([name, part]) => [name, partOf(part)]);
}

/** All settings that hold values, in the order of the schema. */
export function settingsOf(schema: Schema, prefix = ''): readonly Setting[] {
  return partsOf(schema).flatMap(([name, part]) => {
    const inner = innerOf(part);
    if (inner.properties === undefined) {
      const isRequired = schema.required?.includes(name) === true && part.default === undefined;
      return [{ path: `${prefix}${name}`, part, inner, isRequired }];
    }
    return settingsOf(inner, `${prefix}${name}${part.type === 'array' ? '[]' : ''}.`);
  });
}

/** What a reference cannot say of a setting, as lines for people; none: it is complete. */
export function gapsOf(schema: Schema, about: AboutSettings): readonly string[] {
  const settings = settingsOf(schema);
  const paths = new Set(settings.map(({ path }) => path));
  return [
    ...Object.keys(about)
      .filter((path) => !paths.has(path))
      .map((path) => `${path}: there is no such setting`),
    ...settings.flatMap(({ path, part, inner, isRequired }) => {
      const { [path]: said } = about;
      const text = `${part.description ?? inner.description ?? ''}${said?.means ?? ''}`;
      return [
        ...(said === undefined ? [`${path}: it has no example`] : []),
        ...(text === '' ? [`${path}: what does it mean?`] : []),
        ...(isNumber(inner) && !isTime(inner) && said?.unit === undefined ? [`${path}: it has no unit`] : []),
        ...(isRequired ||
        defaultOf(part) !== '' ||
        said?.otherwise !== undefined ||
        /left out|unless said/i.test(text)
          ? []
          : [`${path}: what holds where it is left out?`]),
      ];
    }),
  ];
}

/** A file with all examples in it. @param without Paths that are left out. */
export function exampleFile(about: AboutSettings, without: readonly string[] = []): Record<string, unknown> {
  const file: Record<string, unknown> = {};
  for (const [path, { example }] of Object.entries(about)) {
    if (without.includes(path)) continue;
    const names = path.split('.');
    const last = names.pop() ?? '';
    let place = file;
    for (const name of names) place = enter(place, name);
    place[last] = example;
  }
  return file;
}

/** What is at a name, made where it is not there; `name[]` is a list with one thing in it. */
function enter(place: Record<string, unknown>, name: string): Record<string, unknown> {
  const isList = name.endsWith('[]');
  const key = name.replace(/\[\]$/, '');
  const made: Record<string, unknown> = {};
  place[key] ??= isList ? [made] : made;
  const there = isList && Array.isArray(place[key]) ? place[key][0] : place[key];
  if (!isRecord(there)) throw new Error(`${name} is no place for a setting`);
  return there;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Rows of a table: setting, value, unit, example, meaning. */
export function settingRows(schema: Schema, about: AboutSettings, prefix = ''): readonly string[] {
  return partsOf(schema).flatMap(([name, part]) => {
    const inner = innerOf(part);
    if (inner.properties !== undefined) {
      const full = `${prefix}${name}${part.type === 'array' ? '[]' : ''}`;
      const what = part.type === 'array' ? 'a list' : 'settings';
      return [
        `| \`${full}\` | ${what} | | | ${part.description ?? ''} |`,
        ...settingRows(inner, about, `${full}.`),
      ];
    }
    return settingsOf({ properties: { [name]: part }, required: schema.required ?? [] }, prefix).map(
      (setting) => row(setting, about),
    );
  });
}

/** The heading of a table of such rows. */
export const SETTINGS_HEAD = '| Setting | Value | Unit | Example | |\n|---|---|---|---|---|';

function row({ path, part, inner, isRequired }: Setting, about: AboutSettings): string {
  const { example, unit = '', otherwise, means } = about[path] ?? { example: '' };
  const told = [
    part.description ?? inner.description ?? '',
    means ?? '',
    defaultOf(part),
    otherwise === undefined ? '' : `Left out: ${otherwise}.`,
    isRequired ? '**Required.**' : '',
  ].filter((text) => text !== '');
  const kind = `${part.type === 'array' ? 'list of ' : ''}${kindOf(inner)}`;
  return `| \`${path}\` | ${kind} | ${isTime(inner) ? 'time' : unit} | \`${JSON.stringify(example).replaceAll('|', '\\|')}\` | ${told.join(' ')} |`;
}

function isNumber({ type, anyOf = [] }: Schema): boolean {
  const isOne = (kind: Schema['type']) => kind === 'integer' || kind === 'number';
  return isOne(type) || anyOf.some((part) => isOne(partOf(part).type));
}

/** Times are text, or numbers in seconds. */
function isTime(schema: Schema): boolean {
  return (
    /^A time: /.test(schema.description ?? '') || /(?:number string|string number)$/.test(typesOf(schema))
  );
}

const typesOf = ({ anyOf = [], enum: values }: Schema): string =>
  values !== undefined
    ? ''
    : anyOf.map((part) => (partOf(part).enum === undefined ? partOf(part).type : 'enum')).join(' ');

function kindOf(schema: Schema): string {
  if (isTime(schema)) return 'text';
  const { type, enum: values, anyOf, minimum, maximum, exclusiveMinimum } = schema;
  if (values !== undefined) return values.map((value) => `\`${String(value)}\``).join(', ');
  if (anyOf !== undefined) return [...new Set(anyOf.map((part) => kindOf(partOf(part))))].join(' or ');
  if (type === 'integer' || type === 'number') {
    const isBounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
    if (minimum !== undefined && isBounded) return `${minimum} to ${maximum}`;
    if (exclusiveMinimum !== undefined && isBounded) return `above ${exclusiveMinimum}, to ${maximum}`;
    return minimum === undefined ? 'a number' : `${minimum} or more`;
  }
  return type === 'boolean' ? '`true`, `false`' : 'text';
}

function defaultOf(part: Schema): string {
  if (part.default === undefined) return '';
  if (Array.isArray(part.default))
    return part.default.length === 0 ? 'Default: none.' : `Default: \`${JSON.stringify(part.default)}\`.`;
  return typeof part.default === 'object' ? '' : `Default: \`${String(part.default)}\`.`;
}
