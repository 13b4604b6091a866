// Which of a bucket's CORS rules a request meets, and the headers that follow
// (docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html).

import type { CrossOriginAnswer, CrossOriginQuestion } from "../../../core/cross-origin.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { CORSRule } from "../../../model/generated/s3.d.ts";
import { Bucket } from "../buckets/bucket.ts";
import { readConfiguration } from "../buckets/configuration.ts";
import { s3Fault } from "../faults.ts";

const vary = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/** Undefined where there is no such bucket, or it has no rules. */
export async function crossOrigin(
  question: CrossOriginQuestion,
  tx: Transaction,
): Promise<CrossOriginAnswer | undefined> {
  const bucket = await tx.get(Bucket, question.resource);
  const cors = bucket === undefined ? undefined : await readConfiguration(tx, bucket, "cors");
  if (cors === undefined) return undefined;
  const { preflight, method } = question;
  const rule = cors.rules.find((each) => meets(each, question));
  if (rule !== undefined) return { allowed: true, headers: headersOf(rule, question) };
  if (!preflight) return { allowed: false, headers: {} };
  throw s3Fault("AccessForbidden", { Method: method, ResourceType: "OBJECT" });
}

function meets(rule: CORSRule, { origin, method, headers }: CrossOriginQuestion): boolean {
  return (
    rule.AllowedMethods.includes(method) &&
    rule.AllowedOrigins.some((allowed) => matches(allowed, origin)) &&
    headers.every((header) =>
      (rule.AllowedHeaders ?? []).some((allowed) => matches(allowed.toLowerCase(), header)),
    )
  );
}

/** A rule's text has at most one star. */
function matches(allowed: string, given: string): boolean {
  const star = allowed.indexOf("*");
  if (star < 0) return allowed === given;
  const [before, after] = [allowed.slice(0, star), allowed.slice(star + 1)];
  return given.length >= before.length + after.length && given.startsWith(before) && given.endsWith(after);
}

function headersOf(rule: CORSRule, { origin, headers }: CrossOriginQuestion): Record<string, string> {
  const anybody = rule.AllowedOrigins.includes("*");
  const exposed = rule.ExposeHeaders ?? [];
  return {
    "access-control-allow-origin": anybody ? "*" : origin,
    "access-control-allow-methods": rule.AllowedMethods.join(", "),
    ...(headers.length === 0 ? {} : { "access-control-allow-headers": headers.join(", ") }),
    ...(exposed.length === 0 ? {} : { "access-control-expose-headers": exposed.join(", ") }),
    ...(rule.MaxAgeSeconds === undefined ? {} : { "access-control-max-age": String(rule.MaxAgeSeconds) }),
    ...(anybody ? {} : { "access-control-allow-credentials": "true" }),
    vary,
  };
}
