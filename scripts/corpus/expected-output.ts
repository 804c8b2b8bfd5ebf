/** What the expected output of p4c says about a program: whether it is wrong, and where. */

/** A line that the output names. The file is a base name, as p4c's test runner strips directories. */
export type NamedLine = { readonly file: string; readonly line: number };

export type ExpectedOutput = {
  /** True when p4c rejects the program. */
  readonly hasErrors: boolean;
  /** Every `file.p4(line)` and `file.p4:line` at the start of a line, primary or related, once each. */
  readonly lines: readonly NamedLine[];
};

/** A place as p4c prints it, at the start of a line: lines of source below a message are not places. */
const PLACE = /^([^\s():][^():]*\.p4)(?:\((\d+)\)|:(\d+))/;

/** `error:` behind the place and the option's name, or `syntax error` behind the place. */
const ERROR =
  /^(?:[^\s():][^():]*\.p4(?:\(\d+\)|(?::\d+)+):?\s*)?(?:\[--Werror=[^\]]*\] error:|error:|syntax error)/;

/** Reads the text of a `.p4-stderr` file. */
export function parseExpectedOutput(text: string): ExpectedOutput {
  const lines = new Map<string, NamedLine>();
  let hasErrors = false;
  for (const row of text.split('\n')) {
    if (ERROR.test(row)) hasErrors = true;
    const match = PLACE.exec(row.trimStart());
    const file = match?.[1];
    const line = match?.[2] ?? match?.[3];
    if (file === undefined || line === undefined) continue;
    lines.set(`${file}:${line}`, { file, line: Number(line) });
  }
  return { hasErrors, lines: [...lines.values()] };
}
