// Integrations: create, read, change, delete.

import type { Transaction } from "../../../core/transaction.ts";
import { checkIntegration } from "../checks/integration.ts";
import { badRequest, conflict, type Input, notFound, nothing, type Output } from "../model.ts";
import { type ApiState, getApi } from "../records/api.ts";
import { changed, given, shown } from "../records/change.ts";
import {
  IntegrationRecord,
  IntegrationResponseRecord,
  type IntegrationState,
  RouteRecord,
} from "../records/parts.ts";
import { deployAutomatically } from "./deploy.ts";
import { pageOf } from "./page.ts";

const mostIntegrations = 300;

export async function createIntegration(
  input: Input<"CreateIntegration">,
  tx: Transaction,
): Promise<Output<"CreateIntegration">> {
  const { ApiId, ...settings } = input;
  const api = await getApi(tx, ApiId);
  const { values } = await tx.list(IntegrationRecord, { prefix: [ApiId], limit: mostIntegrations });
  if (values.length >= mostIntegrations) {
    throw badRequest(`Maximum number of integrations (${mostIntegrations}) for this API has been reached`);
  }
  const integration = putNewIntegration(tx, api, given(settings));
  await deployAutomatically(tx, ApiId);
  return shown(integration, "apiId");
}

/** Checks and stores an integration under a new id, with the defaults of its kind. */
export function putNewIntegration(
  tx: Transaction,
  api: ApiState,
  settings: Omit<IntegrationState, "apiId" | "IntegrationId">,
): IntegrationState {
  const integration: IntegrationState = {
    ...defaultsOf(api, settings),
    ...settings,
    apiId: api.ApiId,
    IntegrationId: tx.ids.lower(7),
  };
  checkIntegration(api, integration);
  tx.put(IntegrationRecord, integration);
  return integration;
}

function defaultsOf(
  api: ApiState,
  { IntegrationType, IntegrationSubtype, IntegrationUri }: Omit<IntegrationState, "apiId" | "IntegrationId">,
): Partial<IntegrationState> {
  const method =
    IntegrationType === "AWS_PROXY" && IntegrationSubtype === undefined && IntegrationUri !== undefined
      ? { IntegrationMethod: "POST" }
      : {};
  if (api.ProtocolType === "HTTP") {
    return {
      ConnectionType: "INTERNET",
      ...method,
      TimeoutInMillis: 30_000,
      ...(IntegrationType === "HTTP_PROXY" || IntegrationSubtype !== undefined
        ? { PayloadFormatVersion: "1.0" }
        : {}),
    };
  }
  return {
    ConnectionType: "INTERNET",
    ...method,
    IntegrationResponseSelectionExpression: {
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's expression language.
      AWS: "${integration.response.statuscode}",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's expression language.
      HTTP: "${integration.response.statuscode}",
      // biome-ignore lint/suspicious/noTemplateCurlyInString: AWS's expression language.
      MOCK: "${request.body.statuscode}",
      AWS_PROXY: undefined,
      HTTP_PROXY: undefined,
    }[IntegrationType ?? "AWS_PROXY"],
    PassthroughBehavior: "WHEN_NO_MATCH",
    PayloadFormatVersion: "1.0",
    TimeoutInMillis: 29_000,
  };
}

export async function getIntegration(
  { ApiId, IntegrationId }: Input<"GetIntegration">,
  tx: Transaction,
): Promise<Output<"GetIntegration">> {
  return shown(await findIntegration(tx, ApiId, IntegrationId), "apiId");
}

export async function getIntegrations(
  input: Input<"GetIntegrations">,
  tx: Transaction,
): Promise<Output<"GetIntegrations">> {
  await getApi(tx, input.ApiId);
  return pageOf(tx, IntegrationRecord, [input.ApiId], input, (each) => shown(each, "apiId"));
}

export async function updateIntegration(
  input: Input<"UpdateIntegration">,
  tx: Transaction,
): Promise<Output<"UpdateIntegration">> {
  const { ApiId, IntegrationId, ...changes } = input;
  const api = await getApi(tx, ApiId);
  const before = await findIntegration(tx, ApiId, IntegrationId);
  const maps = ["RequestParameters", "RequestTemplates", "ResponseParameters"] as const;
  const integration = changed(before, changes, maps);
  checkIntegration(api, integration);
  tx.put(IntegrationRecord, integration);
  await deployAutomatically(tx, ApiId);
  return shown(integration, "apiId");
}

export async function deleteIntegration(
  { ApiId, IntegrationId }: Input<"DeleteIntegration">,
  tx: Transaction,
): Promise<Output<"DeleteIntegration">> {
  await findIntegration(tx, ApiId, IntegrationId);
  const routes = await tx.all(RouteRecord, [ApiId]);
  const user = routes.find(({ Target }) => Target === `integrations/${IntegrationId}`);
  if (user !== undefined) {
    throw conflict(
      `Cannot delete Integration '${IntegrationId}' as it's referenced by Route '${user.RouteId}'`,
    );
  }
  for (const response of await tx.all(IntegrationResponseRecord, [ApiId, IntegrationId])) {
    tx.delete(IntegrationResponseRecord, ApiId, IntegrationId, response.IntegrationResponseId);
  }
  tx.delete(IntegrationRecord, ApiId, IntegrationId);
  await deployAutomatically(tx, ApiId);
  return nothing;
}

export async function findIntegration(
  tx: Transaction,
  apiId: string,
  integrationId: string,
): Promise<IntegrationState> {
  await getApi(tx, apiId);
  const integration = await tx.get(IntegrationRecord, apiId, integrationId);
  if (integration === undefined) throw notFound("Invalid Integration identifier specified");
  return integration;
}
