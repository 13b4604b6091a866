// `arn:aws:states:::apigateway:invoke`: a request to a deployed API.

import { WebError } from "../../../core/ports/web.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { bodyOf, headerLists, headersOf, joined, queryOf } from "./http-request.ts";
import type { Pattern, TaskIntegration } from "./integration.ts";

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
      const { ApiEndpoint, Method, Stage, Path, Headers, QueryParameters, RequestBody, AuthType } =
        parameters;
      if (AuthType !== undefined && AuthType !== "NO_AUTH") {
        throw new StateError(
          "ApiGateway.NotImplementedException",
          `Cumulet does not implement the AuthType ${AuthType} of apigateway:invoke yet.`,
        );
      }
      const path = [Stage, Path?.replace(/^\//, "")]
        .filter((part) => part !== undefined && part !== "")
        .join("/");
      const url = joined(`${addressOf(ApiEndpoint ?? "")}/${path}`, queryOf(QueryParameters));
      try {
        const response = await ctx.fetch({
          method: Method ?? "GET",
          url,
          headers: { "content-type": "application/json", ...headersOf(Headers) },
          ...(RequestBody === undefined ? {} : { body: JSON.stringify(RequestBody) }),
        });
        if (response.status >= 400) {
          throw new StateError(`ApiGateway.${response.status}`, Buffer.from(response.body).toString());
        }
        return {
          Headers: headerLists(response),
          ResponseBody: bodyOf(response),
          StatusCode: response.status,
          StatusText: statusText(response.status),
        };
      } catch (error) {
        throw error instanceof WebError ? new StateError("ApiGateway.Unknown", error.message) : error;
      }
    },
  };
}

/** AWS's APIs are named without a scheme; a local one may carry its own. */
function addressOf(endpoint: string): string {
  return (/^https?:\/\//.test(endpoint) ? endpoint : `https://${endpoint}`).replace(/\/$/, "");
}

function statusText(status: number): string {
  return status === 200 ? "OK" : status === 201 ? "Created" : status === 204 ? "No Content" : String(status);
}
