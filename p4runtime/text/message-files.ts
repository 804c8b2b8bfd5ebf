/** P4Info and write requests as the contents of files: text (`.txtpb`) or binary, told apart by the file's name. */

import path from 'node:path';
import { P4Info } from '../gen/p4/config/v1/p4info.ts';
import { WriteRequest } from '../gen/p4/v1/p4runtime.ts';
import { parseText } from './parse-text.ts';
import { printText } from './print-text.ts';

export type MessageFormat = 'text' | 'binary';

const FORMATS: ReadonlyMap<string, MessageFormat> = new Map([
  ['.txtpb', 'text'],
  ['.txt', 'text'],
  ['.pbtxt', 'text'],
  ['.textproto', 'text'],
  ['.bin', 'binary'],
  ['.binpb', 'binary'],
  ['.pb', 'binary'],
]);

/** The endings of file names that messageFormat knows. */
export const MESSAGE_ENDINGS: readonly string[] = [...FORMATS.keys()];

/** What a file's name says that it is; undefined for an ending that says nothing. */
export function messageFormat(file: string): MessageFormat | undefined {
  return FORMATS.get(path.extname(file).toLowerCase());
}

/** A P4Info as the contents of a file. */
export function encodeP4Info(p4info: P4Info, format: MessageFormat): Uint8Array {
  const bytes = P4Info.encode(p4info).finish();
  return format === 'binary' ? bytes : textFile('p4/config/v1/p4info.proto', 'p4.config.v1.P4Info', bytes);
}

/**
 * Reads the contents of a P4Info file.
 * @throws TextFormatError for a wrong text, RangeError or Error for bytes that are no such message.
 */
export function decodeP4Info(contents: Uint8Array, format: MessageFormat): P4Info {
  return P4Info.decode(format === 'binary' ? contents : parseText('p4.config.v1.P4Info', text(contents)));
}

/** A write request, such as the initial entries of a program, as the contents of a file. */
export function encodeWriteRequest(request: WriteRequest, format: MessageFormat): Uint8Array {
  const bytes = WriteRequest.encode(request).finish();
  return format === 'binary' ? bytes : textFile('p4/v1/p4runtime.proto', 'p4.v1.WriteRequest', bytes);
}

/**
 * Reads the contents of a file with a write request.
 * @throws as decodeP4Info does.
 */
export function decodeWriteRequest(contents: Uint8Array, format: MessageFormat): WriteRequest {
  return WriteRequest.decode(
    format === 'binary' ? contents : parseText('p4.v1.WriteRequest', text(contents)),
  );
}

/** The first lines say what the text is, in the form that editors and formatters know. */
function textFile(file: string, name: string, bytes: Uint8Array): Uint8Array {
  const header = `# proto-file: ${file}\n# proto-message: ${name}\n\n`;
  return new TextEncoder().encode(header + printText(name, bytes));
}

function text(contents: Uint8Array): string {
  return new TextDecoder().decode(contents);
}
