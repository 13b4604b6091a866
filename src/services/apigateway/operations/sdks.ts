// Clients of a deployed API: which kinds there are, and the JavaScript one.

import { notImplemented } from "../../../core/fault.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { apiAddress } from "../../../gateway/address.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { SnapshotRecord } from "../deployments/snapshot.ts";
import { openStage } from "../deployments/stage.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { javascriptClient } from "../sdk/javascript.ts";
import { sdkTypes } from "../sdk/types.ts";

export async function getSdkTypes(
  _input: Input<"GetSdkTypes">,
  _tx: Transaction,
): Promise<Output<"GetSdkTypes">> {
  return { items: sdkTypes };
}

export async function getSdkType(
  { id }: Input<"GetSdkType">,
  _tx: Transaction,
): Promise<Output<"GetSdkType">> {
  const type = sdkTypes.find((each) => each.id === id);
  if (type === undefined) throw notFound("Invalid SDK type identifier specified");
  return type;
}

export async function getSdk(
  { restApiId, stageName, sdkType, parameters = {} }: Input<"GetSdk">,
  ctx: Waiting,
): Promise<Output<"GetSdk">> {
  const type = sdkTypes.find(({ id }) => id === sdkType);
  if (type === undefined) throw badRequest(`No SDK generator found for type '${sdkType}'`);
  const { stage, snapshot } = await ctx.atomically(async (tx) => {
    await openRestApi(tx, restApiId);
    const stage = await openStage(tx, restApiId, stageName);
    const snapshot = await tx.get(SnapshotRecord, restApiId, stage.deploymentId);
    if (snapshot === undefined) throw notFound("Invalid Deployment identifier specified");
    return { stage, snapshot };
  });
  const missing = type.configurationProperties?.find(
    ({ name = "", required = false }) => required && (parameters[name] ?? "") === "",
  );
  if (missing !== undefined) throw badRequest(`Missing required parameter: ${missing.name}`);
  if (sdkType !== "javascript") throw notImplemented("apigateway", `SDKs of the type ${sdkType}`);
  const endpoint = `${apiAddress(ctx.endpoint, ctx.region, restApiId)}/${stageName}`;
  const date = new Date(stage.lastUpdatedDate).toISOString().replace(/\.\d+Z$/, "Z");
  return {
    contentType: "application/octet-stream",
    contentDisposition: `attachment; filename="${sdkType}_${date}.zip"`,
    body: await zipped("apiGateway-js-sdk/apigClient.js", javascriptClient(snapshot, endpoint, ctx.region)),
  };
}

async function zipped(name: string, text: string): Promise<Uint8Array> {
  const { default: yazl } = await import("yazl");
  const zip = new yazl.ZipFile();
  zip.addBuffer(Buffer.from(text), name, { mtime: new Date(0) });
  zip.end();
  const chunks: Uint8Array[] = [];
  for await (const chunk of zip.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
