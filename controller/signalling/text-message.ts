/**
 * Messages of a start line, header fields and a body, as RTSP and SIP have them from HTTP (RFC 7826, section 5; RFC 3261,
 * section 7). Bytes and characters are one to one (Latin-1): nothing outside ASCII matters here.
 */

export type TextMessage = {
  readonly start: string;
  /** Values by name in small letters, in order. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
};

/** More fields are left out. */
const MOST_FIELDS = 256;

/**
 * Reads a message. A body that is shorter than it should be is taken as it is: the rest may be in other fragments.
 * @param longName The full name of a field that has a short one too.
 * @returns undefined where there is no start line.
 */
export function parseTextMessage(
  bytes: Uint8Array,
  longName: (name: string) => string = (name) => name,
): TextMessage | undefined {
  const text = latin1(bytes);
  const from = /[^\r\n\0]/.exec(text)?.index ?? text.length;
  const headEnd = /\r?\n\r?\n/.exec(text.slice(from));
  const head = headEnd === null ? text.slice(from) : text.slice(from, from + headEnd.index);
  const [start = '', ...lines] = head.split(/\r?\n/);
  if (start === '') return undefined;
  const fields = new Map<string, string[]>();
  let count = 0;
  for (const line of unfold(lines)) {
    const colon = line.indexOf(':');
    if (colon <= 0 || ++count > MOST_FIELDS) continue;
    const name = longName(line.slice(0, colon).trim().toLowerCase());
    const value = line.slice(colon + 1).trim();
    const there = fields.get(name);
    if (there === undefined) fields.set(name, [value]);
    else there.push(value);
  }
  const rest = headEnd === null ? '' : text.slice(from + headEnd.index + headEnd[0].length);
  const length = contentLength(fields.get('content-length')?.[0]);
  return { start: start.trimEnd(), fields, body: length === undefined ? rest : rest.slice(0, length) };
}

/** The first value of a field. */
export function field(message: TextMessage, name: string): string | undefined {
  return message.fields.get(name)?.[0];
}

/** Undefined for what is no length. */
export function contentLength(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Lines that begin with white space belong to the one before (RFC 3261, section 7.3.1). */
function unfold(lines: readonly string[]): readonly string[] {
  const whole: string[] = [];
  let parts: string[] = [];
  for (const line of lines) {
    if (parts.length > 0 && /^[ \t]/.test(line)) {
      parts.push(line.trim());
      continue;
    }
    if (parts.length > 0) whole.push(parts.join(' '));
    parts = [line];
  }
  if (parts.length > 0) whole.push(parts.join(' '));
  return whole;
}

/**
 * Cuts a text at a separator that stands outside of quotes, and of angle brackets.
 * @param separator One character.
 */
export function splitOutsideQuotes(text: string, separator: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  let isQuoted = false;
  let isBracketed = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (isQuoted && character === '\\') at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === '<') isBracketed = true;
    else if (character === '>') isBracketed = false;
    else if (character === separator && !isBracketed) {
      parts.push(text.slice(from, at).trim());
      from = at + 1;
    }
  }
  parts.push(text.slice(from).trim());
  return parts;
}

export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
