// TestInvokeMethod: a method's validation and integration, without a client and
// without authorization, with the log of what happened.

import type { WaitingHandler } from "../../../../core/service.ts";
import type { ByteStream } from "../../../../model/shapes.ts";
import { type Input, notFound, type Output } from "../../model.ts";
import { routeTree } from "../api/routes.ts";
import { logBeginning } from "../logs/steps.ts";
import { answered, enter, execute } from "../serve.ts";
import { logText, type TestExchange, testExchange } from "./exchange.ts";

export const testInvokeMethod: WaitingHandler<Input<"TestInvokeMethod">, Output<"TestInvokeMethod">> = {
  waits: async (input, ctx) => {
    const began = ctx.now();
    const exchange = await testExchange(ctx, { ...input, ...pathOf(input) });
    const answer = await answered(exchange, () => {
      const route = enter(exchange, routeOf(exchange, input));
      logBeginning(exchange);
      return execute(exchange, route);
    });
    const headers: Record<string, string> = {};
    const multiValueHeaders: Record<string, readonly string[]> = {};
    for (const [name, value] of Object.entries(answer.headers)) {
      const values = typeof value === "string" ? [value] : value;
      headers[name] = values.at(-1) ?? "";
      multiValueHeaders[name] = values;
    }
    return {
      status: answer.status,
      body: await textOf(answer.body),
      headers,
      multiValueHeaders,
      log: logText(exchange),
      latency: ctx.now() - began,
    };
  },
};

const pathOf = ({ pathWithQueryString }: Input<"TestInvokeMethod">) => ({
  pathWithQueryString: pathWithQueryString === "" ? "/" : pathWithQueryString,
});

/** The method that is tested, whatever else its path might mean. */
function routeOf({ api, request }: TestExchange, { resourceId, httpMethod }: Input<"TestInvokeMethod">) {
  const resource = api.snapshot.resources.find(({ id }) => id === resourceId);
  if (resource === undefined) throw notFound("Invalid Resource identifier specified");
  const method = api.method(resource, httpMethod);
  if (method === undefined) throw notFound("Invalid Method identifier specified");
  const match = routeTree([resource])(request.path);
  return { method, settings: {}, pathParameters: match?.pathParameters ?? {} };
}

async function textOf(body: Uint8Array | string | ByteStream): Promise<string> {
  if (typeof body === "string") return body;
  if (body instanceof Uint8Array) return Buffer.from(body).toString();
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
