// Tagging: the same three operations for everything in IAM that takes tags.

import type { Part } from "../../../base/tuple.ts";
import type { Resource } from "../../../core/resource.ts";
import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam, ListRoleTagsResponse } from "../../../model/generated/iam.d.ts";
import { findProfile, InstanceProfileRecord } from "../identities/instance-profile.ts";
import { findDevice, MfaDeviceRecord } from "../identities/mfa-device.ts";
import { findRole, RoleRecord } from "../identities/role.ts";
import { findUser, UserRecord } from "../identities/user.ts";
import { type Nothing, nothing } from "../model.ts";
import { findOidcProvider, OidcProviderRecord } from "../oidc-provider.ts";
import { type PageInput, pageOf } from "../paging.ts";
import { findPolicy, PolicyRecord } from "../policies/policy.ts";
import { findSamlProvider, SamlProviderRecord } from "../saml-provider.ts";
import { findCertificate, ServerCertificateRecord } from "../server-certificate.ts";
import { mergeTags, type Tags, withoutTags } from "../tags.ts";
import { checkOwn } from "./policy-versions.ts";

export const tagOperations = {
  TagRole: async (input, tx) => put(tx, RoleRecord, tagged(await findRole(tx, input.RoleName), input)),
  UntagRole: async (input, tx) => put(tx, RoleRecord, untagged(await findRole(tx, input.RoleName), input)),
  ListRoleTags: async (input, tx) => list(await findRole(tx, input.RoleName), input),

  TagUser: async (input, tx) => put(tx, UserRecord, tagged(await findUser(tx, input.UserName), input)),
  UntagUser: async (input, tx) => put(tx, UserRecord, untagged(await findUser(tx, input.UserName), input)),
  ListUserTags: async (input, tx) => list(await findUser(tx, input.UserName), input),

  TagPolicy: async (input, tx) => {
    checkOwn(tx, input.PolicyArn);
    return put(tx, PolicyRecord, tagged(await findPolicy(tx, input.PolicyArn), input));
  },
  UntagPolicy: async (input, tx) => {
    checkOwn(tx, input.PolicyArn);
    return put(tx, PolicyRecord, untagged(await findPolicy(tx, input.PolicyArn), input));
  },
  ListPolicyTags: async (input, tx) => list(await findPolicy(tx, input.PolicyArn), input),

  TagInstanceProfile: async (input, tx) =>
    put(tx, InstanceProfileRecord, tagged(await findProfile(tx, input.InstanceProfileName), input)),
  UntagInstanceProfile: async (input, tx) =>
    put(tx, InstanceProfileRecord, untagged(await findProfile(tx, input.InstanceProfileName), input)),
  ListInstanceProfileTags: async (input, tx) => list(await findProfile(tx, input.InstanceProfileName), input),

  TagOpenIDConnectProvider: async (input, tx) =>
    put(tx, OidcProviderRecord, tagged(await findOidcProvider(tx, input.OpenIDConnectProviderArn), input)),
  UntagOpenIDConnectProvider: async (input, tx) =>
    put(tx, OidcProviderRecord, untagged(await findOidcProvider(tx, input.OpenIDConnectProviderArn), input)),
  ListOpenIDConnectProviderTags: async (input, tx) =>
    list(await findOidcProvider(tx, input.OpenIDConnectProviderArn), input),

  TagSAMLProvider: async (input, tx) =>
    put(tx, SamlProviderRecord, tagged(await findSamlProvider(tx, input.SAMLProviderArn), input)),
  UntagSAMLProvider: async (input, tx) =>
    put(tx, SamlProviderRecord, untagged(await findSamlProvider(tx, input.SAMLProviderArn), input)),
  ListSAMLProviderTags: async (input, tx) => list(await findSamlProvider(tx, input.SAMLProviderArn), input),

  TagServerCertificate: async (input, tx) =>
    put(tx, ServerCertificateRecord, tagged(await findCertificate(tx, input.ServerCertificateName), input)),
  UntagServerCertificate: async (input, tx) =>
    put(tx, ServerCertificateRecord, untagged(await findCertificate(tx, input.ServerCertificateName), input)),
  ListServerCertificateTags: async (input, tx) =>
    list(await findCertificate(tx, input.ServerCertificateName), input),

  TagMFADevice: async (input, tx) =>
    put(tx, MfaDeviceRecord, tagged(await findDevice(tx, input.SerialNumber), input)),
  UntagMFADevice: async (input, tx) =>
    put(tx, MfaDeviceRecord, untagged(await findDevice(tx, input.SerialNumber), input)),
  ListMFADeviceTags: async (input, tx) => list(await findDevice(tx, input.SerialNumber), input),
} satisfies Operations<Iam>;

interface Taggable {
  readonly tags: Tags;
}

function tagged<T extends Taggable>(entity: T, input: { readonly Tags: Tags }): T {
  return { ...entity, tags: mergeTags(entity.tags, input.Tags) };
}

function untagged<T extends Taggable>(entity: T, input: { readonly TagKeys: readonly string[] }): T {
  return { ...entity, tags: withoutTags(entity.tags, input.TagKeys) };
}

function put<T extends Taggable, K extends readonly Part[]>(
  tx: Transaction,
  resource: Resource<T, K>,
  entity: T,
): Nothing {
  tx.put(resource, entity);
  return nothing;
}

function list(entity: Taggable, input: PageInput): ListRoleTagsResponse {
  const { values, end } = pageOf(entity.tags, input);
  return { Tags: values, ...end };
}
