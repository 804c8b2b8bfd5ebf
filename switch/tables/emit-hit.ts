/** What a hit leaves in an entry's record, as code. */

import { type FunctionBuilder, type Like32, type Like64, type Local32, lift32 } from '../wasm/index.ts';
import type { RecordLayout } from './record-layout.ts';

/**
 * Stamps the time of a hit, and counts the packet, if the table does.
 * @param entry The address of the record.
 * @param bytes The packet's length.
 */
export function emitHit(
  f: FunctionBuilder,
  layout: RecordLayout,
  entry: Local32,
  now: Like64,
  bytes: Like32,
): void {
  const { hitTime, packets, bytes: counted } = layout;
  if (hitTime !== undefined) f.store64(entry, now, hitTime);
  if (packets !== undefined) f.store64(entry, entry.load64(packets).add(1n), packets);
  if (counted !== undefined) f.store64(entry, entry.load64(counted).add(lift32(bytes).toU64()), counted);
}
