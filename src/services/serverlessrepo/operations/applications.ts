// Applications and their versions: get, list, delete.

import type { Transaction } from "../../../core/transaction.ts";
import { Application, openApplication } from "../application.ts";
import { type Input, isoTime, nextToken, nothing, type Output } from "../model.ts";
import { clearShelf } from "../shelf.ts";
import { shownApplication, shownSummary } from "../shown.ts";
import { Template } from "../template.ts";
import { latestVersion, openVersion, Version } from "../version.ts";

export async function getApplication(
  { ApplicationId, SemanticVersion }: Input<"GetApplication">,
  tx: Transaction,
): Promise<Output<"GetApplication">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "GetApplication");
  // An application without a version can be looked at; a version that is asked for must be there.
  const version =
    SemanticVersion === undefined
      ? await latestVersion(there, application.name)
      : await openVersion(there, application, SemanticVersion);
  return shownApplication(tx, application, version);
}

export async function listApplications(
  { MaxItems = 100, NextToken }: Input<"ListApplications">,
  tx: Transaction,
): Promise<Output<"ListApplications">> {
  const page = await tx.list(Application, { limit: MaxItems, cursor: NextToken });
  return { Applications: page.values.map(shownSummary), ...nextToken(page) };
}

export async function listApplicationVersions(
  { ApplicationId, MaxItems = 100, NextToken }: Input<"ListApplicationVersions">,
  tx: Transaction,
): Promise<Output<"ListApplicationVersions">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "ListApplicationVersions");
  const page = await there.list(Version, { prefix: [application.name], limit: MaxItems, cursor: NextToken });
  return {
    Versions: page.values.map(({ version, createdAt, sourceCodeUrl }) => ({
      ApplicationId,
      CreationTime: isoTime(createdAt),
      SemanticVersion: version,
      SourceCodeUrl: sourceCodeUrl,
    })),
    ...nextToken(page),
  };
}

/** Those that the template nests itself; what they nest is told by asking for them. */
export async function listApplicationDependencies(
  { ApplicationId, SemanticVersion, MaxItems = 100, NextToken }: Input<"ListApplicationDependencies">,
  tx: Transaction,
): Promise<Output<"ListApplicationDependencies">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "ListApplicationDependencies");
  const { dependencies } = await openVersion(there, application, SemanticVersion);
  const from = /^\d+$/.test(NextToken ?? "") ? Number(NextToken) : 0;
  const page = dependencies.slice(from, from + MaxItems);
  return {
    Dependencies: page.map((each) => ({
      ApplicationId: each.applicationId,
      SemanticVersion: each.semanticVersion,
    })),
    ...(from + MaxItems < dependencies.length ? { NextToken: String(from + MaxItems) } : {}),
  };
}

export async function deleteApplication(
  { ApplicationId }: Input<"DeleteApplication">,
  tx: Transaction,
): Promise<Output<"DeleteApplication">> {
  const { application, tx: there } = await openApplication(tx, ApplicationId, "owner");
  const { name, licenseKey, readmeKey } = application;
  const keys = [licenseKey, readmeKey].filter((key) => key !== undefined);
  for (const version of await there.all(Version, [name])) {
    keys.push(...version.keys);
    there.delete(Version, ...Version.key(version));
  }
  for (const { id } of await there.all(Template, [name])) there.delete(Template, name, id);
  there.delete(Application, name);
  if (keys.length > 0) there.enqueue(clearShelf, { keys });
  return nothing;
}
