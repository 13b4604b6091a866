// CreateKey.

import { fault, notImplemented } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { CreateKeyRequest, CreateKeyResponse, KeyUsageType } from "../../../model/generated/kms.d.ts";
import { isLattice } from "../crypto/ml-dsa.ts";
import { checkPolicy, defaultPolicy } from "../keys/access.ts";
import { Key, type KeyState, keyArn, type Material } from "../keys/key.ts";
import { factsOf, isAsymmetric } from "../keys/key-spec.ts";
import { latticeMaterial, newPair, pairMaterial, randomMaterial } from "../keys/material.ts";
import { showKey } from "../keys/metadata.ts";
import { tagsOf } from "../keys/tags.ts";
import { invalid, kms, unsupported } from "../model.ts";

/** Waits for what may take long before it writes: a pair of RSA keys. */
export async function createKey(input: CreateKeyRequest, ctx: Waiting): Promise<CreateKeyResponse> {
  const { spec, usage, origin } = checked(input);
  if (origin === "EXTERNAL" && isLattice(spec)) {
    throw unsupported(`Key material of the key spec ${spec} can't be imported.`);
  }
  const made = origin === "EXTERNAL" ? undefined : await newAsymmetric(ctx, spec);
  return ctx.atomically(async (tx) => {
    const policy = input.Policy ?? defaultPolicy(tx.account);
    checkPolicy(tx, policy, tx.account, input.BypassPolicyLockoutSafetyCheck !== true);
    const id = input.MultiRegion === true ? `mrk-${tx.ids.hex(32)}` : tx.ids.uuid();
    const key: KeyState = {
      id,
      arn: keyArn(id, tx),
      account: tx.account,
      region: tx.region,
      createdAt: tx.now,
      description: input.Description ?? "",
      usage,
      spec,
      origin,
      manager: "CUSTOMER",
      enabled: true,
      policy,
      tags: tagsOf(input.Tags),
      materials: origin === "EXTERNAL" ? [] : [made ?? randomMaterial(tx.ids, spec, tx.now)],
      ...(input.MultiRegion === true && { multiRegion: { primary: tx.region, replicas: [] } }),
    };
    tx.put(Key, key);
    return { KeyMetadata: showKey(key) };
  });
}

/** Undefined for keys that are nothing but random bytes. */
async function newAsymmetric(ctx: Waiting, spec: string): Promise<Material | undefined> {
  if (isLattice(spec)) return latticeMaterial(ctx.ids, spec, ctx.now());
  return isAsymmetric(spec) ? pairMaterial(ctx.ids, await newPair(spec), ctx.now()) : undefined;
}

function checked(input: CreateKeyRequest) {
  const { KeySpec, CustomerMasterKeySpec, Origin: origin = "AWS_KMS" } = input;
  if (KeySpec !== undefined && CustomerMasterKeySpec !== undefined) {
    throw invalid(
      "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
    );
  }
  if (origin !== "AWS_KMS" && origin !== "EXTERNAL") throw notImplemented("kms", `the key origin ${origin}`);
  if (input.CustomKeyStoreId !== undefined) throw notImplemented("kms", "the parameter CustomKeyStoreId");
  const spec = KeySpec ?? CustomerMasterKeySpec ?? "SYMMETRIC_DEFAULT";
  if (spec === "SM2") throw unsupported("SM2 key specs are supported in China Regions only.");
  const facts = factsOf(spec);
  if (facts === undefined) throw notImplemented("kms", `the key spec ${spec}`);
  return { spec, usage: usageOf(spec, input.KeyUsage, facts.usages), origin };
}

function usageOf(
  spec: string,
  given: KeyUsageType | undefined,
  allowed: readonly KeyUsageType[],
): KeyUsageType {
  if (given === undefined) {
    if (spec === "SYMMETRIC_DEFAULT") return "ENCRYPT_DECRYPT";
    throw invalid(`You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.`);
  }
  if (!allowed.includes(given)) {
    throw fault(kms, "ValidationException", `KeyUsage ${given} is not compatible with KeySpec ${spec}`);
  }
  return given;
}
