// AWS::IAM::OIDCProvider and ServiceLinkedRole.

import {
  defineResourceType,
  pick,
  ResourceFailure,
  type Tag,
  tagChanges,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import { iam } from "../model.ts";

interface OidcProperties {
  readonly Url: string;
  readonly ClientIdList?: readonly string[];
  readonly ThumbprintList?: readonly string[];
  readonly Tags?: readonly Tag[];
}

export const oidcProviderType = defineResourceType<OidcProperties>({
  type: "AWS::IAM::OIDCProvider",
  create: async ({ Url, ClientIdList, ThumbprintList, Tags }, at) => {
    const { OpenIDConnectProviderArn: id = "" } = await at.call(iam, "CreateOpenIDConnectProvider", {
      Url,
      ThumbprintList: ThumbprintList ?? [],
      ...(ClientIdList === undefined ? {} : { ClientIDList: ClientIdList }),
      ...(Tags === undefined ? {} : { Tags }),
    });
    return { id, attributes: { Arn: id } };
  },
  read: async (id, at) => {
    const found = await unlessMissing(
      at.call(iam, "GetOpenIDConnectProvider", { OpenIDConnectProviderArn: id }),
    );
    return found === undefined
      ? undefined
      : { Arn: id, Url: found.Url, ClientIdList: found.ClientIDList, ThumbprintList: found.ThumbprintList };
  },
  update: async (OpenIDConnectProviderArn, after, before, at) => {
    if (!same(after.ThumbprintList, before.ThumbprintList)) {
      await at.call(iam, "UpdateOpenIDConnectProviderThumbprint", {
        OpenIDConnectProviderArn,
        ThumbprintList: after.ThumbprintList ?? [],
      });
    }
    const [wanted, old] = [after.ClientIdList ?? [], before.ClientIdList ?? []];
    for (const ClientID of wanted.filter((each) => !old.includes(each)))
      await at.call(iam, "AddClientIDToOpenIDConnectProvider", { OpenIDConnectProviderArn, ClientID });
    for (const ClientID of old.filter((each) => !wanted.includes(each)))
      await at.call(iam, "RemoveClientIDFromOpenIDConnectProvider", { OpenIDConnectProviderArn, ClientID });
    const { set, remove } = tagChanges(before.Tags, after.Tags);
    if (remove.length > 0)
      await at.call(iam, "UntagOpenIDConnectProvider", { OpenIDConnectProviderArn, TagKeys: remove });
    if (set.length > 0)
      await at.call(iam, "TagOpenIDConnectProvider", { OpenIDConnectProviderArn, Tags: set });
    return undefined;
  },
  delete: async (OpenIDConnectProviderArn, _properties, at) => {
    await at.call(iam, "DeleteOpenIDConnectProvider", { OpenIDConnectProviderArn });
  },
});

interface LinkedRoleProperties {
  readonly AWSServiceName?: string;
  readonly CustomSuffix?: string;
  readonly Description?: string;
}

const pauseMilliseconds = 100;

export const serviceLinkedRoleType = defineResourceType<LinkedRoleProperties>({
  type: "AWS::IAM::ServiceLinkedRole",
  create: async (properties, at) => {
    const { Role } = await at.call(iam, "CreateServiceLinkedRole", properties);
    const { RoleName } = Role!;
    return { id: RoleName, attributes: { RoleName } };
  },
  read: async (RoleName, at) => {
    const found = await unlessMissing(at.call(iam, "GetRole", { RoleName }));
    return found === undefined ? undefined : pick(found.Role, "RoleName", "Description");
  },
  update: async (RoleName, { Description = "" }, _before, at) => {
    await at.call(iam, "UpdateRole", { RoleName, Description });
    return undefined;
  },
  delete: async (RoleName, _properties, at) => {
    const { DeletionTaskId } = await at.call(iam, "DeleteServiceLinkedRole", { RoleName });
    for (;;) {
      const { Status, Reason } = await at.ctx.call(iam, "GetServiceLinkedRoleDeletionStatus", {
        DeletionTaskId,
      });
      if (Status === "SUCCEEDED") return;
      if (Status === "FAILED")
        throw new ResourceFailure(Reason?.Reason ?? `The deletion of ${RoleName} failed.`);
      if (at.ctx.signal.aborted) throw new ResourceFailure("The wait for the role's deletion was cut off.");
      await at.ctx.sleepUntil(at.ctx.now() + pauseMilliseconds);
    }
  },
});
