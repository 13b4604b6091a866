// Applications: what is published under one name. They lie in their owner's
// account and region, which their id, an ARN, tells.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { badRequest, notFound } from "./model.ts";
import { type Action, checkShared, type Statement } from "./sharing.ts";

export interface ApplicationState {
  readonly name: string;
  readonly arn: string;
  readonly author: string;
  readonly description: string;
  readonly createdAt: number;
  readonly homePageUrl?: string | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly spdxLicenseId?: string | undefined;
  /** Keys of objects in the repository's bucket. */
  readonly licenseKey?: string | undefined;
  readonly readmeKey?: string | undefined;
  readonly statements: readonly Statement[];
}

export const Application = defineResource<ApplicationState>()({
  service: "serverlessrepo",
  type: "application",
  key: ({ name }) => [name],
  arn: ({ arn }) => arn,
  named: ({ ApplicationId }) =>
    typeof ApplicationId === "string" && ApplicationId.startsWith("arn:") ? ApplicationId : undefined,
});

export interface ApplicationName extends Place {
  readonly name: string;
}

export function applicationArn({ region, account }: Place, name: string): string {
  return `arn:aws:serverlessrepo:${region}:${account}:applications/${name}`;
}

export function applicationName(id: string): ApplicationName {
  const [, region, account, name] =
    /^arn:[\w-]+:serverlessrepo:([\w-]+):(\d{12}):applications\/([A-Za-z0-9-]{1,140})$/.exec(id) ?? [];
  if (region === undefined || account === undefined || name === undefined)
    throw badRequest(`Application id '${id}' is not a valid ARN.`);
  return { region, account, name };
}

export interface Opened {
  readonly application: ApplicationState;
  /** The transaction at the place where the application lies. */
  readonly tx: Transaction;
}

/** The application for a caller who may do `action` with it. */
export async function openApplication(tx: Transaction, id: string, action: Action): Promise<Opened> {
  const { name, account, region } = applicationName(id);
  const there = tx.at({ account, region });
  const application = await there.get(Application, name);
  if (application === undefined) throw notFound(`Application with id ${id} does not exist.`);
  checkShared(application, action, account, tx);
  return { application, tx: there };
}
