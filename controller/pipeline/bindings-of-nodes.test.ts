import test from 'ava';
import { parseIpv6Address, unsigned } from '../../wire/index.ts';
import { tables } from './bindings.ts';
import { bindingEntity } from './bindings-of-nodes.ts';
import { Identifiers } from './identifiers.ts';

const address = (text: string) => parseIpv6Address(text) ?? new Uint8Array(16);

test('entries of bindings are those that the table itself would make', (t) => {
  const virtualAddresses = new Identifiers('virtual address', {}, 65_535);
  const virtual = ['2001:db8:100::1', '2001:db8:100::2'];
  for (const [home, careOf] of [
    ['2001:db8:1::10', '2001:db8:2::20'],
    ['64:ff9b::1', '::1'],
    ['::', 'ff::'],
  ] as const) {
    for (const one of virtual) {
      const binding = {
        homeAddress: address(home),
        careOfAddress: address(careOf),
        virtualAddress: address(one),
      };
      const made = bindingEntity(binding, { virtualAddresses });
      const expected = tables.bindings.entry({
        key: { home_address: unsigned(binding.homeAddress), virtual_number: virtualAddresses.of(one) },
        action: {
          name: 'set_care_of_address',
          params: { care_of_address: unsigned(binding.careOfAddress) },
        },
      });
      t.deepEqual(made, expected);
    }
  }
});
