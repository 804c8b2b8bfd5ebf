/** Walking expressions and statements of the lowered program: one table of child keys, one generic visitor. */

import type { Expression } from './expressions.ts';
import type { Statement } from './statements.ts';

/** What a visitor sees. */
export type Node = Expression | Statement;

/**
 * Which fields of each kind of node hold nodes, in the order of evaluation. `call`, `outcome`, `cases` and
 * `collection` are records that hold nodes; `childrenOf` knows what is in them.
 */
export const CHILD_KEYS: {
  readonly [Kind in Node['kind']]: readonly (keyof Extract<Node, { kind: Kind }> & string)[];
} = {
  constant: [],
  boolean: [],
  string: [],
  member: [],
  variable: [],
  field: ['target'],
  index: ['target', 'index'],
  stack_element: ['target'],
  last_index: ['target'],
  slice: ['target'],
  part_select: ['target', 'low'],
  unary: ['operand'],
  binary: ['left', 'right'],
  conditional: ['condition', 'whenTrue', 'whenFalse'],
  cast: ['operand'],
  is_valid: ['target'],
  aggregate: ['elements'],
  invalid: [],
  instance: ['index'],
  apply_result: [],
  call: ['call'],
  assign: ['target', 'value'],
  set_validity: ['target'],
  shift_stack: ['target'],
  if: ['condition', 'whenTrue', 'whenFalse'],
  switch: ['value', 'cases'],
  apply: ['outcome'],
  for: ['condition', 'body', 'updates'],
  for_in: ['collection', 'body'],
  break: [],
  continue: [],
  exit: [],
  return: ['value'],
  labelled: ['body'],
  leave: [],
};

function isNode(value: object): value is Node {
  return 'kind' in value && typeof value.kind === 'string' && value.kind in CHILD_KEYS;
}

function collect(value: unknown, into: Node[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const item of value) collect(item, into);
  } else if (isNode(value)) {
    into.push(value);
  } else {
    // A record that holds nodes: a call, a callee, an argument, a case, an outcome, a collection.
    for (const key of RECORD_KEYS) if (key in value) collect(Reflect.get(value, key), into);
  }
}

/** The fields of the records inside nodes that lead to further nodes, in the order of evaluation. */
const RECORD_KEYS = [
  'callee',
  'object',
  'arguments',
  'labels',
  'low',
  'high',
  'value',
  'cases',
  'hit',
  'miss',
  'body',
];

/** The nodes directly inside `node`, in the order of evaluation where there is one. */
export function childrenOf(node: Node): readonly Node[] {
  const children: Node[] = [];
  for (const key of CHILD_KEYS[node.kind]) collect(Reflect.get(node, key), children);
  if (node.kind === 'call' && 'result' in node) collect(node.result, children);
  return children;
}

/** Calls `enter` for `roots` and all nodes in them, outer ones first; goes into a node unless `enter` says false. */
export function visit(roots: readonly Node[], enter: (node: Node) => boolean | undefined): void {
  const stack: Node[] = [...roots].reverse();
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (enter(node) === false) continue;
    const children = childrenOf(node);
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index];
      if (child !== undefined) stack.push(child);
    }
  }
}
