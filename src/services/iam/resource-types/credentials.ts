// AWS::IAM::SAMLProvider, ServerCertificate and VirtualMFADevice.

import {
  defineResourceType,
  pick,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { codeAt, findDevice } from "../identities/mfa-device.ts";
import { iam } from "../model.ts";

interface SamlProperties {
  readonly Name: string;
  readonly SamlMetadataDocument?: string;
  readonly AssertionEncryptionMode?: string;
  readonly Tags?: readonly Tag[];
}

export const samlProviderType = defineResourceType<SamlProperties>({
  type: "AWS::IAM::SAMLProvider",
  name: { property: "Name", maximum: 128 },
  unsupported: ["AddPrivateKey", "AssertionEncryptionMode", "PrivateKeyList", "RemovePrivateKey"],
  create: async ({ Name, SamlMetadataDocument, Tags }, at) => {
    const { SAMLProviderArn: id = "" } = await at.call(iam, "CreateSAMLProvider", {
      Name,
      SAMLMetadataDocument: SamlMetadataDocument,
      ...(Tags === undefined ? {} : { Tags }),
    });
    return { id, attributes: { Arn: id } };
  },
  read: async (SAMLProviderArn, at) => {
    const found = await unlessMissing(at.call(iam, "GetSAMLProvider", { SAMLProviderArn }));
    if (found === undefined) return undefined;
    const { SAMLMetadataDocument, SAMLProviderUUID, Tags = [] } = found;
    return {
      Arn: SAMLProviderArn,
      SamlProviderUUID: SAMLProviderUUID,
      Name: SAMLProviderArn.slice(SAMLProviderArn.lastIndexOf("/") + 1),
      SamlMetadataDocument: SAMLMetadataDocument,
      Tags,
    };
  },
  update: async (SAMLProviderArn, after, before, at) => {
    if (after.SamlMetadataDocument !== before.SamlMetadataDocument)
      await at.call(iam, "UpdateSAMLProvider", {
        SAMLProviderArn,
        SAMLMetadataDocument: after.SamlMetadataDocument,
      });
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0) await at.call(iam, "UntagSAMLProvider", { SAMLProviderArn, TagKeys: remove });
    if (set.length > 0) await at.call(iam, "TagSAMLProvider", { SAMLProviderArn, Tags: set });
    return undefined;
  },
  delete: async (SAMLProviderArn, _properties, at) => {
    await at.call(iam, "DeleteSAMLProvider", { SAMLProviderArn });
  },
  list: async (at) => {
    const { SAMLProviderList = [] } = await at.call(iam, "ListSAMLProviders", {});
    return SAMLProviderList.map(({ Arn }) => Arn!);
  },
});

interface CertificateProperties {
  readonly CertificateBody?: string;
  readonly CertificateChain?: string;
  readonly Path?: string;
  readonly PrivateKey?: string;
  readonly ServerCertificateName: string;
  readonly Tags?: readonly Tag[];
}

export const serverCertificateType = defineResourceType<CertificateProperties>({
  type: "AWS::IAM::ServerCertificate",
  name: { property: "ServerCertificateName", maximum: 128 },
  create: async (properties, at) => {
    const { ServerCertificateMetadata } = await at.call(iam, "UploadServerCertificate", properties);
    return { id: properties.ServerCertificateName, attributes: { Arn: ServerCertificateMetadata?.Arn } };
  },
  read: async (ServerCertificateName, at) => {
    const found = await unlessMissing(at.call(iam, "GetServerCertificate", { ServerCertificateName }));
    if (found === undefined) return undefined;
    const { ServerCertificateMetadata, CertificateBody, CertificateChain } = found.ServerCertificate!;
    return {
      ServerCertificateName,
      Arn: ServerCertificateMetadata?.Arn,
      Path: ServerCertificateMetadata?.Path,
      CertificateBody,
      ...(CertificateChain === undefined ? {} : { CertificateChain }),
    };
  },
  update: async (ServerCertificateName, after, before, at) => {
    if (after.Path !== before.Path)
      await at.call(iam, "UpdateServerCertificate", { ServerCertificateName, NewPath: after.Path ?? "/" });
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0)
      await at.call(iam, "UntagServerCertificate", { ServerCertificateName, TagKeys: remove });
    if (set.length > 0) await at.call(iam, "TagServerCertificate", { ServerCertificateName, Tags: set });
    return undefined;
  },
  delete: async (ServerCertificateName, _properties, at) => {
    await at.call(iam, "DeleteServerCertificate", { ServerCertificateName });
  },
});

interface DeviceProperties {
  readonly Path?: string;
  readonly Tags?: readonly Tag[];
  readonly Users: readonly string[];
  readonly VirtualMfaDeviceName: string;
}

const stepMilliseconds = 30_000;

/** Two codes that follow each other, as somebody with the device would type them. */
async function enable(UserName: string, SerialNumber: string, at: ResourceContext): Promise<void> {
  const { seed } = await at.ctx.atomically((tx) => findDevice(tx, SerialNumber));
  const step = Math.floor(at.ctx.now() / stepMilliseconds);
  await at.call(iam, "EnableMFADevice", {
    UserName,
    SerialNumber,
    AuthenticationCode1: codeAt(seed, step - 1),
    AuthenticationCode2: codeAt(seed, step),
  });
}

function userOf({ Users }: DeviceProperties): string | undefined {
  if (Users.length > 1) throw new ResourceFailure("A virtual MFA device belongs to one user at most.");
  return Users[0];
}

export const virtualMfaDeviceType = defineResourceType<DeviceProperties>({
  type: "AWS::IAM::VirtualMFADevice",
  name: { property: "VirtualMfaDeviceName", maximum: 226 },
  create: async (properties, at) => {
    const { VirtualMfaDeviceName, Path, Tags } = properties;
    const user = userOf(properties);
    const { VirtualMFADevice } = await at.call(iam, "CreateVirtualMFADevice", {
      VirtualMFADeviceName: VirtualMfaDeviceName,
      ...(Path === undefined ? {} : { Path }),
      ...(Tags === undefined ? {} : { Tags }),
    });
    const id = VirtualMFADevice?.SerialNumber ?? "";
    at.made(id);
    if (user !== undefined) await enable(user, id, at);
    return { id, attributes: { SerialNumber: id } };
  },
  read: async (SerialNumber, at) => {
    const { VirtualMFADevices = [] } = await at.ctx.call(iam, "ListVirtualMFADevices", { MaxItems: 1000 });
    const found = VirtualMFADevices.find((each) => each.SerialNumber === SerialNumber);
    if (found === undefined) return undefined;
    const VirtualMfaDeviceName = SerialNumber.slice(SerialNumber.lastIndexOf("/") + 1);
    return { ...pick(found, "SerialNumber"), VirtualMfaDeviceName, Users: userNames(found.User) };
  },
  update: async (SerialNumber, after, before, at) => {
    const [user, old] = [userOf(after), userOf(before)];
    if (user !== old) {
      if (old !== undefined) await deactivate(old, SerialNumber, at);
      if (user !== undefined) await enable(user, SerialNumber, at);
    }
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0) await at.call(iam, "UntagMFADevice", { SerialNumber, TagKeys: remove });
    if (set.length > 0) await at.call(iam, "TagMFADevice", { SerialNumber, Tags: set });
    return undefined;
  },
  delete: async (SerialNumber, properties, at) => {
    const user = properties.Users?.[0];
    if (user !== undefined) await deactivate(user, SerialNumber, at);
    await at.call(iam, "DeleteVirtualMFADevice", { SerialNumber });
  },
});

const userNames = (user: { readonly UserName?: string | undefined } | undefined): readonly string[] =>
  user?.UserName === undefined ? [] : [user.UserName];

async function deactivate(UserName: string, SerialNumber: string, at: ResourceContext): Promise<void> {
  await unlessMissing(at.call(iam, "DeactivateMFADevice", { UserName, SerialNumber }));
}
