// SAML providers.

import { notImplemented } from "../../../core/fault.ts";
import type { Operations } from "../../../core/service.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { alreadyExists, nothing, wholeSecond } from "../model.ts";
import {
  findSamlProvider,
  metadataEnd,
  SamlProviderRecord,
  type SamlProviderState,
  samlProviderArn,
} from "../saml-provider.ts";
import { describeTags, newTags } from "../tags.ts";

export const samlProviderOperations = {
  CreateSAMLProvider: async (input, tx) => {
    if (input.AddPrivateKey !== undefined) throw notImplemented("iam", "encrypted SAML assertions");
    if ((await tx.get(SamlProviderRecord, input.Name)) !== undefined) {
      throw alreadyExists(`Provider with name ${input.Name} already exists.`);
    }
    const provider: SamlProviderState = {
      name: input.Name,
      uuid: tx.ids.unique("SAMLSP"),
      metadata: input.SAMLMetadataDocument,
      ...(input.AssertionEncryptionMode === undefined ? {} : { encryption: input.AssertionEncryptionMode }),
      tags: newTags(input.Tags),
      createdAt: wholeSecond(tx.now),
      validUntil: metadataEnd(input.SAMLMetadataDocument, tx.now),
    };
    tx.put(SamlProviderRecord, provider);
    return { SAMLProviderArn: samlProviderArn(provider, tx), ...describeTags(provider.tags) };
  },

  GetSAMLProvider: async (input, tx) => {
    const provider = await findSamlProvider(tx, input.SAMLProviderArn);
    return {
      SAMLProviderUUID: provider.uuid,
      SAMLMetadataDocument: provider.metadata,
      CreateDate: provider.createdAt,
      ValidUntil: provider.validUntil,
      ...(provider.encryption === undefined ? {} : { AssertionEncryptionMode: provider.encryption }),
      ...describeTags(provider.tags),
    };
  },

  ListSAMLProviders: async (_input, tx) => {
    const providers = await tx.all(SamlProviderRecord);
    return {
      SAMLProviderList: providers.map((provider) => ({
        Arn: samlProviderArn(provider, tx),
        ValidUntil: provider.validUntil,
        CreateDate: provider.createdAt,
      })),
    };
  },

  UpdateSAMLProvider: async (input, tx) => {
    if (input.AddPrivateKey !== undefined || input.RemovePrivateKey !== undefined) {
      throw notImplemented("iam", "encrypted SAML assertions");
    }
    const provider = await findSamlProvider(tx, input.SAMLProviderArn);
    const metadata = input.SAMLMetadataDocument ?? provider.metadata;
    tx.put(SamlProviderRecord, {
      ...provider,
      metadata,
      validUntil: metadataEnd(metadata, provider.createdAt),
      ...(input.AssertionEncryptionMode === undefined ? {} : { encryption: input.AssertionEncryptionMode }),
    });
    return { SAMLProviderArn: input.SAMLProviderArn };
  },

  DeleteSAMLProvider: async (input, tx) => {
    const { name } = await findSamlProvider(tx, input.SAMLProviderArn);
    tx.delete(SamlProviderRecord, name);
    return nothing;
  },
} satisfies Operations<Iam>;
