/** Configurations of meters, and the counters of their colors ("MeterEntry & DirectMeterEntry"). */

import { MeterSpec_Type } from '../../p4runtime/gen/p4/config/v1/p4info.ts';
import type { MeterConfig, MeterCounterData } from '../../p4runtime/gen/p4/v1/p4runtime.ts';
import type { DeviceColors, DeviceMeterConfig } from './device.ts';
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

const COLORS = ['green', 'yellow', 'red'] as const;

const NOTHING = { packets: 0n, bytes: 0n };

/** What a meter has marked after its counters were reset. */
export const NO_COLORS: DeviceColors = { green: NOTHING, yellow: NOTHING, red: NOTHING };

/**
 * A write that has colors resets them: there is nothing else that it can do ("Direct Resources").
 * @returns Whether it does.
 * @throws EntityError INVALID_ARGUMENT for a counter that is not 0.
 */
export function resetsColors(data: MeterCounterData | undefined, what: string): boolean {
  if (data === undefined) return false;
  for (const color of COLORS) {
    const { packetCount = 0n, byteCount = 0n } = data[color] ?? {};
    if (packetCount !== 0n || byteCount !== 0n) {
      throw invalid(
        `${what}: ${color} is ${packetCount} packets and ${byteCount} bytes; the colors of a meter can only be set to 0`,
      );
    }
  }
  return true;
}

/** What P4Runtime says of the colors. */
export function colorsToControl(colors: DeviceColors | undefined): MeterCounterData | undefined {
  if (colors === undefined) return undefined;
  const count = ({ packets, bytes }: DeviceColors['green']) => ({ packetCount: packets, byteCount: bytes });
  return { green: count(colors.green), yellow: count(colors.yellow), red: count(colors.red) };
}
