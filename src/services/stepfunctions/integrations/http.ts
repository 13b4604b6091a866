// `arn:aws:states:::http:invoke`: a request to any HTTPS API, with the
// credentials of an EventBridge connection.

import type { Waiting } from "../../../core/waiting.ts";
import { type Json, StateError } from "../asl/data/scope.ts";
import { bodyOf, headerLists, headersOf, joined, queryOf, textOf } from "./http-request.ts";
import type { TaskAim, TaskIntegration } from "./integration.ts";
import { exceptionName } from "./names.ts";

interface Parameters {
  readonly ApiEndpoint?: string;
  readonly Method?: string;
  readonly Authentication?: { readonly ConnectionArn?: string };
  readonly InvocationConfig?: { readonly ConnectionArn?: string };
  readonly Headers?: Json;
  readonly QueryParameters?: Json;
  readonly RequestBody?: Json;
  readonly Transform?: {
    readonly RequestBodyEncoding?: "NONE" | "URL_ENCODED";
    readonly RequestEncodingOptions?: {
      readonly ArrayFormat?: "INDICES" | "REPEAT" | "COMMAS" | "BRACKETS" | "NONE";
    };
  };
}

/** AWS ends an HTTP task after a minute, and reads no more of an answer than a state can hold. */
const timeoutMilliseconds = 60_000;
const maximumBodyBytes = 262_144;

/** What the connection's owner answers: the response, unread. */
interface Delivered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export function httpIntegration(): TaskIntegration {
  return {
    resourceType: "http",
    resource: "invoke",
    kind: "task",
    pattern: "request",
    run: async (aim, ctx) => {
      const response = await delivered(aim, ctx);
      const body = bodyOf(response);
      if (response.status < 200 || response.status >= 300) {
        throw new StateError(`States.Http.StatusCode.${response.status}`, textOf(body));
      }
      return {
        Headers: headerLists(response),
        ResponseBody: body,
        StatusCode: response.status,
        StatusText: "OK",
      };
    },
  };
}

/** The request is the connection's to send: its credentials never leave the service that keeps them. */
async function delivered(aim: TaskAim, ctx: Waiting): Promise<Delivered> {
  const parameters = aim.input as Parameters;
  const arn = parameters.Authentication?.ConnectionArn ?? parameters.InvocationConfig?.ConnectionArn ?? "";
  const encoded = parameters.Transform?.RequestBodyEncoding === "URL_ENCODED";
  const [outcome] = await ctx.deliver([
    {
      arn,
      input: bodyFor(parameters, encoded),
      roleArn: aim.roleArn,
      source: "states.amazonaws.com",
      sourceArn: aim.executionArn,
      parameters: {
        HttpRequest: {
          method: parameters.Method ?? "GET",
          url: joined(parameters.ApiEndpoint ?? "", queryOf(parameters.QueryParameters)),
          headers: {
            "content-type": encoded ? "application/x-www-form-urlencoded" : "application/json",
            "user-agent": `Amazon|StepFunctions|HttpInvoke|${ctx.region}`,
            range: `bytes=0-${maximumBodyBytes}`,
            ...headersOf(parameters.Headers),
          },
          timeoutMilliseconds,
          maximumBodyBytes,
        },
      },
    },
  ]);
  const failure = outcome?.failure;
  if (failure !== undefined) {
    const error =
      failure.code === "WebError" ? "States.Http.Socket" : `Events.${exceptionName(failure.code)}`;
    throw new StateError(error, failure.message);
  }
  return outcome?.output as Delivered;
}

/** Empty where the request has no body. */
function bodyFor({ RequestBody, Transform }: Parameters, encoded: boolean): string {
  if (RequestBody === undefined) return "";
  if (!encoded) return textOf(RequestBody);
  return formOf(RequestBody, Transform?.RequestEncodingOptions?.ArrayFormat ?? "INDICES");
}

function formOf(body: Json, format: string): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(body as Readonly<Record<string, Json>>)) {
    if (!Array.isArray(value)) {
      form.append(name, textOf(value));
      continue;
    }
    const items = value as readonly Json[];
    if (format === "COMMAS") form.append(name, items.map(textOf).join(","));
    else {
      for (const [at, item] of items.entries()) {
        const suffix = format === "INDICES" ? `[${at}]` : format === "BRACKETS" ? "[]" : "";
        form.append(`${name}${suffix}`, textOf(item));
      }
    }
  }
  return form.toString();
}
