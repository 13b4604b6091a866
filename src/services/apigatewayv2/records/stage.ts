// A stage: a name under which a deployment is served, with settings of its own.

import type { Place } from "../../../core/place.ts";
import { defineResource } from "../../../core/resource.ts";
import type { Transaction } from "../../../core/transaction.ts";
import type { RouteSettings, Stage } from "../../../model/generated/apigatewayv2.d.ts";
import { notFound } from "../model.ts";
import { apiArn, type Tags } from "./api.ts";

export const defaultStage = "$default";

export interface StageState extends Stage {
  readonly apiId: string;
  readonly CreatedDate: number;
  readonly LastUpdatedDate: number;
  readonly DefaultRouteSettings: RouteSettings;
  readonly RouteSettings: Readonly<Record<string, RouteSettings>>;
  readonly StageVariables: Readonly<Record<string, string>>;
  readonly Tags: Tags;
  /** What authorizers said before it no longer counts; epoch milliseconds. */
  readonly authorizersResetAt?: number;
}

export const StageRecord = defineResource<StageState>()({
  service: "apigatewayv2",
  type: "stage",
  key: (stage) => [stage.apiId, stage.StageName],
  arn: (stage, at) => stageArn(at, stage.apiId, stage.StageName),
  tags: (stage) => stage.Tags,
  cached: true,
});

export function stageArn(at: Place, apiId: string, stageName: string): string {
  return `${apiArn(at, apiId)}/stages/${stageName}`;
}

export async function getStageState(tx: Transaction, apiId: string, name: string): Promise<StageState> {
  const stage = await tx.get(StageRecord, apiId, name);
  if (stage === undefined) throw notFound("Invalid stage identifier specified");
  return stage;
}
