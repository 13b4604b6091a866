// Versions and their staging labels. A label is on one version at a time; the
// version that loses AWSCURRENT becomes AWSPREVIOUS.
// https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html

import { invalidParameter, notFound } from "../model.ts";

export const current = "AWSCURRENT";
export const previous = "AWSPREVIOUS";
export const pending = "AWSPENDING";

export interface VersionState {
  readonly id: string;
  /** None: it is deprecated, and goes when there are too many. */
  readonly stages: readonly string[];
  readonly createdAt: number;
  /** By which it was encrypted; undefined: Secrets Manager's own. */
  readonly kmsKeyId?: string | undefined;
}

const mostVersions = 100;

type Versions = readonly VersionState[];

export function versionWith(versions: Versions, stage: string): VersionState | undefined {
  return versions.find(({ stages }) => stages.includes(stage));
}

/** With a new version, or with new labels on one that is there; without those that are too many. */
export function withVersion(versions: Versions, version: VersionState): Versions {
  const others = versions.filter(({ id }) => id !== version.id);
  const known = versions.find(({ id }) => id === version.id);
  const stages = [...new Set([...(known?.stages ?? []), ...version.stages])];
  let moved: Versions = [...others, { ...version, stages: [] }];
  for (const stage of stages) moved = withStage(moved, stage, version.id);
  const deprecated = moved.filter((each) => each.stages.length === 0);
  const tooMany = new Set(deprecated.slice(0, Math.max(0, moved.length - mostVersions)).map(({ id }) => id));
  return moved.filter(({ id }) => !tooMany.has(id));
}

function withStage(versions: Versions, stage: string, id: string): Versions {
  const former = versionWith(versions, stage);
  if (former?.id === id) return versions;
  const moved = versions.map((version): VersionState => {
    const rest = version.stages.filter((each) => each !== stage);
    return version.id === id ? { ...version, stages: [...rest, stage] } : { ...version, stages: rest };
  });
  return stage === current && former !== undefined ? withStage(moved, previous, former.id) : moved;
}

/** UpdateSecretVersionStage: moved, put on, or taken away. */
export function withStageMoved(
  versions: Versions,
  stage: string,
  from: string | undefined,
  to: string | undefined,
): Versions {
  const holder = versionWith(versions, stage);
  for (const id of [from, to]) {
    if (id !== undefined && !versions.some((version) => version.id === id)) {
      throw notFound(`secret version: ${id}`);
    }
  }
  if (from !== undefined && holder?.id !== from) {
    throw invalidParameter(`The staging label ${stage} isn't attached to version ${from}.`);
  }
  if (to === undefined) {
    if (from === undefined) {
      throw invalidParameter("You must specify MoveToVersionId, RemoveFromVersionId or both.");
    }
    if (stage === current) {
      throw invalidParameter(
        `You can only move staging label ${current} to a different secret version. It can’t be completely removed.`,
      );
    }
    return versions.map((version) =>
      version.id === from ? { ...version, stages: version.stages.filter((each) => each !== stage) } : version,
    );
  }
  if (holder !== undefined && holder.id !== to && from === undefined) {
    throw invalidParameter(
      `The parameter RemoveFromVersionId can't be empty. Staging label ${stage} is currently attached to version ${holder.id}, so you must explicitly reference that version in RemoveFromVersionId.`,
    );
  }
  return withStage(versions, stage, to);
}

/** As answers show them; deprecated versions are left out. */
export function stagesByVersion(versions: Versions): Readonly<Record<string, readonly string[]>> | undefined {
  const staged = versions.filter(({ stages }) => stages.length > 0);
  return staged.length === 0 ? undefined : Object.fromEntries(staged.map(({ id, stages }) => [id, stages]));
}
