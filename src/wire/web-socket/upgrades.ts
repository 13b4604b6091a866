// Requests to go on as a WebSocket. A data plane decides; where none wants it,
// the request is served as if it had not asked.

import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { WebSocketServer } from "ws";
import { Fault } from "../../core/fault.ts";
import type { HttpResponse } from "../../core/http.ts";
import type { Identify } from "../../core/service.ts";
import type { Conversation } from "../../core/web-socket.ts";
import { mayBeGiven } from "../given-host.ts";
import { identify } from "../identify.ts";
import { codecs } from "../protocols/codecs.ts";
import { WireRequest } from "../request.ts";
import type { FrontServices } from "../services.ts";
import { AcceptedSocket } from "./accepted-socket.ts";
import { FrameSizes } from "./frame-sizes.ts";
import { plainRequest } from "./plain-request.ts";
import { UpgradeArrival } from "./upgrade-arrival.ts";

/** The server goes away (RFC 6455, 7.4.1). */
const goingAway = 1001;
const tooBig = 1009;

export class Upgrades {
  readonly #services: FrontServices;
  readonly #serveAnew: (socket: Socket) => void;
  readonly #sockets = new Set<AcceptedSocket>();
  readonly #protocols = new WeakMap<IncomingMessage, string>();
  /** The last answer that was begun on a connection. */
  readonly #answers = new WeakMap<Socket, ServerResponse>();
  #webSockets: Promise<WebSocketServer> | undefined;

  /** `serveAnew` takes a socket as the server takes a new connection. */
  constructor(services: FrontServices, serveAnew: (socket: Socket) => void) {
    this.#services = services;
    this.#serveAnew = serveAnew;
  }

  /** An answer is owed on this connection: whatever asks for an upgrade after it waits for its turn. */
  follow(socket: Socket, outgoing: ServerResponse): void {
    this.#answers.set(socket, outgoing);
  }

  take(incoming: IncomingMessage, socket: Socket, rest: Buffer): void {
    const arrival = new UpgradeArrival(incoming, socket);
    const requestId = this.#services.newRequestId();
    const before = this.#answers.get(socket);
    const turn = before === undefined || before.closed ? undefined : once(before, "close");
    const decided = turn?.then(() => this.#decide(incoming, arrival, rest));
    (decided ?? this.#decide(incoming, arrival, rest)).catch((error: unknown) => {
      const fault = error instanceof Fault ? error : this.#accident(requestId, incoming, error);
      const request = this.#request(arrival);
      this.#answer(
        arrival,
        codecs["rest-json"].encodeError(undefined, undefined, fault, requestId, request),
        requestId,
      );
    });
  }

  /** Tells all clients that this server goes away. */
  close(): void {
    for (const socket of this.#sockets) socket.close(goingAway, "Going away");
  }

  cut(): void {
    for (const socket of this.#sockets) socket.cut();
  }

  /** Resolves when no connection stands and none has work left. */
  async over(): Promise<void> {
    while (this.#sockets.size > 0) await Promise.all([...this.#sockets].map((socket) => socket.over));
  }

  async #decide(incoming: IncomingMessage, arrival: UpgradeArrival, rest: Buffer): Promise<void> {
    const request = this.#request(arrival);
    const answer = asksForWebSocket(incoming) ? await this.#ask(request) : undefined;
    if (arrival.gone) {
      // The connection was granted to somebody who is not there any more.
      if (answer !== undefined && "received" in answer) await answer.closed(1006, "");
      return;
    }
    if (answer === undefined) {
      const socket = arrival.release();
      socket.unshift(plainRequest(incoming, rest));
      this.#serveAnew(socket);
    } else if ("received" in answer) await this.#accept(incoming, arrival, rest, answer);
    else this.#answer(arrival, answer, this.#services.newRequestId());
  }

  /** Undefined where this is not for a data plane that speaks WebSocket, or where the request is refused like any other. */
  async #ask(request: WireRequest): Promise<HttpResponse | Conversation | undefined> {
    const { hosts, checkHosts, origins, endpoints, shutdown } = this.#services;
    const { origin, host } = request.headers;
    if (shutdown.began) return undefined;
    const identifying: Identify = (signingName, body) => identify(this.#services, request, signingName, body);
    const info = hosts.read(host ?? "");
    if (mayBeGiven(info, request, endpoints)) {
      for (const endpoint of endpoints) {
        const answer = await endpoint.connectAnyHost?.(request, identifying);
        if (answer !== undefined) return answer;
      }
      if (checkHosts && !info.served) return undefined;
    }
    const endpoint = endpoints.find((each) => each.matches(request));
    const { anyOrigin = false } = endpoint ?? {};
    if (origin !== undefined && !anyOrigin && !origins.allows(origin)) return undefined;
    return endpoint?.connect?.(request, identifying);
  }

  async #accept(
    incoming: IncomingMessage,
    arrival: UpgradeArrival,
    rest: Buffer,
    conversation: Conversation,
  ): Promise<void> {
    this.#webSockets ??= this.#load();
    const webSockets = await this.#webSockets;
    const { limits, shutdown } = this.#services;
    const sizes = new FrameSizes(limits.socketFrameBytes);
    const socket = arrival.release();
    if (conversation.protocol !== undefined) this.#protocols.set(incoming, conversation.protocol);
    let accepted = false;
    webSockets.handleUpgrade(incoming, socket, rest, (webSocket) => {
      accepted = true;
      const taken = new AcceptedSocket(webSocket, conversation, limits, (error) =>
        this.#accident(undefined, incoming, error),
      );
      this.#sockets.add(taken);
      void taken.over.finally(() => this.#sockets.delete(taken));
      const watch = (bytes: Buffer): void => {
        if (sizes.accepts(bytes)) return;
        socket.off("data", watch);
        taken.close(tooBig, "");
      };
      // Before the reader, and with the bytes that came with the request, which it is about to read.
      socket.prependListener("data", watch);
      if (shutdown.began) taken.close(goingAway, "Going away");
    });
    if (!accepted) await conversation.closed(1006, "");
  }

  async #load(): Promise<WebSocketServer> {
    // Nobody should pay for it at the start.
    const { WebSocketServer } = await import("ws");
    return new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: this.#services.limits.socketMessageBytes,
      handleProtocols: (_offered, incoming) => this.#protocols.get(incoming) ?? false,
    });
  }

  #request(arrival: UpgradeArrival): WireRequest {
    const { hosts, shutdown } = this.#services;
    return new WireRequest(arrival, hosts.read(arrival.headers.host ?? "").name, shutdown);
  }

  #answer(arrival: UpgradeArrival, response: HttpResponse, requestId: string): void {
    const named = response.headers["x-amzn-requestid"] !== undefined;
    arrival.answer(response, {
      headers: { connection: "close", ...(named ? {} : { "x-amzn-requestid": requestId }) },
      head: false,
      idleMilliseconds: this.#services.limits.idleMilliseconds,
      onStreamError: (error) => this.#accident(requestId, undefined, error),
    });
  }

  #accident(requestId: string | undefined, incoming: IncomingMessage | undefined, error: unknown): Fault {
    this.#services.log({
      level: "error",
      event: "accident",
      requestId,
      request: `${incoming?.method} ${incoming?.url?.split("?")[0]}`,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    });
    return new Fault("wire", "InternalFailure", "Internal server error", { status: 500 });
  }
}

/** Whether the handshake is one that can be completed. */
function asksForWebSocket({ method, headers }: IncomingMessage): boolean {
  const { upgrade, "sec-websocket-key": key, "sec-websocket-version": version } = headers;
  return (
    method === "GET" &&
    upgrade?.toLowerCase() === "websocket" &&
    (version === "13" || version === "8") &&
    key !== undefined &&
    /^[+/0-9A-Za-z]{22}==$/.test(key)
  );
}
