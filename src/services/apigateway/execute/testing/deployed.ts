// APIs for tests of the data plane: put into the store as a deployment leaves
// them, and asked as the front asks.

import { Fault } from "../../../../core/fault.ts";
import type { HttpRequest, HttpResponse } from "../../../../core/http.ts";
import { anonymousPrincipal, type Principal, rootPrincipal } from "../../../../core/principal.ts";
import type { ServiceDefinition } from "../../../../core/service.ts";
import { defineService } from "../../../../core/service.ts";
import { ApiHome } from "../../../../gateway/api-home.ts";
import type { Apigateway } from "../../../../model/generated/apigateway.d.ts";
import { type TestCloud, type TestCloudOptions, testCloud } from "../../../test-cloud.ts";
import type { MethodState, ResourceState } from "../../apis/resource.ts";
import type { RestApiState } from "../../apis/rest-api.ts";
import { type ApiSnapshot, SnapshotRecord } from "../../deployments/snapshot.ts";
import { StageRecord, type StageState } from "../../deployments/stage.ts";
import { apigateway } from "../../model.ts";
import { executeTarget } from "../../target.ts";
import { executeEndpoint } from "../endpoint.ts";
import { flushStageCache } from "../flush.ts";

export interface Deployment {
  /** `GET /pets/{id}`: the method. */
  readonly methods: Readonly<Record<string, Partial<MethodState>>>;
  readonly api?: Partial<RestApiState>;
  readonly stage?: Partial<StageState>;
  readonly snapshot?: Partial<ApiSnapshot>;
}

export interface Asked {
  readonly method?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  readonly caller?: Principal;
}

export interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly bytes: Buffer;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies freely.
  readonly json: any;
}

export interface ApiCloud extends TestCloud {
  readonly deploy: (deployment: Deployment) => Promise<void>;
  /** Below the stage: `/pets/1`. */
  readonly ask: (path: string, asked?: Asked) => Promise<Told>;
}

export const apiId = "abc1234567";
export const place = { account: "000000000000", region: "us-east-1" };
export const info = {
  requestId: "11111111-2222-3333-4444-555555555555",
  principal: anonymousPrincipal(),
  endpoint: "http://localhost:4566",
  sourceIp: "127.0.0.1",
  userAgent: "test",
};

export async function apiCloud(
  services: readonly ServiceDefinition[] = [],
  options: TestCloudOptions = {},
): Promise<ApiCloud> {
  const execute = defineService<Apigateway>({
    model: apigateway,
    resources: [],
    operations: { FlushStageCache: flushStageCache },
    endpoints: [executeEndpoint],
    targets: [executeTarget],
  });
  const cloud = await testCloud([execute, ...services], options);
  return {
    ...cloud,
    deploy: (deployment) => deploy(cloud, deployment),
    ask: (path, asked = {}) => ask(cloud, path, asked),
  };
}

function deploy(cloud: TestCloud, { methods, api, stage, snapshot }: Deployment): Promise<void> {
  const resources = new Map<string, ResourceState>();
  for (const [key, method] of Object.entries(methods)) {
    const [httpMethod = "", path = ""] = key.split(" ");
    const known = resources.get(path) ?? { apiId, id: `r${resources.size}`, path, methods: {} };
    const state = { httpMethod, authorizationType: "NONE", apiKeyRequired: false, ...method };
    resources.set(path, { ...known, methods: { ...known.methods, [httpMethod]: state } });
  }
  return cloud.kernel.transact(place, info, async (tx) => {
    tx.put(ApiHome, { apiId, ...place });
    tx.put(StageRecord, {
      apiId,
      stageName: "prod",
      deploymentId: "dep1",
      createdDate: 0,
      lastUpdatedDate: 0,
      methodSettings: {},
      ...stage,
    });
    tx.put(SnapshotRecord, {
      apiId,
      deploymentId: "dep1",
      api: {
        id: apiId,
        name: "test",
        createdDate: 0,
        apiKeySource: "HEADER",
        endpointConfiguration: { types: ["REGIONAL"] },
        disableExecuteApiEndpoint: false,
        rootResourceId: "r0",
        ...api,
      },
      resources: [...resources.values()],
      authorizers: [],
      models: [],
      requestValidators: [],
      gatewayResponses: [],
      ...snapshot,
    });
  });
}

async function ask(cloud: TestCloud, path: string, asked: Asked): Promise<Told> {
  const host = `${apiId}.execute-api.us-east-1.localhost`;
  const all = { host: `${host}:4566`, ...asked.headers };
  const rawHeaders = Object.entries(all).flatMap(([name, value]) =>
    (typeof value === "string" ? [value] : value).flatMap((each) => [name, each]),
  );
  const { signal } = new AbortController();
  const request: HttpRequest = {
    method: asked.method ?? "GET",
    path: `/prod${path}`,
    query: asked.query ?? "",
    headers: Object.fromEntries(
      Object.entries(all).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    rawHeaders,
    host,
    body: Buffer.from(asked.body ?? ""),
    remoteAddress: "127.0.0.1",
    signal,
  };
  const labels = { apiId, region: "us-east-1", rest: request.path };
  const identify = (): Promise<Principal> =>
    asked.caller === undefined
      ? Promise.reject(new Fault("execute-api", "MissingAuthenticationTokenException", "no signature"))
      : Promise.resolve(asked.caller);
  const response = await cloud.kernel.serve(place, info, signal, (ctx) =>
    executeEndpoint.handle(request, labels, ctx, identify),
  );
  return told(response!);
}

async function told({ status, headers, body = "" }: HttpResponse): Promise<Told> {
  const chunks: Uint8Array[] = [];
  if (typeof body === "string" || body instanceof Uint8Array) chunks.push(Buffer.from(body as string));
  else for await (const chunk of body) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const text = bytes.toString();
  return {
    status,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
    ),
    text,
    bytes,
    get json() {
      return JSON.parse(text);
    },
  };
}

export const someone = rootPrincipal("000000000000", "AKIATEST");

/** A MOCK integration whose response is that template. */
export function mock(template: string, more: Partial<MethodState> = {}): Partial<MethodState> {
  return {
    methodIntegration: {
      type: "MOCK",
      passthroughBehavior: "WHEN_NO_MATCH",
      requestTemplates: { "application/json": '{"statusCode": 200}' },
      integrationResponses: {
        "200": { statusCode: "200", responseTemplates: { "application/json": template } },
      },
    },
    ...more,
  };
}
