// Members of an input that its codec cannot see: trailers, which arrive after
// the body that they describe, and what the endpoint itself says.

import type { OperationModel } from "../model/shapes.ts";

type Input = Record<string, unknown>;

/** Sets the members bound to headers of the trailers' names (`x-amz-checksum-crc32`), once the body has been read. */
export function addTrailers(
  operation: OperationModel,
  input: object | undefined,
  trailers: Readonly<Record<string, string>>,
): void {
  // Where the body is read before it is decoded, the codec finds them among the headers.
  if (input === undefined) return;
  for (const member of operation.input?.members.values() ?? []) {
    if (member.location !== "header") continue;
    const value = trailers[member.wireName.toLowerCase()];
    if (value !== undefined) (input as Input)[member.name] = value;
  }
}

/** A request to the URL of a queue need not repeat it. */
export function addLabels(input: object, labels: Readonly<Record<string, string>>): void {
  for (const name in labels) (input as Input)[name] ??= labels[name];
}
