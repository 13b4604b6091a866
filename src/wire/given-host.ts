// Names that a user may have given to something of theirs, such as a custom
// domain name: those that the cloud does not serve, and those below its own that
// mean nothing by themselves (`shop.localhost`).

import type { HttpRequest } from "../core/http.ts";
import type { HostInfo } from "./hosts.ts";
import type { RawEndpoint } from "./services.ts";

export function mayBeGiven(host: HostInfo, request: HttpRequest, endpoints: readonly RawEndpoint[]): boolean {
  if (!host.served) return true;
  const { service, region, bucket } = host;
  if (service === undefined || region !== undefined || bucket !== undefined || service === "s3") return false;
  // What is signed for AWS's APIs is for one of them: `sqs.localhost`, or a bucket's name.
  return !isSigned(request) && !endpoints.some((each) => each.matches(request));
}

function isSigned({ headers, query }: HttpRequest): boolean {
  return (
    headers.authorization?.startsWith("AWS") === true || /(^|&)(X-Amz-Algorithm|AWSAccessKeyId)=/.test(query)
  );
}
