// The HttpRequest that stands over one of Node's incoming messages. Whatever
// costs something and is seldom read (the abort signal above all) is made when
// it is read.

import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpRequest } from "../core/http.ts";
import type { ByteStream } from "../model/shapes.ts";
import type { Shutdown } from "./shutdown.ts";

export const emptyBody: Uint8Array = new Uint8Array(0);

export class WireRequest implements HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  /** Changed by the front alone: `aws-chunked` is taken off, trailers are added. */
  readonly headers: Record<string, string>;
  readonly host: string;
  body: Uint8Array | ByteStream = emptyBody;
  readonly incoming: IncomingMessage;
  readonly outgoing: ServerResponse;
  readonly #shutdown: Shutdown;
  #controller: AbortController | undefined;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, host: string, shutdown: Shutdown) {
    this.method = incoming.method ?? "GET";
    const target = incoming.url ?? "/";
    const path = target.charCodeAt(0) === 47 ? target : originForm(target);
    const mark = path.indexOf("?");
    this.path = mark < 0 ? path : path.slice(0, mark);
    this.query = mark < 0 ? "" : path.slice(mark + 1);
    this.headers = incoming.headers as Record<string, string>;
    this.host = host;
    this.incoming = incoming;
    this.outgoing = outgoing;
    this.#shutdown = shutdown;
  }

  get rawHeaders(): readonly string[] {
    return this.incoming.rawHeaders;
  }

  get remoteAddress(): string {
    const address = this.incoming.socket.remoteAddress ?? "";
    return address.startsWith("::ffff:") ? address.slice(7) : address;
  }

  get signal(): AbortSignal {
    this.#controller ??= this.#watch();
    return this.#controller.signal;
  }

  #watch(): AbortController {
    const controller = new AbortController();
    const { outgoing } = this;
    if (outgoing.destroyed || outgoing.closed) {
      controller.abort();
      return controller;
    }
    this.#shutdown.add(controller);
    outgoing.once("close", () => {
      this.#shutdown.delete(controller);
      if (!outgoing.writableFinished) controller.abort();
    });
    return controller;
  }
}

/** Clients of a proxy send `http://host/path`; `OPTIONS *` asks about the server. */
function originForm(target: string): string {
  const scheme = target.indexOf("://");
  if (scheme < 0) return `/${target}`;
  const slash = target.indexOf("/", scheme + 3);
  return slash < 0 ? "/" : target.slice(slash);
}
