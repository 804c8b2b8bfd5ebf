/** Preprocesses pieces of text, for tests. */

import { DiagnosticSink } from '../../diagnostics.ts';
import { SourceFile, type Span } from '../source.ts';
import { type PreprocessorOptions, preprocess } from './index.ts';

/** What came out, in forms that are easy to compare. */
export type Preprocessed = {
  /** The texts of the tokens with one blank between, without the end; pragmas as `#pragma text`. */
  readonly text: string;
  /** `line:column code`, in the order in which they were found. */
  readonly found: readonly string[];
  /** The hints of all diagnostics. */
  readonly hints: readonly (string | undefined)[];
  /** The messages of all diagnostics. */
  readonly messages: readonly string[];
  /** For each token the place, then the places where it is spelled, innermost first. */
  readonly places: readonly string[];
  /** The files that were read, the main one first. */
  readonly files: readonly string[];
};

/**
 * Preprocesses the file `main.p4` of some files.
 * @param files Texts by path; one text alone is the main file.
 */
export function preprocessText(
  files: string | Readonly<Record<string, string>>,
  options: Partial<Omit<PreprocessorOptions, 'fileSystem'>> = {},
): Preprocessed {
  const texts = new Map(Object.entries(typeof files === 'string' ? { 'main.p4': files } : files));
  const sink = new DiagnosticSink();
  const { tokens, sources } = preprocess(
    new SourceFile('main.p4', texts.get('main.p4') ?? ''),
    {
      includeDirectories: [],
      libraryDirectory: undefined,
      defines: [],
      ...options,
      fileSystem: {
        readFile: (path) => texts.get(path),
        directoryEntries: (directory) =>
          [...texts.keys()].flatMap((path) => {
            const inside = directory === '.' || directory === '' ? path : path.slice(directory.length + 1);
            const isInside = directory === '.' || directory === '' || path.startsWith(`${directory}/`);
            return isInside && !inside.includes('/') ? [inside] : [];
          }),
      },
    },
    sink,
  );
  const program = tokens.slice(0, -1);
  const pragma = (text: string) => `#pragma ${text}`;
  return {
    text: program.map((token) => (token.kind === 'pragma' ? pragma(token.text) : token.text)).join(' '),
    found: sink.diagnostics.map(({ code, span }) => `${placeOf(span)} ${code}`),
    hints: sink.diagnostics.map(({ hint }) => hint),
    messages: sink.diagnostics.map(({ message }) => message),
    places: program.map(({ span }) => placesOf(span)),
    files: sources.map(({ path }) => path),
  };
}

function placeOf({ source, start }: Span): string {
  const { file, line, column } = source.location(start);
  return file === 'main.p4' ? `${line}:${column}` : `${file}:${line}:${column}`;
}

/** `use < spelling < outer spelling …`, each with the macro's name. */
function placesOf(span: Span): string {
  const places = [placeOf(span)];
  for (let origin = span.macro; origin !== undefined; origin = origin.spelling.macro) {
    places.push(`${origin.name} ${placeOf(origin.spelling)}`);
  }
  return places.join(' < ');
}
