// AWS's Lambda Runtime API over HTTP, for runtimes that users bring themselves.
// Real clients expect `host:port` and nothing more, so each environment has a
// port of its own: the port says which environment speaks.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type InvocationHeader, maxResponseBytes, type RuntimeEvents, type RuntimeLink } from "./link.ts";

export interface RuntimeApi extends RuntimeLink {
  /** `127.0.0.1:port`. */
  readonly address: string;
}

const prefix = "/2018-06-01/runtime";

/** `admits` decides by the client's port whether a connection comes from this environment. */
export async function openRuntimeApi(
  events: RuntimeEvents,
  admits: (clientPort: number) => boolean,
): Promise<RuntimeApi> {
  const api = new Api(events);
  // Waiting for the next invocation may take hours.
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 0 }, (request, response) =>
    api.handle(request, response),
  );
  server.on("connection", (socket) => {
    if (!admits(socket.remotePort ?? 0)) socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // Of this process alone, where several share the cloud's own port.
    server.listen({ port: 0, host: "127.0.0.1", exclusive: true }, resolve);
  });
  server.unref();
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (header, payload) => api.invoke(header, payload),
    pause: () => api.pause(),
    resume: () => api.resume(),
    close: () => close(server),
  };
}

function close(server: Server): void {
  server.close();
  server.closeAllConnections();
}

class Api {
  readonly #events: RuntimeEvents;
  #waiting: ServerResponse | undefined;
  #current: string | undefined;
  #streaming: IncomingMessage | undefined;

  constructor(events: RuntimeEvents) {
    this.#events = events;
  }

  invoke(header: InvocationHeader, payload: Uint8Array): void {
    const response = this.#waiting;
    this.#waiting = undefined;
    this.#current = header.requestId;
    if (response === undefined) this.#events.violation("nobody waits for the invocation any more");
    else response.writeHead(200, invocationHeaders(header, payload)).end(payload);
  }

  pause(): void {
    this.#streaming?.pause();
  }

  resume(): void {
    this.#streaming?.resume();
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? "").split("?")[0]!;
    const rest = path.startsWith(prefix) ? path.slice(prefix.length) : undefined;
    const answer = /^\/invocation\/([^/]+)\/(response|error)$/.exec(rest ?? "");
    if (request.method === "GET" && rest === "/invocation/next") this.#next(request, response);
    else if (request.method === "POST" && rest === "/init/error") void this.#initError(request, response);
    else if (request.method === "POST" && answer !== null) {
      void this.#answer(request, response, answer[1]!, answer[2] as "response" | "error");
    } else if (path.startsWith("/2020-01-01/extension") || path.startsWith("/2022-07-01/telemetry")) {
      reply(response, 501, "NotImplemented", "Cumulet does not implement Lambda extensions yet.");
    } else {
      reply(response, 404, "NotFound", `${request.method} ${path} is not part of the Runtime API`);
    }
  }

  #next(request: IncomingMessage, response: ServerResponse): void {
    // A client that gave up and asks again takes the place of the former.
    this.#waiting?.destroy();
    this.#waiting = response;
    this.#current = undefined;
    response.on("close", () => {
      if (this.#waiting === response) this.#waiting = undefined;
    });
    request.resume();
    this.#events.next(undefined);
  }

  async #initError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { body } = await read(request, maxResponseBytes);
    this.#events.initError(body);
    accepted(response);
  }

  async #answer(
    request: IncomingMessage,
    response: ServerResponse,
    requestId: string,
    kind: "response" | "error",
  ): Promise<void> {
    if (requestId !== this.#current) {
      request.resume();
      return reply(response, 400, "InvalidRequestID", "Invalid request ID");
    }
    const mode = request.headers["lambda-runtime-function-response-mode"];
    if (kind === "response" && mode === "streaming") return this.#stream(request, response);
    const { body, length } = await read(request, maxResponseBytes);
    // Another answer may have come while this one was read.
    if (requestId !== this.#current) return reply(response, 400, "InvalidRequestID", "Invalid request ID");
    this.#current = undefined;
    if (kind === "error") this.#events.error(body);
    else if (length > maxResponseBytes) {
      this.#events.responseTooLarge(length);
      const message = `Exceeded maximum allowed payload size (${maxResponseBytes} bytes).`;
      return reply(response, 413, "RequestEntityTooLarge", message);
    } else this.#events.response(body);
    accepted(response);
  }

  async #stream(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#current = undefined;
    this.#streaming = request;
    this.#events.streamBegin(request.headers["content-type"] ?? "application/octet-stream");
    request.on("data", (chunk: Buffer) => this.#events.streamChunk(chunk));
    const whole = await new Promise<boolean>((resolve) => {
      request.once("end", () => resolve(true));
      request.once("error", () => resolve(false));
      request.once("close", () => resolve(false));
    });
    this.#streaming = undefined;
    const errorType = request.trailers["lambda-runtime-function-error-type"];
    if (!whole)
      this.#events.streamError(Buffer.from(JSON.stringify({ errorType: "Runtime.TruncatedResponse" })));
    else if (errorType === undefined) this.#events.streamEnd();
    else {
      const body = request.trailers["lambda-runtime-function-error-body"];
      const told =
        body === undefined ? JSON.stringify({ errorType }) : Buffer.from(body, "base64").toString();
      this.#events.streamError(Buffer.from(told));
    }
    if (whole) accepted(response);
  }
}

function invocationHeaders(header: InvocationHeader, payload: Uint8Array): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "Content-Length": String(payload.length),
    "Lambda-Runtime-Aws-Request-Id": header.requestId,
    "Lambda-Runtime-Deadline-Ms": String(header.deadline),
    "Lambda-Runtime-Invoked-Function-Arn": header.invokedArn,
  };
  if (header.traceHeader !== undefined) headers["Lambda-Runtime-Trace-Id"] = header.traceHeader;
  if (header.clientContext !== undefined) headers["Lambda-Runtime-Client-Context"] = header.clientContext;
  return headers;
}

/** Reads a body; past the limit it is only counted. */
async function read(request: IncomingMessage, limit: number): Promise<{ body: Buffer; length: number }> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length <= limit) chunks.push(chunk);
    }
  } catch {
    // Cut off: what came is what there is; the process's exit tells the rest.
  }
  return { body: Buffer.concat(chunks), length };
}

function accepted(response: ServerResponse): void {
  response.writeHead(202, { "Content-Type": "application/json" });
  response.end('{"status":"OK"}');
}

function reply(response: ServerResponse, status: number, errorType: string, errorMessage: string): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ errorMessage, errorType }));
}
