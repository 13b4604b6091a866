// The body of a REST message: which member it is, or that it is all members
// without another place, or none.

import type { HttpRequest } from "../../../core/http.ts";
import type { Member, StructureShape } from "../../../model/shapes.ts";
import { streamedBody, wholeBody } from "../body.ts";
import { compiled } from "../compiled.ts";
import { decodeEventInput } from "../event-stream/input.ts";
import { streamMember } from "../event-stream/output.ts";
import type { PayloadForm } from "../event-stream/payload.ts";
import { readTextPayload } from "./request.ts";

/** How a REST protocol reads structured bodies. */
export interface BodyReader {
  readonly events: PayloadForm;
  /** A body that is the one member `payload`. */
  member(payload: Member, body: Uint8Array): unknown;
  /** A body of all members without another place. */
  members(shape: StructureShape, body: Uint8Array): object;
}

interface BodyPlan {
  readonly payload: Member | undefined;
  readonly inBody: boolean;
}

export const bodyPlan = compiled((shape: StructureShape): BodyPlan => {
  const { payload } = shape;
  return {
    payload: payload === undefined ? undefined : shape.members.get(payload),
    inBody: payload === undefined && [...shape.members.values()].some((each) => each.location === undefined),
  };
});

/** The input members that the body holds. */
export function readBody(
  shape: StructureShape,
  request: HttpRequest,
  reader: BodyReader,
): Record<string, unknown> {
  if (streamMember(shape) !== undefined) {
    return decodeEventInput(shape, request.body, reader.events, false) as Record<string, unknown>;
  }
  const { payload, inBody } = bodyPlan(shape);
  if (payload === undefined) {
    return inBody ? (reader.members(shape, wholeBody(request)) as Record<string, unknown>) : {};
  }
  const { name, shape: kind } = payload;
  if (kind.kind === "blob" && kind.streaming) return { [name]: streamedBody(request) };
  const body = wholeBody(request);
  // No bytes are no value: nobody sends an empty document on purpose.
  if (body.length === 0) return {};
  if (kind.kind === "blob" || kind.kind === "string") return { [name]: readTextPayload(payload, body) };
  return { [name]: reader.member(payload, body) };
}

/** Where the output's body is bytes or text as they are, with their default content type. */
export function rawPayload(
  payload: Member,
  value: unknown,
  blobType: string,
): { readonly body: Uint8Array | string | AsyncIterable<Uint8Array>; readonly type: string } | undefined {
  if (payload.shape.kind === "string") return { body: String(value), type: "text/plain" };
  if (payload.shape.kind !== "blob") return undefined;
  const type = payload.shape.streaming ? "application/octet-stream" : blobType;
  return { body: value as Uint8Array | AsyncIterable<Uint8Array>, type };
}
