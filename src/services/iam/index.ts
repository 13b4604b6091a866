// AWS Identity and Access Management as a table of contents: users, groups,
// roles and what they may do. Global: an account has one IAM in all regions.

import { defineService } from "../../core/service.ts";
import type { Iam } from "../../model/generated/iam.d.ts";
import { AccountSettingsRecord, AliasRecord } from "./account-settings.ts";
import { AccessKeyRecord } from "./identities/access-key.ts";
import { GroupRecord, MembershipRecord } from "./identities/group.ts";
import { InstanceProfileRecord } from "./identities/instance-profile.ts";
import { LoginProfileRecord } from "./identities/login-profile.ts";
import { MfaDeviceRecord } from "./identities/mfa-device.ts";
import { RoleRecord } from "./identities/role.ts";
import { ServiceCredentialRecord } from "./identities/service-credential.ts";
import { DeletionTaskRecord, deleteLinkedRole } from "./identities/service-linked-role.ts";
import { SigningCertificateRecord } from "./identities/signing-certificate.ts";
import { SshKeyRecord } from "./identities/ssh-key.ts";
import { UserRecord } from "./identities/user.ts";
import { iam } from "./model.ts";
import { OidcProviderRecord } from "./oidc-provider.ts";
import { accountOperations } from "./operations/account.ts";
import { attachmentOperations } from "./operations/attachments.ts";
import { authorizationDetailOperations } from "./operations/authorization-details.ts";
import { boundaryOperations } from "./operations/boundaries.ts";
import { accessKeyOperations } from "./operations/credentials/access-keys.ts";
import { loginProfileOperations } from "./operations/credentials/login-profiles.ts";
import { mfaDeviceOperations } from "./operations/credentials/mfa-devices.ts";
import { serviceCredentialOperations } from "./operations/credentials/service-credentials.ts";
import { signingCertificateOperations } from "./operations/credentials/signing-certificates.ts";
import { sshKeyOperations } from "./operations/credentials/ssh-keys.ts";
import { groupOperations } from "./operations/groups.ts";
import { inlinePolicyOperations } from "./operations/inline-policies.ts";
import { instanceProfileOperations } from "./operations/instance-profiles.ts";
import { oidcProviderOperations } from "./operations/oidc-providers.ts";
import { policyOperations } from "./operations/policies.ts";
import { policyVersionOperations } from "./operations/policy-versions.ts";
import { roleOperations } from "./operations/roles.ts";
import { samlProviderOperations } from "./operations/saml-providers.ts";
import { serverCertificateOperations } from "./operations/server-certificates.ts";
import { serviceLinkedRoleOperations } from "./operations/service-linked-roles.ts";
import { tagOperations } from "./operations/tags.ts";
import { userOperations } from "./operations/users.ts";
import { AttachmentRecord } from "./policies/attachment.ts";
import { InlinePolicyRecord } from "./policies/inline-policy.ts";
import { PolicyRecord } from "./policies/policy.ts";
import {
  samlProviderType,
  serverCertificateType,
  virtualMfaDeviceType,
} from "./resource-types/credentials.ts";
import {
  accessKeyType,
  groupType,
  instanceProfileType,
  userToGroupAdditionType,
  userType,
} from "./resource-types/identities.ts";
import {
  groupPolicyType,
  managedPolicyType,
  policyType,
  rolePolicyType,
  userPolicyType,
} from "./resource-types/policies.ts";
import { oidcProviderType, serviceLinkedRoleType } from "./resource-types/providers.ts";
import { roleType } from "./resource-types/role.ts";
import { SamlProviderRecord } from "./saml-provider.ts";
import { ServerCertificateRecord } from "./server-certificate.ts";

export default defineService<Iam>({
  model: iam,
  // In this order an input that names two is authorized as AWS does: AddUserToGroup for the group, PutRolePolicy for the role.
  resources: [
    GroupRecord,
    InstanceProfileRecord,
    MfaDeviceRecord,
    UserRecord,
    RoleRecord,
    OidcProviderRecord,
    SamlProviderRecord,
    ServerCertificateRecord,
    PolicyRecord,
    MembershipRecord,
    AttachmentRecord,
    InlinePolicyRecord,
    AccessKeyRecord,
    LoginProfileRecord,
    SshKeyRecord,
    SigningCertificateRecord,
    ServiceCredentialRecord,
    DeletionTaskRecord,
    AccountSettingsRecord,
    AliasRecord,
  ],
  resourceTypes: [
    oidcProviderType,
    serviceLinkedRoleType,
    groupPolicyType,
    managedPolicyType,
    policyType,
    rolePolicyType,
    userPolicyType,
    accessKeyType,
    groupType,
    instanceProfileType,
    userToGroupAdditionType,
    userType,
    roleType,
    samlProviderType,
    serverCertificateType,
    virtualMfaDeviceType,
  ],
  operations: {
    ...userOperations,
    ...groupOperations,
    ...roleOperations,
    ...serviceLinkedRoleOperations,
    ...instanceProfileOperations,
    ...policyOperations,
    ...policyVersionOperations,
    ...attachmentOperations,
    ...inlinePolicyOperations,
    ...boundaryOperations,
    ...accessKeyOperations,
    ...loginProfileOperations,
    ...mfaDeviceOperations,
    ...sshKeyOperations,
    ...signingCertificateOperations,
    ...serviceCredentialOperations,
    ...serverCertificateOperations,
    ...oidcProviderOperations,
    ...samlProviderOperations,
    ...accountOperations,
    ...authorizationDetailOperations,
    ...tagOperations,
  },
  jobs: [deleteLinkedRole],
});
