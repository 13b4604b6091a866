// What the tests of HTTP APIs share: a cloud with functions, and requests to an
// API as they arrive at its endpoint.

import type { HttpRequest, HttpResponse } from "../../../core/http.ts";
import { anonymousPrincipal, type Principal } from "../../../core/principal.ts";
import type { ServiceDefinition } from "../../../core/service.ts";
import type { FakeFunction } from "../../lambda/testing/fake-function-host.ts";
import { type LambdaCloud, lambdaCloud } from "../../lambda/testing/fixtures.ts";
import type { TestCloudOptions } from "../../test-cloud.ts";
import { executeEndpoint } from "../endpoint.ts";
import service from "../index.ts";

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  readonly identify?: () => Promise<Principal>;
}

export interface HttpCloud extends LambdaCloud {
  // biome-ignore lint/suspicious/noExplicitAny: tests read outputs freely, as those of `TestCloud`.
  api(operation: string, input?: object): Promise<any>;
  ask(apiId: string, asked?: Asked): Promise<HttpResponse & { readonly text: string }>;
  /** An API whose routes lead to the function `index.handler` of that name, served at $default. */
  serve(routes: readonly string[], settings?: object, integration?: object): Promise<string>;
}

export async function httpCloud(
  functions: Readonly<Record<string, FakeFunction>>,
  others: readonly ServiceDefinition[] = [],
  options: Pick<TestCloudOptions, "web"> = {},
): Promise<HttpCloud> {
  const cloud = await lambdaCloud(functions, [service, ...others], options);
  await cloud.create("f");
  const api = (operation: string, input: object = {}) => cloud.call("apigatewayv2", operation, input);
  return {
    ...cloud,
    api,
    serve: async (routes, settings = {}, integration = {}) => {
      const { ApiId } = await api("CreateApi", { Name: "api", ProtocolType: "HTTP", ...settings });
      const { IntegrationId } = await api("CreateIntegration", {
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: "arn:aws:lambda:us-east-1:000000000000:function:f",
        PayloadFormatVersion: "2.0",
        ...integration,
      });
      for (const RouteKey of routes) {
        await api("CreateRoute", { ApiId, RouteKey, Target: `integrations/${IntegrationId}` });
      }
      await api("CreateStage", { ApiId, StageName: "$default", AutoDeploy: true });
      return ApiId;
    },
    ask: async (apiId, asked = {}) => {
      const { method = "GET", path = "/", query = "", headers = {}, body = "" } = asked;
      const host = `${apiId}.execute-api.us-east-1.localhost`;
      const { signal } = new AbortController();
      const request: HttpRequest = {
        method,
        path,
        query,
        headers: { host: `${host}:4566`, ...headers },
        rawHeaders: [],
        host,
        body: Buffer.from(body),
        remoteAddress: "127.0.0.1",
        signal,
      };
      const info = {
        requestId: "r",
        principal: anonymousPrincipal(),
        endpoint: "http://localhost:4566",
        sourceIp: "127.0.0.1",
        userAgent: "",
      };
      const place = { account: "000000000000", region: "us-east-1" };
      const unsigned = () => Promise.reject(new Error("This request is not signed."));
      const response = await cloud.kernel.serve(place, info, signal, (ctx) =>
        executeEndpoint.handle(
          request,
          { apiId, region: "us-east-1", rest: path },
          ctx,
          asked.identify ?? unsigned,
        ),
      );
      if (response === undefined) throw new Error("The endpoint does not know this API.");
      return { ...response, text: await textOf(response) };
    },
  };
}

async function textOf({ body = "" }: HttpResponse): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
