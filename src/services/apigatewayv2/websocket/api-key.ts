// The API key that a client must bring where $connect asks for one: known,
// enabled, and in a usage plan for the stage. Keys and plans are REST APIs' own.

import type { HttpRequest } from "../../../core/http.ts";
import type { Waiting } from "../../../core/waiting.ts";
import type { Apigateway } from "../../../model/generated/apigateway.d.ts";
import { modelOf } from "../../../model/handle.ts";
import { forbidden } from "./failure.ts";

const apigateway = modelOf<Apigateway>("apigateway");

const perPage = 500;

export async function checkApiKey(
  ctx: Waiting,
  request: HttpRequest,
  of: { readonly apiId: string; readonly stage: string },
): Promise<void> {
  const value = request.headers["x-api-key"] ?? "";
  const keyId = value === "" ? undefined : await keyOf(ctx, value);
  if (keyId === undefined || !(await isPlanned(ctx, keyId, of))) throw forbidden();
}

async function keyOf(ctx: Waiting, value: string): Promise<string | undefined> {
  let position: string | undefined;
  do {
    const page = await ctx.call(apigateway, "GetApiKeys", { includeValues: true, limit: perPage, position });
    const key = page.items?.find((each) => each.value === value);
    if (key !== undefined) return key.enabled === true ? key.id : undefined;
    position = page.position;
  } while (position !== undefined);
  return undefined;
}

async function isPlanned(
  ctx: Waiting,
  keyId: string,
  { apiId, stage }: { readonly apiId: string; readonly stage: string },
): Promise<boolean> {
  const { items = [] } = await ctx.call(apigateway, "GetUsagePlans", { keyId, limit: perPage });
  return items.some(({ apiStages = [] }) =>
    apiStages.some((each) => each.apiId === apiId && each.stage === stage),
  );
}
