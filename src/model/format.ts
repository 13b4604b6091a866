// The compact form in which a compiled model is stored: what `tools/models`
// writes and `load.ts` reads. It is made for size and for expanding one shape at
// a time: shapes refer to each other by their place in one array, a string that
// has no constraint is a bare number, and nothing that is a default is written.

import type { Location, Protocol, TimestampFormat, XmlNamespace } from "./shapes.ts";

/** The place of a kind in this list is its number in a compiled shape. */
export const kinds = [
  "structure",
  "list",
  "map",
  "string",
  "boolean",
  "integer",
  "long",
  "float",
  "double",
  "blob",
  "timestamp",
  "document",
] as const;

export const kindNumber = {
  structure: 0,
  list: 1,
  map: 2,
  string: 3,
  boolean: 4,
  integer: 5,
  long: 6,
  float: 7,
  double: 8,
  blob: 9,
  timestamp: 10,
  document: 11,
} as const;

export interface CompiledModel {
  readonly service: CompiledService;
  readonly operations: Readonly<Record<string, CompiledOperation>>;
  /** The names of the shapes, in the order of `shapes`, parted by spaces. */
  readonly names: string;
  readonly shapes: readonly CompiledShape[];
}

/** What the router needs to know of a service before its model is loaded. */
export interface IndexEntry {
  readonly name: string;
  readonly serviceId: string;
  readonly apiVersion: string;
  readonly endpointPrefix: string;
  readonly signingName: string;
  readonly targetPrefix?: string;
  readonly protocols: readonly Protocol[];
  readonly global: boolean;
}

export interface CompiledService extends IndexEntry {
  readonly fullName: string;
  readonly jsonVersion: "1.0" | "1.1";
  readonly xmlNamespace?: string;
}

/** Input and output are -1 where the operation has none. */
export type CompiledOperation = readonly [
  input: number,
  output: number,
  errors: readonly number[],
  traits?: OperationTraits,
];

export interface OperationTraits {
  /** `POST` where absent. */
  readonly method?: string;
  /** `/` where absent. */
  readonly uri?: string;
  /** 200 where absent. */
  readonly status?: number;
  readonly resultWrapper?: string;
  readonly authType?: "none" | "v4-unsigned-body";
  readonly hostPrefix?: string;
  readonly httpChecksum?: { readonly algorithmMember?: string; readonly requestRequired: boolean };
  readonly deprecated?: true;
}

/**
 * A shape is its kind's number alone, or an array that begins with it. A
 * structure's array goes on with its members: a name (with `!` behind it where
 * the member is required), a shape, and the member's traits where it has any.
 */
export type CompiledShape = number | readonly [kind: number, ...rest: readonly CompiledPart[]];
export type CompiledPart = number | string | MemberTraits | ShapeTraits;

/** A member's own traits; what is absent is the default. */
export interface MemberTraits {
  /** wireName */
  readonly w?: string;
  /** location */
  readonly l?: Location;
  readonly queryName?: string;
  readonly xmlAttribute?: true;
  readonly flattened?: true;
  readonly xmlNamespace?: XmlNamespace;
  readonly timestampFormat?: TimestampFormat;
  readonly idempotencyToken?: true;
  readonly hostLabel?: true;
  readonly jsonValue?: true;
  readonly eventPayload?: true;
  readonly eventHeader?: true;
  readonly sensitive?: true;
}

/** The union of what shapes of all kinds may carry. */
export interface ShapeTraits {
  readonly sensitive?: true;
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly enum?: readonly string[];
  readonly flattened?: true;
  readonly streaming?: true;
  readonly requiresLength?: true;
  readonly timestampFormat?: TimestampFormat;
  readonly union?: true;
  readonly payload?: string;
  readonly eventStream?: true;
  readonly xmlName?: string;
  readonly xmlNamespace?: XmlNamespace;
  readonly xmlOrder?: readonly string[];
  readonly error?: CompiledError;
}

export interface CompiledError {
  readonly code?: string;
  /** 400 where absent. */
  readonly status?: number;
  /** `Sender` below 500 and `Receiver` from there where absent. */
  readonly senderFault?: boolean;
  readonly queryCode?: string;
}
