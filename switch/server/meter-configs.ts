/** Configurations of meters ("MeterEntry & DirectMeterEntry"). */

import { EntityError } from '../../p4runtime/errors.ts';
import { Code } from '../../p4runtime/gen/google/rpc/code.ts';
import { MeterSpec_Type } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { MeterConfig, MeterCounterData } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { DeviceMeterConfig } from './device.ts';
import { invalid } from './entity-handler.ts';

/**
 * A configuration for the device; undefined for the default, under which all packets are green.
 * @throws EntityError INVALID_ARGUMENT for one that the meter's type does not take.
 */
export function meterToDevice(
  config: MeterConfig | undefined,
  type: MeterSpec_Type,
  what: string,
): DeviceMeterConfig | undefined {
  if (config === undefined) return undefined;
  const { cir, cburst, pir, pburst, eburst } = config;
  for (const [name, value] of Object.entries({ cir, cburst, pir, pburst, eburst })) {
    if (value < 0n) throw invalid(`${what}: ${name} is ${value}; write 0 or more`);
  }
  if (type === MeterSpec_Type.TWO_RATE_THREE_COLOR) {
    if (eburst !== 0n)
      throw invalid(`${what}: eburst is ${eburst}, and a two-rate meter has none: leave it out`);
    if (pir < cir)
      throw invalid(`${what}: pir ${pir} is less than cir ${cir}; RFC 2698 wants it equal or greater`);
    return {
      kind: 'two-rates',
      committedRate: cir,
      committedBurst: cburst,
      peakRate: pir,
      peakBurst: pburst,
    };
  }
  if (pir !== cir || pburst !== cburst) {
    throw invalid(
      `${what}: a single-rate meter wants pir and pburst equal to cir and cburst (${cir}, ${cburst}), not ${pir} and ${pburst}`,
    );
  }
  if (type === MeterSpec_Type.SINGLE_RATE_TWO_COLOR && eburst !== 0n) {
    throw invalid(`${what}: eburst is ${eburst}, and a two-color meter has none: leave it out`);
  }
  return { kind: 'single-rate', committedRate: cir, committedBurst: cburst, excessBurst: eburst };
}

/** What P4Runtime says of the device's configuration. */
export function meterToControl(config: DeviceMeterConfig | undefined): MeterConfig | undefined {
  if (config === undefined) return undefined;
  const { committedRate: cir, committedBurst: cburst } = config;
  return config.kind === 'two-rates'
    ? { cir, cburst, pir: config.peakRate, pburst: config.peakBurst, eburst: 0n }
    : { cir, cburst, pir: cir, pburst: cburst, eburst: config.excessBurst };
}

/** @throws EntityError UNIMPLEMENTED when colors are asked for: this switch does not count them. */
export function refuseColors(data: MeterCounterData | undefined, what: string): void {
  if (data === undefined) return;
  throw new EntityError(
    Code.UNIMPLEMENTED,
    `${what}: this switch does not count the colors of meters: leave the field out`,
  );
}
