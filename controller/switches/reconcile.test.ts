/** What of a switch is written and removed, when wishes change while that is being done. */

import test from 'ava';
import { type Entity, TableEntry, Update_Type } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { DesiredState } from './desired-state.ts';
import { Comparison, type Plan } from './reconcile.ts';

function entry(key: number, actionId = 1): Entity {
  const match = [
    { fieldId: 1, fieldMatchType: { $case: 'exact', value: { value: Uint8Array.of(key) } } },
  ] as const;
  const action = { type: { $case: 'action', value: { actionId, params: [] } } } as const;
  return { entity: { $case: 'tableEntry', value: TableEntry.fromPartial({ tableId: 7, match, action }) } };
}

const KINDS = new Map<number, string>([
  [Update_Type.INSERT, 'INSERT'],
  [Update_Type.MODIFY, 'MODIFY'],
  [Update_Type.DELETE, 'DELETE'],
]);

/** Kinds and keys of updates, batch by batch. */
const told = (
  batches: Iterable<readonly { readonly type: number; readonly entity?: Entity | undefined }[]>,
) =>
  [...batches].map((batch) =>
    batch.map(({ type, entity }) => {
      const field = entity?.entity?.$case === 'tableEntry' ? entity.entity.value.match[0] : undefined;
      const value =
        field?.fieldMatchType?.$case === 'exact' ? field.fieldMatchType.value.value[0] : undefined;
      return `${KINDS.get(type)} ${value}`;
    }),
  );

/** Wants 1 to 3; the switch has 3 as it should be, 2 with another action, and 4 and 5, which nobody wants. */
function compared(): { readonly desired: DesiredState; readonly write: Plan; readonly drop: Plan } {
  const desired = new DesiredState();
  for (const key of [1, 2, 3]) desired.set(entry(key));
  const comparison = new Comparison(desired);
  for (const one of [entry(3), entry(2, 9), entry(4), entry(5)]) comparison.look(one);
  return { desired, ...comparison.updates(() => 0) };
}

test('what is missing is inserted, what differs modified, what is too much deleted, in batches', (t) => {
  const { write, drop } = compared();
  t.deepEqual(told(write.batches(10)), [['INSERT 1', 'MODIFY 2']]);
  t.deepEqual(told(drop.batches(1)), [['DELETE 4'], ['DELETE 5']]);
  t.deepEqual([write.length, drop.length], [2, 2]);
});

test('what came to be wanted before its turn stays, and what is not wanted any more is not written', (t) => {
  const { desired, write, drop } = compared();
  const dropping = drop.batches(1);
  t.deepEqual(told([dropping.next().value ?? []]), [['DELETE 4']]);
  desired.set(entry(5));
  t.deepEqual(told(dropping), [[]]);
  desired.remove(entry(1));
  t.deepEqual(told(write.batches(10)), [['MODIFY 2']]);
});
