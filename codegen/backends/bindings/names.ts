/** Names of P4 as names of TypeScript. */

/** Words that cannot name a type or a constant. */
const RESERVED: ReadonlySet<string> = new Set(
  (
    'any as bigint boolean break case catch class const continue debugger default delete do else enum export extends ' +
    'false finally for function if implements import in instanceof interface let never new null number object package ' +
    'private protected public return static string super switch symbol this throw true try type typeof undefined ' +
    'unknown var void while with yield'
  ).split(' '),
);

/** Gives every name to one thing only. */
export class NameTable {
  readonly #taken: Set<string>;

  /** @param taken What the generated file imports. */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** `c1.ipv4_lpm` with ending `Key`: `C1Ipv4LpmKey`, or with a number behind it when that is taken. */
  typeName(name: string, ending: string): string {
    const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
    const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') + ending;
    const base = joined === '' || /^\d/.test(joined) || RESERVED.has(joined) ? `_${joined}` : joined;
    let unique = base;
    for (let number = 2; this.#taken.has(unique); number++) unique = `${base}${number}`;
    this.#taken.add(unique);
    return unique;
  }
}

/** A name as the key of an object: as it is where it can be. */
export function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : stringLiteral(name);
}

/** A string in single quotes. */
export function stringLiteral(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
}
