/** Sessions and their flows. */

export {
  type Flow,
  type FlowCounts,
  type FlowEffect,
  type FlowEvent,
  type FlowIdentity,
  type FlowPlace,
  type FlowStatus,
  FlowTable,
  type Tuple,
  turnTuple,
} from './flow-table.ts';
export type { StatusCounts } from './running-counts.ts';
