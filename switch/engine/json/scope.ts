/** What names stand for while a program is read. */

import type {
  ActionParameter,
  Calculation,
  CounterArray,
  Field,
  FieldType,
  Header,
  HeaderStack,
  HeaderType,
  HeaderUnion,
  HeaderUnionStack,
  MeterArray,
  RegisterArray,
} from './model.ts';
import { type JsonValue, Names } from './reader.ts';

/** The hidden field of every header that says whether it is valid. */
export const VALIDITY_FIELD = '$valid$';

/** All that expressions and primitives may refer to. */
export class Scope {
  readonly headerTypes = new Names<HeaderType>('header type');
  readonly headers = new Names<Header>('header');
  readonly stacks = new Names<HeaderStack>('header stack');
  readonly unions = new Names<HeaderUnion>('header union');
  readonly unionStacks = new Names<HeaderUnionStack>('header union stack');
  readonly registers = new Names<RegisterArray>('register array');
  readonly meters = new Names<MeterArray>('meter array');
  readonly counters = new Names<CounterArray>('counter array');
  readonly calculations = new Names<Calculation>('calculation');
  /** Where an action is read: what `runtime_data` and `local` count. */
  parameters: readonly ActionParameter[] = [];
  /** Where the length expression of a header type is read: how many fields `local` counts. */
  localFields: number | undefined;
}

/** The field of a type by its name. */
export function fieldOfType(type: HeaderType, name: JsonValue): FieldType {
  const text = name.text();
  const found = type.fields.find((field) => field.name === text);
  return found ?? name.fail(`header type '${type.name}' has no field '${text}'`);
}

/** A reference to a field: `["ipv4", "ttl"]`. The hidden validity is not one. */
export function readField(scope: Scope, reference: JsonValue): Field {
  const [header, name] = reference.tuple(2);
  if (header === undefined || name === undefined) return reference.fail('expected a header and a field');
  const instance = scope.headers.get(header);
  return { header: instance, type: fieldOfType(instance.type, name) };
}
