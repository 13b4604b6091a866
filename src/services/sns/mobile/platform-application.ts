// Platform applications: the account with a push service, and its settings.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { invalidParameter, sns } from "../faults.ts";

export interface PlatformApplicationState {
  readonly name: string;
  readonly platform: string;
  readonly arn: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export const PlatformApplication = defineResource<PlatformApplicationState>()({
  service: "sns",
  type: "platform-application",
  key: (application) => [application.platform, application.name],
  arn: (application) => application.arn,
  named: (input) =>
    typeof input.PlatformApplicationArn === "string" ? input.PlatformApplicationArn : undefined,
});

const platforms = [
  "ADM",
  "APNS",
  "APNS_SANDBOX",
  "APNS_VOIP",
  "APNS_VOIP_SANDBOX",
  "BAIDU",
  "GCM",
  "FCM",
  "MACOS",
  "MACOS_SANDBOX",
  "MPNS",
  "WNS",
];

/** What the push service would know the application by: taken, and never shown. */
const secret = new Set(["PlatformCredential", "PlatformPrincipal"]);

const settable = new Set([
  ...secret,
  "EventEndpointCreated",
  "EventEndpointDeleted",
  "EventEndpointUpdated",
  "EventDeliveryFailure",
  "SuccessFeedbackRoleArn",
  "FailureFeedbackRoleArn",
  "SuccessFeedbackSampleRate",
  "Enabled",
  "ApplePlatformTeamID",
  "ApplePlatformBundleID",
]);

export function checkPlatform(platform: string): void {
  if (!platforms.includes(platform)) throw invalidParameter("Platform", `${platform} is not supported`);
}

export function checkApplicationAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(attributes)) {
    if (!settable.has(name)) throw invalidParameter(`Attributes Reason: Unknown attribute ${name}`);
  }
}

export function shownAttributes({ attributes }: PlatformApplicationState): Record<string, string> {
  return Object.fromEntries(
    Object.entries({ Enabled: "true", ...attributes }).filter(([name]) => !secret.has(name)),
  );
}

export interface OpenApplication {
  readonly application: PlatformApplicationState;
  readonly tx: Transaction;
}

export async function openApplication(caller: Transaction, arn: string): Promise<OpenApplication> {
  const found = /^arn:aws:sns:([^:]+):(\d{12}):app\/([^/]+)\/([^/]+)$/.exec(arn);
  if (found === null) throw invalidParameter("PlatformApplicationArn");
  const [, region = "", account = "", platform = "", name = ""] = found;
  if (region !== caller.region || account !== caller.account) throw notFound();
  const application = await caller.get(PlatformApplication, platform, name);
  if (application === undefined) throw notFound();
  return { application, tx: caller };
}

function notFound() {
  return fault(sns, "NotFound", "PlatformApplication does not exist");
}
