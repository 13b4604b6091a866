// Who signed a data plane's request, where the data plane asks.

import type { Principal } from "../core/principal.ts";
import { authenticate } from "./authenticate.ts";
import { refusalFault } from "./refusal-faults.ts";
import type { WireRequest } from "./request.ts";
import type { FrontServices } from "./services.ts";
import { readClaim } from "./sigv4/claim.ts";

/** Fails with a fault where nobody did, or wrongly. Of a body still to come, the declared hash is taken as signed. */
export async function identify(
  { authentication, origins }: FrontServices,
  request: WireRequest,
  signingName: string,
): Promise<Principal> {
  const identity = await authenticate(authentication, {
    request,
    claim: readClaim(request),
    unsigned: false,
    signingNames: [signingName],
    body: request.body instanceof Uint8Array ? request.body : undefined,
    mayBeAnonymous: false,
    foreign: origins.isForeign(request.headers),
  });
  if (identity.kind === "refusal") throw refusalFault(identity, "rest-json", signingName);
  return identity.principal;
}
