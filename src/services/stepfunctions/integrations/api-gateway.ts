// `arn:aws:states:::apigateway:invoke`: a request to a deployed API of this
// cloud.

import type { HttpResponse } from "../../../core/http.ts";
import { anonymousPrincipal, servicePrincipal } from "../../../core/principal.ts";
import type { Waiting } from "../../../core/waiting.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { bodyOf, headerLists, headersOf, queryOf } from "./http-request.ts";
import { caller, type Pattern, type TaskAim, type TaskIntegration } from "./integration.ts";

interface Parameters {
  readonly ApiEndpoint?: string;
  readonly Method?: string;
  readonly Stage?: string;
  readonly Path?: string;
  readonly Headers?: Json;
  readonly QueryParameters?: Json;
  readonly RequestBody?: Json;
  readonly AllowNullValues?: boolean;
  readonly AuthType?: "NO_AUTH" | "IAM_ROLE" | "RESOURCE_POLICY";
}

export function apiGatewayIntegration(pattern: Pattern): TaskIntegration {
  return {
    resourceType: "apigateway",
    resource: pattern === "token" ? "invoke.waitForTaskToken" : "invoke",
    kind: "task",
    pattern,
    run: async (aim, ctx) => {
      const parameters = aim.input as Parameters;
      const { ApiEndpoint, Method, Stage, Path, Headers, QueryParameters, RequestBody } = parameters;
      const apiId = apiIdOf(ApiEndpoint ?? "");
      const path = [Stage, Path?.replace(/^\//, "")].filter((part) => part !== undefined && part !== "");
      const response = await (await acting(parameters.AuthType, aim, ctx)).request({
        service: "execute-api",
        method: Method ?? "GET",
        path: `/_execute-api/${apiId}/${path.join("/")}`,
        query: queryOf(QueryParameters),
        headers: { "content-type": "application/json", ...headersOf(Headers) },
        body: Buffer.from(RequestBody === undefined ? "" : JSON.stringify(RequestBody)),
      });
      const answer = { ...response, headers: joinedHeaders(response), body: await bytesOf(response) };
      if (answer.status >= 400) {
        throw new StateError(`ApiGateway.${answer.status}`, Buffer.from(answer.body).toString());
      }
      return {
        Headers: headerLists(answer),
        ResponseBody: bodyOf(answer),
        StatusCode: answer.status,
        StatusText: statusText(answer.status),
      };
    },
  };
}

/** As whom the API is asked: nobody, the state machine's role, or the service for the state machine. */
async function acting(auth: Parameters["AuthType"], aim: TaskAim, ctx: Waiting): Promise<Waiting> {
  if (auth === "IAM_ROLE") return caller(aim, ctx);
  if (auth !== "RESOURCE_POLICY") return ctx.as(anonymousPrincipal());
  return ctx.as(servicePrincipal("states.amazonaws.com", ctx.account, aim.stateMachineArn));
}

/** The first part of AWS's address for an API, or of this cloud's own. */
function apiIdOf(endpoint: string): string {
  const id =
    /^(?:https?:\/\/)?([a-z0-9]+)\.execute-api\./.exec(endpoint)?.[1] ??
    /\/_execute-api\/([a-z0-9]+)/.exec(endpoint)?.[1];
  if (id === undefined) {
    throw new StateError("ApiGateway.Unknown", `${endpoint} is not the address of an API.`);
  }
  return id;
}

function joinedHeaders({ headers }: HttpResponse): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
}

async function bytesOf({ body = "" }: HttpResponse): Promise<Uint8Array> {
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body as string);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function statusText(status: number): string {
  return status === 200 ? "OK" : status === 201 ? "Created" : status === 204 ? "No Content" : String(status);
}
