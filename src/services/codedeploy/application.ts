// An application: a name under which deployment groups and revisions stand, for
// one compute platform.

import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import type { ComputePlatform, RevisionLocation } from "../../model/generated/codedeploy.d.ts";
import { failure } from "./model.ts";

export interface ApplicationState {
  readonly id: string;
  readonly name: string;
  readonly platform: ComputePlatform;
  readonly createdAt: number;
  readonly tags: Readonly<Record<string, string>>;
}

export const Application = defineResource<ApplicationState>()({
  service: "codedeploy",
  type: "application",
  key: ({ name }) => [name],
  arn: ({ name }, { region, account }) => `arn:aws:codedeploy:${region}:${account}:application:${name}`,
  named: ({ applicationName, deploymentGroupName }, { region, account }) =>
    typeof applicationName !== "string"
      ? undefined
      : typeof deploymentGroupName === "string"
        ? `arn:aws:codedeploy:${region}:${account}:deploymentgroup:${applicationName}/${deploymentGroupName}`
        : `arn:aws:codedeploy:${region}:${account}:application:${applicationName}`,
  tags: ({ tags }) => tags,
});

export async function openApplication(tx: Transaction, name: string): Promise<ApplicationState> {
  const application = await tx.get(Application, name);
  if (application === undefined) {
    throw failure("ApplicationDoesNotExistException", `No application found for name: ${name}`);
  }
  return application;
}

/** A revision that was registered, or deployed for the first time. */
export interface RevisionState {
  readonly application: string;
  /** Its location as text: what tells it from others. */
  readonly location: string;
  readonly revision: RevisionLocation;
  readonly description?: string | undefined;
  readonly registeredAt: number;
  readonly firstUsedAt?: number | undefined;
  readonly lastUsedAt?: number | undefined;
  /** Those whose target it is. */
  readonly groups: readonly string[];
}

export const Revision = defineResource<RevisionState>()({
  service: "codedeploy",
  type: "revision",
  key: ({ application, location }) => [application, location],
});
