/** The passes' public surface. */

export { bindTableActions } from './bind-table-actions.ts';
export { eliminateCompositeLookaheads } from './eliminate-composite-lookaheads.ts';
export { eliminateDeadCode } from './eliminate-dead-code.ts';
export { eliminateDynamicStackIndexes } from './eliminate-dynamic-stack-indexes.ts';
export { eliminateLeaves } from './eliminate-leaves.ts';
export { eliminatePartSelects } from './eliminate-part-selects.ts';
export { eliminateReturns } from './eliminate-returns.ts';
export { eliminateSwitch } from './eliminate-switch.ts';
export { flattenStructs } from './flatten-structs.ts';
export { inlineActions } from './inline-actions.ts';
export { inlineControls } from './inline-controls.ts';
export { inlineFunctions } from './inline-functions.ts';
export { inlineParsers } from './inline-parsers.ts';
export { joinParserStates } from './join-parser-states.ts';
export { moveStatementsToActions } from './move-statements-to-actions.ts';
export { orderSideEffects } from './order-side-effects.ts';
export type { Pass, PassContext } from './pass.ts';
export { propagateConstants } from './propagate-constants.ts';
export { describePasses, passContext, runPasses } from './run-passes.ts';
export { SIMPLE_TARGET_PASSES } from './simple-target.ts';
export { simplifyKeys } from './simplify-keys.ts';
export { simplifySelects } from './simplify-selects.ts';
export { splitParserConditionals } from './split-parser-conditionals.ts';
export { unrollLoops } from './unroll-loops.ts';
