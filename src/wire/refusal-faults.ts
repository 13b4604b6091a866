// The names that families of services give to a refused signature. AWS is not
// uniform here, and clients act on the codes: SDKs refresh credentials on
// `ExpiredToken...`, Terraform retries `InvalidClientTokenId`.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
// https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html

import { Fault } from "../core/fault.ts";
import type { ProtocolName } from "./protocols/protocol.ts";
import type { Refusal, RefusalReason } from "./sigv4/refusal.ts";

interface Name {
  readonly code: string;
  readonly status: number;
  /** Where the family has a text of its own. */
  readonly message?: string;
}

type Names = Readonly<Record<RefusalReason, Name>>;

const json = jsonNames(400);
const restJson = jsonNames(403);

function jsonNames(status: number): Names {
  const invalid: Name = { code: "InvalidSignatureException", status };
  const incomplete: Name = { code: "IncompleteSignatureException", status };
  const unknown: Name = { code: "UnrecognizedClientException", status };
  return {
    missing: { code: "MissingAuthenticationTokenException", status },
    incomplete,
    "query-parameters": incomplete,
    unsupported: incomplete,
    "unknown-key": unknown,
    "invalid-token": unknown,
    "expired-token": { code: "ExpiredTokenException", status },
    mismatch: invalid,
    skewed: invalid,
    expired: invalid,
    scope: invalid,
    "unsigned-headers": invalid,
    payload: invalid,
    form: invalid,
  };
}

const mismatch: Name = { code: "SignatureDoesNotMatch", status: 403 };
const incomplete: Name = { code: "IncompleteSignature", status: 403 };
const unknown: Name = { code: "InvalidClientTokenId", status: 403 };

const query: Names = {
  missing: {
    code: "MissingAuthenticationToken",
    status: 403,
    message: "Request is missing Authentication Token",
  },
  incomplete,
  "query-parameters": incomplete,
  unsupported: incomplete,
  "unknown-key": unknown,
  "invalid-token": unknown,
  "expired-token": { code: "ExpiredToken", status: 403 },
  mismatch,
  skewed: mismatch,
  expired: mismatch,
  scope: mismatch,
  "unsigned-headers": mismatch,
  payload: mismatch,
  form: mismatch,
};

const authFailure: Name = {
  code: "AuthFailure",
  status: 401,
  message: "AWS was not able to validate the provided access credentials",
};
const requestExpired: Name = { code: "RequestExpired", status: 400, message: "Request has expired." };

const ec2: Names = {
  ...query,
  missing: authFailure,
  "unknown-key": authFailure,
  "invalid-token": authFailure,
  "expired-token": requestExpired,
  mismatch: authFailure,
  skewed: requestExpired,
  expired: requestExpired,
};

const accessDenied: Name = { code: "AccessDenied", status: 403 };

const s3: Names = {
  missing: { ...accessDenied, message: "Access Denied" },
  incomplete: { code: "AuthorizationHeaderMalformed", status: 400 },
  "query-parameters": { code: "AuthorizationQueryParametersError", status: 400 },
  unsupported: { code: "InvalidRequest", status: 400 },
  "unknown-key": {
    code: "InvalidAccessKeyId",
    status: 403,
    message: "The AWS Access Key Id you provided does not exist in our records.",
  },
  "invalid-token": {
    code: "InvalidToken",
    status: 400,
    message: "The provided token is malformed or otherwise invalid.",
  },
  "expired-token": { code: "ExpiredToken", status: 400, message: "The provided token has expired." },
  mismatch,
  skewed: { code: "RequestTimeTooSkewed", status: 403 },
  expired: accessDenied,
  scope: { code: "AuthorizationHeaderMalformed", status: 400 },
  "unsigned-headers": accessDenied,
  payload: { code: "XAmzContentSHA256Mismatch", status: 400 },
  form: { code: "InvalidArgument", status: 400 },
};

function namesOf(protocol: ProtocolName, service: string): Names {
  switch (protocol) {
    case "json-1.0":
    case "json-1.1":
    case "cbor-1.1":
    case "rpc-v2-cbor":
      return json;
    case "rest-json":
      return restJson;
    case "ec2":
      return ec2;
    case "query":
      return query;
    case "rest-xml":
      return service === "s3" ? s3 : query;
  }
}

export function refusalFault(refused: Refusal, protocol: ProtocolName, service: string): Fault {
  const names = namesOf(protocol, service);
  const name = names[refused.reason];
  // Only S3 documents the details of the calculation.
  const fields = names === s3 ? (refused.fields ?? {}) : {};
  return new Fault(service, name.code, name.message ?? refused.message, { status: name.status, fields });
}
