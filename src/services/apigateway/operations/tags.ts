// Tags, of whatever an ARN of API Gateway names.

import type { Transaction } from "../../../core/transaction.ts";
import { changeDomainTags, domainTags } from "../../../gateway/domains/tags.ts";
import { openRestApi, RestApiRecord } from "../apis/rest-api.ts";
import { ClientCertificateRecord } from "../client-certificate.ts";
import { openStage, StageRecord } from "../deployments/stage.ts";
import { DomainAccessRecord } from "../domain-access.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { ApiKeyRecord, openApiKey } from "../usage/api-key.ts";
import { openUsagePlan, UsagePlanRecord } from "../usage/usage-plan.ts";
import { VpcLinkRecord } from "../vpc-link.ts";

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly tags: Tags;
  readonly put: (tags: Tags) => Promise<void> | void;
}

const mostTags = 50;

export async function getTags(
  { resourceArn }: Input<"GetTags">,
  tx: Transaction,
): Promise<Output<"GetTags">> {
  return { tags: (await find(tx, resourceArn)).tags };
}

export async function tagResource(
  { resourceArn, tags }: Input<"TagResource">,
  tx: Transaction,
): Promise<Output<"TagResource">> {
  const found = await find(tx, resourceArn);
  const all = { ...found.tags, ...tags };
  if (Object.keys(all).length > mostTags) {
    throw badRequest(`Maximum number of tags (${mostTags}) for this resource has been reached`);
  }
  await found.put(all);
  return {};
}

export async function untagResource(
  { resourceArn, tagKeys }: Input<"UntagResource">,
  tx: Transaction,
): Promise<Output<"UntagResource">> {
  const found = await find(tx, resourceArn);
  await found.put(Object.fromEntries(Object.entries(found.tags).filter(([key]) => !tagKeys.includes(key))));
  return {};
}

async function find(tx: Transaction, arn: string): Promise<Tagged> {
  const [, path] = /^arn:aws[\w-]*:apigateway:[^:]+:(?:\d{12})?:\/(.+)$/.exec(arn) ?? [];
  if (path === undefined) throw badRequest("Invalid ARN specified in the request");
  const [type, id = "", below, name = ""] = path.split("/");
  switch (type) {
    case "restapis": {
      const api = await openRestApi(tx, id);
      if (below !== "stages")
        return { tags: api.tags ?? {}, put: (tags) => tx.put(RestApiRecord, { ...api, tags }) };
      const stage = await openStage(tx, id, name);
      return { tags: stage.tags ?? {}, put: (tags) => tx.put(StageRecord, { ...stage, tags }) };
    }
    case "apikeys": {
      const key = await openApiKey(tx, id);
      return { tags: key.tags ?? {}, put: (tags) => tx.put(ApiKeyRecord, { ...key, tags }) };
    }
    case "usageplans": {
      const plan = await openUsagePlan(tx, id);
      return { tags: plan.tags ?? {}, put: (tags) => tx.put(UsagePlanRecord, { ...plan, tags }) };
    }
    case "clientcertificates": {
      const certificate = await tx.get(ClientCertificateRecord, id);
      if (certificate === undefined) break;
      return {
        tags: certificate.tags ?? {},
        put: (tags) => tx.put(ClientCertificateRecord, { ...certificate, tags }),
      };
    }
    case "vpclinks": {
      const link = await tx.get(VpcLinkRecord, id);
      if (link === undefined) break;
      return { tags: link.tags ?? {}, put: (tags) => tx.put(VpcLinkRecord, { ...link, tags }) };
    }
    case "domainnameaccessassociations": {
      const access = await tx.get(DomainAccessRecord, arn);
      if (access === undefined) break;
      return { tags: access.tags ?? {}, put: (tags) => tx.put(DomainAccessRecord, { ...access, tags }) };
    }
    case "domainnames": {
      const tags = await domainTags(tx, id);
      if (tags === undefined) break;
      return { tags, put: (changed) => changeDomainTags(tx, id, changed) };
    }
  }
  throw notFound("Invalid resource identifier specified");
}
