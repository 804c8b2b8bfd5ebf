import test from 'ava';
import { P4Info } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import { buildSchema } from '../../p4runtime/schema/index.ts';
import { encodeMetadata } from './stream-commands.ts';

const { packetHeaders } = buildSchema(
  P4Info.fromPartial({
    controllerPacketMetadata: [
      {
        preamble: { id: 1, name: 'packet_out' },
        metadata: [
          { id: 1, name: 'port', bitwidth: 9 },
          { id: 2, name: 'process', bitwidth: 1 },
          { id: 3, name: 'pad', bitwidth: 3 },
          { id: 4, name: 'filling', bitwidth: 3, annotations: ['@padding'] },
        ],
      },
    ],
  }),
);

const values = (...texts: readonly string[]) =>
  encodeMetadata(packetHeaders.get('packet_out'), texts).map(({ metadataId, value }) => [
    metadataId,
    Buffer.from(value).toString('hex'),
  ]);

test('padding is 0 unless it is said, by its name or its annotation', (t) => {
  t.deepEqual(values('port=258', 'process=1'), [
    [1, '0102'],
    [2, '01'],
    [3, '00'],
    [4, '00'],
  ]);
  t.deepEqual(values('port=258', 'process=1', 'pad=5', 'filling=1').slice(2), [
    [3, '05'],
    [4, '01'],
  ]);
});

test('what is no padding has to be said', (t) => {
  t.throws(() => values('port=1'), { message: /'process' is missing/ });
});
