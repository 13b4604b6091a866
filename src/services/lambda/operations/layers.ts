// PublishLayerVersion and its family.

import type { WaitingHandler, WritingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  DeleteLayerVersionRequest,
  GetLayerVersionByArnRequest,
  GetLayerVersionRequest,
  GetLayerVersionResponse,
  LayersListItem,
  ListLayersRequest,
  ListLayersResponse,
  ListLayerVersionsRequest,
  ListLayerVersionsResponse,
  PublishLayerVersionRequest,
} from "../../../model/generated/lambda.d.ts";
import {
  describeLayerVersion,
  LayerRecord,
  type LayerVersion,
  LayerVersionRecord,
  layerArn,
  layerReference,
} from "../code/layer.ts";
import { CodeLinkRecord, codeLocation, linkCode } from "../code/link.ts";
import { storeCode } from "../code/package.ts";
import { invalid, notFound } from "../model.ts";

export const publishLayerVersion: WaitingHandler<PublishLayerVersionRequest, GetLayerVersionResponse> = {
  waits: async (input, ctx) => {
    const { name, ...place } = layerReference(input.LayerName, ctx);
    const code = await storeCode(ctx, input.Content, "PublishLayerVersion");
    return ctx.atomically(async (anyPlace) => {
      const tx = anyPlace.at(place);
      const number = ((await tx.get(LayerRecord, name))?.lastVersion ?? 0) + 1;
      const version: LayerVersion = {
        name,
        number,
        code,
        Description: input.Description,
        LicenseInfo: input.LicenseInfo,
        runtimes: input.CompatibleRuntimes ?? [],
        architectures: input.CompatibleArchitectures ?? [],
        createdAt: tx.now,
        statements: [],
        policyRevisionId: tx.ids.uuid(),
      };
      tx.put(LayerRecord, { name, lastVersion: number });
      tx.put(LayerVersionRecord, version);
      linkCode(tx, "layer", `${name}:${number}`, code);
      return describeWhole(version, tx);
    });
  },
};

export const getLayerVersion: WritingHandler<GetLayerVersionRequest, GetLayerVersionResponse> = async (
  input,
  anyPlace,
) => {
  const { tx, version } = await findLayerVersion(anyPlace, input.LayerName, input.VersionNumber);
  return describeWhole(version, tx);
};

export const getLayerVersionByArn: WritingHandler<
  GetLayerVersionByArnRequest,
  GetLayerVersionResponse
> = async ({ Arn }, anyPlace) => {
  const colon = Arn.lastIndexOf(":");
  const { tx, version } = await findLayerVersion(anyPlace, Arn.slice(0, colon), Number(Arn.slice(colon + 1)));
  return describeWhole(version, tx);
};

export const deleteLayerVersion: WritingHandler<DeleteLayerVersionRequest, Record<string, never>> = async (
  input,
  anyPlace,
) => {
  const { name, ...place } = layerReference(input.LayerName, anyPlace);
  const tx = anyPlace.at(place);
  const version = await tx.get(LayerVersionRecord, name, input.VersionNumber);
  // Deleting what is not there succeeds, as on AWS.
  if (version === undefined) return {};
  tx.delete(LayerVersionRecord, name, version.number);
  tx.delete(CodeLinkRecord, version.code.token);
  return {};
};

export const listLayerVersions: WritingHandler<ListLayerVersionsRequest, ListLayerVersionsResponse> = async (
  input,
  anyPlace,
) => {
  const { name, ...place } = layerReference(input.LayerName, anyPlace);
  const tx = anyPlace.at(place);
  const page = await tx.list(LayerVersionRecord, {
    prefix: [name],
    cursor: input.Marker,
    limit: input.MaxItems ?? 50,
    reverse: true,
  });
  return {
    LayerVersions: page.values.filter(fits(input)).map((version) => describeLayerVersion(version, tx)),
    ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }),
  };
};

export const listLayers: WritingHandler<ListLayersRequest, ListLayersResponse> = async (input, tx) => {
  const page = await tx.list(LayerRecord, { cursor: input.Marker, limit: input.MaxItems ?? 50 });
  const Layers: LayersListItem[] = [];
  for (const { name } of page.values) {
    const latest = (await tx.all(LayerVersionRecord, [name])).filter(fits(input)).at(-1);
    if (latest === undefined) continue;
    Layers.push({
      LayerName: name,
      LayerArn: layerArn(tx, name),
      LatestMatchingVersion: describeLayerVersion(latest, tx),
    });
  }
  return { Layers, ...(page.cursor === undefined ? {} : { NextMarker: page.cursor }) };
};

export async function findLayerVersion(
  anyPlace: Transaction,
  layerName: string,
  number: number,
): Promise<{ readonly tx: Transaction; readonly version: LayerVersion }> {
  if (number < 1) throw invalid("Layer Version Cannot be less than 1.");
  const { name, ...place } = layerReference(layerName, anyPlace);
  const tx = anyPlace.at(place);
  const version = await tx.get(LayerVersionRecord, name, number);
  if (version === undefined) throw notFound("The resource you requested does not exist.");
  return { tx, version };
}

function describeWhole(version: LayerVersion, tx: Transaction): GetLayerVersionResponse {
  return {
    ...describeLayerVersion(version, tx),
    LayerArn: layerArn(tx, version.name),
    Content: {
      Location: codeLocation(tx.endpoint, version.code.token),
      CodeSha256: version.code.sha256,
      CodeSize: version.code.sizeBytes,
    },
  };
}

function fits(wanted: {
  readonly CompatibleRuntime?: string | undefined;
  readonly CompatibleArchitecture?: string | undefined;
}): (version: LayerVersion) => boolean {
  const { CompatibleRuntime, CompatibleArchitecture } = wanted;
  return ({ runtimes, architectures }) =>
    (CompatibleRuntime === undefined || (runtimes as readonly string[]).includes(CompatibleRuntime)) &&
    (CompatibleArchitecture === undefined ||
      (architectures as readonly string[]).includes(CompatibleArchitecture));
}
