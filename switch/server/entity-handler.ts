/** What the parts of the server that each care for one kind of entity have in common. */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { type Entity, Update_Type } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { Change, Refusal } from './device.ts';
import type { Permission } from './role-config.ts';

/** What undoes changes, to be called in the opposite order. It names entities by their keys: handles may be others by then. */
export type Journal = (() => void)[];

/** In whose name a write or read is done, and what undoes it when it has to be undone. */
export type WriteContext = { readonly may: Permission; readonly journal: Journal | undefined };

/** The entities of a kind. */
export type EntityHandler<Message> = {
  /** @throws EntityError, and then nothing has changed. */
  readonly write: (type: Update_Type, message: Message, context: WriteContext) => void;
  /** What a read request selects. @throws EntityError for a request that is wrong, before the first entity. */
  readonly read: (message: Message, may: Permission) => Iterable<Entity>;
};

/** An error for the one who sent the entity. */
export function invalid(message: string): EntityError {
  return new EntityError(Code.INVALID_ARGUMENT, message);
}

/** @throws EntityError INVALID_ARGUMENT for anything but a modification. */
export function onlyModify(type: Update_Type, what: string): void {
  if (type !== Update_Type.MODIFY) {
    throw invalid(`${what} is always there: it can be modified, and neither inserted nor deleted`);
  }
}

/** @throws EntityError PERMISSION_DENIED. */
export function requirePermission(may: Permission, id: number, what: string): void {
  if (!may(id)) throw new EntityError(Code.PERMISSION_DENIED, `${what} is not in the scope of the role`);
}

/** The thing with an id. @throws EntityError INVALID_ARGUMENT that names what there is. */
export function required<T extends { readonly id: number; readonly name: string }>(
  all: { readonly find: (id: number) => T | undefined; readonly all: readonly T[] },
  field: string,
  id: number,
): T {
  const found = all.find(id);
  if (found !== undefined) return found;
  const known = all.all.slice(0, 8).map((one) => `${one.id} (${one.name})`);
  const more = all.all.length > known.length ? ', …' : '';
  throw invalid(
    `${field}: ${id === 0 ? 'it is not set' : `the program has none with the id ${id}`}; there ${
      known.length === 0 ? 'is none at all' : `are ${known.join(', ')}${more}`
    }`,
  );
}

/** The index of an array. @throws EntityError INVALID_ARGUMENT below 0, OUT_OF_RANGE beyond the end. */
export function checkIndex(index: bigint, size: number, what: string): number {
  if (index < 0n) throw invalid(`${what}: index ${index} is negative; write 0 to ${size - 1}`);
  if (index >= BigInt(size)) {
    throw new EntityError(
      Code.OUT_OF_RANGE,
      `${what}: index ${index} is beyond the end; write 0 to ${size - 1}`,
    );
  }
  return Number(index);
}

const REFUSALS: Readonly<Record<Refusal['reason'], Code>> = {
  duplicate: Code.ALREADY_EXISTS,
  full: Code.RESOURCE_EXHAUSTED,
  invalid: Code.INVALID_ARGUMENT,
  'not-found': Code.NOT_FOUND,
  unsupported: Code.UNIMPLEMENTED,
};

/** The handle of a change that went well. @throws EntityError for one that the device refused. */
export function accepted(change: Change): number {
  if (change.ok) return change.handle;
  throw new EntityError(REFUSALS[change.reason], change.message);
}
