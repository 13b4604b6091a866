// Who signed a data plane's request, where the data plane asks.

import type { Principal } from "../core/principal.ts";
import { authenticate } from "./authenticate.ts";
import { refusalFault } from "./refusal-faults.ts";
import type { WireRequest } from "./request.ts";
import type { FrontServices } from "./services.ts";
import { readClaim } from "./sigv4/claim.ts";

/**
 * Fails with a fault where nobody did, or wrongly. `body` is what the data plane has read of it; of one still
 * to come the declared hash is taken as signed, which not every client declares.
 */
export async function identify(
  { authentication, origins }: FrontServices,
  request: WireRequest,
  signingName: string,
  body: Uint8Array | undefined,
): Promise<Principal> {
  const identity = await authenticate(authentication, {
    request,
    claim: readClaim(request),
    unsigned: false,
    signingNames: [signingName],
    body: body ?? (request.body instanceof Uint8Array ? request.body : undefined),
    mayBeAnonymous: false,
    foreign: origins.isForeign(request.headers),
  });
  if (identity.kind === "refusal") throw refusalFault(identity, "rest-json", signingName);
  return identity.principal;
}
