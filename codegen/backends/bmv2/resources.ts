/** Counters, meters, registers and action profiles: what the switch keeps beside the packets. */

import { InternalError } from '../../diagnostics.ts';
import type { Expression, Instance, Table } from '../../ir/index.ts';
import { type Conversion, report } from './conversion.ts';
import { type Json, sourceInfo } from './json.ts';
import { isScalar, type ScalarType, widthOf } from './layout.ts';

/** The constructor's argument at a place, whatever the parameter is called. */
function constructorArgument(instance: Instance, index: number): Expression | undefined {
  return [...instance.arguments.values()][index];
}

/** How many elements an array of counters, meters or registers has. */
export function sizeOf(instance: Instance): bigint {
  const size = constructorArgument(instance, 0);
  if (size?.kind !== 'constant') throw new InternalError('an array has no size', instance.span);
  return size.value;
}

/** The table whose property names the instance: that of a direct counter or meter. */
export type Bindings = ReadonlyMap<string, readonly Table[]>;

/** The instance that a property of a table names. */
export function propertyInstance(table: Table, property: string): string | undefined {
  const value = table.properties.get(property)?.value;
  return value?.kind === 'instance' ? value.instance : undefined;
}

/** Which tables name which direct counters and meters. */
export function bindingsOf(tables: Iterable<Table>): Bindings {
  const bindings = new Map<string, Table[]>();
  for (const table of tables) {
    for (const property of ['counters', 'meters']) {
      const instance = propertyInstance(table, property);
      if (instance === undefined) continue;
      const bound = bindings.get(instance);
      if (bound === undefined) bindings.set(instance, [table]);
      else bound.push(table);
    }
  }
  return bindings;
}

function memberArgument(instance: Instance, index: number): string {
  const argument = constructorArgument(instance, index);
  return argument?.kind === 'member' ? argument.member : '';
}

/** Registers hold numbers only. */
function elementType(conversion: Conversion, instance: Instance): ScalarType | undefined {
  const type = instance.type.typeArguments[0];
  if (type !== undefined && isScalar(type)) return type;
  report(conversion, 'P4811', instance.span, { name: instance.controlPlaneName });
  return undefined;
}

/** The one table that a direct counter or meter belongs to; reports when there are more. */
function boundTable(conversion: Conversion, instance: Instance, bindings: Bindings): Table | undefined {
  const [first, second] = bindings.get(instance.name) ?? [];
  if (first !== undefined && second !== undefined) {
    report(conversion, 'P4818', instance.span, {
      name: instance.controlPlaneName,
      first: first.controlPlaneName,
      second: second.controlPlaneName,
    });
  }
  return first;
}

/** Gives every direct meter of a table a field for its colour. */
export function reserveMeterResults(conversion: Conversion, bindings: Bindings): void {
  for (const instance of conversion.program.instances.values()) {
    if (instance.type.name !== 'direct_meter' || !bindings.has(instance.name)) continue;
    const type = instance.type.typeArguments[0];
    const scalar: ScalarType =
      type !== undefined && isScalar(type) ? type : { kind: 'bits', width: 8, signed: false };
    const place = conversion.layout.scratch(`${instance.name}.color`, scalar);
    conversion.meterResults.set(instance.name, place);
  }
}

/** The sections of the JSON for all of them. */
export type ResourceSections = {
  readonly meter_arrays: readonly Json[];
  readonly counter_arrays: readonly Json[];
  readonly register_arrays: readonly Json[];
};

/** Converts the instances of a program. `tableSize` is how many entries a table holds. */
export function convertResources(
  conversion: Conversion,
  bindings: Bindings,
  tableSize: (table: Table) => number,
): ResourceSections {
  const meters: Json[] = [];
  const counters: Json[] = [];
  const registers: Json[] = [];
  for (const instance of conversion.program.instances.values()) {
    const common = { name: instance.controlPlaneName, source_info: sourceInfo(instance.span) };
    switch (instance.type.name) {
      case 'counter':
        counters.push({ ...common, id: counters.length, size: Number(sizeOf(instance)), is_direct: false });
        break;
      case 'direct_counter': {
        const table = boundTable(conversion, instance, bindings);
        if (table === undefined) break;
        counters.push({ ...common, id: counters.length, is_direct: true, binding: table.controlPlaneName });
        break;
      }
      case 'meter':
        meters.push({
          ...common,
          id: meters.length,
          is_direct: false,
          size: Number(sizeOf(instance)),
          rate_count: 2,
          type: memberArgument(instance, 1),
        });
        break;
      case 'direct_meter': {
        const table = boundTable(conversion, instance, bindings);
        const place = conversion.meterResults.get(instance.name);
        if (table === undefined || place === undefined) break;
        meters.push({
          ...common,
          id: meters.length,
          is_direct: true,
          rate_count: 2,
          type: memberArgument(instance, 0),
          size: tableSize(table),
          binding: table.controlPlaneName,
          result_target: [place.header, place.field],
        });
        break;
      }
      case 'register': {
        const type = elementType(conversion, instance);
        if (type === undefined) break;
        registers.push({
          ...common,
          id: registers.length,
          size: Number(sizeOf(instance)),
          bitwidth: widthOf(type),
        });
        break;
      }
      case 'action_profile':
      case 'action_selector':
      case 'Checksum16':
        break;
      default:
        report(conversion, 'P4805', instance.span, { name: instance.type.name });
    }
  }
  return { meter_arrays: meters, counter_arrays: counters, register_arrays: registers };
}
