// Versions of an application: the template as it was published, and what a look
// at it showed. Versions are ordered as semver.org says.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { ApplicationState } from "./application.ts";
import type { Contents } from "./contents.ts";
import { badRequest, notFound } from "./model.ts";

export interface VersionState extends Omit<Contents, "types"> {
  readonly application: string;
  readonly version: string;
  readonly createdAt: number;
  /** Whether every type of resource in it is one of this cloud's. */
  readonly supported: boolean;
  readonly sourceCodeUrl?: string | undefined;
  readonly sourceCodeArchiveUrl?: string | undefined;
  readonly templateKey: string;
  /** Every object of the repository's bucket that belongs to this version. */
  readonly keys: readonly string[];
}

export const Version = defineResource<VersionState>()({
  service: "serverlessrepo",
  type: "version",
  key: ({ application, version }) => [application, ...order(version)],
});

const pattern =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;

export function checkSemanticVersion(version: string): void {
  if (version.length > 128 || !pattern.test(version))
    throw badRequest(`Invalid semantic version '${version}': it must be as semver.org says.`);
}

/** Parts that sort as versions do: a release after all that led to it, numbers before words. */
function order(version: string): readonly [number, number, number, string, string] {
  const [, major, minor, patch, before, build = ""] = pattern.exec(version) ?? [];
  const words = (before ?? "")
    .split(".")
    .map((word) => (/^\d+$/.test(word) ? `0${String(word.length).padStart(3, "0")}${word}` : `1${word}`));
  const release = before === undefined ? "~" : `${words.join("\u0001")}\u0000`;
  return [Number(major), Number(minor), Number(patch), release, build];
}

export function findVersion(
  tx: Transaction,
  application: string,
  version: string,
): Promise<VersionState | undefined> {
  return tx.get(Version, application, ...order(version));
}

export async function latestVersion(tx: Transaction, application: string): Promise<VersionState | undefined> {
  const { values } = await tx.list(Version, { prefix: [application], reverse: true, limit: 1 });
  return values[0];
}

/** The version that is asked for, or the latest. */
export async function openVersion(
  tx: Transaction,
  { name, arn }: ApplicationState,
  version: string | undefined,
): Promise<VersionState> {
  if (version !== undefined) checkSemanticVersion(version);
  const found = version === undefined ? await latestVersion(tx, name) : await findVersion(tx, name, version);
  if (found !== undefined) return found;
  throw notFound(
    version === undefined
      ? `Application ${arn} has no version.`
      : `Version ${version} of application ${arn} does not exist.`,
  );
}
