// A revision: where its AppSpec file is, and its text.

import { createHash } from "node:crypto";
import { Fault, notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { RevisionLocation } from "../../../model/generated/codedeploy.d.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { Revision } from "../application.ts";
import { failure } from "../model.ts";
import { maximumAppSpecBytes } from "./app-spec.ts";

const s3 = modelOf<S3>("s3");

/** The location as AWS keeps it, and as text. A text is known by its digest. */
export function located(revision: RevisionLocation): {
  readonly revision: RevisionLocation;
  readonly location: string;
} {
  const { revisionType, s3Location, gitHubLocation } = revision;
  const text = revision.appSpecContent ?? revision.string;
  if (revisionType === "AppSpecContent" || revisionType === "String") {
    if (text?.content === undefined) throw unreadable("The revision has no content");
    const sha256 = createHash("sha256").update(text.content).digest("hex");
    if (text.sha256 !== undefined && text.sha256 !== sha256) {
      throw unreadable("The SHA256 hash of the revision's content is another one");
    }
    const whole = { content: text.content, sha256 };
    return {
      revision:
        revisionType === "String" ? { revisionType, string: whole } : { revisionType, appSpecContent: whole },
      location: `text/${sha256}`,
    };
  }
  if (revisionType === "S3" && s3Location?.bucket !== undefined && s3Location.key !== undefined) {
    const { bucket, key, version = "", eTag = "" } = s3Location;
    return {
      revision: { revisionType, s3Location },
      location: `s3/${JSON.stringify([bucket, key, version, eTag])}`,
    };
  }
  if (revisionType === "GitHub" && gitHubLocation?.repository !== undefined) {
    const { repository, commitId = "" } = gitHubLocation;
    return { revision: { revisionType, gitHubLocation }, location: `github/${repository}/${commitId}` };
  }
  throw unreadable("The revision's location is missing");
}

export async function register(
  tx: Transaction,
  application: string,
  given: RevisionLocation,
  description?: string,
): Promise<void> {
  const { revision, location } = located(given);
  const known = await tx.get(Revision, application, location);
  tx.put(Revision, {
    registeredAt: tx.now,
    groups: [],
    ...known,
    application,
    location,
    revision,
    description: description ?? known?.description,
  });
}

/** The AppSpec file's text. */
export async function contentOf(revision: RevisionLocation, ctx: Waiting): Promise<string> {
  const text = revision.appSpecContent?.content ?? revision.string?.content;
  if (text !== undefined) return text;
  if (revision.revisionType === "GitHub") {
    throw notImplemented("codedeploy", "revisions of the type GitHub");
  }
  const { bucket: Bucket, key: Key, bundleType, version: VersionId } = revision.s3Location ?? {};
  if (bundleType !== undefined && bundleType !== "YAML" && bundleType !== "JSON") {
    throw unreadable("The bundle type of a Lambda deployment's revision must be YAML or JSON");
  }
  try {
    const { Body } = await ctx.call(s3, "GetObject", {
      Bucket: Bucket ?? "",
      Key: Key ?? "",
      ...(VersionId === undefined ? {} : { VersionId }),
    });
    return await textOf(Body as Uint8Array | AsyncIterable<Uint8Array> | undefined);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === "InvalidRevisionException") throw error;
    throw failure("RevisionDoesNotExistException", `The revision could not be read: ${error.message}`);
  }
}

async function textOf(body: Uint8Array | AsyncIterable<Uint8Array> = new Uint8Array()): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    length += chunk.length;
    if (length > maximumAppSpecBytes) throw unreadable("The AppSpec file is larger than 256 KB");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const unreadable = (message: string) => failure("InvalidRevisionException", message);
