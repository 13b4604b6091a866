// Applications and their revisions.

import type { Transaction } from "../../../core/transaction.ts";
import type { GenericRevisionInfo } from "../../../model/generated/codedeploy.d.ts";
import {
  Application,
  type ApplicationState,
  openApplication,
  Revision,
  type RevisionState,
} from "../application.ts";
import { located, register } from "../deployments/revision.ts";
import { Group } from "../group.ts";
import { failure, type Input, nextToken, nothing, type Output } from "../model.ts";
import { tagsOf } from "./tags.ts";

const maximumNameLength = 100;

export async function createApplication(
  { applicationName: name, computePlatform: platform = "Server", tags }: Input<"CreateApplication">,
  tx: Transaction,
): Promise<Output<"CreateApplication">> {
  await refuseName(tx, name);
  const application = { id: tx.ids.uuid(), name, platform, createdAt: tx.now, tags: tagsOf(tags) };
  tx.put(Application, application);
  return { applicationId: application.id };
}

async function refuseName(tx: Transaction, name: string): Promise<void> {
  if (name.length > maximumNameLength) {
    throw failure(
      "InvalidApplicationNameException",
      `Application name ${name} is longer than 100 characters`,
    );
  }
  if ((await tx.get(Application, name)) !== undefined) {
    throw failure("ApplicationAlreadyExistsException", `Application already exists: ${name}`);
  }
}

export async function getApplication(
  { applicationName }: Input<"GetApplication">,
  tx: Transaction,
): Promise<Output<"GetApplication">> {
  return { application: shown(await openApplication(tx, applicationName)) };
}

export async function batchGetApplications(
  { applicationNames }: Input<"BatchGetApplications">,
  tx: Transaction,
): Promise<Output<"BatchGetApplications">> {
  refuseBatch(applicationNames, 100);
  const found = await Promise.all(applicationNames.map((name) => openApplication(tx, name)));
  return { applicationsInfo: found.map(shown) };
}

export function refuseBatch(names: readonly string[], most: number): void {
  if (names.length > most) {
    throw failure("BatchLimitExceededException", `The maximum number of names or ids is ${most}`);
  }
}

const shown = ({ id, name, platform, createdAt }: ApplicationState) => ({
  applicationId: id,
  applicationName: name,
  createTime: createdAt,
  linkedToGitHub: false,
  computePlatform: platform,
});

export async function listApplications(
  input: Input<"ListApplications">,
  tx: Transaction,
): Promise<Output<"ListApplications">> {
  const page = await tx.list(Application, { cursor: input.nextToken, limit: 100 });
  return { applications: page.values.map(({ name }) => name), ...nextToken(page) };
}

export async function updateApplication(
  { applicationName = "", newApplicationName: name }: Input<"UpdateApplication">,
  tx: Transaction,
): Promise<Output<"UpdateApplication">> {
  const application = await openApplication(tx, applicationName);
  if (name === undefined || name === applicationName) return nothing;
  await refuseName(tx, name);
  tx.delete(Application, applicationName);
  tx.put(Application, { ...application, name });
  for (const group of await tx.all(Group, [applicationName])) {
    tx.delete(Group, applicationName, group.name);
    tx.put(Group, { ...group, application: name });
  }
  for (const revision of await tx.all(Revision, [applicationName])) {
    tx.delete(Revision, applicationName, revision.location);
    tx.put(Revision, { ...revision, application: name });
  }
  return nothing;
}

/** With its groups and revisions; what was deployed stays known. One that is not there is no error. */
export async function deleteApplication(
  { applicationName }: Input<"DeleteApplication">,
  tx: Transaction,
): Promise<Output<"DeleteApplication">> {
  tx.delete(Application, applicationName);
  for (const { name } of await tx.all(Group, [applicationName])) tx.delete(Group, applicationName, name);
  for (const { location } of await tx.all(Revision, [applicationName])) {
    tx.delete(Revision, applicationName, location);
  }
  return nothing;
}

export async function registerApplicationRevision(
  { applicationName, revision, description }: Input<"RegisterApplicationRevision">,
  tx: Transaction,
): Promise<Output<"RegisterApplicationRevision">> {
  await openApplication(tx, applicationName);
  await register(tx, applicationName, revision, description);
  return nothing;
}

export async function getApplicationRevision(
  { applicationName, revision }: Input<"GetApplicationRevision">,
  tx: Transaction,
): Promise<Output<"GetApplicationRevision">> {
  await openApplication(tx, applicationName);
  const found = await tx.get(Revision, applicationName, located(revision).location);
  if (found === undefined) {
    throw failure("RevisionDoesNotExistException", "The revision is not registered with the application");
  }
  return { applicationName, revision: found.revision, revisionInfo: infoOf(found) };
}

export async function batchGetApplicationRevisions(
  { applicationName, revisions }: Input<"BatchGetApplicationRevisions">,
  tx: Transaction,
): Promise<Output<"BatchGetApplicationRevisions">> {
  await openApplication(tx, applicationName);
  if (revisions.length > 25) {
    throw failure("BatchLimitExceededException", "The maximum number of revisions is 25");
  }
  const found = await Promise.all(
    revisions.map((each) => tx.get(Revision, applicationName, located(each).location)),
  );
  const missing = found.filter((each) => each === undefined).length;
  return {
    applicationName,
    ...(missing === 0 ? {} : { errorMessage: `${missing} of the revisions are not registered` }),
    revisions: found.flatMap((each) =>
      each === undefined ? [] : { revisionLocation: each.revision, genericRevisionInfo: infoOf(each) },
    ),
  };
}

const infoOf = (revision: RevisionState): GenericRevisionInfo => ({
  description: revision.description,
  deploymentGroups: revision.groups,
  firstUsedTime: revision.firstUsedAt,
  lastUsedTime: revision.lastUsedAt,
  registerTime: revision.registeredAt,
});

const mostRevisions = 100;

export async function listApplicationRevisions(
  input: Input<"ListApplicationRevisions">,
  tx: Transaction,
): Promise<Output<"ListApplicationRevisions">> {
  const { applicationName, s3Bucket, s3KeyPrefix = "", deployed = "ignore", sortBy = "registerTime" } = input;
  await openApplication(tx, applicationName);
  const fitting = (await tx.all(Revision, [applicationName])).filter(({ revision, groups }) => {
    if (deployed !== "ignore" && groups.length > 0 !== (deployed === "include")) return false;
    if (s3Bucket === undefined) return true;
    const { bucket, key = "" } = revision.s3Location ?? {};
    return bucket === s3Bucket && key.startsWith(s3KeyPrefix);
  });
  const order = {
    registerTime: "registeredAt",
    firstUsedTime: "firstUsedAt",
    lastUsedTime: "lastUsedAt",
  } as const;
  const sign = input.sortOrder === "descending" ? -1 : 1;
  const at = (each: RevisionState) => each[order[sortBy]] ?? 0;
  const sorted = fitting.sort((one, other) => sign * (at(one) - at(other)));
  const from = Number(input.nextToken ?? 0);
  if (!Number.isSafeInteger(from) || from < 0) {
    throw failure("InvalidNextTokenException", "The next token is not valid");
  }
  const to = from + mostRevisions;
  return {
    revisions: sorted.slice(from, to).map(({ revision }) => revision),
    ...(to < sorted.length ? { nextToken: String(to) } : {}),
  };
}
