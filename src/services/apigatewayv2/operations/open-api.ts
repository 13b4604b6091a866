// ImportApi, ReimportApi and ExportApi: HTTP APIs from and to OpenAPI 3.

import type { WaitingHandler } from "../../../core/service.ts";
import type { Transaction } from "../../../core/transaction.ts";
import { apiAddress } from "../../../gateway/address.ts";
import { checkCors } from "../checks/cors.ts";
import { badRequest, type Input, notFound, type Output } from "../model.ts";
import { putDescribedParts } from "../openapi/apply.ts";
import { readDocument, writeDocument } from "../openapi/document.ts";
import { exportApi } from "../openapi/export.ts";
import { type BasePathMode, type DescribedApi, describeApi } from "../openapi/read.ts";
import { ApiRecord, type ApiState, getApi } from "../records/api.ts";
import { type Snapshot, SnapshotRecord } from "../records/deployment.ts";
import { getStageState } from "../records/stage.ts";
import { putNewApi, removeParts, shownApi } from "./apis.ts";
import { deployAutomatically, snapshotOf } from "./deploy.ts";
import { checkTags } from "./tags.ts";

async function described(input: Input<"ImportApi">): Promise<DescribedApi> {
  const mode = (input.Basepath ?? "ignore").toLowerCase();
  if (!["ignore", "prepend", "split"].includes(mode)) {
    throw badRequest("Invalid basepath. Supported values are ignore, prepend and split");
  }
  const api = describeApi(await readDocument(input.Body), mode as BasePathMode);
  if (input.FailOnWarnings === true && api.warnings.length > 0) {
    throw badRequest(`Warnings found during import: ${api.warnings.join(" ")}`);
  }
  if (api.cors !== undefined) checkCors(api.cors);
  checkTags(api.tags);
  return api;
}

function settingsOf({ name, version, description, cors, disableExecuteApiEndpoint, warnings }: DescribedApi) {
  return {
    Name: name,
    ...(version === undefined ? {} : { Version: version }),
    ...(description === undefined ? {} : { Description: description }),
    ...(cors === undefined ? {} : { CorsConfiguration: cors }),
    ...(disableExecuteApiEndpoint === undefined
      ? {}
      : { DisableExecuteApiEndpoint: disableExecuteApiEndpoint }),
    ...(warnings.length === 0 ? {} : { Warnings: warnings }),
  };
}

export const importApi: WaitingHandler<Input<"ImportApi">, Output<"ImportApi">> = {
  waits: async (input, ctx) => {
    const wanted = await described(input);
    return ctx.atomically(async (tx) => {
      const api = putNewApi(tx, {
        ProtocolType: "HTTP",
        RouteSelectionExpression: "$request.method $request.path",
        ...settingsOf(wanted),
        Tags: wanted.tags,
      });
      await putDescribedParts(tx, api, wanted);
      return shownApi(tx, api);
    });
  },
};

/** The document replaces all that the API has; what the API is called by stays: its id, stages and tags. */
export const reimportApi: WaitingHandler<Input<"ReimportApi">, Output<"ReimportApi">> = {
  waits: async (input, ctx) => {
    const wanted = await described(input);
    return ctx.atomically(async (tx) => {
      const before = await getApi(tx, input.ApiId);
      if (before.ProtocolType !== "HTTP") throw badRequest("Only HTTP APIs can be imported");
      const { CorsConfiguration: _cors, Description: _description, Warnings: _warnings, ...kept } = before;
      const api: ApiState = {
        ...kept,
        ...settingsOf(wanted),
        Tags: { ...before.Tags, ...wanted.tags },
      };
      tx.put(ApiRecord, api);
      await removeParts(tx, api.ApiId);
      await putDescribedParts(tx, api, wanted);
      await deployAutomatically(tx, api.ApiId);
      return shownApi(tx, api);
    });
  },
};

export const exportApiDocument: WaitingHandler<Input<"ExportApi">, Output<"ExportApi">> = {
  waits: async (input, ctx) => {
    const { ApiId, StageName, OutputType, IncludeExtensions = true, ExportVersion } = input;
    if (ExportVersion !== undefined && ExportVersion !== "1.0") {
      throw badRequest(`Invalid export version specified: ${ExportVersion}`);
    }
    const snapshot = await ctx.atomically((tx) => exported(tx, ApiId, StageName));
    const document = exportApi(snapshot, {
      extensions: IncludeExtensions,
      endpoint: apiAddress(ctx.endpoint, ctx.region, ApiId),
      stageName: StageName,
    });
    return { body: await writeDocument(document, OutputType) };
  },
};

/** Of a stage what it serves, else what is there now. */
async function exported(
  tx: Transaction,
  apiId: string,
  stageName: string | undefined,
): Promise<Omit<Snapshot, "deploymentId">> {
  const api = await getApi(tx, apiId);
  if (stageName === undefined) return snapshotOf(tx, api);
  const { DeploymentId } = await getStageState(tx, apiId, stageName);
  const snapshot = DeploymentId === undefined ? undefined : await tx.get(SnapshotRecord, apiId, DeploymentId);
  if (snapshot === undefined) throw notFound("Invalid deployment identifier specified");
  return snapshot;
}
