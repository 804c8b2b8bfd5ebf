/** The descriptors of all protos, for what works on any message. */

import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { DESCRIPTORS } from '../gen/descriptors.ts';

let registry: FileRegistry | undefined;

/** The descriptor of a message by its full name; undefined for one that is not in our protos. */
export function findMessage(name: string): DescMessage | undefined {
  registry ??= createFileRegistry(fromBinary(FileDescriptorSetSchema, Buffer.from(DESCRIPTORS, 'base64')));
  return registry.getMessage(name);
}

/**
 * The descriptor of a message that our protos have.
 * @throws RangeError for another.
 */
export function getMessage(name: string): DescMessage {
  const found = findMessage(name);
  if (found === undefined) throw new RangeError(`no proto of ours has a message ${name}`);
  return found;
}

/** The name of the message inside an Any; undefined for a URL that names none. */
export function messageOfUrl(url: string): string | undefined {
  const name = url.slice(url.lastIndexOf('/') + 1);
  return name === '' ? undefined : name;
}
