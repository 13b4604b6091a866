// Whether a caller may do what it asks of a bucket. The owner's account may,
// unless the bucket's policy denies it; everybody else needs the policy or an
// access control list to allow it
// (docs.aws.amazon.com/AmazonS3/latest/userguide/how-s3-evaluates-access-control.html).

import { policyContext, policyPrincipal } from "../../../core/policy-request.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { CompiledPolicies, type Policy } from "../../../lang/policy/policy.ts";
import { isPublic } from "../../../lang/policy/public.ts";
import { type BucketState, bucketArn } from "../buckets/bucket.ts";
import { isConfigured, readConfiguration } from "../buckets/configuration.ts";
import { canonicalId } from "../buckets/owner.ts";
import { s3Fault } from "../faults.ts";
import type { Operation } from "../model.ts";
import type { StoredObject } from "../objects/object.ts";
import { findVersion } from "../objects/versions.ts";
import type { Through } from "./access-point.ts";
import { actionsOf } from "./actions.ts";
import { type Asked, s3Context } from "./context.ts";
import { grants, ownersOnly, permissionFor } from "./grants.ts";
import { publicAccess } from "./public-access.ts";

type Input = Readonly<Record<string, unknown>>;

const policies = new CompiledPolicies();

/** False for nearly all requests: the owner's own, of a bucket without a policy. */
export function isGuarded(tx: Transaction, bucket: BucketState): boolean {
  const { type, account } = tx.principal;
  return (
    account !== bucket.owner ||
    type === "anonymous" ||
    bucket.strangers === true ||
    isConfigured(bucket, "policy")
  );
}

/** Decided key by key, in the operation itself. */
const byKey: ReadonlySet<string> = new Set(["DeleteObjects"]);

/** Throws `AccessDenied`. `request` is the operation's input, or what stands for it. */
export async function authorize(
  tx: Transaction,
  bucket: BucketState,
  request: object,
  operation: Operation | undefined = tx.operation as Operation | undefined,
  through?: Through,
): Promise<void> {
  if (operation === undefined || byKey.has(operation)) return;
  const judge = await judgeOf(tx, bucket, { operation, input: request as Input, through });
  for (const action of actionsOf(operation, request as Input)) {
    if (!(await judge.allows(action))) throw judge.refusal(action);
  }
  await judge.checkMissing(operation);
  if (!judge.insider && ownersOperations.has(operation)) {
    throw s3Fault("MethodNotAllowed", { Method: "", ResourceType: "POLICY" });
  }
}

/** As `authorize`, for one key of several; free where nothing guards the bucket. */
export async function authorizeKey(
  tx: Transaction,
  bucket: BucketState,
  operation: Operation,
  request: { readonly Key: string; readonly VersionId?: string | undefined },
): Promise<void> {
  if (isGuarded(tx, bucket)) await authorize(tx, bucket, request, operation);
}

/** However much is allowed, these are for the owner's account alone. */
const ownersOperations: ReadonlySet<string> = new Set([
  "PutBucketPolicy",
  "GetBucketPolicy",
  "DeleteBucketPolicy",
]);

/** Which the account's root may always do, whatever the policy denies, lest it lock itself out. */
const rootsActions: ReadonlySet<string> = new Set([
  "s3:PutBucketPolicy",
  "s3:GetBucketPolicy",
  "s3:DeleteBucketPolicy",
]);

interface Judge {
  readonly insider: boolean;
  allows(action: string): Promise<boolean>;
  /** Nobody learns that a key is missing who may not list the bucket. */
  checkMissing(operation: string): Promise<void>;
  refusal(action: string): Error;
}

interface Request {
  readonly operation: string;
  readonly input: Input;
  readonly through: Through | undefined;
}

async function judgeOf(tx: Transaction, bucket: BucketState, request: Request): Promise<Judge> {
  const { operation, input, through } = request;
  const { principal } = tx;
  const anonymous = principal.type === "anonymous";
  const insider = !anonymous && principal.account === bucket.owner;
  const text = (await readConfiguration(tx, bucket, "policy"))?.text;
  const policy = text === undefined ? undefined : policies.get(text);
  const key = typeof input.Key === "string" ? input.Key : undefined;
  const looks =
    !insider || bucket.strangers === true || text?.toLowerCase().includes("s3:existingobjecttag") === true;
  const object = key !== undefined && looks ? await objectOf(tx, bucket, key, input.VersionId) : undefined;
  const asked: Asked = { operation, input, bucket, anonymous, object, through };
  const context = policyContext(tx, tx.now, s3Context(asked));
  const caller = {
    ...policyPrincipal(principal),
    ...(anonymous ? {} : { canonicalId: canonicalId(principal.account) }),
  };
  const objectArn = key === undefined ? bucketArn(bucket.name) : `${bucketArn(bucket.name)}/${key}`;
  let denied = false;

  /** A request through an access point passes its policy first: who is not of its account must be named there. */
  const passes = (action: string): boolean => {
    if (through === undefined) return true;
    const resource = key === undefined ? through.arn : `${through.arn}/object/${key}`;
    const own = through.policy === undefined ? undefined : policies.get(through.policy);
    const effect = own?.evaluate({ action, resource, principal: caller, context }).effect ?? "none";
    if (effect === "deny") denied = true;
    const atHome = !anonymous && principal.account === through.account;
    if (atHome) return effect !== "deny";
    const open = own !== undefined && isPublic(own.document) && through.publicAccess.RestrictPublicBuckets;
    return effect === "allow" && !open;
  };

  const decide = (action: string, resource: string): "allow" | "deny" | "none" =>
    policy?.evaluate({ action, resource, principal: caller, context }).effect ?? "none";

  const allows = async (action: string, resource = objectArn): Promise<boolean> => {
    const decision = decide(action, resource);
    const rootsOwn = insider && principal.type === "root" && rootsActions.has(action);
    if (decision === "deny" && !rootsOwn) {
      denied = true;
      return false;
    }
    const foreign = isForeign(bucket, object);
    if (insider && !(foreign && permissionFor(action)?.on === "object")) return true;
    if (decision === "allow" && !foreign && !(await restricts(tx, bucket, policy))) return true;
    return allowedByList(tx, bucket, object, action, operation);
  };

  if (!insider) await checkPayer(tx, bucket, input);
  return {
    insider,
    allows: async (action) => passes(action) && allows(action),
    checkMissing: async (name) => {
      if (insider || key === undefined || object !== undefined || !reads.has(name)) return;
      if (!(await allows("s3:ListBucket", bucketArn(bucket.name)))) throw s3Fault("AccessDenied");
    },
    refusal: (action) =>
      insider && denied
        ? s3Fault(
            "AccessDenied",
            {},
            `User: ${principal.arn} is not authorized to perform: ${action} on resource: "${objectArn}" with an explicit deny in a resource-based policy`,
          )
        : s3Fault("AccessDenied"),
  };
}

const reads: ReadonlySet<string> = new Set([
  "GetObject",
  "HeadObject",
  "GetObjectAcl",
  "GetObjectAttributes",
  "GetObjectTagging",
  "SelectObjectContent",
]);

async function objectOf(
  tx: Transaction,
  bucket: BucketState,
  key: string,
  versionId: unknown,
): Promise<StoredObject | undefined> {
  const found = await findVersion(tx, bucket, key, versionId as string | undefined);
  return found?.deleteMarker === true ? undefined : found;
}

/** Whether it belongs to another account, which alone says who reads it. */
function isForeign(bucket: BucketState, object: StoredObject | undefined): boolean {
  const owner = object?.access?.owner;
  return owner !== undefined && owner !== bucket.owner;
}

/** A public policy, where those are restricted, lets nobody in from outside. */
async function restricts(tx: Transaction, bucket: BucketState, policy: Policy | undefined): Promise<boolean> {
  if (policy === undefined || !isPublic(policy.document)) return false;
  return (await publicAccess(tx, bucket)).RestrictPublicBuckets;
}

async function allowedByList(
  tx: Transaction,
  bucket: BucketState,
  object: StoredObject | undefined,
  action: string,
  operation: string,
): Promise<boolean> {
  const ownership = await readConfiguration(tx, bucket, "ownership");
  if (ownership?.objectOwnership === "BucketOwnerEnforced") return false;
  // A write brings the new object's list along: what the bucket's list allows includes it.
  const written = action === "s3:PutObjectAcl" && operation !== "PutObjectAcl";
  const wanted = permissionFor(written ? "s3:PutObject" : action);
  if (wanted === undefined || (wanted.on === "object" && object === undefined)) return false;
  const owner = object?.access?.owner ?? bucket.owner;
  const list =
    wanted.on === "object"
      ? (object?.access?.acl ?? ownersOnly(owner))
      : ((await readConfiguration(tx, bucket, "acl"))?.grants ?? ownersOnly(bucket.owner));
  const { principal } = tx;
  const asking = {
    account: principal.type === "anonymous" ? undefined : principal.account,
    logDelivery: principal.service === "logging.s3.amazonaws.com",
  };
  const open = !(await publicAccess(tx, bucket)).IgnorePublicAcls;
  return grants(list, wanted.permission, asking, open);
}

/** Where the requester pays, it must say that it knows; nobody can. */
async function checkPayer(tx: Transaction, bucket: BucketState, input: Input): Promise<void> {
  const payment = await readConfiguration(tx, bucket, "requestPayment");
  if (payment?.payer !== "Requester") return;
  if (tx.principal.type === "anonymous" || input.RequestPayer !== "requester") throw s3Fault("AccessDenied");
}
