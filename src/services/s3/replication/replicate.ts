// Replication: each new version that a rule is about becomes a stored job, in
// the transaction that makes it, which copies it under the rule's role to the
// destination, with its version id and its dates.

import { Fault } from "../../../core/fault.ts";
import { defineJob } from "../../../core/job.ts";
import { BlobMissingError } from "../../../core/ports/blobs.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { ReplicationRule } from "../../../model/generated/s3.d.ts";
import { ownershipOf } from "../access/acl.ts";
import { authorize, isGuarded } from "../access/authorize.ts";
import { Bucket, type BucketState, inside, placeOf } from "../buckets/bucket.ts";
import { chooseEncryption, type EncryptionChoice } from "../encryption/choice.ts";
import { encrypted, keysOf, protect } from "../encryption/keys.ts";
import { s3Fault } from "../faults.ts";
import type { Operation } from "../model.ts";
import { announce } from "../notifications/happening.ts";
import { openPieces, piecesOf } from "../objects/content.ts";
import { keep, keeping, takeBody } from "../objects/intake.ts";
import type { ObjectAccess, ObjectVersion, StoredObject } from "../objects/object.ts";
import { findVersion, replaceVersion } from "../objects/versions.ts";
import { addReplica } from "./replica.ts";

export interface Replication {
  readonly bucket: string;
  readonly bucketId: string;
  readonly key: string;
  readonly versionId: string;
  readonly role: string;
  readonly rule: ReplicationRule;
}

interface Found {
  readonly bucket: BucketState;
  readonly version: ObjectVersion;
}

export const replicate = defineJob<Replication>({
  name: "s3.replicate",
  attempts: 5,
  run: {
    waits: async (replication, ctx) => {
      const found = await ctx.atomically((tx) => sourceOf(tx, replication));
      if (found === undefined) return;
      let done = true;
      try {
        await copy(ctx, replication, found);
      } catch (error) {
        // Deleted for good meanwhile: there is nothing to replicate any more.
        if (error instanceof BlobMissingError) return;
        if (!(error instanceof Fault)) throw error;
        done = false;
      }
      await ctx.atomically((tx) => settle(tx, replication, done));
    },
  },
});

export async function sourceOf(tx: Transaction, replication: Replication): Promise<Found | undefined> {
  const bucket = await tx.get(Bucket, replication.bucket);
  if (bucket === undefined || bucket.id !== replication.bucketId) return undefined;
  const version = await findVersion(tx, bucket, replication.key, replication.versionId);
  return version === undefined ? undefined : { bucket, version };
}

async function copy(ctx: Waiting, { role, rule }: Replication, { bucket, version }: Found): Promise<void> {
  const name = rule.Destination.Bucket.slice(rule.Destination.Bucket.lastIndexOf(":") + 1);
  const acting = ctx.asRole(role, "s3-replication");
  const look = (tx: Transaction) => destinationOf(tx, name, version);
  if (version.deleteMarker === true) {
    await acting.atomically(async (tx) => addReplica(tx, await look(tx), version));
    return;
  }
  const { target, pieces, choice, access } = await acting.atomically(async (tx) => {
    const target = await look(tx);
    return {
      target,
      pieces: await piecesOf(inside(tx, bucket), version),
      choice: await encryptionOf(tx, target, rule, version),
      access: await accessOf(tx, bucket, target, rule, version),
    };
  });
  const Body = await openPieces(
    ctx.blobs,
    pieces,
    await keysOf(ctx.at(placeOf(bucket)), bucket, version.encryption, undefined),
  );
  const there = ctx.at(placeOf(target));
  const protection = await protect(there, target, version.key, choice);
  const intake = { bucket: target, protection, fallback: version.checksum.algorithm };
  const taken = await takeBody(there, { Body }, intake);
  await keeping(there, target, taken.held, () =>
    acting.atomically(async (tx) => {
      const still = await look(tx);
      const { encryption: _own, access: _theirs, restore: _back, ...others } = version;
      await addReplica(tx, still, {
        ...others,
        ...encrypted(protection),
        ...access,
        storageClass: rule.Destination.StorageClass ?? version.storageClass,
        content: await keep(inside(tx, still), taken.held),
      });
    }),
  );
}

export async function destinationOf(
  tx: Transaction,
  name: string,
  version: ObjectVersion,
): Promise<BucketState> {
  const target = await tx.get(Bucket, name);
  if (target === undefined) throw s3Fault("NoSuchBucket", { BucketName: name });
  if (target.versioning !== "Enabled") throw s3Fault("InvalidRequest");
  const operation = version.deleteMarker === true ? "ReplicateDelete" : "ReplicateObject";
  if (isGuarded(tx, target)) await authorize(tx, target, { Key: version.key }, operation as Operation);
  return target;
}

function encryptionOf(
  tx: Transaction,
  target: BucketState,
  rule: ReplicationRule,
  { encryption }: StoredObject,
): Promise<EncryptionChoice> {
  const keyId = rule.Destination.EncryptionConfiguration?.ReplicaKmsKeyID;
  const kms = encryption?.type === "aws:kms" || encryption?.type === "aws:kms:dsse";
  return chooseEncryption(tx, target, {
    ...(encryption?.type === "AES256" ? { ServerSideEncryption: "AES256" } : {}),
    ...(kms ? { ServerSideEncryption: "aws:kms" } : {}),
    ...(kms && keyId !== undefined ? { SSEKMSKeyId: keyId } : {}),
  });
}

/** A replica belongs to the source object's owner, unless the destination's owner is to have it. */
export async function accessOf(
  tx: Transaction,
  bucket: BucketState,
  target: BucketState,
  rule: ReplicationRule,
  { access }: StoredObject,
): Promise<{ readonly access?: ObjectAccess }> {
  if (rule.Destination.AccessControlTranslation !== undefined) return {};
  if ((await ownershipOf(tx, target)) === "BucketOwnerEnforced") return {};
  const owner = access?.owner ?? bucket.owner;
  if (owner !== target.owner && target.strangers !== true) tx.put(Bucket, { ...target, strangers: true });
  const acl = access?.acl;
  if (owner === target.owner && acl === undefined) return {};
  return { access: { ...(owner === target.owner ? {} : { owner }), ...(acl === undefined ? {} : { acl }) } };
}

/** The source tells how it went; one failure among several destinations is a failure. */
async function settle(tx: Transaction, replication: Replication, done: boolean): Promise<void> {
  const found = await sourceOf(tx, replication);
  if (found === undefined || found.version.deleteMarker === true) return;
  const { bucket, version } = found;
  const left = (version.replication?.left ?? 1) - 1;
  const failed = !done || version.replication?.status === "FAILED";
  const status = failed ? "FAILED" : left > 0 ? "PENDING" : "COMPLETED";
  const settled = { ...version, replication: { status, left } as const };
  await replaceVersion(tx, bucket, settled);
  if (!done) await announce(tx, bucket, { name: "Replication:OperationFailedReplication", version: settled });
}
