// Who sends a browser upload: whoever signed its policy, in either version of
// the signature; nobody where there is none.

import { createHmac, timingSafeEqual } from "node:crypto";
import { anonymousPrincipal, type Principal, rootPrincipal } from "../../core/principal.ts";
import { type Authentication, verifySession } from "../authenticate.ts";
import { type Refusal, refusal } from "../sigv4/refusal.ts";
import type { Fields } from "./policy.ts";

export interface Sender {
  readonly kind: "sender";
  readonly principal: Principal;
  readonly region: string;
}

/** What a form says about its signature, in either version. */
interface Signature {
  readonly accessKeyId: string;
  /** Undefined in version 2. */
  readonly scope: string | undefined;
  readonly signature: string;
  readonly region: string;
}

export async function senderOf(
  authentication: Authentication,
  fields: Fields,
  foreign: boolean,
): Promise<Sender | Refusal> {
  const policy = fields.get("policy");
  if (policy === undefined) return { kind: "sender", principal: anonymousPrincipal(), region: "us-east-1" };
  const signed = readSignature(fields);
  if (signed.kind === "refusal") return signed;
  const { accessKeyId, scope, signature, region } = signed;
  const credential = await authentication.findCredential(accessKeyId);
  const sessionToken = fields.get("x-amz-security-token");
  if (credential === undefined || credential.status !== "Active") {
    if (credential === undefined && authentication.trustUnknownKeys && !foreign) {
      const account = /^\d{12}$/.test(accessKeyId) ? accessKeyId : "000000000000";
      return { kind: "sender", principal: rootPrincipal(account, accessKeyId), region };
    }
    return refusal("unknown-key", "The AWS Access Key Id you provided does not exist in our records.", {
      AWSAccessKeyId: accessKeyId,
    });
  }
  const stale = verifySession({ accessKeyId, sessionToken }, credential, authentication.clock.now());
  if (stale !== undefined) return stale;
  const expected =
    scope === undefined
      ? createHmac("sha1", credential.secretAccessKey).update(policy).digest("base64")
      : authentication.keys.get(credential.secretAccessKey, scope).sign(policy);
  if (!isSame(expected, signature)) {
    return refusal(
      "mismatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      { AWSAccessKeyId: accessKeyId, StringToSign: policy, SignatureProvided: signature },
    );
  }
  return { kind: "sender", principal: credential.principal, region };
}

function readSignature(fields: Fields): (Signature & { readonly kind: "signature" }) | Refusal {
  const [key, old] = [fields.get("awsaccesskeyid"), fields.get("signature")];
  if (key !== undefined && old !== undefined) {
    return { kind: "signature", accessKeyId: key, scope: undefined, signature: old, region: "us-east-1" };
  }
  for (const name of ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"]) {
    if (fields.has(name.toLowerCase())) continue;
    return refusal(
      "form",
      `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
      { ArgumentName: name, ArgumentValue: "" },
    );
  }
  if (fields.get("x-amz-algorithm") !== "AWS4-HMAC-SHA256") {
    return refusal("form", "X-Amz-Algorithm only supports AWS4-HMAC-SHA256", {
      ArgumentName: "X-Amz-Algorithm",
      ArgumentValue: fields.get("x-amz-algorithm"),
    });
  }
  const credential = fields.get("x-amz-credential") ?? "";
  const [accessKeyId = "", day = "", region = "", service, end, ...others] = credential.split("/");
  if (accessKeyId === "" || service !== "s3" || end !== "aws4_request" || others.length > 0) {
    return refusal(
      "form",
      'Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".',
      { ArgumentName: "X-Amz-Credential", ArgumentValue: credential },
    );
  }
  const scope = `${day}/${region}/s3/aws4_request`;
  return { kind: "signature", accessKeyId, scope, signature: fields.get("x-amz-signature") ?? "", region };
}

function isSame(expected: string, given: string): boolean {
  const [a, b] = [Buffer.from(expected), Buffer.from(given)];
  return a.length === b.length && timingSafeEqual(a, b);
}
