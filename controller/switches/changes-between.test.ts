/** Only what differs between two sets of entities is written. */

import test from 'ava';
import { type Entity, TableEntry } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import { changesBetween, keyed } from './changes-between.ts';
import { groupOfKey, identify } from './entity-keys.ts';

function entry(key: number, actionId: number): Entity {
  const match = [
    { fieldId: 1, fieldMatchType: { $case: 'exact', value: { value: Uint8Array.of(key) } } },
  ] as const;
  const action = { type: { $case: 'action', value: { actionId, params: [] } } } as const;
  return { entity: { $case: 'tableEntry', value: TableEntry.fromPartial({ tableId: 7, match, action }) } };
}

test('what is the same is not written, what differs is set, what is gone is removed', (t) => {
  const before = keyed([entry(1, 1), entry(2, 1), entry(3, 1)]);
  const after = keyed([entry(1, 1), entry(2, 9), entry(4, 1)]);
  t.deepEqual(changesBetween(before, after), [
    { kind: 'set', entity: entry(2, 9) },
    { kind: 'set', entity: entry(4, 1) },
    { kind: 'remove', entity: entry(3, 1) },
  ]);
  t.deepEqual(changesBetween(after, keyed([entry(4, 1), entry(1, 1), entry(2, 9)])), []);
});

test('the bytes of a key may have zeros in front', (t) => {
  const padded: Entity = structuredClone(entry(1, 1));
  const match = [
    { fieldId: 1, fieldMatchType: { $case: 'exact', value: { value: Uint8Array.of(0, 0, 1) } } },
  ] as const;
  if (padded.entity?.$case !== 'tableEntry') throw new Error('an entry');
  const other: Entity = { entity: { ...padded.entity, value: { ...padded.entity.value, match } } };
  t.deepEqual(changesBetween(keyed([entry(1, 1)]), keyed([other])), []);
});

test('the group of an entity is in its key', (t) => {
  const value = TableEntry.fromPartial({ tableId: 7, isDefaultAction: true });
  const meter = { meterId: 5, index: { index: 3n }, config: undefined, counterData: undefined };
  const clone = { sessionId: 4, replicas: [], classOfService: 0, packetLengthBytes: 0 };
  const multicast = { multicastGroupId: 4, replicas: [], metadata: new Uint8Array() };
  const entities: readonly Entity[] = [
    entry(1, 1),
    { entity: { $case: 'tableEntry', value } },
    { entity: { $case: 'meterEntry', value: meter } },
    { entity: { $case: 'digestEntry', value: { digestId: 9, config: undefined } } },
    {
      entity: {
        $case: 'packetReplicationEngineEntry',
        value: { type: { $case: 'cloneSessionEntry', value: clone } },
      },
    },
    {
      entity: {
        $case: 'packetReplicationEngineEntry',
        value: { type: { $case: 'multicastGroupEntry', value: multicast } },
      },
    },
  ];
  for (const one of entities) {
    const identity = identify(one);
    t.truthy(identity);
    t.is<string | undefined, string | undefined>(groupOfKey(identity?.key ?? ''), identity?.group);
  }
});
