/** What comes after a table. */

/** The name of a table or condition; null at the end of the pipeline. */
export type Next = string | null;

/** What follows, depending on what the table did. */
export type Successors =
  | { readonly kind: 'always'; readonly next: Next }
  | { readonly kind: 'hit'; readonly hit: Next; readonly miss: Next }
  /** By the action that ran; `otherwise` when none did. */
  | { readonly kind: 'action'; readonly byAction: ReadonlyMap<string, Next>; readonly otherwise: Next };

/** What follows an action; none is the end, and no less known for that. */
export function nextAfter(
  { byAction, otherwise }: Extract<Successors, { kind: 'action' }>,
  action: string | undefined,
): Next {
  const next = action === undefined ? undefined : byAction.get(action);
  return next === undefined ? otherwise : next;
}

/** Whether the same follows. */
export function sameSuccessors(left: Successors, right: Successors): boolean {
  switch (left.kind) {
    case 'always':
      return right.kind === 'always' && left.next === right.next;
    case 'hit':
      return right.kind === 'hit' && left.hit === right.hit && left.miss === right.miss;
    case 'action':
      return (
        right.kind === 'action' &&
        left.otherwise === right.otherwise &&
        [...left.byAction].every(([action, next]) => right.byAction.get(action) === next)
      );
  }
}
