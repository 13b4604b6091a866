// Exports: what a stage serves, as an OpenAPI document in JSON or YAML.

import { notImplemented } from "../../../core/fault.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { DocumentationVersionRecord } from "../apis/parts.ts";
import { openRestApi } from "../apis/rest-api.ts";
import { SnapshotRecord } from "../deployments/snapshot.ts";
import { openStage } from "../deployments/stage.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { exportApi } from "../openapi/export.ts";

const types = { swagger: 2, oas30: 3 } as const;
const extensionNames = ["integrations", "authorizers", "apigateway", "documentation", "postman"];

export async function getExport(
  { restApiId, stageName, exportType, parameters = {}, accepts = "application/json" }: Input<"GetExport">,
  ctx: Waiting,
): Promise<Output<"GetExport">> {
  const version = types[exportType as keyof typeof types];
  if (version === undefined) throw badRequest(`No API exporter found for type '${exportType}'`);
  const yaml = /\byaml\b/.test(accepts);
  if (!yaml && !/\bjson\b|\*\/\*/.test(accepts))
    throw badRequest(`Invalid Accept header specified: ${accepts}`);
  const wanted = (parameters.extensions ?? "").split(",").map((each) => each.trim());
  const unknown = wanted.find((each) => each !== "" && !extensionNames.includes(each));
  if (unknown !== undefined) throw badRequest(`Invalid extension specified: ${unknown}`);
  if (wanted.includes("postman")) throw notImplemented("apigateway", "the extension postman of GetExport");
  const { stage, snapshot, documentation } = await ctx.atomically(async (tx) => {
    await openRestApi(tx, restApiId);
    const stage = await openStage(tx, restApiId, stageName);
    const snapshot = await tx.get(SnapshotRecord, restApiId, stage.deploymentId);
    if (snapshot === undefined) throw notFound("Invalid Deployment identifier specified");
    const documentation =
      stage.documentationVersion === undefined
        ? undefined
        : await tx.get(DocumentationVersionRecord, restApiId, stage.documentationVersion);
    return { stage, snapshot, documentation };
  });
  const everything = wanted.includes("apigateway");
  const document = exportApi(snapshot, {
    version,
    everything,
    integrations: everything || wanted.includes("integrations"),
    authorizers: everything || wanted.includes("authorizers"),
    host: `${restApiId}.execute-api.${ctx.region}.amazonaws.com`,
    stageName,
    documentation: everything || wanted.includes("documentation") ? documentation : undefined,
  });
  const text = yaml ? await toYaml(document) : JSON.stringify(document, undefined, 2);
  const date = new Date(stage.lastUpdatedDate).toISOString().replace(/\.\d+Z$/, "Z");
  return {
    contentType: "application/octet-stream",
    contentDisposition: `attachment; filename="${exportType}_${date}.${yaml ? "yaml" : "json"}"`,
    body: Buffer.from(text),
  };
}

async function toYaml(document: object): Promise<string> {
  const { stringify } = await import("yaml");
  return `---\n${stringify(document, { aliasDuplicateObjects: false })}`;
}
