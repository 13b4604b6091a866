// AWS::ApiGatewayV2::Api: with its settings, or from an OpenAPI document.

import {
  defineResourceType,
  type Properties,
  type ResourceContext,
  unlessMissing,
} from "../../../core/resource-type.ts";
import type { S3 } from "../../../model/generated/s3.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { apigatewayv2 } from "../model.ts";
import { apiArn } from "../records/api.ts";
import { changesOf } from "./change.ts";
import { applyTags, type TagMap } from "./tags.ts";

const s3 = modelOf<S3>("s3");

interface ApiProperties {
  readonly Body?: unknown;
  readonly BodyS3Location?: {
    readonly Bucket: string;
    readonly Key: string;
    readonly Version?: string;
  };
  readonly BasePath?: string;
  readonly FailOnWarnings?: boolean;
  readonly Tags?: TagMap;
  readonly [name: string]: unknown;
}

const largestDocumentBytes = 6_291_456;

async function documentOf(
  { Body, BodyS3Location: location }: ApiProperties,
  at: ResourceContext,
): Promise<string | undefined> {
  if (Body !== undefined) return typeof Body === "string" ? Body : JSON.stringify(Body);
  if (location === undefined) return undefined;
  const { Bucket, Key, Version } = location;
  const versioned = Version === undefined ? {} : { VersionId: Version };
  const object = await at.ctx.call(s3, "GetObject", { Bucket, Key, ...versioned });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of object.Body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes > largestDocumentBytes) throw new Error("The API's document is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

/** What is not the document's nor of its import. */
function settingsOf(properties: ApiProperties): Properties {
  const {
    Body: _body,
    BodyS3Location: _location,
    BasePath: _base,
    FailOnWarnings: _fail,
    Tags: _tags,
    ...settings
  } = properties;
  return settings;
}

function importOf({ BasePath, FailOnWarnings }: ApiProperties, Body: string): Properties {
  return {
    Body,
    ...(BasePath === undefined ? {} : { Basepath: BasePath }),
    ...(FailOnWarnings === undefined ? {} : { FailOnWarnings }),
  };
}

function attributes(at: ResourceContext, ApiId: string, ApiEndpoint: string | undefined): Properties {
  const ExecuteApiArn = `arn:aws:execute-api:${at.region}:${at.account}:${ApiId}`;
  return { ApiId, ApiEndpoint, ExecuteApiArn };
}

export const apiType = defineResourceType<ApiProperties>({
  type: "AWS::ApiGatewayV2::Api",
  create: async (properties, at) => {
    const document = await documentOf(properties, at);
    if (document === undefined) {
      const made = await at.call(apigatewayv2, "CreateApi", {
        ...settingsOf(properties),
        Tags: properties.Tags,
      });
      return { id: made.ApiId!, attributes: attributes(at, made.ApiId!, made.ApiEndpoint) };
    }
    const made = await at.call(apigatewayv2, "ImportApi", importOf(properties, document));
    const ApiId = made.ApiId!;
    at.made(ApiId);
    const { ProtocolType: _protocol, ...settings } = settingsOf(properties);
    if (Object.keys(settings).length > 0) await at.call(apigatewayv2, "UpdateApi", { ...settings, ApiId });
    await applyTags(at, apiArn(at, ApiId), properties.Tags, undefined);
    return { id: ApiId, attributes: attributes(at, ApiId, made.ApiEndpoint) };
  },
  read: async (ApiId, at) => {
    const found = await unlessMissing(at.call(apigatewayv2, "GetApi", { ApiId }));
    return found === undefined ? undefined : { ...found, ...attributes(at, ApiId, found.ApiEndpoint) };
  },
  update: async (ApiId, after, before, at) => {
    const document = await documentOf(after, at);
    if (document !== undefined) {
      await at.call(apigatewayv2, "ReimportApi", { ...importOf(after, document), ApiId });
    }
    const { CorsConfiguration, ...settings } = settingsOf(after);
    const { CorsConfiguration: corsBefore, ...settingsBefore } = settingsOf(before);
    const {
      ProtocolType: _protocol,
      Target: _target,
      RouteKey: _key,
      CredentialsArn: _credentials,
      ...changes
    } = changesOf(settings, settingsBefore, {
      ApiKeySelectionExpression: "$request.header.x-api-key",
      IpAddressType: "ipv4",
    });
    const quick: Record<string, unknown> = {};
    for (const name of ["Target", "RouteKey", "CredentialsArn"]) {
      if (after[name] !== before[name] && after[name] !== undefined) quick[name] = after[name];
    }
    await at.call(apigatewayv2, "UpdateApi", {
      ...changes,
      ...quick,
      ...(CorsConfiguration === undefined ? {} : { CorsConfiguration }),
      ApiId,
    });
    if (CorsConfiguration === undefined && corsBefore !== undefined && document === undefined) {
      await at.call(apigatewayv2, "DeleteCorsConfiguration", { ApiId });
    }
    await applyTags(at, apiArn(at, ApiId), after.Tags, before.Tags);
    return undefined;
  },
  delete: async (ApiId, _properties, at) => {
    await at.call(apigatewayv2, "DeleteApi", { ApiId });
  },
  list: async (at) => {
    const { Items = [] } = await at.call(apigatewayv2, "GetApis", {});
    return Items.map(({ ApiId }) => ApiId!);
  },
});
