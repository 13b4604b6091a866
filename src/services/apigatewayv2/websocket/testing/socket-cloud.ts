// A cloud with a WebSocket API, functions that the test says, and clients that
// connect as the wire would have them do.

import { rootPrincipal } from "../../../../core/principal.ts";
import { defineService, type ServiceDefinition } from "../../../../core/service.ts";
import type { Conversation } from "../../../../core/web-socket.ts";
import type { Lambda } from "../../../../model/generated/lambda.d.ts";
import { modelOf } from "../../../../model/handle.ts";
import managementApi from "../../../apigatewaymanagementapi/index.ts";
import { type TestCloud, type TestCloudOptions, testCloud } from "../../../test-cloud.ts";
import { executeEndpoint } from "../../endpoint.ts";
import apigatewayv2 from "../../index.ts";

// biome-ignore lint/suspicious/noExplicitAny: tests read events freely.
export type Event = any;

/** By name; what one throws is the function's error. */
export type Functions = Record<string, (event: Event) => unknown>;

export interface SocketCloud extends TestCloud {
  readonly functions: Functions;
  /** Every event by the function that had it. */
  readonly events: { readonly name: string; readonly event: Event }[];
  connect(apiId: string, options?: ConnectOptions): Promise<Client | Refused>;
}

export interface ConnectOptions {
  readonly stage?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who signed, where the API asks. */
  readonly signer?: string;
}

export interface Refused {
  readonly status: number;
  readonly body: string;
}

export interface Client {
  readonly id: string;
  readonly protocol: string | undefined;
  readonly received: string[];
  readonly closed: { readonly code: number; readonly reason: string } | undefined;
  send(text: string, binary?: boolean): Promise<void>;
  leave(code?: number, reason?: string): Promise<void>;
}

export const uriOf = (name: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${name}/invocations`;

export async function socketCloud(
  options: TestCloudOptions & { readonly services?: readonly ServiceDefinition[] } = {},
): Promise<SocketCloud> {
  const functions: Functions = {};
  const events: SocketCloud["events"] = [];
  const lambda = defineService<Lambda>({
    model: modelOf<Lambda>("lambda"),
    resources: [],
    operations: {
      Invoke: {
        waits: async ({ FunctionName, Payload }) => {
          const name = FunctionName.split(":").at(-1)!;
          const event = JSON.parse(Buffer.from(Payload ?? []).toString());
          events.push({ name, event });
          try {
            const result = await functions[name]?.(event);
            return { StatusCode: 200, Payload: Buffer.from(JSON.stringify(result ?? null)) };
          } catch (error) {
            const { message } = error as Error;
            const said = JSON.stringify({ errorMessage: message });
            return { StatusCode: 200, FunctionError: "Unhandled", Payload: Buffer.from(said) };
          }
        },
      },
    },
  });
  const cloud = await testCloud([apigatewayv2, managementApi, lambda, ...(options.services ?? [])], options);
  return Object.assign(cloud, {
    functions,
    events,
    connect: (apiId: string, asked: ConnectOptions = {}) => connectTo(cloud, apiId, asked),
  });
}

async function connectTo(
  cloud: TestCloud,
  apiId: string,
  options: ConnectOptions,
): Promise<Client | Refused> {
  const { stage = "live", query = "", headers = {}, signer } = options;
  const host = `${apiId}.execute-api.us-east-1.localhost`;
  const all = { host: `${host}:4566`, "user-agent": "test", ...headers };
  const request = {
    method: "GET",
    path: `/${stage}`,
    query,
    headers: all,
    rawHeaders: Object.entries(all).flat(),
    host,
    body: new Uint8Array(0),
    remoteAddress: "127.0.0.1",
    signal: new AbortController().signal,
  };
  const info = {
    requestId: "request",
    principal: rootPrincipal("000000000000"),
    endpoint: "http://localhost:4566",
    sourceIp: "127.0.0.1",
    userAgent: "test",
  };
  const answer = await cloud.kernel.serve(
    { account: "000000000000", region: "us-east-1" },
    info,
    request.signal,
    (ctx) =>
      executeEndpoint.connect!(request, { apiId, region: "us-east-1", rest: request.path }, ctx, async () => {
        return signer === undefined
          ? { ...rootPrincipal("anonymous"), type: "anonymous" as const }
          : rootPrincipal(signer, "AKIDTEST");
      }),
  );
  if (answer === undefined) return { status: 404, body: "" };
  if ("status" in answer) return { status: answer.status, body: String(answer.body ?? "") };
  return clientOf(cloud, answer);
}

async function clientOf(cloud: TestCloud, conversation: Conversation): Promise<Client> {
  const received: string[] = [];
  let closed: Client["closed"];
  const end = (code: number, reason: string): Promise<void> => {
    if (closed !== undefined) return Promise.resolve();
    closed = { code, reason };
    return conversation.closed(code, reason);
  };
  conversation.opened({
    send: (data) => {
      if (closed !== undefined) return "closed";
      received.push(Buffer.from(data).toString());
      return "sent";
    },
    close: (code, reason) => void end(code, reason),
  });
  const id = await newestConnection(cloud);
  return {
    id,
    protocol: conversation.protocol,
    received,
    get closed() {
      return closed;
    },
    send: (text, binary = false) => conversation.received(Buffer.from(text), binary),
    leave: (code = 1005, reason = "") => end(code, reason),
  };
}

async function newestConnection(cloud: TestCloud): Promise<string> {
  const { ConnectionRecord } = await import("../../../../gateway/connections/connection.ts");
  const all = await cloud.kernel.transact(
    { account: "000000000000", region: "us-east-1" },
    {
      requestId: "",
      principal: rootPrincipal("000000000000"),
      endpoint: "",
      sourceIp: "",
      userAgent: "",
    },
    (tx) => tx.all(ConnectionRecord),
  );
  return known(
    cloud,
    all.map(({ connectionId }) => connectionId),
  );
}

const seen = new WeakMap<TestCloud, Set<string>>();

function known(cloud: TestCloud, ids: readonly string[]): string {
  const before = seen.get(cloud) ?? new Set<string>();
  seen.set(cloud, before);
  const id = ids.find((each) => !before.has(each)) ?? "";
  for (const each of ids) before.add(each);
  return id;
}

/** Routes by key, each with its integration; a name alone is a proxied function's. */
export async function socketApi(
  cloud: TestCloud,
  routes: Readonly<Record<string, string | Event>>,
  api: Event = {},
): Promise<string> {
  const { ApiId } = await cloud.call("apigatewayv2", "CreateApi", {
    Name: "chat",
    ProtocolType: "WEBSOCKET",
    RouteSelectionExpression: "$request.body.action",
    ...api,
  });
  for (const [RouteKey, given] of Object.entries(routes)) {
    const {
      route = {},
      response,
      responses = [],
      ...integration
    } = typeof given === "string" ? { IntegrationType: "AWS_PROXY", IntegrationUri: uriOf(given) } : given;
    const { IntegrationId } = await cloud.call("apigatewayv2", "CreateIntegration", {
      ApiId,
      ...integration,
    });
    for (const each of responses) {
      await cloud.call("apigatewayv2", "CreateIntegrationResponse", { ApiId, IntegrationId, ...each });
    }
    const { RouteId } = await cloud.call("apigatewayv2", "CreateRoute", {
      ApiId,
      RouteKey,
      Target: `integrations/${IntegrationId}`,
      ...(response === true ? { RouteResponseSelectionExpression: "$default" } : {}),
      ...route,
    });
    if (response === true) {
      await cloud.call("apigatewayv2", "CreateRouteResponse", {
        ApiId,
        RouteId,
        RouteResponseKey: "$default",
      });
    }
  }
  await cloud.call("apigatewayv2", "CreateStage", { ApiId, StageName: "live", AutoDeploy: true });
  return ApiId;
}

export async function connected(
  cloud: SocketCloud,
  apiId: string,
  options?: ConnectOptions,
): Promise<Client> {
  const client = await cloud.connect(apiId, options);
  if ("status" in client) throw new Error(`Refused: ${client.status} ${client.body}`);
  return client;
}

export const ok = () => ({ statusCode: 200 });
