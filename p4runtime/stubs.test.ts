import test from 'ava';
import { P4Info } from './gen/p4/config/v1/p4info.ts';
import { P4DataTypeSpec } from './gen/p4/config/v1/p4types.ts';
import {
  SdnPort,
  StreamMessageRequest,
  TableEntry,
  Update_Type,
  WriteRequest,
} from './gen/p4/v1/p4runtime.ts';
import { P4RuntimeService } from './gen/p4/v1/p4runtime-service.ts';
import { decodeIndependently } from './independent-decoder.ts';

test('google-protobuf reads a write request that the stubs wrote', (t) => {
  const request = WriteRequest.fromPartial({
    deviceId: 1n,
    electionId: { high: 2n ** 64n - 1n, low: 3n },
    role: 'r',
    updates: [
      {
        type: Update_Type.INSERT,
        entity: {
          entity: {
            $case: 'tableEntry',
            value: {
              tableId: 0x0200_0001,
              match: [
                {
                  fieldId: 1,
                  fieldMatchType: { $case: 'lpm', value: { value: Uint8Array.of(10), prefixLen: 8 } },
                },
              ],
              priority: -5,
              idleTimeoutNs: -(2n ** 63n),
              isConst: true,
            },
          },
        },
      },
    ],
  });
  t.deepEqual(decodeIndependently('p4.v1.WriteRequest', WriteRequest.encode(request).finish()), {
    device_id: '1',
    election_id: { high: '18446744073709551615', low: '3' },
    role: 'r',
    updates: [
      {
        type: '1',
        entity: {
          table_entry: {
            table_id: '33554433',
            match: [{ field_id: '1', lpm: { value: '0a', prefix_len: '8' } }],
            priority: '-5',
            idle_timeout_ns: '-9223372036854775808',
            is_const: true,
          },
        },
      },
    ],
  });
});

// Bytes by hand: tag = number << 3 | wire type (protobuf encoding guide), numbers from the P4Runtime specification.
test('field numbers are those of the specification', (t) => {
  const entry = TableEntry.fromPartial({
    tableId: 1,
    metadata: Uint8Array.of(0xab),
    meterCounterData: {},
    isConst: true,
  });
  t.is(Buffer.from(TableEntry.encode(entry).finish()).toString('hex'), '08015a01ab62006801');
  const spec = P4DataTypeSpec.fromPartial({ typeSpec: { $case: 'newType', value: { name: 'T' } } });
  t.is(Buffer.from(P4DataTypeSpec.encode(spec).finish()).toString('hex'), '6203' + '0a0154');
  // type_info is field 200: its tag takes two bytes.
  t.is(Buffer.from(P4Info.encode(P4Info.fromPartial({ typeInfo: {} })).finish()).toString('hex'), 'c20c00');
  const ack = StreamMessageRequest.fromPartial({ update: { $case: 'digestAck', value: { listId: 1n } } });
  t.is(Buffer.from(StreamMessageRequest.encode(ack).finish()).toString('hex'), '1a021001');
});

test('a oneof with its default value is on the wire', (t) => {
  const bytes = TableEntry.encode(
    TableEntry.fromPartial({ action: { type: { $case: 'actionProfileGroupId', value: 0 } } }),
  ).finish();
  t.deepEqual(decodeIndependently('p4.v1.TableEntry', bytes), { action: { action_profile_group_id: '0' } });
});

test('reserved ports are the unsigned numbers of the specification', (t) => {
  t.is(SdnPort.SDN_PORT_CPU >>> 0, 0xfffffffd);
  t.is(SdnPort.SDN_PORT_RECIRCULATE >>> 0, 0xfffffffa);
  t.is(SdnPort.SDN_PORT_MAX >>> 0, 0xfffffeff);
});

test('the service has the six calls under their paths', (t) => {
  t.deepEqual(
    Object.values(P4RuntimeService).map(({ path, requestStream, responseStream }) => [
      path,
      requestStream,
      responseStream,
    ]),
    [
      ['/p4.v1.P4Runtime/Write', false, false],
      ['/p4.v1.P4Runtime/Read', false, true],
      ['/p4.v1.P4Runtime/SetForwardingPipelineConfig', false, false],
      ['/p4.v1.P4Runtime/GetForwardingPipelineConfig', false, false],
      ['/p4.v1.P4Runtime/StreamChannel', true, true],
      ['/p4.v1.P4Runtime/Capabilities', false, false],
    ],
  );
});
