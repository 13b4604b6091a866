// ReplicateKey and UpdatePrimaryRegion: one key in several Regions, so that each
// decrypts what the others encrypted.

import { fault } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  ReplicateKeyRequest,
  ReplicateKeyResponse,
  UpdatePrimaryRegionRequest,
} from "../../../model/generated/kms.d.ts";
import { checkPolicy, defaultPolicy } from "../keys/access.ts";
import { Key, type KeyState, keyArn } from "../keys/key.ts";
import { showKey } from "../keys/metadata.ts";
import { enqueueRotation } from "../keys/rotation.ts";
import { showTags, tagsOf } from "../keys/tags.ts";
import { checkUsable } from "../keys/usable.ts";
import { invalid, kms, notFound, unsupported } from "../model.ts";
import { openLivingKey } from "./keys.ts";

export async function replicateKey(
  input: ReplicateKeyRequest,
  caller: Transaction,
): Promise<ReplicateKeyResponse> {
  const { ReplicaRegion: region } = input;
  const { key, tx } = await openLivingKey(caller, input.KeyId, "ReplicateKey");
  const { multiRegion } = key;
  if (multiRegion === undefined || multiRegion.primary !== key.region) {
    throw unsupported(`${key.arn} is not a multi-Region primary key.`);
  }
  checkUsable(key);
  const there = tx.at({ region });
  if (region === key.region || (await there.get(Key, key.id)) !== undefined) {
    const arn = keyArn(key.id, there);
    throw fault(kms, "AlreadyExistsException", `${arn} already exists in the Region ${region}.`);
  }
  const policy = input.Policy ?? defaultPolicy(key.account);
  checkPolicy(caller, policy, key.account, input.BypassPolicyLockoutSafetyCheck !== true);
  const shared = { primary: key.region, replicas: [...multiRegion.replicas, region] };
  const { rotation: _rotation, ...common } = key;
  const replica: KeyState = {
    ...common,
    arn: keyArn(key.id, there),
    region,
    createdAt: tx.now,
    description: input.Description ?? "",
    enabled: true,
    policy,
    tags: tagsOf(input.Tags),
    multiRegion: shared,
    // Imported material is imported into each Region, and must be the same.
    ...(key.origin === "EXTERNAL" && {
      materials: key.materials.map((each) => ({ ...each, secret: undefined, validTo: undefined })),
    }),
  };
  there.put(Key, replica);
  await share(tx, key, shared);
  return {
    ReplicaKeyMetadata: showKey(replica),
    ReplicaPolicy: policy,
    ReplicaTags: showTags(replica.tags),
  };
}

/** The old primary becomes a replica of the new one. */
export async function updatePrimaryRegion(
  { KeyId, PrimaryRegion: region }: UpdatePrimaryRegionRequest,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { key, tx } = await openLivingKey(caller, KeyId, "UpdatePrimaryRegion");
  const { multiRegion } = key;
  if (multiRegion === undefined || multiRegion.primary !== key.region) {
    throw unsupported(`${key.arn} is not a multi-Region primary key.`);
  }
  if (region === key.region) throw invalid(`${region} is the primary Region already.`);
  const there = tx.at({ region });
  const chosen = await there.get(Key, key.id);
  if (chosen === undefined) throw notFound(`Key '${keyArn(key.id, there)}' does not exist`);
  const replicas = [...multiRegion.replicas.filter((each) => each !== region), key.region];
  const shared = { primary: region, replicas };
  await share(tx, key, shared);
  // Rotation is the primary's affair.
  const { rotation } = key;
  if (rotation === undefined) return {};
  const resting: KeyState = { ...key, rotation: undefined, multiRegion: shared };
  const rotating: KeyState = { ...chosen, rotation, multiRegion: shared };
  tx.put(Key, resting);
  enqueueRotation(tx, resting);
  there.put(Key, rotating);
  enqueueRotation(there, rotating);
  return {};
}

/** Tells every Region's key who the others are. */
async function share(
  tx: Transaction,
  { id }: KeyState,
  multiRegion: NonNullable<KeyState["multiRegion"]>,
): Promise<void> {
  for (const region of [multiRegion.primary, ...multiRegion.replicas]) {
    const there = tx.at({ region });
    const key = await there.get(Key, id);
    if (key !== undefined) there.put(Key, { ...key, multiRegion });
  }
}
