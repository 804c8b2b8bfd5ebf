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
} from './flow-table.ts';
