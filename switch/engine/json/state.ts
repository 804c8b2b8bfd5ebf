/** Registers, counters, meters, value sets, calculations and checksums. */

import { HASH_ALGORITHMS } from '../../externs/index.ts';
import { readBool } from './expressions.ts';
import type { Calculation, CalculationInput, Checksum, ValueSet } from './model.ts';
import { type JsonValue, Names } from './reader.ts';
import { readField, type Scope } from './scope.ts';

/** Elements of an array: more do not fit into memory. */
const MAXIMUM_SIZE = 2 ** 28;

/** The name of an algorithm that there is. */
export function readAlgorithm(json: JsonValue): string {
  const name = json.text();
  if (!HASH_ALGORITHMS.some((one) => one === name)) {
    json.fail(`there is no algorithm '${name}'; there are ${HASH_ALGORITHMS.join(', ')}`);
  }
  return name;
}

/** Reads arrays of registers, counters and meters into the scope. */
export function readArrays(root: JsonValue, scope: Scope): void {
  for (const [index, json] of root.member('register_arrays').optionalElements().entries()) {
    scope.registers.add(json.member('name'), {
      name: json.member('name').text(),
      index,
      size: json.member('size').integer(0, MAXIMUM_SIZE),
      bits: json.member('bitwidth').integer(1, 2048),
    });
  }
  for (const [index, json] of root.member('counter_arrays').optionalElements().entries()) {
    const direct = json.member('is_direct').optionalBoolean(false);
    scope.counters.add(json.member('name'), {
      name: json.member('name').text(),
      index,
      size: direct ? 0 : json.member('size').integer(0, MAXIMUM_SIZE),
      direct: direct ? { table: json.member('binding').text() } : undefined,
    });
  }
  for (const [index, json] of root.member('meter_arrays').optionalElements().entries()) {
    const unit = json.member('type');
    const direct = json.member('is_direct').optionalBoolean(false);
    const text = unit.text();
    scope.meters.add(json.member('name'), {
      name: json.member('name').text(),
      index,
      unit: text === 'bytes' || text === 'packets' ? text : unit.fail("expected 'bytes' or 'packets'"),
      rateCount: json.member('rate_count').integer(1, 2),
      size: direct ? 0 : json.member('size').integer(0, MAXIMUM_SIZE),
      direct: direct
        ? { table: json.member('binding').text(), target: readField(scope, json.member('result_target')) }
        : undefined,
    });
  }
}

/** Reads value sets. */
export function readValueSets(root: JsonValue): Names<ValueSet> {
  const sets = new Names<ValueSet>('value set');
  for (const [index, json] of root.member('parse_vsets').optionalElements().entries()) {
    sets.add(json.member('name'), {
      name: json.member('name').text(),
      index,
      bits: json.member('compressed_bitwidth').integer(1, 2048),
    });
  }
  return sets;
}

/** Reads calculations into the scope. */
export function readCalculations(root: JsonValue, scope: Scope): void {
  for (const [index, json] of root.member('calculations').optionalElements().entries()) {
    const inputs: CalculationInput[] = [];
    let withPayload = false;
    for (const input of json.member('input').optionalElements()) {
      const type = input.member('type');
      const value = input.member('value');
      switch (type.text()) {
        case 'field':
          inputs.push({ kind: 'field', field: readField(scope, value) });
          break;
        case 'hexstr':
          inputs.push({
            kind: 'constant',
            value: value.hexadecimal(),
            bits: input.member('bitwidth').integer(1, 2048),
          });
          break;
        case 'header': {
          const header = scope.headers.get(value);
          // Metadata is kept field by field.
          if (!header.metadata) inputs.push({ kind: 'header', header });
          else for (const type of header.type.fields) inputs.push({ kind: 'field', field: { header, type } });
          break;
        }
        case 'payload':
          withPayload = true;
          break;
        default:
          type.fail(`expected field, hexstr, header or payload, found '${type.text()}'`);
      }
    }
    const calculation: Calculation = {
      name: json.member('name').text(),
      index,
      algorithm: readAlgorithm(json.member('algo')),
      inputs,
      withPayload,
    };
    scope.calculations.add(json.member('name'), calculation);
  }
}

/** Reads checksums. */
export function readChecksums(root: JsonValue, scope: Scope): readonly Checksum[] {
  return root
    .member('checksums')
    .optionalElements()
    .map((json) => {
      const type = json.member('type');
      if (type.text() !== 'generic') type.fail("expected 'generic'");
      const condition = json.member('if_cond');
      return {
        name: json.member('name').text(),
        target: readField(scope, json.member('target')),
        calculation: scope.calculations.get(json.member('calculation')),
        update: json.member('update').optionalBoolean(true),
        verify: json.member('verify').optionalBoolean(true),
        condition: condition.absent ? undefined : readBool(scope, condition),
      };
    });
}
