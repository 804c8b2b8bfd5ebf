/**
 * A second opinion on our bytes, for tests: reads any message with the protobuf project's own decoder
 * (google-protobuf), which shares no code with the stubs. It knows the protos by their descriptors alone.
 */

import jspb from 'google-protobuf';
import descriptors from 'google-protobuf/google/protobuf/descriptor_pb.js';
import { DESCRIPTORS } from './gen/descriptors.ts';

type FieldDescriptor = InstanceType<typeof descriptors.FieldDescriptorProto>;

/** A message as plain data: by field name as in the proto, only what is on the wire. Bytes are hex, numbers decimal. */
export type Plain = { readonly [field: string]: PlainValue };
export type PlainValue = string | boolean | Plain | readonly PlainValue[];

const FIELDS = readDescriptors();

/** All fields of all messages, by the message's full name and the field's number. */
function readDescriptors(): ReadonlyMap<string, ReadonlyMap<number, FieldDescriptor>> {
  const messages = new Map<string, ReadonlyMap<number, FieldDescriptor>>();
  const add = (scope: string, message: InstanceType<typeof descriptors.DescriptorProto>) => {
    const name = `${scope}.${message.getName()}`;
    messages.set(name, new Map(message.getFieldList().map((field) => [field.getNumber() ?? 0, field])));
    for (const nested of message.getNestedTypeList()) add(name, nested);
  };
  const set = descriptors.FileDescriptorSet.deserializeBinary(Buffer.from(DESCRIPTORS, 'base64'));
  for (const file of set.getFileList()) {
    for (const message of file.getMessageTypeList()) add(file.getPackage() ?? '', message);
  }
  return messages;
}

/**
 * Decodes a message by its full name.
 * @throws Error on bytes that are not such a message, and on fields that the protos do not have.
 */
export function decodeIndependently(name: string, bytes: Uint8Array): Plain {
  const fields = FIELDS.get(name);
  if (fields === undefined) throw new Error(`no message ${name}`);
  const result: { [field: string]: PlainValue } = {};
  const reader = new jspb.BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.isEndGroup()) break;
    const field = fields.get(reader.getFieldNumber());
    if (field === undefined) throw new Error(`${name} has no field ${reader.getFieldNumber()}`);
    const fieldName = field.getName() ?? '';
    const values = readValues(reader, field);
    const repeated = field.getLabel() === descriptors.FieldDescriptorProto.Label.LABEL_REPEATED;
    const [last] = values.slice(-1);
    const before = result[fieldName];
    if (repeated) result[fieldName] = [...(Array.isArray(before) ? before : []), ...values];
    else if (last !== undefined) result[fieldName] = last;
  }
  return result;
}

/** One value, or those of a packed list. */
function readValues(reader: jspb.BinaryReader, field: FieldDescriptor): readonly PlainValue[] {
  const { Type } = descriptors.FieldDescriptorProto;
  // 2: length-delimited.
  const packed = Number(reader.getWireType()) === 2;
  switch (field.getType()) {
    case Type.TYPE_STRING:
      return [reader.readString()];
    case Type.TYPE_BYTES:
      return [Buffer.from(reader.readBytes()).toString('hex')];
    case Type.TYPE_MESSAGE:
      return [decodeIndependently((field.getTypeName() ?? '').slice(1), reader.readBytes())];
    case Type.TYPE_BOOL:
      return [reader.readBool()];
    case Type.TYPE_ENUM:
      return [String(reader.readEnum())];
    case Type.TYPE_INT32:
      return [String(reader.readInt32())];
    case Type.TYPE_INT64:
      return [reader.readInt64String()];
    case Type.TYPE_UINT64:
      return [reader.readUint64String()];
    case Type.TYPE_UINT32:
      return packed ? reader.readPackedUint32().map(String) : [String(reader.readUint32())];
    default:
      throw new Error(`${field.getName()}: a type that no proto of ours uses`);
  }
}
