// Platform applications: created, listed, changed, deleted.

import type { Transaction } from "../../../core/transaction.ts";
import type {
  CreatePlatformApplicationInput,
  CreatePlatformApplicationResponse,
  DeletePlatformApplicationInput,
  GetPlatformApplicationAttributesInput,
  GetPlatformApplicationAttributesResponse,
  ListPlatformApplicationsInput,
  ListPlatformApplicationsResponse,
  SetPlatformApplicationAttributesInput,
} from "../../../model/generated/sns.d.ts";
import { invalidParameter } from "../faults.ts";
import { clearEndpoints } from "../mobile/clear.ts";
import {
  checkApplicationAttributes,
  checkPlatform,
  openApplication,
  PlatformApplication,
  shownAttributes,
} from "../mobile/platform-application.ts";

const pageSize = 100;

export async function createPlatformApplication(
  { Name, Platform, Attributes }: CreatePlatformApplicationInput,
  tx: Transaction,
): Promise<CreatePlatformApplicationResponse> {
  if (!/^[A-Za-z0-9_.-]{1,256}$/.test(Name)) throw invalidParameter("Name");
  checkPlatform(Platform);
  checkApplicationAttributes(Attributes);
  if (!Attributes.PlatformCredential) {
    throw invalidParameter("Attributes", "PlatformCredential is required");
  }
  const arn = `arn:aws:sns:${tx.region}:${tx.account}:app/${Platform}/${Name}`;
  const existing = await tx.get(PlatformApplication, Platform, Name);
  if (existing === undefined) {
    tx.put(PlatformApplication, { name: Name, platform: Platform, arn, attributes: Attributes });
  } else if (Object.entries(Attributes).some(([name, value]) => existing.attributes[name] !== value)) {
    throw invalidParameter("Attributes", "Platform application already exists with different attributes");
  }
  return { PlatformApplicationArn: arn };
}

export async function listPlatformApplications(
  { NextToken }: ListPlatformApplicationsInput,
  tx: Transaction,
): Promise<ListPlatformApplicationsResponse> {
  const { values, cursor } = await tx.list(PlatformApplication, { cursor: NextToken, limit: pageSize });
  return {
    PlatformApplications: values.map((application) => ({
      PlatformApplicationArn: application.arn,
      Attributes: shownAttributes(application),
    })),
    NextToken: cursor,
  };
}

export async function getPlatformApplicationAttributes(
  input: GetPlatformApplicationAttributesInput,
  caller: Transaction,
): Promise<GetPlatformApplicationAttributesResponse> {
  const { application } = await openApplication(caller, input.PlatformApplicationArn);
  return { Attributes: shownAttributes(application) };
}

export async function setPlatformApplicationAttributes(
  input: SetPlatformApplicationAttributesInput,
  caller: Transaction,
): Promise<Record<string, never>> {
  const { application, tx } = await openApplication(caller, input.PlatformApplicationArn);
  checkApplicationAttributes(input.Attributes);
  tx.put(PlatformApplication, {
    ...application,
    attributes: { ...application.attributes, ...input.Attributes },
  });
  return {};
}

/** To delete what is not there is no error. */
export async function deletePlatformApplication(
  { PlatformApplicationArn: arn }: DeletePlatformApplicationInput,
  tx: Transaction,
): Promise<Record<string, never>> {
  const found = /^arn:aws:sns:[^:]+:\d{12}:app\/([^/]+)\/([^/]+)$/.exec(arn);
  if (found === null) throw invalidParameter("PlatformApplicationArn");
  const [, platform = "", application = ""] = found;
  tx.delete(PlatformApplication, platform, application);
  tx.enqueue(clearEndpoints, { platform, application });
  return {};
}
