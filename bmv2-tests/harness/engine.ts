/** Which switch tests run on: moor's own, or a simple_switch_grpc that somebody has installed. */

import type { LabEngine } from '../../lab/lab-world.ts';
import { findProgram } from './find-program.ts';

/** How users of simple_switch_grpc get it. */
export const HOW_TO_INSTALL_BMV2 =
  "simple_switch_grpc is not on PATH: it is in the package p4lang-bmv2 of p4lang's package archive (with p4lang-pi), or set MOOR_BMV2=/path/to/simple_switch_grpc";

/** The simple_switch_grpc of this machine: MOOR_BMV2, or the first on PATH; undefined: there is none. */
export function findSimpleSwitchGrpc(environment = process.env): string | undefined {
  return findProgram('simple_switch_grpc', 'MOOR_BMV2', environment);
}

/**
 * The engine of MOOR_ENGINE: `embedded` (also where it is not set) or `simple_switch_grpc`; a line for people where that
 * is not here. @throws Error for other names.
 */
export function chosenEngine(environment = process.env): LabEngine | string {
  const name = environment['MOOR_ENGINE'] ?? 'embedded';
  if (name === 'embedded') return { kind: 'embedded', optimization: 'none' };
  if (name !== 'simple_switch_grpc')
    throw new Error(`MOOR_ENGINE is 'embedded' or 'simple_switch_grpc', not '${name}'`);
  const binary = findSimpleSwitchGrpc(environment);
  return binary === undefined ? HOW_TO_INSTALL_BMV2 : { kind: 'simple_switch_grpc', binary };
}

/** Programs that a lab with it calls beside. */
export function programsOf({ kind }: LabEngine): readonly string[] {
  return kind === 'simple_switch_grpc' ? ['ethtool'] : [];
}
