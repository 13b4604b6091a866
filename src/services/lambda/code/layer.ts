// Layer versions, and the rules by which functions use them.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type {
  Architecture,
  LayerVersionsListItem,
  PublishLayerVersionRequest,
  Runtime,
} from "../../../model/generated/lambda.d.ts";
import { type LayerUse, lambdaTime } from "../configuration.ts";
import { invalid } from "../model.ts";
import type { Statement } from "../policy.ts";
import type { StoredCode } from "./package.ts";
import { largestUnzippedBytes } from "./package.ts";

export interface LayerVersion extends Pick<PublishLayerVersionRequest, "Description" | "LicenseInfo"> {
  readonly name: string;
  readonly number: number;
  readonly code: StoredCode;
  readonly runtimes: readonly Runtime[];
  readonly architectures: readonly Architecture[];
  /** Epoch milliseconds. */
  readonly createdAt: number;
  readonly statements: readonly Statement[];
  readonly policyRevisionId: string;
}

/** What stays of a layer when its versions are deleted: numbers are never used twice. */
export interface LayerState {
  readonly name: string;
  readonly lastVersion: number;
}

export const LayerRecord = defineResource<LayerState>()({
  service: "lambda",
  type: "layer",
  key: (layer) => [layer.name],
});

export const LayerVersionRecord = defineResource<LayerVersion>()({
  service: "lambda",
  type: "layer-version",
  key: (version) => [version.name, version.number],
  arn: (version, place) => layerArn(place, version.name, version.number),
  named: (input, place) => {
    if (typeof input.LayerName !== "string") return undefined;
    const layer = layerReference(input.LayerName, place);
    return layerArn(layer, layer.name, input.VersionNumber as number | undefined);
  },
});

export function layerArn(place: Place, name: string, version?: number): string {
  const arn = `arn:aws:lambda:${place.region}:${place.account}:layer:${name}`;
  return version === undefined ? arn : `${arn}:${version}`;
}

/** `LayerName` is a name or an ARN. */
export function layerReference(text: string, place: Place): Place & { readonly name: string } {
  if (!text.startsWith("arn:")) return { account: place.account, region: place.region, name: text };
  const [, , , region = "", account = "", , name = ""] = text.split(":");
  return { region, account, name };
}

/** The layers that a function asks for, as they are now. */
export async function useLayers(
  tx: Transaction,
  arns: readonly string[],
  codeBytes: number,
): Promise<readonly LayerUse[]> {
  if (arns.length > 5) throw invalid("Cannot reference more than 5 layers.");
  const uses: LayerUse[] = [];
  const seen = new Map<string, string>();
  let bytes = codeBytes;
  for (const arn of arns) {
    const { name, ...place } = layerReference(arn, tx);
    const layer = arn.slice(0, arn.lastIndexOf(":"));
    const other = seen.get(layer);
    if (other !== undefined) {
      throw invalid(
        `Two different versions of the same layer are not allowed to be referenced in the same function. ${other} and ${arn} are versions of the same layer.`,
      );
    }
    seen.set(layer, arn);
    const version = await tx.at(place).get(LayerVersionRecord, name, Number(arn.slice(layer.length + 1)));
    if (version === undefined) throw invalid(`Layer version ${arn} does not exist.`);
    bytes += version.code.unzippedBytes;
    uses.push({ arn, sizeBytes: version.code.sizeBytes, blob: version.code.blob });
  }
  if (bytes > largestUnzippedBytes) {
    throw invalid(
      `Function code combined with layers exceeds the maximum allowed size of ${largestUnzippedBytes} bytes. The actual size is ${bytes} bytes.`,
    );
  }
  return uses;
}

export function describeLayerVersion(version: LayerVersion, place: Place): LayerVersionsListItem {
  return {
    LayerVersionArn: layerArn(place, version.name, version.number),
    Version: version.number,
    Description: version.Description ?? "",
    CreatedDate: lambdaTime(version.createdAt),
    ...(version.runtimes.length === 0 ? {} : { CompatibleRuntimes: version.runtimes }),
    ...(version.architectures.length === 0 ? {} : { CompatibleArchitectures: version.architectures }),
    ...(version.LicenseInfo === undefined ? {} : { LicenseInfo: version.LicenseInfo }),
  };
}
