// What a request's signature is verified against. IAM and STS write these
// records; the wire reads one for every request.

import type { Principal } from "./principal.ts";
import { defineResource } from "./resource.ts";

export interface Credential {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly status: "Active" | "Inactive";
  readonly principal: Principal;
  /** Set for temporary credentials: the token a request must carry. */
  readonly sessionToken?: string;
  /** Epoch milliseconds; set for temporary credentials. */
  readonly expiresAt?: number;
}

/** The stored form: known everywhere, whatever the account and region of the request. */
export const CredentialRecord = defineResource<Credential>()({
  service: "cumulet",
  type: "credential",
  scope: "global",
  key: (credential) => [credential.accessKeyId],
  cached: true,
});
