/** What a write does with an entity. */

import { type Entity, type Update, Update_Type } from '../gen/p4/v1/p4runtime.ts';

/** Adds what is not there. */
export function insert(entity: Entity): Update {
  return { type: Update_Type.INSERT, entity };
}

/** Changes what is there. */
export function modify(entity: Entity): Update {
  return { type: Update_Type.MODIFY, entity };
}

/** Takes away what is there. */
export function remove(entity: Entity): Update {
  return { type: Update_Type.DELETE, entity };
}
