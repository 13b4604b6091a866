// Session policies: what a caller gives away of the permissions of the session
// that it asks for.

import { Fault, fault } from "../../core/fault.ts";
import type { Waiting } from "../../core/waiting.ts";
import type { PolicyDescriptorType } from "../../model/generated/sts.d.ts";
import { iam, sts, validationError } from "./model.ts";
import { asService } from "./role.ts";

const largestArnCount = 10;

interface SessionPolicyInput {
  readonly Policy?: string | undefined;
  readonly PolicyArns?: readonly PolicyDescriptorType[] | undefined;
}

/** The documents, as they are now; none where the session is not narrowed. */
export async function sessionPolicies(
  ctx: Waiting,
  account: string,
  input: SessionPolicyInput,
): Promise<{ readonly sessionPolicies?: readonly string[] }> {
  const arns = (input.PolicyArns ?? []).flatMap(({ arn }) => (arn === undefined ? [] : [arn]));
  if (arns.length > largestArnCount) {
    throw validationError(`The number of PolicyArns must not exceed ${largestArnCount}.`);
  }
  const documents: string[] = [];
  if (input.Policy !== undefined) documents.push(checkDocument(input.Policy));
  for (const arn of arns) documents.push(await managedDocument(asService(ctx, account), arn));
  return documents.length === 0 ? {} : { sessionPolicies: documents };
}

function checkDocument(document: string): string {
  try {
    const policy: unknown = JSON.parse(document);
    if (typeof policy === "object" && policy !== null && "Statement" in policy) return document;
  } catch {
    // Not JSON: as malformed as JSON without statements.
  }
  throw fault(sts, "MalformedPolicyDocument", "Syntax errors in policy.");
}

async function managedDocument(ctx: Waiting, PolicyArn: string): Promise<string> {
  try {
    const { Policy } = await ctx.call(iam, "GetPolicy", { PolicyArn });
    const VersionId = Policy?.DefaultVersionId ?? "v1";
    const { PolicyVersion } = await ctx.call(iam, "GetPolicyVersion", { PolicyArn, VersionId });
    return decodeURIComponent(PolicyVersion?.Document ?? "");
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== "NoSuchEntity") throw error;
    throw validationError(`Policy ${PolicyArn} does not exist or is not attachable.`);
  }
}
