/** A datagram of an agent: which of the four forms it is, told by its length. */

import { TRAILER_LENGTH, unseal } from './authentication.ts';
import { AVAILABILITY_LENGTH, type Availability, parseAvailability } from './availability.ts';
import { LOAD_VECTOR_LENGTH, type LoadVector, parseLoadVector } from './load-vector.ts';
import type { Read } from './result.ts';

/** What an agent said; `stamp` is there when it was authenticated. */
export type MonitoringMessage =
  | { readonly kind: 'availability'; readonly value: Availability; readonly stamp: bigint | undefined }
  | { readonly kind: 'load'; readonly value: LoadVector; readonly stamp: bigint | undefined };

/**
 * Reads a datagram.
 * @param key With it only authenticated messages are taken; without it only bare ones.
 */
export function parseMonitoring(bytes: Uint8Array, key: Uint8Array | undefined): Read<MonitoringMessage> {
  const trailer = key === undefined ? 0 : TRAILER_LENGTH;
  const length = bytes.length - trailer;
  if (length !== AVAILABILITY_LENGTH && length !== LOAD_VECTOR_LENGTH) {
    return {
      ok: false,
      problem: `a datagram of ${bytes.length} bytes is no ${key === undefined ? 'bare' : 'authenticated'} message of an agent`,
    };
  }
  let message = bytes;
  let stamp: bigint | undefined;
  if (key !== undefined) {
    const authentic = unseal(bytes, key);
    if (!authentic.ok) return authentic;
    ({ message, stamp } = authentic.value);
  }
  if (length === AVAILABILITY_LENGTH) {
    const read = parseAvailability(message);
    return read.ok ? { ok: true, value: { kind: 'availability', value: read.value, stamp } } : read;
  }
  const read = parseLoadVector(message);
  return read.ok ? { ok: true, value: { kind: 'load', value: read.value, stamp } } : read;
}
