// Platform endpoints: one application on one device.

import { fault } from "../../../core/fault.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { invalidParameter, sns } from "../faults.ts";

export interface PlatformEndpointState {
  readonly id: string;
  readonly arn: string;
  readonly platform: string;
  readonly application: string;
  readonly token: string;
  /** `CustomUserData`, `Enabled`. */
  readonly attributes: Readonly<Record<string, string>>;
}

export const PlatformEndpoint = defineResource<PlatformEndpointState>()({
  service: "sns",
  type: "platform-endpoint",
  key: ({ platform, application, id }) => [platform, application, id],
  arn: (endpoint) => endpoint.arn,
  named: (input) => (typeof input.EndpointArn === "string" ? input.EndpointArn : undefined),
  indexes: { token: ({ platform, application, token }) => [platform, application, token] },
});

const longestUserData = 2048;

export function checkEndpointAttributes(attributes: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "CustomUserData") {
      if (Buffer.byteLength(value) >= longestUserData) {
        throw invalidParameter("CustomUserData", `must be less than ${longestUserData} bytes`);
      }
    } else if (name === "Enabled") {
      if (!/^(true|false)$/i.test(value)) throw invalidParameter("Enabled", "must be true or false");
    } else if (name === "Token") {
      if (value === "") throw invalidParameter("Token");
    } else throw invalidParameter(`Attributes Reason: Unknown attribute ${name}`);
  }
}

export function shownEndpoint({ attributes, token }: PlatformEndpointState): Record<string, string> {
  return { Enabled: "true", ...attributes, Token: token };
}

export function isEnabled({
  attributes,
}: {
  readonly attributes: Readonly<Record<string, string>>;
}): boolean {
  return attributes.Enabled?.toLowerCase() !== "false";
}

/** Undefined where it is gone. */
export async function findEndpoint(tx: Transaction, arn: string): Promise<PlatformEndpointState | undefined> {
  const found = /^arn:aws:sns:([^:]+):(\d{12}):endpoint\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(arn);
  if (found === null) throw invalidParameter("EndpointArn");
  const [, region = "", account = "", platform = "", application = "", id = ""] = found;
  if (region !== tx.region || account !== tx.account) return undefined;
  return tx.get(PlatformEndpoint, platform, application, id);
}

export async function openEndpoint(tx: Transaction, arn: string): Promise<PlatformEndpointState> {
  const endpoint = await findEndpoint(tx, arn);
  if (endpoint === undefined) throw fault(sns, "NotFound", "Endpoint does not exist");
  return endpoint;
}
