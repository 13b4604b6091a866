// Grants: created, listed, retired, revoked.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreateGrantRequest,
  CreateGrantResponse,
  ListGrantsRequest,
  ListGrantsResponse,
  ListRetirableGrantsRequest,
  RetireGrantRequest,
  RevokeGrantRequest,
} from "../../../model/generated/kms.d.ts";
import { Grant, type GrantState, showGrant } from "../grants/grant.ts";
import { findKeyById, type KeyState } from "../keys/key.ts";
import { factsOf, isAsymmetric } from "../keys/key-spec.ts";
import { dryRun, invalid, kms } from "../model.ts";
import { openKey, openLivingKey } from "./keys.ts";

type Nothing = Record<string, never>;

const defaultPage = 50;

export async function createGrant(
  input: CreateGrantRequest,
  caller: Transaction,
): Promise<CreateGrantResponse> {
  const { key, tx } = await openLivingKey(caller, input.KeyId, "CreateGrant");
  checkPrincipal(input.GranteePrincipal);
  if (input.RetiringPrincipal !== undefined) checkPrincipal(input.RetiringPrincipal);
  checkOperations(key, input.Operations);
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = input.Constraints ?? {};
  if ((equals !== undefined || subset !== undefined) && key.spec !== "SYMMETRIC_DEFAULT") {
    throw invalid("Grant constraints with an encryption context need a symmetric encryption key.");
  }
  if (input.DryRun === true) throw dryRun();
  const wanted = {
    keyId: key.id,
    grantee: input.GranteePrincipal,
    retirer: input.RetiringPrincipal,
    issuer: caller.principal.arn,
    operations: input.Operations,
    equals,
    subset,
    name: input.Name,
  };
  const same = input.Name === undefined ? undefined : await sameGrant(tx, wanted);
  if (same !== undefined) return { GrantToken: same.token, GrantId: same.id };
  const token = Buffer.from(tx.ids.bytes(144)).toString("base64url");
  const grant: GrantState = { ...wanted, id: tx.ids.hex(64), token, createdAt: tx.now };
  tx.put(Grant, grant);
  return { GrantToken: grant.token, GrantId: grant.id };
}

/** A grant of the same name with the same content is the same grant: the request may be tried again. */
async function sameGrant(
  tx: Transaction,
  wanted: Omit<GrantState, "id" | "token" | "createdAt">,
): Promise<GrantState | undefined> {
  const { values } = await tx.list(Grant, { index: "grantee", prefix: [wanted.keyId, wanted.grantee] });
  const text = JSON.stringify(wanted);
  return values.find((grant) => {
    const { id: _id, token: _token, createdAt: _createdAt, ...content } = grant;
    return JSON.stringify({ ...wanted, ...content }) === text;
  });
}

export async function listGrants(
  { KeyId, GrantId, GranteePrincipal, Limit = defaultPage, Marker }: ListGrantsRequest,
  caller: Transaction,
): Promise<ListGrantsResponse> {
  const { key, tx } = await openKey(caller, KeyId, "ListGrants");
  const { values, cursor } = await tx.list(Grant, {
    ...(GranteePrincipal === undefined
      ? { prefix: [key.id] }
      : { index: "grantee", prefix: [key.id, GranteePrincipal] }),
    cursor: Marker,
    limit: Limit,
  });
  const Grants = values
    .filter(({ id }) => GrantId === undefined || id === GrantId)
    .map((grant) => showGrant(grant, tx));
  return { Grants, Truncated: cursor !== undefined, NextMarker: cursor };
}

export async function listRetirableGrants(
  { RetiringPrincipal, Limit = defaultPage, Marker }: ListRetirableGrantsRequest,
  tx: Transaction,
): Promise<ListGrantsResponse> {
  const { values, cursor } = await tx.list(Grant, {
    index: "retirer",
    prefix: [RetiringPrincipal],
    cursor: Marker,
    limit: Limit,
  });
  const Grants = values.map((grant) => showGrant(grant, tx));
  return { Grants, Truncated: cursor !== undefined, NextMarker: cursor };
}

export async function revokeGrant(input: RevokeGrantRequest, caller: Transaction): Promise<Nothing> {
  const { key, tx } = await openKey(caller, input.KeyId, "RevokeGrant");
  const grant = await tx.get(Grant, key.id, input.GrantId);
  if (grant === undefined) throw noGrant(input.GrantId);
  if (input.DryRun === true) throw dryRun();
  tx.delete(Grant, key.id, grant.id);
  return {};
}

/** By its token, or by key and id. For whoever may retire it, the grantee where the grant says so, and the key's account. */
export async function retireGrant(input: RetireGrantRequest, caller: Transaction): Promise<Nothing> {
  const { grant, tx } = await retirable(input, caller);
  const { principal } = caller;
  const names = [principal.arn, principal.roleArn];
  const allowed =
    names.includes(grant.retirer) ||
    (grant.operations.includes("RetireGrant") && names.includes(grant.grantee)) ||
    principal.account === tx.account;
  if (!allowed) {
    throw fault(
      kms,
      "AccessDeniedException",
      `User: ${principal.arn} is not authorized to perform: kms:RetireGrant`,
    );
  }
  if (input.DryRun === true) throw dryRun();
  tx.delete(Grant, grant.keyId, grant.id);
  return {};
}

async function retirable({ GrantToken, KeyId, GrantId }: RetireGrantRequest, caller: Transaction) {
  if (GrantToken !== undefined) {
    const { values } = await caller.list(Grant, { index: "token", prefix: [GrantToken], limit: 1 });
    if (values[0] === undefined) throw fault(kms, "InvalidGrantTokenException", "Grant token is invalid");
    return { grant: values[0], tx: caller };
  }
  if (KeyId === undefined || GrantId === undefined) {
    throw invalid("Must specify either a grant token or both a key ID and a grant ID.");
  }
  const { key, tx } = await findKeyById(caller, KeyId);
  const grant = await tx.get(Grant, key.id, GrantId);
  if (grant === undefined) throw noGrant(GrantId);
  return { grant, tx };
}

function checkPrincipal(principal: string): void {
  const known =
    /^\d{12}$/.test(principal) ||
    /^arn:aws:(iam|sts)::\d{12}:(root|(user|role|assumed-role|federated-user)\/.+)$/.test(principal) ||
    /^[a-z0-9.-]+\.amazonaws\.com$/.test(principal);
  if (!known) throw fault(kms, "InvalidArnException", `${principal} is not a valid principal`);
}

const general = ["CreateGrant", "RetireGrant", "DescribeKey"];

function checkOperations(key: KeyState, operations: readonly string[]): void {
  const allowed = new Set([...general, ...ofUsage(key)]);
  const wrong = operations.find((operation) => !allowed.has(operation));
  if (wrong !== undefined) {
    throw invalid(
      `Grant operation ${wrong} is not supported for a key with key usage ${key.usage} and key spec ${key.spec}.`,
    );
  }
}

function ofUsage(key: KeyState): readonly string[] {
  const shared = isAsymmetric(key.spec) ? ["GetPublicKey"] : [];
  switch (key.usage) {
    case "SIGN_VERIFY":
      return ["Sign", "Verify", ...shared];
    case "GENERATE_VERIFY_MAC":
      return ["GenerateMac", "VerifyMac"];
    case "KEY_AGREEMENT":
      return ["DeriveSharedSecret", ...shared];
    default: {
      const encrypting = ["Encrypt", "Decrypt", "ReEncryptFrom", "ReEncryptTo", ...shared];
      if (factsOf(key.spec)?.encryption?.includes("SYMMETRIC_DEFAULT") !== true) return encrypting;
      return [
        ...encrypting,
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GenerateDataKeyPair",
        "GenerateDataKeyPairWithoutPlaintext",
      ];
    }
  }
}

function noGrant(id: string) {
  return fault(kms, "NotFoundException", `Grant ID ${id} not found`);
}
