// The routes of the cloud itself, beside the AWS APIs: health, reset and the
// clock, and the addresses that existing test suites ask for health.

import type { HttpRequest, HttpResponse } from "../core/http.ts";
import type { Kernel } from "../core/kernel.ts";
import type { Log } from "../core/log.ts";
import type { ServiceEntry } from "../core/service.ts";
import type { ByteStream } from "../model/shapes.ts";
import { parseDuration } from "./duration.ts";
import { version } from "./version.ts";

const maximumBody = 64 * 1024;

type Route = (body: Readonly<Record<string, unknown>>) => Promise<HttpResponse> | HttpResponse;

export function controlRoutes(
  kernel: Kernel,
  services: readonly ServiceEntry[],
  log: Log,
): (request: HttpRequest) => Promise<HttpResponse | undefined> {
  const names = services.map((service) => service.name);
  const clock = (): object => ({
    now: new Date(kernel.clock.now()).toISOString(),
    frozen: kernel.clock.frozen,
  });
  const availability = Object.fromEntries(names.map((name) => [name, "available"]));
  const routes: Readonly<Record<string, Route>> = {
    "GET /_cumulet/health": () => json(200, { status: "ready", version, services: names, clock: clock() }),
    "GET /_localstack/health": () => json(200, { services: availability, edition: "cumulet", version }),
    "POST /_cumulet/reset": () => emptied(kernel),
    "POST /_localstack/state/reset": () => emptied(kernel),
    "GET /_cumulet/clock": () => json(200, clock()),
    "POST /_cumulet/clock": async (body) => {
      const problem = await moveClock(kernel, body);
      return problem === undefined ? json(200, clock()) : json(400, { message: problem });
    },
  };
  return async (request) => {
    if (!request.path.startsWith("/_cumulet") && !request.path.startsWith("/_localstack")) return undefined;
    const method = request.method === "HEAD" ? "GET" : request.method;
    const route = routes[`${method} ${request.path}`];
    if (route === undefined) {
      const paths = Object.keys(routes).join(", ");
      return json(404, { message: `No such route: ${request.method} ${request.path}. There are: ${paths}.` });
    }
    const body = await readJson(request.body);
    if (body === undefined) return json(400, { message: "The body must be a JSON object." });
    const response = await route(body);
    // Whoever wonders where everything went, or why it is tomorrow, finds it in the log.
    if (method === "POST") {
      log({ level: "warn", event: "control", path: request.path, asked: body, status: response.status });
    }
    return response;
  };
}

async function emptied(kernel: Kernel): Promise<HttpResponse> {
  await kernel.reset();
  return json(200, { status: "empty" });
}

/** Undefined where it worked, else what is wrong with the body. */
async function moveClock(
  kernel: Kernel,
  body: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const { freeze, advance, reset, ...others } = body;
  const understood =
    Object.keys(others).length === 0 &&
    Object.keys(body).length > 0 &&
    (freeze === undefined || typeof freeze === "boolean") &&
    (reset === undefined || reset === true);
  if (!understood) {
    return 'Give one of {"freeze": true}, {"freeze": false}, {"advance": "1h"}, {"reset": true}.';
  }
  if (reset === true) kernel.clock.reset();
  if (freeze === true) kernel.clock.freeze();
  if (freeze === false) kernel.clock.resume();
  if (advance === undefined) return undefined;
  const milliseconds =
    typeof advance === "string" || typeof advance === "number" ? parseDuration(advance) : undefined;
  if (milliseconds === undefined) return "Not a duration: write 90s, 1h30m, 30d or milliseconds.";
  await kernel.advance(milliseconds);
  return undefined;
}

async function readJson(
  body: Uint8Array | ByteStream,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body instanceof Uint8Array ? [body] : body) {
    size += chunk.length;
    if (size > maximumBody) return undefined;
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString().trim();
  if (text === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

function json(status: number, value: object): HttpResponse {
  return { status, headers: { "content-type": "application/json" }, body: `${JSON.stringify(value)}\n` };
}
