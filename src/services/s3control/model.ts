// The service's model, and short names for the types of its operations.

import { Fault } from "../../core/fault.ts";
import type { S3control } from "../../model/generated/s3control.d.ts";
import { modelOf } from "../../model/handle.ts";

export const s3control = modelOf<S3control>("s3control");

export type Operation = keyof S3control["operations"];
export type Input<O extends Operation> = Readonly<S3control["operations"][O]["input"]>;
export type Output<O extends Operation> = S3control["operations"][O]["output"];

const errors = {
  AccessDenied: [403, "Access Denied"],
  AccessPointAlreadyOwnedByYou: [
    409,
    "Your previous request to create the named accesspoint succeeded and you already own it.",
  ],
  InvalidRequest: [400, "Invalid Request"],
  MalformedPolicy: [400, "Policies must be valid JSON and the first byte must be '{'"],
  NoSuchAccessPoint: [404, "The specified accesspoint does not exist"],
  NoSuchAccessPointPolicy: [404, "The specified accesspoint policy does not exist"],
  NoSuchBucket: [404, "The specified bucket does not exist"],
  NoSuchPublicAccessBlockConfiguration: [404, "The public access block configuration was not found"],
  NoSuchResource: [404, "The specified resource doesn't exist."],
  TooManyTags: [400, "The number of tags exceeds the limit of 50 tags."],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>;

/** The model names hardly any of the errors. */
export function controlFault(code: keyof typeof errors, message?: string): Fault {
  const [status, usual] = errors[code];
  return new Fault("s3control", code, message ?? usual, { status });
}
