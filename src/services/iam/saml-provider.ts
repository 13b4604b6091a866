// SAML providers: whose assertions roles may be assumed with.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { invalidInput, noSuchEntity } from "./model.ts";
import { type Tags, tagMap } from "./tags.ts";

export interface SamlProviderState {
  readonly name: string;
  readonly uuid: string;
  readonly metadata: string;
  readonly encryption?: "Required" | "Allowed";
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly validUntil: number;
}

export const SamlProviderRecord = defineResource<SamlProviderState>()({
  service: "iam",
  type: "saml-provider",
  scope: "account",
  key: (provider) => [provider.name],
  arn: samlProviderArn,
  named: (input, place) => {
    if (typeof input.SAMLProviderArn === "string") return input.SAMLProviderArn;
    return typeof input.SAMLMetadataDocument === "string"
      ? samlProviderArn({ name: String(input.Name) }, place)
      : undefined;
  },
  tags: tagMap,
});

export function samlProviderArn(
  { name }: Pick<SamlProviderState, "name">,
  place: Pick<Place, "account">,
): string {
  return `arn:aws:iam::${place.account}:saml-provider/${name}`;
}

export async function findSamlProvider(tx: Transaction, arn: string): Promise<SamlProviderState> {
  const prefix = samlProviderArn({ name: "" }, tx);
  const provider = arn.startsWith(prefix)
    ? await tx.get(SamlProviderRecord, arn.slice(prefix.length))
    : undefined;
  if (provider === undefined) throw noSuchEntity(`Manifest not found for arn ${arn}`);
  return provider;
}

/** AWS takes metadata without an end as valid for a century. */
const centuryMilliseconds = 100 * 365.25 * 24 * 3600 * 1000;

/** When the metadata ends; throws where it is not an identity provider's metadata. */
export function metadataEnd(metadata: string, now: number): number {
  if (
    !/<(?:[\w-]+:)?EntityDescriptor[\s>]/.test(metadata) ||
    !/<(?:[\w-]+:)?IDPSSODescriptor[\s>]/.test(metadata)
  ) {
    throw invalidInput("Could not parse metadata");
  }
  const end = /\svalidUntil\s*=\s*["']([^"']+)["']/.exec(metadata)?.[1];
  const time = end === undefined ? Number.NaN : Date.parse(end);
  return Number.isNaN(time) ? now + centuryMilliseconds : time;
}
