/**
 * `p4_device_config`: the BMv2 JSON, as controllers send it to simple_switch_grpc: as it is, or inside a
 * `p4.tmp.P4DeviceConfig` (field 3, `device_data`), which older ones still write.
 */

import { BinaryReader } from '@bufbuild/protobuf/wire';
import { invalid } from './entity-handler.ts';

/** The JSON's bytes. @throws EntityError INVALID_ARGUMENT for what is neither. */
export function readDeviceConfig(bytes: Uint8Array): Uint8Array {
  if (bytes.length === 0) {
    throw invalid('config.p4_device_config: it is empty; send the BMv2 JSON that the compiler wrote');
  }
  if (looksLikeJson(bytes)) return bytes;
  const inner = unwrap(bytes);
  if (inner !== undefined && looksLikeJson(inner)) return inner;
  throw invalid(
    'config.p4_device_config: it is neither BMv2 JSON nor a p4.tmp.P4DeviceConfig around it; send the JSON that the compiler wrote',
  );
}

const SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);

function looksLikeJson(bytes: Uint8Array): boolean {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  for (let index = start; index < bytes.length; index++) {
    const byte = bytes[index] ?? 0;
    if (!SPACE.has(byte)) return byte === 0x7b;
  }
  return false;
}

function unwrap(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const reader = new BinaryReader(bytes);
    let found: Uint8Array | undefined;
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag();
      if (field === 3 && wireType === 2) found = reader.bytes();
      else reader.skip(wireType, field);
    }
    return found;
  } catch {
    return undefined;
  }
}
