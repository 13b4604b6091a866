// OpenID Connect providers: whose tokens roles may be assumed with.

import type { Place } from "../../core/place.ts";
import { defineResource } from "../../core/resource.ts";
import type { Transaction } from "../../core/transaction.ts";
import { noSuchEntity } from "./model.ts";
import { type Tags, tagMap } from "./tags.ts";

export interface OidcProviderState {
  /** Without the scheme: `token.actions.githubusercontent.com`. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly tags: Tags;
  /** Epoch milliseconds. */
  readonly createdAt: number;
}

export const OidcProviderRecord = defineResource<OidcProviderState>()({
  service: "iam",
  type: "oidc-provider",
  scope: "account",
  key: (provider) => [provider.url],
  arn: oidcProviderArn,
  named: (input, place) => {
    if (typeof input.OpenIDConnectProviderArn === "string") return input.OpenIDConnectProviderArn;
    return typeof input.Url === "string"
      ? oidcProviderArn({ url: providerUrl(input.Url) }, place)
      : undefined;
  },
  tags: tagMap,
});

export function oidcProviderArn(
  { url }: Pick<OidcProviderState, "url">,
  place: Pick<Place, "account">,
): string {
  return `arn:aws:iam::${place.account}:oidc-provider/${url}`;
}

export function providerUrl(url: string): string {
  return url.replace(/^https:\/\//, "").replace(/\/$/, "");
}

export async function findOidcProvider(tx: Transaction, arn: string): Promise<OidcProviderState> {
  const prefix = oidcProviderArn({ url: "" }, tx);
  const provider = arn.startsWith(prefix)
    ? await tx.get(OidcProviderRecord, arn.slice(prefix.length))
    : undefined;
  if (provider === undefined) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}
