// Tags of applications and deployment groups.

import type { Transaction } from "../../../core/transaction.ts";
import type { Tag } from "../../../model/generated/codedeploy.d.ts";
import { Application, openApplication } from "../application.ts";
import { Group, openGroup } from "../group.ts";
import { failure, type Input, type Output } from "../model.ts";

const maximumTags = 50;

export function tagsOf(tags: readonly Tag[] = []): Readonly<Record<string, string>> {
  if (tags.length > maximumTags) throw failure("TagLimitExceededException", "A resource has at most 50 tags");
  return Object.fromEntries(
    tags.map(({ Key = "", Value = "" }) => {
      if (Key === "" || Key.length > 128 || Value.length > 256 || Key.startsWith("aws:")) {
        throw failure("InvalidTagsToAddException", `The tag ${Key} is not valid`);
      }
      return [Key, Value];
    }),
  );
}

interface Tagged {
  readonly tags: Readonly<Record<string, string>>;
  put(tags: Readonly<Record<string, string>>): void;
}

async function tagged(tx: Transaction, arn: string): Promise<Tagged> {
  const [, kind, rest = ""] =
    /^arn:aws:codedeploy:[^:]+:\d{12}:(application|deploymentgroup):(.+)$/.exec(arn) ?? [];
  if (kind === "application") {
    const application = await openApplication(tx, rest);
    return { tags: application.tags, put: (tags) => tx.put(Application, { ...application, tags }) };
  }
  const [name = "", groupName = ""] = rest.split("/");
  if (kind === undefined || groupName === "") {
    throw failure("InvalidArnException", `${arn} is no ARN of an application or a deployment group`);
  }
  const group = await openGroup(tx, name, groupName);
  return { tags: group.tags, put: (tags) => tx.put(Group, { ...group, tags }) };
}

export async function listTagsForResource(
  { ResourceArn }: Input<"ListTagsForResource">,
  tx: Transaction,
): Promise<Output<"ListTagsForResource">> {
  const { tags } = await tagged(tx, ResourceArn);
  return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
}

export async function tagResource(
  { ResourceArn, Tags }: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  const found = await tagged(tx, ResourceArn);
  const all = { ...found.tags, ...tagsOf(Tags) };
  if (Object.keys(all).length > maximumTags) {
    throw failure("TagLimitExceededException", "A resource has at most 50 tags");
  }
  found.put(all);
  return {};
}

export async function untagResource(
  { ResourceArn, TagKeys }: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  const found = await tagged(tx, ResourceArn);
  found.put(Object.fromEntries(Object.entries(found.tags).filter(([key]) => !TagKeys.includes(key))));
  return {};
}
