// The second id of a request (`x-amz-id-2`, `HostId`), which answers, logs and
// notifications tell alike: opaque to clients, and so made of the first.

/** 76 characters where the request's id is a UUID, as on AWS. */
export function hostId(requestId: string): string {
  return Buffer.from(requestId.repeat(2).slice(0, 57), "latin1").toString("base64");
}
