/**
 * The passes for targets that have tables, actions without parameters of direction, structured conditionals, header
 * stacks and a parser of plain states: BMv2, and DPDK SWX with a few more. `codegen/ir/README.md` says what holds
 * afterwards.
 */

import { bindTableActions } from './bind-table-actions.ts';
import { eliminateCompositeLookaheads } from './eliminate-composite-lookaheads.ts';
import { eliminateDeadCode } from './eliminate-dead-code.ts';
import { eliminateDynamicStackIndexes } from './eliminate-dynamic-stack-indexes.ts';
import { eliminateLeaves } from './eliminate-leaves.ts';
import { eliminatePartSelects } from './eliminate-part-selects.ts';
import { eliminateReturns } from './eliminate-returns.ts';
import { eliminateSwitch } from './eliminate-switch.ts';
import { flattenStructs } from './flatten-structs.ts';
import { inlineActions } from './inline-actions.ts';
import { inlineControls } from './inline-controls.ts';
import { inlineFunctions } from './inline-functions.ts';
import { inlineParsers } from './inline-parsers.ts';
import { joinParserStates } from './join-parser-states.ts';
import { orderSideEffects } from './order-side-effects.ts';
import type { Pass } from './pass.ts';
import { propagateConstants } from './propagate-constants.ts';
import { simplifyKeys } from './simplify-keys.ts';
import { simplifySelects } from './simplify-selects.ts';
import { splitParserConditionals } from './split-parser-conditionals.ts';
import { unrollLoops } from './unroll-loops.ts';

export const SIMPLE_TARGET_PASSES: readonly Pass[] = [
  bindTableActions,
  orderSideEffects,
  inlineFunctions,
  inlineActions,
  eliminateReturns,
  inlineControls,
  unrollLoops(true),
  eliminateLeaves,
  eliminateSwitch,
  splitParserConditionals,
  inlineParsers,
  eliminateCompositeLookaheads,
  eliminatePartSelects,
  flattenStructs,
  propagateConstants,
  eliminateDynamicStackIndexes,
  eliminateDeadCode,
  splitParserConditionals,
  simplifySelects,
  joinParserStates,
  eliminateDeadCode,
  simplifyKeys,
];
