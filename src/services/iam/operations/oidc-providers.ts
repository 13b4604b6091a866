// OpenID Connect providers.

import type { Operations } from "../../../core/service.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { alreadyExists, limitExceeded, nothing, validationError, wholeSecond } from "../model.ts";
import {
  findOidcProvider,
  OidcProviderRecord,
  type OidcProviderState,
  oidcProviderArn,
  providerUrl,
} from "../oidc-provider.ts";
import { describeTags, newTags } from "../tags.ts";

const largestClientCount = 100;
const largestThumbprintCount = 5;

export const oidcProviderOperations = {
  CreateOpenIDConnectProvider: async (input, tx) => {
    const { hostname, protocol } = URL.canParse(input.Url) ? new URL(input.Url) : {};
    if (protocol !== "https:" || !hostname) throw validationError("Invalid Open ID Connect Provider URL");
    const url = providerUrl(input.Url);
    if ((await tx.get(OidcProviderRecord, url)) !== undefined) {
      throw alreadyExists(`Provider with url https://${url} already exists.`);
    }
    const provider: OidcProviderState = {
      url,
      clientIds: checkClients([...new Set(input.ClientIDList ?? [])]),
      thumbprints: checkThumbprints(input.ThumbprintList ?? []),
      tags: newTags(input.Tags),
      createdAt: wholeSecond(tx.now),
    };
    tx.put(OidcProviderRecord, provider);
    return { OpenIDConnectProviderArn: oidcProviderArn(provider, tx), ...describeTags(provider.tags) };
  },

  GetOpenIDConnectProvider: async (input, tx) => {
    const provider = await findOidcProvider(tx, input.OpenIDConnectProviderArn);
    return {
      Url: provider.url,
      ClientIDList: provider.clientIds,
      ThumbprintList: provider.thumbprints,
      CreateDate: provider.createdAt,
      ...describeTags(provider.tags),
    };
  },

  ListOpenIDConnectProviders: async (_input, tx) => {
    const providers = await tx.all(OidcProviderRecord);
    return {
      OpenIDConnectProviderList: providers.map((provider) => ({ Arn: oidcProviderArn(provider, tx) })),
    };
  },

  UpdateOpenIDConnectProviderThumbprint: async (input, tx) => {
    const provider = await findOidcProvider(tx, input.OpenIDConnectProviderArn);
    tx.put(OidcProviderRecord, { ...provider, thumbprints: checkThumbprints(input.ThumbprintList) });
    return nothing;
  },

  AddClientIDToOpenIDConnectProvider: async (input, tx) => {
    const provider = await findOidcProvider(tx, input.OpenIDConnectProviderArn);
    const clientIds = checkClients([...new Set([...provider.clientIds, input.ClientID])]);
    tx.put(OidcProviderRecord, { ...provider, clientIds });
    return nothing;
  },

  RemoveClientIDFromOpenIDConnectProvider: async (input, tx) => {
    const provider = await findOidcProvider(tx, input.OpenIDConnectProviderArn);
    const clientIds = provider.clientIds.filter((client) => client !== input.ClientID);
    tx.put(OidcProviderRecord, { ...provider, clientIds });
    return nothing;
  },

  DeleteOpenIDConnectProvider: async (input, tx) => {
    const { url } = await findOidcProvider(tx, input.OpenIDConnectProviderArn);
    tx.delete(OidcProviderRecord, url);
    return nothing;
  },
} satisfies Operations<Iam>;

function checkClients(clientIds: readonly string[]): readonly string[] {
  if (clientIds.length <= largestClientCount) return clientIds;
  throw limitExceeded(`Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${largestClientCount}`);
}

function checkThumbprints(thumbprints: readonly string[]): readonly string[] {
  if (thumbprints.length <= largestThumbprintCount) return thumbprints;
  throw validationError(`Thumbprint list must contain fewer than ${largestThumbprintCount} entries.`);
}
