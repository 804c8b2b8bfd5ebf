/** Any graph of nodes (parser states, tables, primitives with jumps) as structured code. */

import type { FunctionBuilder, Label } from '../../wasm/index.ts';

/** Goes on with another node, or leaves the graph. Each way through the code of a node ends with it. */
export type Go = (target: number | undefined) => void;

/** A graph. */
export type Graph = {
  readonly count: number;
  readonly initial: number;
  /** Where the code of a node may go on, once for each place in the code that does. */
  readonly successors: (node: number) => readonly (number | undefined)[];
  /** Writes the code of a node. */
  readonly emit: (node: number, go: Go) => void;
  /**
   * How many steps back the graph takes before it gives up, so that no packet hangs the switch.
   */
  readonly fuel: number;
  /** What happens then; the graph is left behind it. */
  readonly exhausted: () => void;
};

/** Above this the nesting of blocks becomes too deep; such a graph is a loop around one switch. */
const MAXIMUM_NESTING = 400;

/** So many nodes stand in each other at most. */
const MAXIMUM_CHAIN = 100;

/** Nodes that can be reached, each before those that follow it unless a loop leads back. */
function reversePostorder(graph: Graph): readonly number[] {
  const order: number[] = [];
  const seen = new Set<number>([graph.initial]);
  const stack = [{ node: graph.initial, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const successors = graph.successors(top.node);
    const successor = successors[top.next];
    if (top.next >= successors.length) {
      order.push(top.node);
      stack.pop();
    } else {
      top.next++;
      if (successor !== undefined && !seen.has(successor)) {
        seen.add(successor);
        stack.push({ node: successor, next: 0 });
      }
    }
  }
  return order.reverse();
}

/** Writes a graph; its end is behind the code. */
export function emitGraph(f: FunctionBuilder, graph: Graph): void {
  const order = reversePostorder(graph);
  const position = new Map(order.map((node, index) => [node, index]));
  const at = (node: number) => position.get(node) ?? 0;
  const backTargets = new Set<number>();
  for (const from of order) {
    for (const to of graph.successors(from)) {
      if (to !== undefined && at(to) <= at(from)) backTargets.add(to);
    }
  }
  const inner = innerNodes(graph, order, backTargets);
  f.block((exit) => {
    if (order.length - inner.size > MAXIMUM_NESTING) emitDispatch(f, graph, order, at, exit);
    else if (backTargets.size === 0) emitBlocks(f, graph, order, at, exit, inner);
    else emitLoop(f, graph, order, at, exit, inner, [...backTargets]);
  });
}

/** Nodes that are gone to from one place: they stand there, and need no block. */
function innerNodes(
  graph: Graph,
  order: readonly number[],
  backTargets: ReadonlySet<number>,
): ReadonlySet<number> {
  const places = new Map<number, number>();
  for (const from of order) {
    for (const to of graph.successors(from)) {
      if (to !== undefined) places.set(to, (places.get(to) ?? 0) + 1);
    }
  }
  const depths = new Map<number, number>();
  for (const from of order) {
    const depth = (depths.get(from) ?? 0) + 1;
    if (depth > MAXIMUM_CHAIN) continue;
    for (const to of graph.successors(from)) {
      if (to === undefined || to === graph.initial || backTargets.has(to)) continue;
      if (places.get(to) === 1) depths.set(to, depth);
    }
  }
  return new Set(depths.keys());
}

type At = (node: number) => number;

/** How nodes are reached that stand further in front. */
type Back = {
  /** Comes first in the code: goes to the node that was asked for. */
  readonly dispatch: (labelOf: (node: number) => Label) => void;
  readonly go: (node: number) => void;
};

/** Every node stands behind a block of its own, and going there leaves that block, or stands where it is gone to. */
function emitBlocks(
  f: FunctionBuilder,
  graph: Graph,
  order: readonly number[],
  at: At,
  exit: Label,
  inner: ReadonlySet<number>,
  back?: Back,
): void {
  const labels = new Map<number, Label>();
  const labelOf = (node: number): Label => labels.get(node) ?? exit;
  const code = (index: number) => {
    graph.emit(order[index] ?? graph.initial, (target) => {
      if (target === undefined) f.branch(exit);
      else if (at(target) <= index) back?.go(target);
      else if (inner.has(target)) code(at(target));
      else f.branch(labelOf(target));
    });
  };
  const outer = order.filter((node) => !inner.has(node));
  const blocksUpTo = (index: number) => {
    const node = outer[index] ?? graph.initial;
    f.block((label) => {
      labels.set(node, label);
      if (index === 0) back?.dispatch(labelOf);
      else {
        blocksUpTo(index - 1);
        code(at(outer[index - 1] ?? graph.initial));
      }
    });
  };
  blocksUpTo(outer.length - 1);
  code(at(outer.at(-1) ?? graph.initial));
}

function burn(
  f: FunctionBuilder,
  graph: Graph,
  fuel: ReturnType<FunctionBuilder['local32']>,
  exit: Label,
): void {
  f.set(fuel, fuel.sub(1));
  f.if(fuel.eqz(), () => {
    graph.exhausted();
    f.branch(exit);
  });
}

/** With steps back: the blocks stand in a loop, which starts by going to the node that was asked for. */
function emitLoop(
  f: FunctionBuilder,
  graph: Graph,
  order: readonly number[],
  at: At,
  exit: Label,
  inner: ReadonlySet<number>,
  targets: readonly number[],
): void {
  const wanted = f.let32(0);
  const fuel = f.let32(graph.fuel);
  f.loop((again) => {
    emitBlocks(f, graph, order, at, exit, inner, {
      dispatch: (labelOf) => {
        const cases = [graph.initial, ...targets].map((node) => () => f.branch(labelOf(node)));
        f.switch(wanted, cases, () => f.branch(exit));
      },
      go: (node) => {
        burn(f, graph, fuel, exit);
        f.set(wanted, targets.indexOf(node) + 1);
        f.branch(again);
      },
    });
  });
}

/** For graphs that are too large to nest: one switch in a loop. */
function emitDispatch(f: FunctionBuilder, graph: Graph, order: readonly number[], at: At, exit: Label): void {
  const wanted = f.let32(0);
  const fuel = f.let32(graph.fuel);
  f.loop((again) => {
    const cases = order.map((node, index) => () => {
      graph.emit(node, (target) => {
        if (target === undefined) {
          f.branch(exit);
          return;
        }
        if (at(target) <= index) burn(f, graph, fuel, exit);
        f.set(wanted, at(target));
        f.branch(again);
      });
    });
    f.switch(wanted, cases, () => f.branch(exit));
  });
}
