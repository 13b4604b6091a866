// What a service stores. A resource declares its key, ARN, tags and indexes
// once; persistence, isolation by account and region, listing, authorization,
// reset and snapshots follow from the declaration.

import type { Part } from "../base/tuple.ts";
import type { Place, Scope } from "./place.ts";

export interface Resource<T extends object, K extends readonly Part[] = readonly Part[]> {
  /** The service's name, the first element of every key. */
  readonly service: string;
  /** `queue`, `function`, `message`; unique within the service. */
  readonly type: string;
  readonly scope: Scope;
  /** The key within its place; a prefix of it can be listed. */
  readonly key: (value: T) => K;
  /** Public resources have one; mere records (messages, items) do not. */
  readonly arn?: (value: T, place: Place) => string;
  /**
   * The ARN that an operation's input names, for authorization, before
   * anything is read; undefined where the input does not name this type.
   */
  readonly named?: (input: Readonly<Record<string, unknown>>, place: Place) => string | undefined;
  readonly tags?: (value: T) => Readonly<Record<string, string>>;
  /** Further orders to list by: name to key, undefined where a value is not in the index. Kept by core. */
  readonly indexes?: Readonly<Record<string, (value: T) => readonly Part[] | undefined>>;
  /** Values hold `Uint8Array`s; otherwise they must be plain JSON. */
  readonly binary?: boolean;
  /** Small, often read and rarely written (a queue's settings): keeps decoded values, checked against the stored bytes at each read. */
  readonly cached?: boolean;
}

/**
 * Declares a resource. The value's type is given, the key's is inferred:
 *
 *     const Queue = defineResource<QueueState>()({
 *       service: "sqs", type: "queue", key: (queue) => [queue.name],
 *       arn: (queue, at) => `arn:aws:sqs:${at.region}:${at.account}:${queue.name}`,
 *     });
 */
export function defineResource<T extends object>() {
  return <const K extends readonly Part[]>(
    declaration: Omit<Resource<T, K>, "scope"> & { readonly scope?: Scope },
  ): Resource<T, K> => ({ scope: "region", ...declaration });
}

// biome-ignore lint/suspicious/noExplicitAny: a list of resources of unrelated values; nothing reads a value through it.
export type AnyResource = Resource<any, any>;
