// What a request says about its signature, read once: the router takes the
// signing name and the region from it, authentication verifies the rest.

import type { HttpRequest } from "../../core/http.ts";
import { queryParameter } from "../query-string.ts";
import { readPresignedV2 } from "../sigv2/presigned.ts";
import { writeSignatureDate } from "./dates.ts";
import { type Refusal, refusal } from "./refusal.ts";

export interface SignatureClaim {
  readonly kind: "claim";
  readonly form: "header" | "query";
  /** Set for presigned addresses of S3 in the old version, which know no scope. */
  readonly version?: 2;
  /** SigV4A signs for a set of regions with a key pair; it is recognised in order to be refused clearly. */
  readonly asymmetric: boolean;
  readonly accessKeyId: string;
  /** `20150830`. */
  readonly day: string;
  readonly region: string;
  /** The signing name of a service. */
  readonly service: string;
  /** `20150830/us-east-1/iam/aws4_request`. */
  readonly scope: string;
  /** As listed by the client: lower-case names joined by semicolons. */
  readonly signedHeaders: string;
  readonly signature: string;
  /** `20150830T123600Z`; empty where the client sent no date, which only an unknown key may. */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** Only where presigned. */
  readonly expires: string | undefined;
}

const algorithm = "AWS4-HMAC-SHA256";
const asymmetricAlgorithm = "AWS4-ECDSA-P256-SHA256";

/** Undefined where the request is not signed at all. */
export function readClaim(request: HttpRequest): SignatureClaim | Refusal | undefined {
  const authorization = request.headers.authorization;
  if (authorization !== undefined) return readAuthorization(authorization, request);
  if (request.query === "") return undefined;
  if (request.query.includes("X-Amz-Algorithm=")) return readPresigned(request);
  if (request.query.includes("AWSAccessKeyId=")) {
    return readPresignedV2(request) ?? unsupported("AWS Signature Version 2");
  }
  return undefined;
}

function readAuthorization(
  authorization: string,
  request: HttpRequest,
): SignatureClaim | Refusal | undefined {
  const space = authorization.indexOf(" ");
  const scheme = space < 0 ? authorization : authorization.slice(0, space);
  if (scheme === "AWS") return unsupported("AWS Signature Version 2");
  // Bearer and basic tokens are the business of the operation (`authType: none`) or of a data plane.
  if (!scheme.startsWith("AWS4-")) return undefined;
  if (scheme !== algorithm && scheme !== asymmetricAlgorithm) return unsupported(scheme);
  const credential = field(authorization, "Credential=");
  const signedHeaders = field(authorization, "SignedHeaders=");
  const signature = field(authorization, "Signature=");
  const headers = request.headers;
  if (credential === undefined || signedHeaders === undefined || signature === undefined) {
    const absent = [
      credential === undefined ? "Authorization header requires 'Credential' parameter." : "",
      signature === undefined ? "Authorization header requires 'Signature' parameter." : "",
      signedHeaders === undefined ? "Authorization header requires 'SignedHeaders' parameter." : "",
    ].filter((each) => each !== "");
    return refusal("incomplete", `${absent.join(" ")} Authorization=${withoutSignature(authorization)}`);
  }
  const asymmetric = scheme === asymmetricAlgorithm;
  return (
    claimOf("header", asymmetric, credential, headers["x-amz-region-set"], {
      signedHeaders,
      signature,
      timestamp: headers["x-amz-date"] ?? basicDate(headers.date) ?? "",
      sessionToken: headers["x-amz-security-token"],
      expires: undefined,
    }) ??
    refusal(
      "incomplete",
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    )
  );
}

function readPresigned(request: HttpRequest): SignatureClaim | Refusal {
  const query = request.query;
  const named = queryParameter(query, "X-Amz-Algorithm");
  if (named !== algorithm && named !== asymmetricAlgorithm) {
    return refusal(
      "query-parameters",
      `X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"`,
    );
  }
  const credential = queryParameter(query, "X-Amz-Credential");
  const signedHeaders = queryParameter(query, "X-Amz-SignedHeaders");
  const signature = queryParameter(query, "X-Amz-Signature");
  const timestamp = queryParameter(query, "X-Amz-Date");
  if (
    credential === undefined ||
    signedHeaders === undefined ||
    signature === undefined ||
    timestamp === undefined
  ) {
    return refusal(
      "query-parameters",
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  const asymmetric = named === asymmetricAlgorithm;
  return (
    claimOf("query", asymmetric, credential, queryParameter(query, "X-Amz-Region-Set"), {
      signedHeaders,
      signature,
      timestamp,
      sessionToken: queryParameter(query, "X-Amz-Security-Token"),
      expires: queryParameter(query, "X-Amz-Expires"),
    }) ??
    refusal(
      "query-parameters",
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
    )
  );
}

type Signed = Pick<SignatureClaim, "signedHeaders" | "signature" | "timestamp" | "sessionToken" | "expires">;

/** Splits `AKID/20150830/us-east-1/iam/aws4_request`; SigV4A names its regions elsewhere. */
function claimOf(
  form: "header" | "query",
  asymmetric: boolean,
  credential: string,
  regionSet: string | undefined,
  signed: Signed,
): SignatureClaim | undefined {
  const first = credential.indexOf("/");
  const second = credential.indexOf("/", first + 1);
  const third = credential.indexOf("/", second + 1);
  const fourth = asymmetric ? third : credential.indexOf("/", third + 1);
  if (first <= 0 || second < 0 || third < 0 || fourth < 0) return undefined;
  if (!credential.endsWith("/aws4_request") || credential.length !== fourth + 13) return undefined;
  return {
    kind: "claim",
    form,
    asymmetric,
    accessKeyId: credential.slice(0, first),
    day: credential.slice(first + 1, second),
    region: asymmetric ? firstRegion(regionSet) : credential.slice(second + 1, third),
    service: asymmetric ? credential.slice(second + 1, third) : credential.slice(third + 1, fourth),
    scope: credential.slice(first + 1),
    signedHeaders: signed.signedHeaders,
    signature: signed.signature,
    timestamp: signed.timestamp,
    sessionToken: signed.sessionToken,
    expires: signed.expires,
  };
}

function firstRegion(regionSet: string | undefined): string {
  const region = regionSet?.split(",")[0]?.trim() ?? "";
  return region === "" || region.includes("*") ? "us-east-1" : region;
}

/** The value that follows `name` in the header, up to the next comma or space. */
function field(authorization: string, name: string): string | undefined {
  let at = authorization.indexOf(name);
  // `Signature=` must not be found inside another word.
  while (at > 0 && !isSeparator(authorization.charCodeAt(at - 1))) at = authorization.indexOf(name, at + 1);
  if (at < 0) return undefined;
  const start = at + name.length;
  let end = start;
  while (end < authorization.length && !isSeparator(authorization.charCodeAt(end))) end++;
  return authorization.slice(start, end);
}

function isSeparator(code: number): boolean {
  return code === 44 || code === 32;
}

/** The `Date` header is in RFC 1123 form, or already in the compact one. */
function basicDate(date: string | undefined): string | undefined {
  if (date === undefined || date.length === 16) return date;
  const at = Date.parse(date);
  return Number.isNaN(at) ? undefined : writeSignatureDate(at);
}

function withoutSignature(authorization: string): string {
  const at = authorization.indexOf("Signature=");
  return at < 0 ? authorization : authorization.slice(0, at);
}

function unsupported(what: string): Refusal {
  return refusal(
    "unsupported",
    `The authorization mechanism you have provided (${what}) is not supported. Please use AWS4-HMAC-SHA256.`,
  );
}
