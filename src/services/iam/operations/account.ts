// The account itself: its alias, its password policy and what it holds.

import type { Operations } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Iam } from "../../../model/generated/iam.d.ts";
import { AccountSettingsRecord, AliasRecord, accountSettings } from "../account-settings.ts";
import { AccessKeyRecord } from "../identities/access-key.ts";
import { GroupRecord } from "../identities/group.ts";
import { InstanceProfileRecord } from "../identities/instance-profile.ts";
import { MfaDeviceRecord } from "../identities/mfa-device.ts";
import { RoleRecord } from "../identities/role.ts";
import { UserRecord } from "../identities/user.ts";
import { alreadyExists, cannotBeFound, noSuchEntity, nothing } from "../model.ts";
import { OidcProviderRecord } from "../oidc-provider.ts";
import { PolicyRecord } from "../policies/policy.ts";
import { SamlProviderRecord } from "../saml-provider.ts";
import { ServerCertificateRecord } from "../server-certificate.ts";

export const accountOperations = {
  /** An account has one alias: another one takes its place. */
  CreateAccountAlias: async (input, tx) => {
    const holder = await tx.get(AliasRecord, input.AccountAlias);
    if (holder !== undefined) throw alreadyExists(`The account alias ${input.AccountAlias} already exists.`);
    const settings = await accountSettings(tx);
    if (settings.alias !== undefined) tx.delete(AliasRecord, settings.alias);
    tx.put(AliasRecord, { alias: input.AccountAlias, account: tx.account });
    tx.put(AccountSettingsRecord, { ...settings, alias: input.AccountAlias });
    return nothing;
  },

  ListAccountAliases: async (_input, tx) => {
    const { alias } = await accountSettings(tx);
    return { AccountAliases: alias === undefined ? [] : [alias], IsTruncated: false };
  },

  DeleteAccountAlias: async (input, tx) => {
    const { alias, ...rest } = await accountSettings(tx);
    if (alias !== input.AccountAlias) throw cannotBeFound("account alias", input.AccountAlias);
    tx.delete(AliasRecord, alias);
    tx.put(AccountSettingsRecord, rest);
    return nothing;
  },

  /** What a call leaves out goes back to its default; nothing of the old policy stays. */
  UpdateAccountPasswordPolicy: async (input, tx) => {
    const { MaxPasswordAge, PasswordReusePrevention, HardExpiry } = input;
    const passwordPolicy = {
      MinimumPasswordLength: input.MinimumPasswordLength ?? 6,
      RequireSymbols: input.RequireSymbols ?? false,
      RequireNumbers: input.RequireNumbers ?? false,
      RequireUppercaseCharacters: input.RequireUppercaseCharacters ?? false,
      RequireLowercaseCharacters: input.RequireLowercaseCharacters ?? false,
      AllowUsersToChangePassword: input.AllowUsersToChangePassword ?? false,
      ExpirePasswords: MaxPasswordAge !== undefined,
      ...(MaxPasswordAge === undefined ? {} : { MaxPasswordAge }),
      ...(PasswordReusePrevention === undefined ? {} : { PasswordReusePrevention }),
      ...(HardExpiry === undefined ? {} : { HardExpiry }),
    };
    tx.put(AccountSettingsRecord, { ...(await accountSettings(tx)), passwordPolicy });
    return nothing;
  },

  GetAccountPasswordPolicy: async (_input, tx) => {
    const { passwordPolicy } = await accountSettings(tx);
    if (passwordPolicy === undefined) throw noPasswordPolicy(tx);
    return { PasswordPolicy: passwordPolicy };
  },

  DeleteAccountPasswordPolicy: async (_input, tx) => {
    const { passwordPolicy, ...rest } = await accountSettings(tx);
    if (passwordPolicy === undefined) throw noPasswordPolicy(tx);
    tx.put(AccountSettingsRecord, rest);
    return nothing;
  },

  GetAccountSummary: async (_input, tx) => {
    const policies = await tx.all(PolicyRecord);
    const devices = await tx.all(MfaDeviceRecord);
    const oidc = await tx.all(OidcProviderRecord);
    const saml = await tx.all(SamlProviderRecord);
    const rootKeys = await tx.all(AccessKeyRecord, [""]);
    return {
      SummaryMap: {
        ...quotas,
        Users: (await tx.all(UserRecord)).length,
        Groups: (await tx.all(GroupRecord)).length,
        Roles: (await tx.all(RoleRecord)).length,
        Policies: policies.length,
        PolicyVersionsInUse: policies.reduce((sum, policy) => sum + policy.versions.length, 0),
        InstanceProfiles: (await tx.all(InstanceProfileRecord)).length,
        ServerCertificates: (await tx.all(ServerCertificateRecord)).length,
        Providers: oidc.length + saml.length,
        MFADevices: devices.length,
        MFADevicesInUse: devices.filter((device) => device.user !== undefined).length,
        AccountMFAEnabled: 0,
        AccountPasswordPresent: 0,
        AccountAccessKeysPresent: rootKeys.some((key) => key.status === "Active") ? 1 : 0,
        AccountSigningCertificatesPresent: 0,
      },
    };
  },
} satisfies Operations<Iam>;

/** AWS's default quotas. Those that count entities of an account are shown and not enforced. */
const quotas = {
  AccessKeysPerUserQuota: 2,
  AssumeRolePolicySizeQuota: 2048,
  AttachedPoliciesPerGroupQuota: 10,
  AttachedPoliciesPerRoleQuota: 10,
  AttachedPoliciesPerUserQuota: 10,
  GlobalEndpointTokenVersion: 1,
  GroupPolicySizeQuota: 5120,
  GroupsPerUserQuota: 10,
  GroupsQuota: 300,
  InstanceProfilesQuota: 1000,
  PoliciesQuota: 1500,
  PolicySizeQuota: 6144,
  PolicyVersionsInUseQuota: 10_000,
  RolePolicySizeQuota: 10_240,
  RolesQuota: 1000,
  ServerCertificatesQuota: 20,
  SigningCertificatesPerUserQuota: 2,
  UserPolicySizeQuota: 2048,
  UsersQuota: 5000,
  VersionsPerPolicyQuota: 5,
};

function noPasswordPolicy(tx: Transaction): Error {
  return noSuchEntity(`The Password Policy with domain name ${tx.account} cannot be found.`);
}
