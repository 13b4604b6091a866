// AWS::ApiGateway::Account, ClientCertificate and VpcLink.

import { defineResourceType, type Tag, tagMap, unlessMissing } from "../../../core/resource-type.ts";
import { apigateway } from "../model.ts";
import { replacements, retag, tagList } from "./patches.ts";

interface AccountProperties {
  readonly CloudWatchRoleArn?: string;
}

const roleChange = (value: string) => ({
  patchOperations: [{ op: "replace", path: "/cloudwatchRoleArn", value }],
});

/** There is one account to a region: two templates that set it overwrite each other. */
export const accountType = defineResourceType<AccountProperties>({
  type: "AWS::ApiGateway::Account",
  create: async ({ CloudWatchRoleArn }, at) => {
    if (CloudWatchRoleArn !== undefined) {
      await at.call(apigateway, "UpdateAccount", roleChange(CloudWatchRoleArn));
    }
    const id = `${at.stack?.name ?? at.logicalId}-${at.token.slice(0, 12)}`;
    return { id, attributes: { Id: id } };
  },
  read: async (id, at) => {
    const { cloudwatchRoleArn } = await at.call(apigateway, "GetAccount", {});
    return { Id: id, CloudWatchRoleArn: cloudwatchRoleArn };
  },
  update: async (_id, { CloudWatchRoleArn = "" }, _before, at) => {
    await at.call(apigateway, "UpdateAccount", roleChange(CloudWatchRoleArn));
    return undefined;
  },
  /** Only what it set itself is taken back. */
  delete: async (_id, { CloudWatchRoleArn }, at) => {
    const { cloudwatchRoleArn } = await at.call(apigateway, "GetAccount", {});
    if (CloudWatchRoleArn !== undefined && cloudwatchRoleArn === CloudWatchRoleArn) {
      await at.call(apigateway, "UpdateAccount", roleChange(""));
    }
  },
});

interface CertificateProperties {
  readonly Description?: string;
  readonly Tags?: readonly Tag[];
}

export const clientCertificateType = defineResourceType<CertificateProperties>({
  type: "AWS::ApiGateway::ClientCertificate",
  create: async ({ Description, Tags }, at) => {
    const { clientCertificateId: id = "" } = await at.call(apigateway, "GenerateClientCertificate", {
      description: Description,
      tags: tagMap(Tags),
    });
    return { id, attributes: { ClientCertificateId: id } };
  },
  read: async (clientCertificateId, at) => {
    const found = await unlessMissing(at.call(apigateway, "GetClientCertificate", { clientCertificateId }));
    return (
      found && {
        ClientCertificateId: clientCertificateId,
        Description: found.description,
        Tags: tagList(found.tags),
      }
    );
  },
  update: async (clientCertificateId, after, before, at) => {
    const patchOperations = replacements({ ...after }, { ...before }, { Description: "/description" });
    await at.call(apigateway, "UpdateClientCertificate", { clientCertificateId, patchOperations });
    await retag(at, `clientcertificates/${clientCertificateId}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (clientCertificateId, _properties, at) => {
    await at.call(apigateway, "DeleteClientCertificate", { clientCertificateId });
  },
});

interface VpcLinkProperties {
  readonly Name: string;
  readonly Description?: string;
  readonly TargetArns: readonly string[];
  readonly Tags?: readonly Tag[];
}

export const vpcLinkType = defineResourceType<VpcLinkProperties>({
  type: "AWS::ApiGateway::VpcLink",
  create: async ({ Name, Description, TargetArns, Tags }, at) => {
    const { id = "" } = await at.call(apigateway, "CreateVpcLink", {
      name: Name,
      description: Description,
      targetArns: TargetArns,
      tags: tagMap(Tags),
    });
    return { id, attributes: { VpcLinkId: id } };
  },
  read: async (vpcLinkId, at) => {
    const found = await unlessMissing(at.call(apigateway, "GetVpcLink", { vpcLinkId }));
    return (
      found && {
        VpcLinkId: vpcLinkId,
        Name: found.name,
        Description: found.description,
        TargetArns: found.targetArns,
        Tags: tagList(found.tags),
      }
    );
  },
  update: async (vpcLinkId, after, before, at) => {
    const patchOperations = replacements(
      { ...after },
      { ...before },
      { Name: "/name", Description: "/description" },
    );
    await at.call(apigateway, "UpdateVpcLink", { vpcLinkId, patchOperations });
    await retag(at, `vpclinks/${vpcLinkId}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (vpcLinkId, _properties, at) => {
    await at.call(apigateway, "DeleteVpcLink", { vpcLinkId });
  },
});
