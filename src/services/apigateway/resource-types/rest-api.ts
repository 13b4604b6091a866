// AWS::ApiGateway::RestApi: an API by its properties, by an OpenAPI document in
// the template or in S3, or by both: properties stand over the document.

import {
  defineResourceType,
  type Properties,
  policyText,
  type ResourceContext,
  ResourceFailure,
  type Tag,
  tagMap,
  unlessMissing,
} from "../../../core/resource-type.ts";
import { same } from "../../../lang/resource-schema/difference.ts";
import type { PatchOperation, RestApi } from "../../../model/generated/apigateway.d.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { apigateway } from "../model.ts";
import { object, readDocument, string } from "../openapi/document.ts";
import { escaped, retag, tagList } from "./patches.ts";

interface RestApiProperties {
  readonly Name?: string;
  readonly Description?: string;
  readonly Version?: string;
  readonly CloneFrom?: string;
  readonly Body?: unknown;
  readonly BodyS3Location?: { readonly Bucket: string; readonly Key: string; readonly Version?: string };
  readonly Mode?: "merge" | "overwrite";
  readonly FailOnWarnings?: boolean;
  readonly Parameters?: Readonly<Record<string, string>>;
  readonly BinaryMediaTypes?: readonly string[];
  readonly MinimumCompressionSize?: number;
  readonly ApiKeySourceType?: string;
  readonly DisableExecuteApiEndpoint?: boolean;
  readonly EndpointConfiguration?: {
    readonly Types?: readonly string[];
    readonly VpcEndpointIds?: readonly string[];
    readonly IpAddressType?: string;
  };
  readonly Policy?: unknown;
  readonly SecurityPolicy?: string;
  readonly EndpointAccessMode?: string;
  readonly Tags?: readonly Tag[];
}

const s3 = modelOf<S3>("s3");

/** The document, if the template names one. */
async function bodyOf(
  { Body, BodyS3Location }: RestApiProperties,
  at: ResourceContext,
): Promise<Buffer | undefined> {
  if (Body !== undefined) return Buffer.from(typeof Body === "string" ? Body : JSON.stringify(Body));
  if (BodyS3Location === undefined) return undefined;
  const { Bucket, Key, Version } = BodyS3Location;
  const found = await at.ctx.call(s3, "GetObject", {
    Bucket,
    Key,
    ...(Version === undefined ? {} : { VersionId: Version }),
  });
  return collected(found.Body as AsyncIterable<Uint8Array> | Uint8Array | undefined);
}

const largestBody = 6 * 1024 * 1024;

async function collected(body: AsyncIterable<Uint8Array> | Uint8Array | undefined): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body instanceof Uint8Array ? [body] : (body ?? [])) {
    length += part.length;
    if (length > largestBody) throw new ResourceFailure("The API definition is longer than 6 MB.");
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function nameOf(properties: RestApiProperties, body: Buffer | undefined): Promise<string> {
  if (properties.Name !== undefined) return properties.Name;
  const title = body && string(object((await readDocument(body)).root.info).title);
  if (!title) throw new ResourceFailure("Name is required: neither Name nor the title of a Body is given");
  return title;
}

async function putBody(
  restApiId: string,
  properties: RestApiProperties,
  body: Buffer | undefined,
  at: ResourceContext,
): Promise<void> {
  if (body === undefined) return;
  await at.call(apigateway, "PutRestApi", {
    restApiId,
    mode: properties.Mode ?? "overwrite",
    failOnWarnings: properties.FailOnWarnings,
    parameters: properties.Parameters,
    body,
  });
}

/** What makes the API as it is now what the properties say; `gone` are properties that the template no longer has. */
function settingPatches(
  now: RestApi,
  wanted: RestApiProperties,
  gone: Properties,
): readonly PatchOperation[] {
  const patches: PatchOperation[] = [];
  const set = (path: string, value: unknown, current: unknown) => {
    if (value !== undefined && !same(value, current))
      patches.push({ op: "replace", path, value: String(value) });
  };
  const or = <T>(name: keyof RestApiProperties, fallback: T): T | undefined =>
    (wanted[name] as T | undefined) ?? (name in gone ? fallback : undefined);
  set("/name", wanted.Name, now.name);
  set("/description", or("Description", ""), now.description);
  set("/version", or("Version", ""), now.version);
  set(
    "/minimumCompressionSize",
    or<number | string>("MinimumCompressionSize", ""),
    now.minimumCompressionSize,
  );
  set("/apiKeySource", or("ApiKeySourceType", "HEADER"), now.apiKeySource);
  set("/disableExecuteApiEndpoint", or("DisableExecuteApiEndpoint", false), now.disableExecuteApiEndpoint);
  set("/policy", policyText(or("Policy", "")), shownPolicy(now));
  set("/securityPolicy", wanted.SecurityPolicy, now.securityPolicy);
  set("/endpointAccessMode", or("EndpointAccessMode", "BASIC"), now.endpointAccessMode);
  const { Types, VpcEndpointIds, IpAddressType } = wanted.EndpointConfiguration ?? {};
  set("/endpointConfiguration/types/0", Types?.[0], now.endpointConfiguration?.types?.[0]);
  set("/endpointConfiguration/ipAddressType", IpAddressType, now.endpointConfiguration?.ipAddressType);
  const endpoints = now.endpointConfiguration?.vpcEndpointIds ?? [];
  for (const value of VpcEndpointIds ?? []) {
    if (endpoints.includes(value)) continue;
    patches.push({ op: "add", path: "/endpointConfiguration/vpcEndpointIds", value });
  }
  for (const value of VpcEndpointIds === undefined ? [] : endpoints) {
    if (VpcEndpointIds?.includes(value)) continue;
    patches.push({ op: "remove", path: "/endpointConfiguration/vpcEndpointIds", value });
  }
  // Templates may write the slash as patches do.
  const types = or<readonly string[]>("BinaryMediaTypes", [])?.map((type) => type.replaceAll("~1", "/"));
  if (types === undefined) return patches;
  const old = now.binaryMediaTypes ?? [];
  return [
    ...patches,
    ...old
      .filter((type) => !types.includes(type))
      .map((type) => ({ op: "remove" as const, path: `/binaryMediaTypes/${escaped(type)}` })),
    ...types
      .filter((type) => !old.includes(type))
      .map((type) => ({ op: "add" as const, path: `/binaryMediaTypes/${escaped(type)}` })),
  ];
}

/** The policy, which is shown as the inside of a JSON text. */
function shownPolicy({ policy }: RestApi): string | undefined {
  return policy === undefined ? undefined : (JSON.parse(`"${policy}"`) as string);
}

async function settle(
  restApiId: string,
  wanted: RestApiProperties,
  gone: Properties,
  at: ResourceContext,
): Promise<void> {
  const now = await at.ctx.call(apigateway, "GetRestApi", { restApiId });
  const patchOperations = settingPatches(now, wanted, gone);
  if (patchOperations.length > 0) await at.call(apigateway, "UpdateRestApi", { restApiId, patchOperations });
}

const bodyProperties = ["Body", "BodyS3Location", "Mode", "Parameters", "FailOnWarnings"] as const;

export const restApiType = defineResourceType<RestApiProperties>({
  type: "AWS::ApiGateway::RestApi",
  create: async (properties, at) => {
    const body = await bodyOf(properties, at);
    const { id = "", rootResourceId } = await at.call(apigateway, "CreateRestApi", {
      name: await nameOf(properties, body),
      description: properties.Description,
      version: properties.Version,
      cloneFrom: properties.CloneFrom,
      endpointConfiguration: properties.EndpointConfiguration && {
        types: properties.EndpointConfiguration.Types,
        vpcEndpointIds: properties.EndpointConfiguration.VpcEndpointIds,
        ipAddressType: properties.EndpointConfiguration.IpAddressType,
      },
      securityPolicy: properties.SecurityPolicy,
      endpointAccessMode: properties.EndpointAccessMode,
      tags: tagMap(properties.Tags),
    });
    at.made(id);
    await putBody(id, properties, body, at);
    await settle(id, properties, {}, at);
    return { id, attributes: { RestApiId: id, RootResourceId: rootResourceId } };
  },
  read: async (restApiId, at, { BinaryMediaTypes = [] }) => {
    const found = await unlessMissing(at.call(apigateway, "GetRestApi", { restApiId }));
    if (found === undefined) return undefined;
    const { types, vpcEndpointIds, ipAddressType } = found.endpointConfiguration ?? {};
    const policy = shownPolicy(found);
    return {
      RestApiId: restApiId,
      RootResourceId: found.rootResourceId,
      Name: found.name,
      Description: found.description,
      Version: found.version,
      ApiKeySourceType: found.apiKeySource,
      // As the template writes them, if it does.
      BinaryMediaTypes: found.binaryMediaTypes?.map(
        (type) => BinaryMediaTypes.find((each) => each.replaceAll("~1", "/") === type) ?? type,
      ),
      MinimumCompressionSize: found.minimumCompressionSize,
      DisableExecuteApiEndpoint: found.disableExecuteApiEndpoint,
      EndpointConfiguration: { Types: types, VpcEndpointIds: vpcEndpointIds, IpAddressType: ipAddressType },
      SecurityPolicy: found.securityPolicy,
      EndpointAccessMode: found.endpointAccessMode,
      Policy: policy === undefined ? undefined : JSON.parse(policy),
      Tags: tagList(found.tags),
    };
  },
  update: async (restApiId, after, before, at) => {
    const place = (each: RestApiProperties) => bodyProperties.map((name) => each[name]);
    // What lies in S3 may have changed under the same name.
    if (after.BodyS3Location !== undefined || !same(place(after), place(before))) {
      await putBody(restApiId, after, await bodyOf(after, at), at);
    }
    await settle(restApiId, after, before as Properties, at);
    await retag(at, `restapis/${restApiId}`, after.Tags, before.Tags);
    return undefined;
  },
  delete: async (restApiId, _properties, at) => {
    await at.call(apigateway, "DeleteRestApi", { restApiId });
  },
  list: async (at) => {
    const ids: string[] = [];
    let position: string | undefined;
    do {
      const page = await at.call(apigateway, "GetRestApis", { limit: 500, position });
      ids.push(...(page.items ?? []).map(({ id = "" }) => id));
      position = page.position;
    } while (position !== undefined);
    return ids;
  },
});
