/** What a P4Info offers, with ids replaced by what they stand for. */

import type { AddressFormat } from '../addresses.ts';
import type {
  Action,
  ActionProfile,
  ActionRef,
  ControllerPacketMetadata,
  Counter,
  Digest,
  DirectCounter,
  DirectMeter,
  ExternInstance,
  MatchField,
  Meter,
  Register,
  Table,
  ValueSet,
} from '../gen/p4/config/v1/p4info.ts';
import type { Identified } from './collection.ts';
import type { DataType } from './data-type.ts';

/** What the control plane sees of a match field, parameter or packet field. */
export type ValueType =
  | { readonly kind: 'bit'; readonly width: number }
  | { readonly kind: 'string' }
  /** A type that programs may use here but P4Runtime cannot carry, such as an enum without representation. */
  | { readonly kind: 'unsupported' };

export type MatchKind = 'exact' | 'lpm' | 'ternary' | 'range' | 'optional';

export type FieldInfo = {
  readonly id: number;
  readonly name: string;
  readonly type: ValueType;
  /** How `@format` asks for its values to be written. */
  readonly format: AddressFormat | undefined;
  /** Undefined: of the architecture's own, which P4Info names but nobody can encode. */
  readonly matchKind: MatchKind | undefined;
  readonly message: MatchField;
};

/** A parameter of an action, or a field of a packet header. */
export type ParameterInfo = {
  readonly id: number;
  readonly name: string;
  readonly type: ValueType;
  readonly format: AddressFormat | undefined;
};

export type ActionInfo = Identified & {
  readonly kind: 'action';
  readonly parameters: readonly ParameterInfo[];
  readonly message: Action;
};

export type ActionUse = {
  readonly action: ActionInfo;
  readonly inEntries: boolean;
  readonly asDefault: boolean;
  readonly message: ActionRef;
};

export type ActionProfileInfo = Identified & {
  readonly kind: 'action_profile';
  readonly tableIds: readonly number[];
  readonly withSelector: boolean;
  readonly size: bigint;
  readonly maxGroupSize: number;
  readonly message: ActionProfile;
};

export type TableInfo = Identified & {
  readonly kind: 'table';
  readonly fields: readonly FieldInfo[];
  readonly actions: readonly ActionUse[];
  /** An entry has a priority: there is a ternary, range or optional field. */
  readonly hasPriority: boolean;
  readonly constDefaultAction: ActionInfo | undefined;
  readonly implementation: ActionProfileInfo | undefined;
  readonly directCounter: DirectCounterInfo | undefined;
  readonly directMeter: DirectMeterInfo | undefined;
  readonly size: bigint;
  readonly idleTimeout: boolean;
  readonly constEntries: boolean;
  readonly message: Table;
};

export type CounterInfo = Identified & {
  readonly kind: 'counter';
  readonly size: bigint;
  readonly message: Counter;
};

export type DirectCounterInfo = Identified & {
  readonly kind: 'direct_counter';
  readonly tableId: number;
  readonly message: DirectCounter;
};

export type MeterInfo = Identified & {
  readonly kind: 'meter';
  readonly size: bigint;
  readonly message: Meter;
};

export type DirectMeterInfo = Identified & {
  readonly kind: 'direct_meter';
  readonly tableId: number;
  readonly message: DirectMeter;
};

export type RegisterInfo = Identified & {
  readonly kind: 'register';
  readonly type: DataType;
  readonly size: number;
  readonly message: Register;
};

export type DigestInfo = Identified & {
  readonly kind: 'digest';
  readonly type: DataType;
  readonly message: Digest;
};

export type ValueSetInfo = Identified & {
  readonly kind: 'value_set';
  readonly fields: readonly FieldInfo[];
  readonly size: number;
  readonly message: ValueSet;
};

export type PacketHeaderInfo = Identified & {
  readonly kind: 'packet_header';
  readonly fields: readonly ParameterInfo[];
  readonly message: ControllerPacketMetadata;
};

export type ExternInstanceInfo = Identified & {
  readonly kind: 'extern';
  readonly typeId: number;
  readonly typeName: string;
  readonly message: ExternInstance;
};
